"""What the page of optimizers on a network shows."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from engine.activations import Activation, Tanh
from engine.choice import Frozen, catalog
from engine.data.bundled import Iris
from engine.data.regression import Sine
from engine.data.toy import Circle, Moons, Spiral
from engine.experiment import MAX_SEED, Experiment, Training
from engine.model import Model
from engine.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, OptimizerChoice, RMSProp
from engine.schedules import OneCycle, Schedule

SmallData = Annotated[Sine | Moons | Circle | Spiral | Iris, Field(discriminator="kind")]
"""Of the engine's data sets those on which a small network trains in a second."""
Part = Literal["train", "validation"]
Size = Annotated[int, Field(ge=1, le=3000)]

BATCH = Field(
    20,
    title="Batch size",
    description="Examples per update; more than there are means all of them.",
    json_schema_extra={"scale": "log"},
)


def epochs(default: int, most: int) -> Any:
    """How long a run of a section lasts: each has its own bound, so that all of it stays a matter of seconds."""
    return Field(
        default,
        ge=1,
        le=most,
        title="Epochs",
        description="Passes over the training part.",
        json_schema_extra={"scale": "log"},
    )


class RangeTest(Frozen):
    """The learning-rate range test."""

    optimizer: Optimizer = Momentum()
    low: float = Field(
        0.0001, ge=1e-6, le=1.0, title="First rate", description="At step 0.", json_schema_extra={"scale": "log"}
    )
    high: float = Field(
        10.0, ge=1e-4, le=10.0, title="Last rate", description="At the last step.", json_schema_extra={"scale": "log"}
    )
    steps: int = Field(200, ge=20, le=1000, title="Steps", description="Updates of the test.")
    batch_size: Size = BATCH

    @model_validator(mode="after")
    def _rises(self) -> "RangeTest":
        if self.high < 2 * self.low:
            allowed = f"at least twice the first rate, {self.low:g}"
            raise PydanticCustomError("range", allowed, {"field": "sweep.high", "value": self.high})
        return self


class ScheduleTest(Frozen):
    """Every schedule on the same run."""

    optimizer: Optimizer = Momentum(lr=0.05)
    schedule: Schedule = OneCycle()
    batch_size: Size = BATCH
    epochs: int = epochs(40, 300)


class BatchNoise(Frozen):
    """What a mini-batch's gradient says of the full-batch gradient."""

    batch_size: Size = Field(
        10,
        title="Batch size B",
        description="The one that is looked at closely; more than there are means all.",
        json_schema_extra={"scale": "log"},
    )
    lr: float = Field(
        0.03,
        ge=1e-4,
        le=1.0,
        title="Learning rate",
        description="Step size η of plain descent: of the training before the measurement, and of the three runs.",
        json_schema_extra={"scale": "log"},
    )
    epochs: int = Field(
        20, ge=0, le=200, title="Epochs before", description="Passes over the data before the gradients are measured."
    )
    draws: int = Field(
        300,
        ge=50,
        le=500,
        title="Batches drawn",
        description="So many of each size.",
        json_schema_extra={"scale": "log"},
    )


class Landscape(Frozen):
    """The loss around a trained network."""

    plane: Literal["random", "path"] = Field(
        "path",
        title="Plane",
        description="Two directions through the trained weights: random ones, filter-normalised, or those along which the "
        "optimizer moved most.",
    )
    view: Literal["contour", "3-D"] = Field("contour", title="View", description="Lines of equal loss, or its height.")
    part: Part = Field("train", title="Loss on", description="The examples that the loss is measured on.")
    optimizer: Optimizer = Momentum(lr=0.02)
    batch_size: Size = BATCH
    epochs: int = epochs(40, 300)
    reach: float = Field(
        1.0,
        ge=0.1,
        le=5.0,
        title="Reach",
        description="How far the plane goes: 1 is the size of each unit's own weights, or holds the whole path.",
        json_schema_extra={"step": 0.1},
    )
    resolution: int = Field(41, ge=11, le=101, title="Points per side", description="Of the finest grid.")
    directions: int = Field(0, ge=0, le=1000, title="Draw", description="Another number draws other random directions.")


class Sharpness(Frozen):
    """The largest eigenvalue of the Hessian beside what the optimizer can bear."""

    optimizer: Optimizer = SGD(lr=0.1)
    steps: int = Field(500, ge=50, le=3000, title="Steps", description="Full-batch updates.")


class Race(Frozen):
    """Optimizers from the same first weights, on the same batches, from several seeds."""

    kinds: tuple[Literal["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"], ...] = Field(
        ("sgd", "momentum", "rmsprop", "adam"), min_length=1, max_length=7, title="Optimizers"
    )
    seeds: int = Field(5, ge=3, le=10, title="Seeds", description="So many runs of each optimizer.")
    batch_size: Size = BATCH
    epochs: int = epochs(20, 100)
    tuned: bool = Field(
        False,
        title="Tune the rates first",
        description="Each optimizer first tries its own rate times 0.1, 0.3, 1, 3 and 10, on two seeds that do not race.",
    )
    sgd: SGD = SGD(lr=0.1)
    momentum: Momentum = Momentum(lr=0.02)
    nesterov: Nesterov = Nesterov(lr=0.02)
    adagrad: Adagrad = Adagrad()
    rmsprop: RMSProp = RMSProp()
    adam: Adam = Adam(lr=0.02)
    adamw: AdamW = AdamW(lr=0.02)

    @field_validator("kinds")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(kind for kind in catalog(Optimizer) if kind in value)

    @property
    def racers(self) -> tuple[OptimizerChoice, ...]:
        """The optimizers that race, with their settings, in the order of the catalog."""
        return tuple(getattr(self, kind) for kind in self.kinds)


class DescentLab(Frozen):
    """Its settings, as its address has them."""

    section: Literal["sweep", "schedules", "noise", "landscape", "sharpness", "race"] = "sweep"
    data: SmallData = Sine()
    width: int = Field(16, ge=1, le=32, title="Units", description="Per hidden layer.")
    depth: int = Field(2, ge=1, le=4, title="Hidden layers", description="All of the same width.")
    activation: Activation = Tanh()
    seed: int = Field(
        0, ge=0, le=MAX_SEED, title="Seed", description="Decides every draw: data, split, first weights, batches."
    )
    sweep: RangeTest = RangeTest()
    schedules: ScheduleTest = ScheduleTest()
    noise: BatchNoise = BatchNoise()
    landscape: Landscape = Landscape()
    sharpness: Sharpness = Sharpness()
    race: Race = Race()

    def experiment(self, training: Training) -> Experiment:
        """The network and data of the sidebar, trained as a section asks."""
        model = Model(hidden=(self.width,) * self.depth, activation=self.activation)
        return Experiment(data=self.data, model=model, training=training, seed=self.seed)
