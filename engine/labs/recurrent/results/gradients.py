"""Gradients through time."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Reach:
    """|dL_T / dh_t| of one kind of network at every step, for networks of several seeds."""

    label: str
    norms: Float[np.ndarray, "seeds steps"]
    """Mean over the examples of the norm, t = 1 .. T."""
    cell: Float[np.ndarray, "seeds cell_steps"]
    """The same of c_t; no steps where there is no cell."""
    factor: Float[np.ndarray, " seeds"]
    """By which clipping shortens the gradient of all weights: 1 where it leaves it."""
    norm: Float[np.ndarray, " seeds"]
    """Of the gradient of all weights, before clipping."""

    @property
    def kept(self) -> Float[np.ndarray, " seeds"]:
        """Share of the gradient at the last step that arrives at the first one; NaN where there is none at the last."""
        last = self.norms[:, -1]
        return np.divide(self.norms[:, 0], last, out=np.full(len(last), np.nan), where=last > 0)

    @property
    def per_step(self) -> float:
        """The factor by which each step back multiplies it, in the middle of the seeds."""
        steps = self.norms.shape[1] - 1
        return float(np.median(self.kept) ** (1 / steps))


@dataclass(frozen=True)
class Reaches:
    """Several networks on the same examples."""

    lines: tuple[Reach, ...]
    updates: int
    seeds: int


@dataclass(frozen=True)
class Bars:
    """What each step adds to the gradient of one weight matrix of one pass."""

    matrix: str
    tokens: tuple[str, ...]
    terms: Float[np.ndarray, "steps rows columns"]
    """By hand: the gradient at the matrix's product at step t, times what it was multiplied with."""
    autograd: Float[np.ndarray, "rows columns"]
    """torch's gradient of the same loss."""
    loss: float

    @property
    def norms(self) -> Float[np.ndarray, " steps"]:
        """Frobenius norm of each term."""
        return np.sqrt(np.square(self.terms).sum((1, 2)))

    @property
    def difference(self) -> float:
        """The largest difference, over all entries, between the sum of the terms and torch's gradient."""
        return float(np.abs(self.terms.sum(0) - self.autograd).max())


@dataclass(frozen=True)
class Cut:
    """Truncated beside whole back-propagation through time, of W_hh of the first pass."""

    chunk: int
    carried: bool
    tokens: tuple[str, ...]
    whole: Float[np.ndarray, " steps"]
    """What each step adds to the gradient, as a share: its component along the whole gradient over that one's length."""
    cut: Float[np.ndarray, " steps"]
    """The same of the truncated gradient."""
    chunks: tuple[int, ...]
    """Other chunk lengths."""
    cosine: Float[np.ndarray, " chunks"]
    """Of the angle between truncated and whole gradient, for each of ``chunks``; NaN where one of them is 0."""
    length: Float[np.ndarray, " chunks"]
    """Norm of the truncated gradient over that of the whole one."""
    losses: Float[np.ndarray, " chunks"]
    """Loss of the truncated pass: another one where the state is reset."""
    loss: float
    """Of the whole pass."""
    cut_loss: float
    """Of the pass in chunks of ``chunk``."""
