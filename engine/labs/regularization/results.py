"""What the lab measures: numbers that charts draw, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

# --- bias and variance ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Split:
    """The expected squared error on new noisy targets, and its three parts: total = bias² + variance + noise."""

    bias2: float
    variance: float
    noise: float

    @property
    def total(self) -> float:
        """Their sum."""
        return self.bias2 + self.variance + self.noise


@dataclass(frozen=True)
class Resampled:
    """One model fitted to K training sets."""

    label: str
    x: Float[np.ndarray, " grid"]
    truth: Float[np.ndarray, " grid"]
    fits: Float[np.ndarray, "sets grid"]
    points_x: Float[np.ndarray, " points"]
    points_y: Float[np.ndarray, " points"]
    """Of the first training set."""

    @property
    def mean(self) -> Float[np.ndarray, " grid"]:
        """The average model."""
        return self.fits.mean(axis=0)

    @property
    def deviation(self) -> Float[np.ndarray, " grid"]:
        """Standard deviation of the predictions over the training sets."""
        return self.fits.std(axis=0, ddof=1)


@dataclass(frozen=True)
class SizeRow:
    """One model size over K training sets."""

    size: int
    sets: int
    measured: Split
    exact: Split | None
    """By the closed form, where there is one."""
    train: float
    """Mean squared error on the training targets, average over the sets."""
    validation: float
    """Mean squared error on new noisy targets of the same truth, average over the sets."""


@dataclass(frozen=True)
class Sweep:
    """Model sizes, as far as measured."""

    title: str
    """Of the axis of sizes."""
    rows: tuple[SizeRow, ...]
    shown: Resampled | None = None


# --- L1 and L2 --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LinearPath:
    """Weights of a linear regression along λ, from the largest to the smallest."""

    strengths: Float[np.ndarray, " moments"]
    weights: Float[np.ndarray, "moments inputs"]
    true: Float[np.ndarray, " inputs"]
    train: Float[np.ndarray, " moments"]
    validation: Float[np.ndarray, " moments"]

    @property
    def zeros(self) -> Int[np.ndarray, " moments"]:
        """How many weights are exactly 0."""
        return (self.weights == 0).sum(axis=1)


@dataclass(frozen=True)
class Penalised:
    """One network trained with one penalty."""

    label: str
    weights: Float[np.ndarray, " weights"]
    """All of them, of every layer, without biases."""
    train: float
    validation: float
    ending: str
    from_l2: float
    """Largest difference of any weight to that of the L2 network; NaN where that is not known."""

    @property
    def zeros(self) -> int:
        """How many are exactly 0."""
        return int((self.weights == 0).sum())


# --- diamond and circle -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Touch:
    """The lowest loss within a budget."""

    w: Float[np.ndarray, "2"]
    loss: float
    multiplier: float
    """λ with which the penalised loss has the same minimum; 0 where the budget does not bind."""


@dataclass(frozen=True)
class Budgets:
    """The two shapes on the same loss."""

    axis: Float[np.ndarray, " side"]
    loss: Float[np.ndarray, "side side"]
    """Row: second weight; column: first weight."""
    optimum: Float[np.ndarray, "2"]
    budget: float
    diamond: Touch
    circle: Touch
    zero_share: tuple[float, float]
    """Of optima spread over the picture: the share whose best point on the diamond, on the circle has an exact 0."""
