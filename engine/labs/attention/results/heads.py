"""One head, and several: every matrix on one sentence. Rows of a map are queries, columns keys."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

Matrix = Float[np.ndarray, "_ _"]


@dataclass(frozen=True)
class Head:
    """One head on one sentence: every matrix between the embeddings and the output, in double precision."""

    tokens: tuple[str, ...]
    x: Float[np.ndarray, "tokens d_model"]
    w_q: Float[np.ndarray, "d_model d_k"]
    w_k: Float[np.ndarray, "d_model d_k"]
    w_v: Float[np.ndarray, "d_model d_k"]
    q: Float[np.ndarray, "tokens d_k"]
    k: Float[np.ndarray, "tokens d_k"]
    v: Float[np.ndarray, "tokens d_k"]
    scores: Float[np.ndarray, "tokens tokens"]
    """S = Q K^T."""
    scaled: Float[np.ndarray, "tokens tokens"]
    """S / sqrt(d_k), or S where it is not divided."""
    allowed: Bool[np.ndarray, "tokens tokens"]
    """Where the row's token may look at the column's."""
    masked: Float[np.ndarray, "tokens tokens"]
    """``scaled`` where it is allowed, minus infinity elsewhere."""
    weights: Float[np.ndarray, "tokens tokens"]
    """A: softmax of each row. A row that may look nowhere is 0."""
    output: Float[np.ndarray, "tokens d_k"]
    """O = A V."""
    divisor: float
    """What the scores are divided by."""
    apart: float
    """Largest difference of ``output`` to torch's scaled_dot_product_attention, in double precision."""
    apart_single: float
    """The same with torch in single precision."""

    @property
    def d_k(self) -> int:
        """Width of queries, keys and values."""
        return self.q.shape[1]

    @property
    def blind(self) -> tuple[int, ...]:
        """Tokens that may look nowhere, from 0."""
        return tuple(int(place) for place in np.flatnonzero(~self.allowed.any(axis=1)))


@dataclass(frozen=True)
class Heads:
    """Several heads on one sentence; head h has columns (h-1) d_k + 1 to h d_k of Q, K, V and of what is concatenated."""

    tokens: tuple[str, ...]
    x: Float[np.ndarray, "tokens d_model"]
    w_q: Float[np.ndarray, "d_model d_model"]
    w_k: Float[np.ndarray, "d_model d_model"]
    w_v: Float[np.ndarray, "d_model d_model"]
    w_o: Float[np.ndarray, "d_model d_model"]
    q: Float[np.ndarray, "tokens d_model"]
    k: Float[np.ndarray, "tokens d_model"]
    v: Float[np.ndarray, "tokens d_model"]
    allowed: Bool[np.ndarray, "tokens tokens"]
    weights: Float[np.ndarray, "heads tokens tokens"]
    joined: Float[np.ndarray, "tokens d_model"]
    """The heads' outputs beside each other."""
    output: Float[np.ndarray, "tokens d_model"]
    """``joined`` times W_O."""
    parts: Float[np.ndarray, "heads tokens d_model"]
    """What each head brings to the output: its columns times its rows of W_O."""
    apart: float
    """Largest difference of ``output`` to torch.nn.MultiheadAttention, over tokens that see any."""
    apart_weights: float
    """The same of every head's weights."""
    apart_sum: float
    """Largest difference of the sum of ``parts`` to ``output``."""
    parameters: int
    """Numbers in the four matrices."""

    @property
    def count(self) -> int:
        """Heads."""
        return len(self.weights)

    @property
    def d_k(self) -> int:
        """Width of one head."""
        return self.q.shape[1] // self.count


@dataclass(frozen=True)
class Changed:
    """Which output (row) changes with which token (column)."""

    tokens: tuple[str, ...]
    allowed: Bool[np.ndarray, "tokens tokens"]
    moved: Float[np.ndarray, "tokens tokens"]
    """Largest change of any number of the output, over several other vectors for the token."""
    derivative: Float[np.ndarray, "tokens tokens"]
    """Frobenius norm of the derivative, by autograd."""

    @property
    def earlier(self) -> float:
        """The largest change of an output by a later token."""
        return float(np.triu(self.moved, 1).max())

    @property
    def earlier_derivative(self) -> float:
        """The largest derivative of an output with respect to a later token."""
        return float(np.triu(self.derivative, 1).max())
