"""What the page of the activations shows."""

from typing import Annotated, Literal

from pydantic import Field

from engine.activations import Activation, ReLU, Sigmoid
from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.initializers import Initializer, XavierNormal
from engine.labs.activations.inputs import Inputs, NormalInputs
from engine.losses import Task

Section = Literal["curves", "layers", "softmax", "maxout", "collapse", "losses"]

MOST_LAYERS = 50
LOGIT = 10.0
"""Logits go from minus this to this."""
LINE = 4.0
"""So do slopes and offsets of maxout's pieces."""

Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Logit = Annotated[float, Field(ge=-LOGIT, le=LOGIT)]
Number = Annotated[float, Field(ge=-LINE, le=LINE)]


class Stack(Frozen):
    """Layers that inputs are sent through, with first weights as an untrained network has them."""

    depth: int = Field(20, ge=1, le=MOST_LAYERS, title="Layers", description="Hidden layers, one after another.")
    width: int = Field(64, ge=1, le=128, title="Units per layer", description="Also the number of input features.")
    initializer: Initializer = XavierNormal()
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Of the inputs and of the first weights.")
    shows: Literal["activations", "pre-activations"] = Field(
        "activations",
        title="Distribution of",
        description="Pre-activations z are what a unit computes from the layer before: w·x + b. Activations a come after.",
    )
    scale: Literal["shared", "own"] = Field(
        "shared",
        title="Scale",
        description="Shared: one range of values for all layers. Own: each layer in units of its own standard deviation, "
        "which shows its shape where the layers' sizes differ by powers of ten.",
    )
    look: int = Field(
        1, ge=1, le=MOST_LAYERS, title="Layer looked at", description="Drawn in full beneath. Or click in the picture."
    )


class SoftmaxView(Frozen):
    """Logits and a temperature."""

    logits: tuple[Logit, ...] = Field((2.0, 1.0, 0.0, -1.0), min_length=3, max_length=6, title="Logits")
    temperature: float = Field(
        1.0,
        ge=0.01,
        le=100.0,
        title="Temperature",
        json_schema_extra={"scale": "log"},
        description="The logits are divided by it before softmax: low sharpens, high flattens.",
    )


class MaxoutUnit(Frozen):
    """One unit of maxout: its affine pieces, of one input and of two."""

    slopes: tuple[Number, ...] = Field((-1.0, 1.0), min_length=2, max_length=5, title="Slopes")
    offsets: tuple[Number, ...] = Field((0.0, 0.0), max_length=5, title="Offsets")
    """Missing ones are 0, and more than there are slopes count for nothing."""
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Of the pieces of two inputs.")

    @property
    def lines(self) -> tuple[tuple[float, float], ...]:
        """(slope, offset) of each piece."""
        offsets = (*self.offsets, *[0.0] * len(self.slopes))
        return tuple(zip(self.slopes, offsets, strict=False))


class LinearStack(Frozen):
    """A deep network without activations, on two inputs."""

    depth: int = Field(5, ge=1, le=MOST_LAYERS, title="Hidden layers")
    width: int = Field(16, ge=1, le=64, title="Units per layer")
    bias: bool = Field(True, title="Biases", description="Drawn at random here, so that they make a difference.")
    beside: Activation = ReLU()
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Of weights and biases.")


class LossView(Frozen):
    """What is predicted, what is true, and which prediction is looked at."""

    task: Task = "two classes"
    target: float = Field(1.0, ge=-5.0, le=5.0, title="Target y", json_schema_extra={"step": 0.25})
    prediction: float = Field(
        -2.0,
        ge=-10.0,
        le=10.0,
        title="Prediction",
        description="The network's output.",
        json_schema_extra={"step": 0.1},
    )
    delta: float = Field(1.0, gt=0.0, le=10.0, title="Huber's delta", json_schema_extra={"step": 0.25})
    label: Literal["0", "1"] = Field("1", title="True class y", description="1 is the positive class.")
    against: Literal["logit", "probability"] = Field(
        "logit", title="Drawn over", description="The logit z is the network's output; the probability is p = σ(z)."
    )
    logit: float = Field(-2.0, ge=-LOGIT, le=LOGIT, title="Logit z", json_schema_extra={"step": 0.1})
    logits: tuple[Logit, ...] = Field((1.0, -0.5, 0.5), min_length=3, max_length=6, title="Logits")
    truth: int = Field(1, ge=1, le=6, title="True class", description="Counted from 1.")
    moved: int = Field(1, ge=1, le=6, title="Logit that is moved", description="The horizontal axis of the pictures.")


class ActivationsLab(Frozen):
    """The settings of all sections, as the address has them."""

    section: Section = "curves"
    first: Activation = Sigmoid()
    second: Activation = ReLU()
    reach: float = Field(
        6.0,
        ge=1.0,
        le=50.0,
        title="Largest |z|",
        json_schema_extra={"step": 0.5},
        description="Half-width of the curves.",
    )
    inputs: Inputs = NormalInputs()
    stack: Stack = Stack()
    softmax: SoftmaxView = SoftmaxView()
    maxout: MaxoutUnit = MaxoutUnit()
    collapse: LinearStack = LinearStack()
    losses: LossView = LossView()
