"""What the lab measures: numbers that charts draw, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

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

    reach: float
    """The picture goes so far from 0, along both weights."""
    levels: Float[np.ndarray, " levels"]
    """Losses whose contours are drawn."""
    ellipse: Float[np.ndarray, "turns 2"]
    """Every contour is this closed line, grown about the optimum: it is the one of the loss 1/2, seen from there."""
    optimum: Float[np.ndarray, "2"]
    budget: float
    diamond: Touch
    circle: Touch
    zero_share: tuple[float, float]
    """Of optima spread over the picture: the share whose best point on the diamond, on the circle has an exact 0."""

    def contour(self, loss: float) -> Float[np.ndarray, "turns 2"]:
        """The weights of one loss, a closed line."""
        return np.asarray(self.optimum + np.sqrt(2 * loss) * self.ellipse)


# --- dropout ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thinned:
    """A trained network, and what the average over many masks gives."""

    weights: tuple[Float[np.ndarray, "_ _"], ...]
    """Of each layer, the output layer last."""
    unit: int
    """From 1: the unit of the second hidden layer that is looked at."""
    before: Float[np.ndarray, " masks"]
    """Its pre-activation under each mask of the layer before, on one example, kept units scaled by 1 / (1 - p)."""
    before_rest: float
    """The same without dropout: inference."""
    after: Float[np.ndarray, " masks"]
    """Its activation, past the non-linearity."""
    after_rest: float
    unscaled: float
    """Average pre-activation under masks without any scaling."""
    counts: Int[np.ndarray, " moments"]
    """Networks in the ensemble."""
    distance: Float[np.ndarray, " moments"]
    """Root mean square difference of the ensemble's probabilities to those of the one scaled network."""
    accuracy: Float[np.ndarray, " moments"]
    """Of the ensemble on the test part."""
    single: float
    """Average test accuracy of one thinned network."""
    rest: float
    """Test accuracy of the one scaled network."""
    rest_loss: float
    ensemble_loss: float
    """Test cross-entropy of all networks' average probability, in nats."""
    steps: int


@dataclass(frozen=True)
class DropoutRuns:
    """The same network trained with and without dropout."""

    thinned: Thinned | None
    plain_accuracy: float = float("nan")
    plain_loss: float = float("nan")


# --- batch norm -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    """One unit's statistics over training."""

    steps: Int[np.ndarray, " steps"]
    batch_mean: Float[np.ndarray, " steps"]
    batch_variance: Float[np.ndarray, " steps"]
    running_mean: Float[np.ndarray, " steps"]
    running_variance: Float[np.ndarray, " steps"]
    gamma: Float[np.ndarray, "steps units"]
    beta: Float[np.ndarray, "steps units"]
    training_loss: Float[np.ndarray, " steps"]
    """On the training part, batch statistics of the step's batch in use for the batch alone: training mode."""
    inference_loss: Float[np.ndarray, " steps"]
    """On the same batch with running statistics: inference mode."""
    unit: int


@dataclass(frozen=True)
class RateCell:
    """The outcome of one learning rate and one scale of first weights."""

    setting: str
    rate: float
    scale: float
    loss: float
    """Training loss at the end, in nats; infinite where it diverged."""


@dataclass(frozen=True)
class BatchNoise:
    """How the mean over a batch scatters."""

    sizes: Int[np.ndarray, " sizes"]
    measured: Float[np.ndarray, " sizes"]
    exact: Float[np.ndarray, " sizes"]


@dataclass(frozen=True)
class Place:
    """One network with batch norm at one place."""

    label: str
    steps: Int[np.ndarray, " moments"]
    loss: Float[np.ndarray, " moments"]


# --- early stopping and noise -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stopped:
    """The losses of one run that went on past the point where it should have stopped."""

    epochs: Int[np.ndarray, " epochs"]
    train: Float[np.ndarray, " epochs"]
    validation: Float[np.ndarray, " epochs"]
    test: Float[np.ndarray, " epochs"]


@dataclass(frozen=True)
class Jittered:
    """Losses after training with noise added to the inputs, and the network's curve."""

    noise: float
    train: float
    validation: float
    test: float
    x: Float[np.ndarray, " grid"]
    curve: Float[np.ndarray, " grid"]


@dataclass(frozen=True)
class JitterSweep:
    """Several strengths of input noise."""

    rows: tuple[Jittered, ...]
    truth: Float[np.ndarray, " grid"]
    points_x: Float[np.ndarray, " points"]
    points_y: Float[np.ndarray, " points"]


# --- universal approximation ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Approximation:
    """Root mean square errors over the number of units: constructed, and trained from several seeds."""

    units: Int[np.ndarray, " sizes"]
    constructed: Float[np.ndarray, " sizes"]
    trained: Float[np.ndarray, "seeds sizes"]
    steps: int
    x: Float[np.ndarray, "places inputs"]
    target: Float[np.ndarray, " places"]
    constructed_fits: Float[np.ndarray, "sizes places"]
    trained_fits: Float[np.ndarray, "seeds sizes places"]

    @property
    def known(self) -> Float[np.ndarray, " sizes"]:
        """The lowest error that a network of at most so many units is known to have: a smaller one may stand for it."""
        lowest = np.minimum(self.constructed, self.trained.min(axis=0))
        return np.asarray(np.minimum.accumulate(lowest))
