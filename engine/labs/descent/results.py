"""What the lab measures: numbers that charts draw, free of torch. Losses are in the unit of the run's loss."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class RateTrial:
    """A run at one constant rate, from the same first weights."""

    rate: float
    loss: float
    """Training loss after the test's number of steps; infinite where it diverged."""


@dataclass(frozen=True)
class RangeResult:
    """Loss against a rate that grows at every step."""

    rates: Float[np.ndarray, " steps"]
    losses: Float[np.ndarray, " steps"]
    """Of the whole training part, after the update at that rate."""
    smooth: Float[np.ndarray, " steps"]
    """The logarithm of the loss smoothed over neighbouring steps, as a loss again."""
    first_loss: float
    lowest: float | None = None
    """The rate at which the smoothed loss was lowest."""
    steepest: float | None = None
    """The rate at which the smoothed loss fell fastest per decade of the rate."""
    broke: float | None = None
    """The rate at which the loss had grown to so many times its lowest, or was not finite; None where it never did."""
    trials: tuple[RateTrial, ...] = ()
    """Real runs at constant rates, in the order of the rates."""

    @property
    def suggested(self) -> float | None:
        """What the test suggests: a tenth of the rate of the lowest loss."""
        return None if self.lowest is None else self.lowest / 10

    @property
    def best(self) -> RateTrial | None:
        """The constant rate that came lowest."""
        finite = [trial for trial in self.trials if np.isfinite(trial.loss)]
        return min(finite, key=lambda trial: trial.loss) if finite else None
