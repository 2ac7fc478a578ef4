"""What attention costs: multiply-adds and numbers held, by formula; seconds, by the clock."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

from engine.jobs import Progress
from engine.labs.attention.results.measured import Cost, Timed
from engine.labs.attention.views import Length
from engine.streams import stream

BYTES = 4
"""Of a number in single precision."""
FEWEST = 32
REPEATS = 7
"""Times that each length is timed; the median counts."""
CURVE = np.unique(np.geomspace(8, 65_536, 140).round().astype(int))


def looking(tokens: Int[np.ndarray, " n"] | int, width: int) -> Int[np.ndarray, " n"] | int:
    """Multiply-adds of Q K^T and A V together, all heads: 2 n² d_model."""
    return 2 * tokens * tokens * width


def projecting(tokens: Int[np.ndarray, " n"] | int, width: int) -> Int[np.ndarray, " n"] | int:
    """Multiply-adds of X times W_Q, W_K, W_V, and of the heads' outputs times W_O: 4 n d_model²."""
    return 4 * tokens * width * width


def held(tokens: Int[np.ndarray, " n"] | int, heads: int) -> Int[np.ndarray, " n"] | int:
    """Bytes of the weights of all heads, n² each, where they are kept."""
    return BYTES * heads * tokens * tokens


def cost(asked: Length) -> Cost:
    """Both parts over the number of tokens, and where they are equal: n = 2 d_model."""
    return Cost(
        CURVE,
        np.asarray(looking(CURVE, asked.width)),
        np.asarray(projecting(CURVE, asked.width)),
        np.asarray(held(CURVE, asked.heads)),
        2 * asked.width,
    )


def lengths(most: int) -> list[int]:
    """32, 64, 128 and so on up to ``most``."""
    found = []
    here = FEWEST
    while here <= most:
        found.append(here)
        here *= 2
    return found


def written_out(
    q: Float[Tensor, "heads tokens d_k"], k: Float[Tensor, "heads tokens d_k"], v: Float[Tensor, "heads tokens d_k"]
) -> Float[Tensor, "heads tokens d_k"]:
    """As the formula stands, one head after the other: all n² weights of one are held at once, not those of all."""
    return torch.stack(
        [
            torch.softmax((one @ other.T).div_(one.shape[-1] ** 0.5), dim=-1) @ values
            for one, other, values in zip(q, k, v, strict=True)
        ]
    )


def seconds(work: Callable[[], object]) -> float:
    """By the clock, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed(asked: Length, seed: int) -> Iterator[Progress[Timed]]:
    """The clock on every length: the formula as it stands, PyTorch's fused function, and the four projections.

    The first run of each is not counted; the median of the others is known better with each.
    """
    every = lengths(asked.most)
    found = np.full((3, len(every)), np.nan)
    draws = stream(seed, "data")
    d_k = asked.width // asked.heads
    weights = [torch.randn(asked.width, asked.width, generator=draws) for _ in range(4)]
    for place, tokens in enumerate(every):
        q, k, v = (torch.randn(asked.heads, tokens, d_k, generator=draws) for _ in range(3))
        x = torch.randn(tokens, asked.width, generator=draws)
        works: tuple[Callable[[], object], ...] = (
            partial(written_out, q, k, v),
            partial(F.scaled_dot_product_attention, q[None], k[None], v[None]),
            partial(projected, x, weights),
        )
        for row, work in enumerate(works):
            seconds(work)
            taken: list[float] = []
            for turn in range(REPEATS):
                taken.append(seconds(work))
                found[row, place] = statistics.median(taken)
                share = (place + (row + (turn + 1) / REPEATS) / len(works)) / len(every)
                yield Progress(share, Timed(np.array(every), *found.copy()), f"{tokens:,} tokens")


def projected(x: Float[Tensor, "tokens width"], weights: list[Tensor]) -> list[Tensor]:
    """X times each of four matrices."""
    return [x @ weight for weight in weights]


def exponent(tokens: Int[np.ndarray, " n"], taken: Float[np.ndarray, " n"], last: int = 3) -> float:
    """Slope of log time over log tokens, by least squares over the ``last`` lengths that were timed; NaN of fewer than two."""
    known = np.flatnonzero(np.isfinite(taken))[-last:]
    if len(known) < 2:
        return float("nan")
    return float(np.polyfit(np.log(tokens[known]), np.log(taken[known]), 1)[0])
