"""Bias and variance: one model, or many sizes of it, fitted to K training sets."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


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
        """Standard deviation of the predictions over the training sets; 0 for a single one."""
        return self.fits.std(axis=0, ddof=1) if len(self.fits) > 1 else np.zeros_like(self.truth)


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
