"""What counting alone gives: co-occurrence, pointwise mutual information, and its factors.

Skip-gram with k negatives is lowest where v_w . u_c = log(#(w,c) / (#(w) q(c))) - log k, with # counts of pairs and q the
probability of a negative: a pointwise mutual information, shifted (Levy and Goldberg 2014, who draw negatives with α = 1).
"""

import math

import numpy as np
from jaxtyping import Float, Int

from engine.labs.tokens.lexicon import Pairs
from engine.labs.tokens.results.words import Comparison

ROWS = 24
"""Words of the heat maps."""
DENSE = 500
"""Words up to which the whole table is decomposed."""
DOTS = 3000
"""Pairs of words that are drawn of those that were seen."""


class Counting:
    """The counts of a text's pairs, and what they say."""

    def __init__(self, data: Pairs, negatives: int, shown: Int[np.ndarray, " shown"]) -> None:
        self.size = len(data.lexicon.words)
        flat, often = np.unique(data.word.numpy() * self.size + data.context.numpy(), return_counts=True)
        self.row, self.column, self.often = flat // self.size, flat % self.size, often
        """Every pair of words that was seen, once, and how often."""
        words = np.bincount(self.row, weights=often, minlength=self.size)
        drawn = words[self.row] * data.negative.numpy()[self.column]
        self.pmi = np.log(often / drawn) - math.log(negatives)
        """Shifted, of each of these pairs."""
        self.companions = self._companions()
        """The word that stands most often in the window of each."""
        self.places = shown[:ROWS]
        self.words = tuple(data.lexicon.words[place] for place in self.places)
        self.dotted = np.unique(np.linspace(0, len(self.pmi) - 1, min(DOTS, len(self.pmi))).astype(int))

    def beside(self, vectors: Float[np.ndarray, "V d"], contexts: Float[np.ndarray, "V d"]) -> Comparison:
        """Learned dot products beside the shifted PMI that they are to become."""
        v, u = vectors.astype(np.float64), contexts.astype(np.float64)
        dots = np.einsum("nd,nd->n", v[self.row], u[self.column])
        often = self.often.astype(np.float64)
        return Comparison(
            words=self.words,
            counts=self.block(self.often, 0.0).astype(np.int64),
            pmi=self.block(self.pmi, -np.inf),
            dots=v[self.places] @ u[self.places].T,
            seen_pmi=self.pmi[self.dotted],
            seen_dots=dots[self.dotted],
            seen_often=self.often[self.dotted],
            seen=len(dots),
            correlation=correlation(self.pmi, dots, np.ones_like(often)),
            weighted=correlation(self.pmi, dots, often),
        )

    def _companions(self) -> Int[np.ndarray, " V"]:
        found = np.zeros(self.size, np.int64)
        order = np.lexsort((-self.column, self.often))  # of equal ones the more frequent word comes last
        found[self.row[order]] = self.column[order]
        return found

    def block(self, values: np.ndarray, unseen: float) -> Float[np.ndarray, "rows rows"]:
        """The values of pairs among the words of the heat maps."""
        at = np.full(self.size, -1)
        at[self.places] = np.arange(len(self.places))
        row, column = at[self.row], at[self.column]
        inside = (row >= 0) & (column >= 0)
        table = np.full((len(self.places), len(self.places)), unseen)
        table[row[inside], column[inside]] = values[inside]
        return table

    def factors(self, dim: int) -> Float[np.ndarray, "V d"]:
        """Word vectors without any training: U sqrt(S) of the truncated SVD of the positive part of the shifted PMI."""
        left, lengths = self._largest(dim)
        found = np.zeros((self.size, dim), dtype=np.float32)
        found[:, : len(lengths)] = left * np.sqrt(np.maximum(lengths, 0.0))
        return found

    def _largest(self, dim: int) -> tuple[Float[np.ndarray, "V rank"], Float[np.ndarray, " rank"]]:
        """The ``dim`` largest singular values and their left vectors: of a large table without the others."""
        positive = np.maximum(self.pmi, 0.0)
        if self.size <= DENSE:
            table = np.zeros((self.size, self.size))
            table[self.row, self.column] = positive
            left, lengths, _ = np.linalg.svd(table)
            return left[:, :dim], lengths[:dim]
        from scipy.sparse import csr_array
        from scipy.sparse.linalg import svds

        sparse = csr_array((positive, (self.row, self.column)), shape=(self.size, self.size))
        if np.count_nonzero(positive) <= self.size:  # too few for Lanczos, which wants more than a start of zeros
            return np.zeros((self.size, 0)), np.zeros(0)
        left, lengths, _ = svds(sparse, k=dim, v0=np.ones(self.size))
        return left[:, ::-1], lengths[::-1]


def correlation(
    x: Float[np.ndarray, " seen"], y: Float[np.ndarray, " seen"], weight: Float[np.ndarray, " seen"]
) -> float:
    """Pearson's, weighted; NaN where one of the two is the same everywhere or not finite."""
    share = weight / weight.sum()
    x, y = x - (share * x).sum(), y - (share * y).sum()
    both = math.sqrt(float((share * x * x).sum()) * float((share * y * y).sum()))
    return float((share * x * y).sum()) / both if both > 0 and math.isfinite(both) else math.nan
