"""A classifier that pools its words by attention, trained; do its weights say which word decided? (Jain and Wallace 2019)"""

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from engine.streams import stream

DECIDING = ("bad", "good")
FILLERS = ("the", "film", "was", "its", "plot", "and", "cast", "in", "all", "of")
VOCABULARY = (*DECIDING, *FILLERS)
WIDTH = 16
RATE = 0.01


def sentences(count: int, words: int, draws: torch.Generator) -> tuple[Int[Tensor, "n words"], Int[Tensor, " n"]]:
    """(words, place of the deciding one): every sentence has exactly one that decides, among others drawn evenly."""
    tokens = torch.randint(len(DECIDING), len(VOCABULARY), (count, words), generator=draws)
    place = torch.randint(words, (count,), generator=draws)
    tokens[torch.arange(count), place] = torch.randint(len(DECIDING), (count,), generator=draws)
    return tokens, place


class Pooler:
    """Embedding, where ``mixed`` one self-attention layer with its input added, attention pooling, a logit; several seeds.

    a = softmax(h u / sqrt(d)), z = (a h) w + b: the words' own logits are h w + b, and z is their mean with weights a.
    """

    def __init__(self, *, mixed: bool, seeds: range) -> None:
        self.mixed = mixed
        shapes = {"embed": (len(VOCABULARY), WIDTH), "look": (WIDTH, 1), "out": (WIDTH, 1)}
        if mixed:
            shapes |= {"w_q": (WIDTH, WIDTH), "w_k": (WIDTH, WIDTH), "w_v": (WIDTH, WIDTH)}
        self.weights = {
            name: torch.stack(
                [
                    torch.randn(shape, generator=stream(seed, "weights", place)) * (shape[0] ** -0.5 if place else 1.0)
                    for seed in seeds
                ]
            ).requires_grad_()
            for place, (name, shape) in enumerate(shapes.items())
        }
        self.weights["bias"] = torch.zeros(len(seeds), 1, 1, requires_grad=True)

    def forward(
        self, tokens: Int[Tensor, "seeds batch words"], kept: Bool[Tensor, "seeds batch words"] | None = None
    ) -> tuple[Float[Tensor, "seeds batch"], Float[Tensor, "seeds batch words"], Float[Tensor, "seeds batch words"]]:
        """(logit of "good", attention weights, each word's own logit); words that are not ``kept`` are not there."""
        w = self.weights
        there = torch.ones_like(tokens, dtype=torch.bool) if kept is None else kept
        h = torch.einsum("sbnv,svd->sbnd", F.one_hot(tokens, len(VOCABULARY)).float(), w["embed"])
        if self.mixed:
            q, k, v = (torch.einsum("sbnd,sde->sbne", h, w[name]) for name in ("w_q", "w_k", "w_v"))
            scores = q @ k.transpose(-1, -2) / WIDTH**0.5
            h = h + torch.softmax(scores.masked_fill(~there[:, :, None, :], -torch.inf), dim=-1) @ v
        looks = torch.einsum("sbnd,sdo->sbn", h, w["look"]) / WIDTH**0.5
        weights = torch.softmax(looks.masked_fill(~there, -torch.inf), dim=-1)
        own = torch.einsum("sbnd,sdo->sbn", h, w["out"]) + w["bias"]
        return (weights * own).sum(dim=-1), weights, own


def without_each(pooler: Pooler, tokens: Int[Tensor, "seeds batch words"]) -> Float[Tensor, "seeds batch words"]:
    """By how much the probability of "good" changes when a word is left out, for each word."""
    p = torch.sigmoid(pooler.forward(tokens)[0])
    found = []
    for word in range(tokens.shape[-1]):
        kept = torch.ones_like(tokens, dtype=torch.bool)
        kept[..., word] = False
        found.append((torch.sigmoid(pooler.forward(tokens, kept)[0]) - p).abs())
    return torch.stack(found, dim=-1)


def farthest_alike(
    weights: Float[np.ndarray, "n words"], own: Float[np.ndarray, "n words"], tolerance: float
) -> Float[np.ndarray, "n words"]:
    """Weights as far as possible from ``weights`` whose probability is within ``tolerance`` of theirs, for each sentence.

    One number is asked to stay in a range, so a corner of what is allowed has weight on two words, or on one.
    """
    z = (weights * own).sum(axis=1)
    p = 1 / (1 + np.exp(-z))
    with np.errstate(divide="ignore"):
        low, high = (np.log(q) - np.log1p(-q) for q in (np.clip(p - tolerance, 0, 1), np.clip(p + tolerance, 0, 1)))
    best = weights.copy()
    reached = np.zeros(len(weights))
    words = weights.shape[1]
    for first in range(words):
        for second in range(words):
            for edge in (low, high, None):
                made = _corner(own, first, second, edge, low, high)
                apart = np.where(np.isnan(made[:, 0]), -1.0, np.abs(made - weights).sum(axis=1) / 2)
                better = apart > reached
                best[better], reached[better] = made[better], apart[better]
    return best


def _corner(
    own: Float[np.ndarray, "n words"],
    first: int,
    second: int,
    edge: Float[np.ndarray, " n"] | None,
    low: Float[np.ndarray, " n"],
    high: Float[np.ndarray, " n"],
) -> Float[np.ndarray, "n words"]:
    """Weight on ``first`` alone (no edge), or shared with ``second`` so that the logit is at the edge; NaN where it is not."""
    found = np.zeros_like(own)
    a, b = own[:, first], own[:, second]
    if edge is None:
        share, fits = np.ones(len(own)), (low <= a) & (a <= high)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (edge - b) / (a - b)
        fits = np.isfinite(share) & (share >= 0) & (share <= 1) & (first != second)
    found[:, first] = share
    if edge is not None and first != second:
        found[:, second] = 1 - share
    found[~fits] = np.nan
    return found


def kendall(a: Float[np.ndarray, "n words"], b: Float[np.ndarray, "n words"]) -> Float[np.ndarray, " n"]:
    """Kendall's tau (a) of each row: pairs of words in the same order less those in the other one, over all pairs."""
    words = a.shape[1]
    first, second = np.triu_indices(words, 1)
    agree = np.sign(a[:, first] - a[:, second]) * np.sign(b[:, first] - b[:, second])
    found: Float[np.ndarray, " n"] = agree.mean(axis=1)
    return found
