"""Scaling, cost, and the dictionary."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Scaled:
    """Softmax of dot products as their width grows, for several seeds; NaN where it is not known yet."""

    widths: Int[np.ndarray, " widths"]
    """d_k."""
    keys: int
    """Tokens that each query looks at."""
    variance: Float[np.ndarray, "seeds widths"]
    """Mean square of q·k, whose mean is 0."""
    entropy_bare: Float[np.ndarray, "seeds widths"]
    """In nats, of softmax(q·k)."""
    entropy: Float[np.ndarray, "seeds widths"]
    """Of softmax(q·k / sqrt(d_k))."""
    jacobian_bare: Float[np.ndarray, "seeds widths"]
    """Mean Frobenius norm of the softmax's derivative, without scaling."""
    jacobian: Float[np.ndarray, "seeds widths"]
    """With it."""


@dataclass(frozen=True)
class Example:
    """One query of a width: without scaling, and with it."""

    width: int
    scores: Float[np.ndarray, " keys"]
    bare: Float[np.ndarray, " keys"]
    scaled: Float[np.ndarray, " keys"]
    entropy: tuple[float, float]
    jacobian: tuple[float, float]


@dataclass(frozen=True)
class Cost:
    """What one layer of attention does, by formula."""

    tokens: Int[np.ndarray, " n"]
    looking: Int[np.ndarray, " n"]
    """Multiply-adds of Q K^T and A V."""
    projecting: Int[np.ndarray, " n"]
    """Multiply-adds of the four matrices."""
    held: Int[np.ndarray, " n"]
    """Bytes of the weights, where they are kept."""
    even: int
    """Tokens at which both parts cost the same."""


@dataclass(frozen=True)
class Timed:
    """Seconds, medians of several runs; NaN where it is not known yet."""

    tokens: Int[np.ndarray, " n"]
    written_out: Float[np.ndarray, " n"]
    fused: Float[np.ndarray, " n"]
    projecting: Float[np.ndarray, " n"]


@dataclass(frozen=True)
class Lookup:
    """A query in a dictionary."""

    keys: Float[np.ndarray, "keys 2"]
    values: Float[np.ndarray, " keys"]
    query: Float[np.ndarray, "2"]
    scores: Float[np.ndarray, " keys"]
    """q·k: the cosine of the angle between them."""
    weights: Float[np.ndarray, " keys"]
    output: float
    best: int
    """The key nearest to the query, from 0."""
    gap: float
    """By so much its score is above the next one's."""
    sharpness: Float[np.ndarray, " sharpness"]
    sweep: Float[np.ndarray, "sharpness keys"]
    """Weights at every sharpness."""
    outputs: Float[np.ndarray, " sharpness"]
    bound: Float[np.ndarray, " sharpness"]
    """The output is no farther than this from the nearest key's value."""
    angles: Float[np.ndarray, " angles"]
    """Of other queries, in degrees."""
    around: Float[np.ndarray, " angles"]
    """What each brings back."""
    nearest: Float[np.ndarray, " angles"]
    """The value of the key nearest to each."""
