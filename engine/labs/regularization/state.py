"""What the page of regularization shows: one part of the state for each section."""

import math
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen
from engine.data.regression import Plane, Polynomial, Sine, Step, TwoBumps
from engine.experiment import MAX_SEED

Section = Literal[
    "bias and variance",
    "L1 and L2",
    "diamond and circle",
    "dropout",
    "batch norm",
    "early stopping and noise",
    "universal approximation",
]
Truth = Annotated[Sine | Step | Polynomial, Field(discriminator="kind")]
Hills = Annotated[TwoBumps | Plane, Field(discriminator="kind")]
SHAPE = ("waves", "degree")
"""The knobs of a curve or surface that say what it looks like, apart from how it is sampled."""


def _log(default: Any, low: float | int, high: float | int, title: str, description: str = "") -> Any:
    return Field(default, ge=low, le=high, title=title, description=description, json_schema_extra={"scale": "log"})


def _linear(
    default: Any, low: float | int, high: float | int, title: str, description: str = "", step: float = 0.05
) -> Any:
    return Field(default, ge=low, le=high, title=title, description=description, json_schema_extra={"step": step})


class Resampling(Frozen):
    """Many training sets of one truth, a model fitted to each."""

    family: Literal["polynomial", "network"] = Field(
        "polynomial", title="Model", description="A least-squares polynomial, or a network with one hidden layer."
    )
    truth: Truth = Sine(waves=1.0)
    points: int = Field(25, ge=12, le=100, title="Training points", description="n, in each training set.")
    noise: float = _linear(0.4, 0.0, 1.0, "Noise", "σ, the standard deviation added to every target.")
    sets: int = Field(50, ge=2, le=300, title="Training sets", description="K. Networks train on the first 8 of them.")
    degree: int = Field(4, ge=0, le=11, title="Degree", description="Of the polynomial; it has one weight more.")
    ridge: float = _log(0.0, 0.0, 10.0, "Ridge strength", "λ of (λ/2) Σ w² beside the mean loss; 0 is least squares.")
    units: int = Field(8, ge=1, le=64, title="Hidden units", description="Of the network's one hidden layer, tanh.")


class Paths(Frozen):
    """Linear regression along λ."""

    l1_share: float = _linear(1.0, 0.0, 1.0, "L1 share", "α: 1 is L1 (lasso), 0 is L2 (ridge), between is elastic net.")
    strength: float = _log(0.1, 0.001, 10.0, "Strength", "λ of the shown weights.")
    correlation: float = _linear(0.5, 0.0, 0.95, "Correlation", "ρ between neighbouring inputs.")
    examples: int = Field(60, ge=20, le=300, title="Examples")
    network_strength: float = _log(0.01, 0.0001, 0.3, "Network strength", "λ of the network's penalty.")
    optimizer: Literal["sgd", "adam"] = Field("sgd", title="Network optimizer")


class Budget(Frozen):
    """A loss of two weights, and a budget that they must keep."""

    w1: float = _linear(1.6, -3.0, 3.0, "Optimum, first weight", "Also set by a drag or a click in a picture.", 0.01)
    w2: float = _linear(0.7, -3.0, 3.0, "Optimum, second weight", "Also set by a drag or a click in a picture.", 0.01)
    budget: float = _linear(
        1.0, 0.1, 4.0, "Budget", "t: the largest size that the weights may have. Also set by a drag of a rim."
    )
    stretch: float = _log(4.0, 1.0, 30.0, "Stretch", "The loss's largest curvature over its smallest.")
    angle: float = Field(30.0, ge=0.0, le=180.0, title="Angle", json_schema_extra={"step": 5.0, "unit": "degrees"})


class Thinning(Frozen):
    """Dropout in a small network."""

    rate: float = _linear(0.5, 0.05, 0.9, "Drop rate", "p, the chance that a hidden unit is silenced.")
    units: int = Field(12, ge=4, le=32, title="Units in each of two hidden layers")
    mask: int = Field(1, ge=1, le=50, title="Mask number", description="Each training step draws another one.")
    masks: int = Field(200, ge=10, le=1000, title="Networks in the ensemble", json_schema_extra={"scale": "log"})
    noise: float = _linear(0.25, 0.0, 0.6, "Noise of the data")


