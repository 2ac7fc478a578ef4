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


@dataclass(frozen=True)
class ScheduleRun:
    """One schedule's run."""

    label: str
    is_chosen: bool
    """Whether its knobs are those of the page; the others are set to fit the run's length."""
    rates: Float[np.ndarray, " updates"]
    """In force at each update, read from the optimizer."""
    momenta: Float[np.ndarray, " updates"]
    """In force at each update; NaN for an optimizer without."""
    steps: Float[np.ndarray, " moments"]
    losses: Float[np.ndarray, " moments"]
    """Of the whole training part."""
    validation: float = float("nan")
    """At the end."""
    is_done: bool = False
    has_diverged: bool = False


@dataclass(frozen=True)
class ScheduleResult:
    """The same run under every schedule."""

    horizon: int
    """Updates that are planned."""
    runs: tuple[ScheduleRun, ...] = ()
    left_out: str = ""
    """Which schedules don't go with the optimizer, in words."""


@dataclass(frozen=True)
class NoiseAt:
    """Batches of one size against the full-batch gradient g."""

    size: int
    error: float
    """Mean of |g_B - g|^2, drawn as the engine does: without replacement."""
    error_replaced: float
    """The same, drawn with replacement."""
    theory: float
    theory_replaced: float
    cosine: float
    """Median cosine of the angle between g_B and g."""


@dataclass(frozen=True)
class BatchRun:
    """Training with one batch size."""

    size: int
    updates: Float[np.ndarray, " moments"]
    epochs: Float[np.ndarray, " moments"]
    losses: Float[np.ndarray, " moments"]


@dataclass(frozen=True)
class NoiseResult:
    """How mini-batch gradients scatter around the full-batch gradient."""

    rows: int
    parameters: int
    size: int
    """The batch size that is looked at closely."""
    trace: float
    """tr(Sigma): the mean of |g_i - g|^2 over single examples."""
    squared: float
    """|g|^2."""
    cloud: Float[np.ndarray, "draws 2"]
    """Each batch's gradient, along g and along the direction across it in which single examples scatter most."""
    sizes: tuple[NoiseAt, ...] = ()
    runs: tuple[BatchRun, ...] = ()

    @property
    def scale(self) -> float:
        """tr(Sigma) / |g|^2: at this batch size noise and gradient are equally long."""
        return self.trace / self.squared if self.squared > 0 else float("inf")

    def named(self, size: int) -> str:
        """``B = 10``; ``B = all`` where a batch holds every example."""
        return "B = all" if size == self.rows else f"B = {size}"


@dataclass(frozen=True)
class LandscapeResult:
    """The loss on a plane through trained weights, and the optimizer's path laid on it."""

    a: Float[np.ndarray, " columns"]
    b: Float[np.ndarray, " rows"]
    loss: Float[np.ndarray, "rows columns"]
    """Infinite where it is not finite."""
    path: Float[np.ndarray, "moments 2"]
    path_steps: Float[np.ndarray, " moments"]
    path_loss: Float[np.ndarray, " moments"]
    """The loss that the run really had, off the plane as it may be."""
    captured: float
    """Share of the path's squared length from the trained weights that lies in the plane."""
    centre_loss: float
    parameters: int


@dataclass(frozen=True)
class SharpnessResult:
    """The largest eigenvalue of the Hessian over a full-batch run, beside the limit of its optimizer."""

    steps: Float[np.ndarray, " moments"]
    sharpness: Float[np.ndarray, " moments"]
    """Of the Hessian H."""
    effective: Float[np.ndarray, " moments"]
    """Of P^-1/2 H P^-1/2 + D for an optimizer with a preconditioner P and a decoupled decay D; else as ``sharpness``."""
    limit: float
    loss_steps: Float[np.ndarray, " updates"]
    losses: Float[np.ndarray, " updates"]
    parameters: int
    is_preconditioned: bool = False
    """Whether the optimizer rescales the gradient."""
    has_diverged: bool = False
    power: Float[np.ndarray, " iterations"] | None = None
    """Power iteration's estimates at the last weights."""
    shifted: Float[np.ndarray, " iterations"] | None = None
    """The same on H + c I, less c."""
    shift: float = 0.0
    smallest: float = 0.0
    """The smallest eigenvalue at the last weights."""


@dataclass(frozen=True)
class RaceRun:
    """One optimizer from one seed."""

    optimizer: str
    seed: int
    steps: Float[np.ndarray, " moments"]
    train: Float[np.ndarray, " moments"]
    validation: Float[np.ndarray, " moments"]
    """NaN after a divergence, in both."""


@dataclass(frozen=True)
class RaceResult:
    """A race, as far as it has come."""

    optimizers: tuple[str, ...]
    rates: tuple[float, ...]
    """The learning rate that each races with."""
    seeds: int
    runs: tuple[RaceRun, ...] = ()
    tuning: tuple[tuple[float, ...], ...] = ()
    """Of each optimizer, the (geometric mean) training loss after a run at each rate that was tried; empty where none was."""
    tried: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Spread:
    """Whose doing the last losses are: in decades (log10 of the loss)."""

    optimizers: float
    """Standard deviation between the optimizers' means over the seeds."""
    seeds: float
    """Standard deviation between the seeds' means over the optimizers."""
    rest: float
    """What neither explains: the standard deviation of what is left."""
    wins: tuple[int, ...]
    """On how many seeds each optimizer came lowest."""
    paired: int
    """Seeds on which all optimizers reached their end."""
