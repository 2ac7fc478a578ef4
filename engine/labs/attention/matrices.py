"""The matrices of one head in the order in which they come: what each is called, what its sides are, and its numbers."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.labs.attention.results.heads import Head, Heads, Matrix

Side = Literal["tokens", "d_model", "d_k"]


@dataclass(frozen=True)
class Named:
    """One matrix of the head, or of several heads."""

    id: str
    """The attribute of ``Head`` or ``Heads`` that it is."""
    symbol: str
    """LaTeX."""
    is_what: str
    """In words, for the learner."""
    rows: Side
    columns: Side
    letter: str = ""
    """Of its places, where its numbers can be set by hand."""
    scale: Literal["signed", "share"] = "signed"
    """How its numbers are coloured: by their sign, or from nothing to 1."""
    followed: Literal["query", "key"] = "query"
    """Which of the two tokens that are followed has its row marked."""

    def values(self, found: Head | Heads) -> Matrix:
        """Its numbers."""
        values: Matrix = getattr(found, self.id)
        return values

    def shape_said(self, found: Head | Heads) -> str:
        """Its shape with its sides named: ``6 tokens × d_model 4``."""
        sides = zip((self.rows, self.columns), self.values(found).shape, strict=True)
        return " × ".join(
            f"{size} token{'' if size == 1 else 's'}" if side == "tokens" else f"{side} {size}" for side, size in sides
        )


MATRICES = {
    matrix.id: matrix
    for matrix in (
        Named("x", "X", "the embeddings: a row for each token", "tokens", "d_model", "x"),
        Named("w_q", "W_Q", "makes queries of embeddings", "d_model", "d_k", "q"),
        Named("w_k", "W_K", "makes keys of embeddings", "d_model", "d_k", "k"),
        Named("w_v", "W_V", "makes values of embeddings", "d_model", "d_k", "v"),
        Named("q", "Q = X W_Q", "queries: what each token looks for", "tokens", "d_k"),
        Named("k", "K = X W_K", "keys: what each token is found by", "tokens", "d_k", followed="key"),
        Named("v", "V = X W_V", "values: what each token hands over", "tokens", "d_k", followed="key"),
        Named("scores", r"S = Q K^{\top}", "scores: each query times each key", "tokens", "tokens"),
        Named("scaled", r"S / \sqrt{d_k}", "the scores, scaled", "tokens", "tokens"),
        Named("masked", r"S / \sqrt{d_k} + M", "with minus infinity where nobody may look", "tokens", "tokens"),
        Named("weights", "A", "attention weights: each row sums to 1", "tokens", "tokens", scale="share"),
        Named("output", "O = A V", "the output: a mean of values for each token", "tokens", "d_k"),
    )
}
HEADS_MATRICES = {
    matrix.id: matrix
    for matrix in (
        MATRICES["x"],
        Named("w_q", "W_Q", "queries of all heads; a band of columns for each", "d_model", "d_model", "mq"),
        Named("w_k", "W_K", "keys of all heads", "d_model", "d_model", "mk"),
        Named("w_v", "W_V", "values of all heads", "d_model", "d_model", "mv"),
        Named("q", "Q = X W_Q", "split into bands, one for each head", "tokens", "d_model"),
        Named("k", "K = X W_K", "split alike", "tokens", "d_model", followed="key"),
        Named("v", "V = X W_V", "split alike", "tokens", "d_model", followed="key"),
        Named("joined", r"[O_1, \ldots, O_h]", "the heads' outputs, concatenated", "tokens", "d_model"),
        Named("w_o", "W_O", "mixes what the heads bring", "d_model", "d_model", "mo"),
        Named("output", r"[O_1, \ldots, O_h] \, W_O", "the output", "tokens", "d_model"),
    )
}
"""Those of several heads."""
UNBANDED = ("x", "w_o", "output")
"""Their columns belong to no head."""


ROUNDING = 1e-12
"""A smaller number is what is left of a sum that is 0."""


def cell(value: float, decimals: int = 2, *, is_share: bool = False, is_exact: bool = False) -> str:
    """A number as it stands in a cell: at most five signs or so; a small one has its power of ten.

    A small share has not: 0.00 says enough of it. 0 stands for what is 0 but for rounding, or ``is_exact`` for 0 alone.
    """
    if value == 0 or (abs(value) < ROUNDING and not is_exact and not is_share):
        return "0"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size < 0.005 and not is_share:
        return f"{value:.0e}".replace("e-0", "e-").replace("-", "−")
    text = f"{value:.{decimals if size < 9.995 else 1 if size < 99.95 else 0}f}"
    bare = text.lstrip("-")
    return (bare if not float(text) else text).replace("-", "−")


def decimals(values: Matrix) -> int:
    """Digits after the point that show all of it: 1 for numbers of one decimal, else 2."""
    finite = values[np.isfinite(values)]
    return 1 if np.allclose(finite, np.round(finite, 1), atol=1e-12) else 2
