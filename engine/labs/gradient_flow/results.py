"""What the lab measures: numbers that charts draw, free of torch. L layers with weights: hidden ones, then the output."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Outcome = Literal["learned", "vanished", "exploded", "diverged", "not yet"]


@dataclass(frozen=True)
class Course:
    """One run as its gradients tell it, one column per measured update."""

    label: str
    step: Int[np.ndarray, " columns"]
    """Number of the update, from 1."""
    gradient: Float[np.ndarray, "layers columns"]
    """Euclidean norm of the gradient of the batch's loss with respect to each layer's weights, before any clipping."""
    ratio: Float[np.ndarray, "layers columns"]
    """Norm of the update over norm of the weights before it."""
    drift: Float[np.ndarray, " layers"]
    """Norm of the weights now over norm of the first weights."""
    norm: Float[np.ndarray, " columns"]
    """Norm of the gradient of all parameters together, before clipping."""
    clipped_norm: Float[np.ndarray, " columns"]
    """The same after clipping: what the optimizer received."""
    angle: Float[np.ndarray, " columns"]
    """Degrees between the two."""
    loss: Float[np.ndarray, " columns"]
    """On the training part after the update, in evaluation mode, in nats."""
    accuracy: Float[np.ndarray, " columns"]
    """On the test part after the update."""
    ending: str
    """Why it diverged, in words; empty where it did not."""

    @property
    def layers(self) -> int:
        """Layers with weights."""
        return len(self.gradient)

    @property
    def share_clipped(self) -> float:
        """Share of the measured updates whose gradient was changed by clipping; NaN of none."""
        changed = self.clipped_norm < self.norm * (1 - 1e-5)
        return float(changed.mean()) if len(changed) else float("nan")


@dataclass(frozen=True)
class Flow:
    """Runs side by side: the same seed, so the same data and batches."""

    courses: tuple[Course, ...]


@dataclass(frozen=True)
class Chain:
    """The Jacobians of one network at one example, from the output back to the input."""

    label: str
    norms: Float[np.ndarray, " layers"]
    """Spectral norm of each layer's Jacobian, the first layer first."""
    product: Float[np.ndarray, " layers"]
    """log10 of the spectral norm of the product from the output back to layer l, the output layer alone last."""
    bound: Float[np.ndarray, " layers"]
    """log10 of the product of the same layers' norms: never below ``product``."""


@dataclass(frozen=True)
class Chains:
    """The chains of several networks."""

    chains: tuple[Chain, ...]
    example: int


@dataclass(frozen=True)
class Measured:
    """What is kept of one run of the comparison."""

    outcome: Outcome
    ratio: float
    """log10 of the first layer's median gradient over the last one's; -inf where nothing arrives, NaN of no update."""
    accuracy: float
    """On the test part at the end; NaN of no update."""
    seconds: float
    """That it took to train."""

    @property
    def nbytes(self) -> int:
        """About, with the text that it is found by."""
        return 2000


@dataclass(frozen=True)
class Cell:
    """What one setting came to over the seeds that are done."""

    row: str
    column: str
    outcomes: tuple[Outcome, ...]
    """One per seed."""
    ratio: tuple[float, ...]
    """log10 of the first layer's median gradient over the last one's, per seed; -inf where nothing arrives.

    NaN where no update was made.
    """
    accuracy: tuple[float, ...]
    """On the test part at the end, per seed."""


@dataclass(frozen=True)
class Comparison:
    """All cells so far."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    seeds: int
    """How many are planned for each cell."""
    trained: int = 0
    """Runs trained for it; the others had been trained before."""
    seconds: float = 0.0
    """That those took."""


@dataclass(frozen=True)
class Sign:
    """A doctor's finding with what it rests on."""

    label: str
    sentence: str
    evidence: tuple[tuple[str, str], ...]
    """(what, its number in words)."""
    lesson: str
    source: str


@dataclass(frozen=True)
class Record:
    """A recorded run as the doctor sees it."""

    step: Int[np.ndarray, " frames"]
    gradient: Float[np.ndarray, "layers frames"]
    ratio: Float[np.ndarray, "layers frames"]
    weight_norm: Float[np.ndarray, "layers details"]
    weight_step: Int[np.ndarray, " details"]
    loss: Float[np.ndarray, " frames"]
    signs: tuple[Sign, ...]
    ending: str
    is_done: bool

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays, and about as many as its sentences take."""
        arrays = (self.step, self.gradient, self.ratio, self.weight_norm, self.weight_step, self.loss)
        return sum(array.nbytes for array in arrays) + 2000
