"""What dividing by sqrt(d_k) does to the softmax as d_k grows: variance of the scores, entropy, gradient; several seeds."""

from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.jobs import Progress
from engine.labs.attention.results.measured import Example, Scaled
from engine.labs.attention.views import Scaling
from engine.streams import stream

QUERIES = 200
"""Per seed and width, each with keys of its own."""
NUMBERS = 500_000
"""Of the keys in one array: 4 MB."""


def widths(most: int) -> list[int]:
    """1, 2, 4, 8 and so on up to ``most``, which is the last."""
    found = [2**power for power in range(most.bit_length()) if 2**power < most]
    return [*found, most]


def entropy(p: Float[Tensor, "*rows keys"]) -> Float[Tensor, "*rows"]:
    """H = - sum p ln p, in nats."""
    return torch.special.entr(p).sum(dim=-1)


def jacobian_norm(p: Float[Tensor, "*rows keys"]) -> Float[Tensor, "*rows"]:
    """Frobenius norm of diag(p) - p p^T, the softmax's derivative: sqrt(sum p² - 2 sum p³ + (sum p²)²)."""
    square = p.square().sum(dim=-1)
    return (square - 2 * p.pow(3).sum(dim=-1) + square.square()).clamp_min(0).sqrt()


def measured(asked: Scaling, width: int, seed: int) -> Float[np.ndarray, "5"]:
    """Variance of q·k; entropy without and with scaling; norm of the Jacobian without and with, each a mean over queries."""
    draws = stream(seed, "data", width)
    sums = torch.zeros(5, dtype=torch.float64)
    for count in portions(asked.keys * width):
        q = asked.entries.draw(count, width, generator=draws)
        k = asked.entries.draw(count, asked.keys, width, generator=draws)
        scores = torch.einsum("qd,qkd->qk", q, k)
        bare, scaled = torch.softmax(scores, dim=-1), torch.softmax(scores / width**0.5, dim=-1)
        each = (scores.square().mean(dim=1), entropy(bare), entropy(scaled), jacobian_norm(bare), jacobian_norm(scaled))
        sums += torch.stack(each).sum(dim=1)
    return (sums / QUERIES).numpy()


def portions(numbers: int) -> list[int]:
    """How many queries are drawn at once, where each has keys of so many numbers: together all of them."""
    most = max(1, min(QUERIES, NUMBERS // numbers))
    whole, rest = divmod(QUERIES, most)
    return [most] * whole + [rest] * (rest > 0)


def sweep(asked: Scaling, seed: int) -> Iterator[Progress[Scaled]]:
    """Every width, for every seed."""
    every = widths(asked.most)
    found = np.full((5, asked.seeds, len(every)), np.nan)
    for place, width in enumerate(every):
        for turn in range(asked.seeds):
            found[:, turn, place] = measured(asked, width, seed + turn)
            share = (place + (turn + 1) / asked.seeds) / len(every)
            known = Scaled(np.array(every), asked.keys, *found.copy())
            yield Progress(share, known, f"d_k = {width}, seed {turn + 1} of {asked.seeds}")


def example(asked: Scaling, seed: int) -> Example:
    """One query of the shown width: its weights without and with scaling."""
    draws = stream(seed, "sampling", asked.shown)
    q = asked.entries.draw(asked.shown, generator=draws)
    k = asked.entries.draw(asked.keys, asked.shown, generator=draws)
    scores = k @ q
    scaled = scores / asked.shown**0.5
    bare, divided = torch.softmax(scores, dim=-1), torch.softmax(scaled, dim=-1)
    return Example(
        asked.shown,
        scores.numpy(),
        bare.numpy(),
        divided.numpy(),
        (float(entropy(bare)), float(entropy(divided))),
        (float(jacobian_norm(bare)), float(jacobian_norm(divided))),
    )
