"""What is seen of a run: plain numbers and arrays that nobody else writes to. M moments, L layers with weights."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class Curves:
    """What was measured at M moments of the run."""

    updates: Int[np.ndarray, " moments"]
    """Updates done by then."""
    train_loss: Float[np.ndarray, " moments"]
    """In nats, as the loop computes it."""
    train_accuracy: Float[np.ndarray, " moments"]
    validation_loss: Float[np.ndarray, " moments"]
    validation_accuracy: Float[np.ndarray, " moments"]
    gradient_norm: Float[np.ndarray, "moments layers"]
    """Norm of the gradient that the last update used; NaN before the first."""
    gradient_excess: Float[np.ndarray, " moments"]
    """That norm, over the norm of the gradient of the last batch alone, of all layers together: 1 as it should be."""
    update_ratio: Float[np.ndarray, "moments layers"]
    """Norm of the last update over norm of the weights before it; NaN before the first, and of weights that were all 0."""
    weight_norm: Float[np.ndarray, "moments layers"]
    dead: Float[np.ndarray, "moments hidden"]
    """Share of hidden units whose slope is exactly 0 on every training example."""


@dataclass(frozen=True)
class Batches:
    """What was trained on."""

    loss: Float[np.ndarray, " updates"]
    """Of each batch before its update, in nats."""
    classes: Int[np.ndarray, "last classes"]
    """How many examples of each class the last batches had."""

    @property
    def variety(self) -> float:
        """Classes in a batch, the mean of the last ones; NaN before the first."""
        return float((self.classes > 0).sum(axis=1).mean()) if len(self.classes) else float("nan")


@dataclass(frozen=True)
class Inputs:
    """The examples, as the network receives them."""

    names: tuple[str, ...]
    low: Float[np.ndarray, " inputs"]
    high: Float[np.ndarray, " inputs"]
    """Lowest and highest value in the training part."""
    importance: Float[np.ndarray, " inputs"]
    """By how much the validation accuracy falls when the values of this input are shuffled among the examples."""
    label_agreement: tuple[float, float]
    """Share of examples of the training and of the validation part that have the label of most of their neighbours."""

    @property
    def reach(self) -> float:
        """The largest value of any input, whatever its sign."""
        return float(max(-self.low.min(), self.high.max()))


@dataclass(frozen=True)
class Outputs:
    """What the network says at the end."""

    edges: Float[np.ndarray, " edges"]
    counts: Int[np.ndarray, " bins"]
    """Histogram of the raw outputs on the validation part, those that are finite."""
    lowest: float
    highest: float
    """Of the raw outputs; NaN where none is finite."""
    confidence: Int[np.ndarray, " bins"]
    """Histogram of the largest probability of each validation example, in equal bins from 0 to 1."""
    linear_share: float
    """Share of the outputs' variance on the training part that a straight line of the inputs explains; NaN without any."""
    plane: Float[np.ndarray, "side side"]
    """Probability of class 1 over x1 (columns) and x2 (rows) between their training ranges, x3 in its middle."""


@dataclass(frozen=True)
class Checks:
    """The same network asked the same in other ways, at the end."""

    asked_twice: float
    """Share of validation examples that get another answer when asked again."""
    in_batches: float
    """Share of validation examples that get another answer when asked 16 at a time, class after class, not all at once."""
    train_accuracy: float
    """Accuracy on the training part as it is reported ..."""
    train_accuracy_in_training: float
    """... and in training mode, 32 at a time: what the loop itself meets."""


@dataclass(frozen=True)
class Fresh:
    """Examples that were never seen, asked 16 at a time as they come in, class after class."""

    accuracy: float
    loss: float
    """Minus the mean log-probability of the truth, in nats, whatever the loop computes; infinite where it is none."""


@dataclass(frozen=True)
class Examined:
    """The network at the end."""

    inputs: Inputs
    outputs: Outputs
    checks: Checks
    fresh: Fresh


@dataclass(frozen=True)
class Dashboard:
    """A run as it is looked at."""

    curves: Curves
    batches: Batches
    examined: Examined | None = None
    """None while the run goes on."""
    broke_at: int | None = None
    """The update at which the loss was not finite any more, which ended the run."""
    kept_from: int | None = None
    """The update whose weights were put back at the end; None where none were."""