class Standardising(Frozen):
    """Batch norm in a small network."""

    view: Literal["running statistics", "rate and first weights", "batch size", "where it stands", "axes"] = (
        "running statistics"
    )
    momentum: float = _linear(0.1, 0.01, 1.0, "Momentum", "m, the share of the newest batch.", 0.01)
    batch_size: int = Field(16, ge=2, le=128, title="Batch size", json_schema_extra={"scale": "log"})
    units: int = Field(8, ge=2, le=32, title="Hidden units")
    steps: int = Field(150, ge=20, le=600, title="Training steps", json_schema_extra={"step": 10})


class Stopping(Frozen):
    """A network too large for its data."""

    patience: int = _log(60, 1, 300, "Patience", "Epochs without a better validation loss after which training stops.")
    epochs: int = _log(500, 50, 1000, "Epochs")
    samples: int = _log(100, 40, 400, "Samples", "30 % are trained on, 30 % are for validation, 40 % for the test.")
    noise: float = _linear(0.7, 0.0, 1.0, "Noise of the targets", "Standard deviation σ.")
    units: int = Field(64, ge=1, le=128, title="Units in each of two hidden layers")
    jitter: float = _linear(0.2, 0.0, 1.0, "Noise added to inputs", "Standard deviation s, new at every step.")


class Universal(Frozen):
    """A target, and networks with one hidden layer of 1..N ReLU units."""

    dimensions: Literal["one input", "two inputs"] = Field("one input", title="Target over")
    points: tuple[str, ...] = Field(
        ("-6_0", "-4_0.9", "-1.5_-0.8", "0_0.3", "1_0.9", "3.5_-0.6", "6_0.5"),
        min_length=2,
        max_length=24,
        title="Points",
        description="x_y: the curve runs through them.",
    )
    surface: Hills = TwoBumps()
    most: int = Field(16, ge=2, le=32, title="Most units", description="N: networks of 1 up to N hidden units.")
    seeds: int = Field(6, ge=2, le=12, title="Seeds", description="So many first weights for each size.")
    steps: int = Field(800, ge=100, le=3000, title="Training steps", json_schema_extra={"step": 100})
    rate: float = _log(0.02, 0.0005, 0.3, "Learning rate", "η of Adam.")
    shown: int = Field(6, ge=1, le=32, title="Units shown", description="Whose best fits are drawn; at most N.")

    @field_validator("points")
    @classmethod
    def _stand_apart(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        places = [place(text) for text in value]
        xs = sorted(x for x, _ in places)
        if any(after - before < APART for before, after in pairwise(xs)):
            raise PydanticCustomError("points", f"two points need an x at least {APART} apart; move one of them")
        return value


APART = 0.1
"""Two drawn points are at least so far apart along x."""
REACH, HEIGHT = 6.0, 1.5
"""Drawn points have x in [-6, 6] and y in [-1.5, 1.5]."""


def place(text: str) -> tuple[float, float]:
    """(x, y) of a drawn point. Raises PydanticCustomError, a ValueError, for a text that is none."""
    try:
        x, y = (float(part) for part in text.split("_"))
    except ValueError:
        x = y = math.nan
    if not (abs(x) <= REACH and abs(y) <= HEIGHT):
        shown = text[:30].replace("{", "{{").replace("}", "}}")
        raise PydanticCustomError("point", f"'{shown}' is no point; write x_y, x from -6 to 6 and y from -1.5 to 1.5")
    return x, y


class RegularizationLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "bias and variance"
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Decides every random draw on this page.")
    resampling: Resampling = Resampling()
    paths: Paths = Paths()
    budget: Budget = Budget()
    thinning: Thinning = Thinning()
    standardising: Standardising = Standardising()
    stopping: Stopping = Stopping()
    universal: Universal = Universal()
