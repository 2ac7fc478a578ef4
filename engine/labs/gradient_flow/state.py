"""What the page of gradient flow shows."""

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.activations import Activation, Sigmoid
from engine.choice import Frozen
from engine.experiment import MAX_SEED, Experiment
from engine.initializers import Initializer, XavierUniform
from engine.labs.gradient_flow.cures import CURES, SLOTS, CureId, cured, doubled
from engine.optimizers import Adam, Optimizer

View = Literal["flow", "jacobians", "cures", "clipping", "signs"]
SAMPLES = 300
"""Examples of the data set; three quarters of them or so are trained on."""


class GradientFlowLab(Frozen):
    """Its settings, as its address has them. ``before`` is the network without cures, ``after`` the one with them."""

    view: View = "flow"
    depth: int = Field(20, ge=1, le=60, title="Hidden layers")
    width: int = Field(16, ge=2, le=64, title="Units per layer")
    activation: Activation = Sigmoid()
    initializer: Initializer = XavierUniform()
    optimizer: Optimizer = Adam(lr=0.01)
    data: Literal["circle", "moons", "xor", "spiral"] = Field("circle", title="Data set")
    batch_size: int = Field(32, ge=2, le=256, title="Batch size", description="Examples per update.")
    updates: int = Field(200, ge=20, le=1000, title="Updates", json_schema_extra={"step": 10})
    seed: int = Field(0, ge=0, le=MAX_SEED)
    cures: tuple[CureId, ...] = Field(("relu", "he_normal"), max_length=5)
    clip_norm: float = Field(
        1.0,
        ge=1e-3,
        le=1000.0,
        title="Largest norm c",
        description="A longer gradient is shortened to this Euclidean norm.",
        json_schema_extra={"scale": "log"},
    )
    clip_value: float = Field(
        0.1,
        ge=1e-4,
        le=1000.0,
        title="Largest value c",
        description="Every entry of the gradient is cut to this size.",
        json_schema_extra={"scale": "log"},
    )
    example: int = Field(
        1, ge=1, le=200, title="Example", description="The training example at which the Jacobians are taken."
    )
    moment: Literal["first", "trained"] = "first"
    compared: Literal["alone", "pairs"] = "alone"
    compared_depth: Annotated[Literal["10", "20", "40", "60"], Field(title="Hidden layers")] = "20"
    clipped: Literal["bursts", "breaks", "own"] = "bursts"
    sign: Literal["starved", "tiny", "slow", "exploding", "growing", "nan"] = Field("starved", title="Recorded run")
    with_fix: bool = Field(False, title="Show the same run with the fix too")

    @model_validator(mode="after")
    def _one_cure_per_place(self) -> "GradientFlowLab":
        if clash := doubled(self.cures):
            allowed = f"of {SLOTS[CURES[clash[0]].slot].lower()} choose one, not {clash[0]} and {clash[1]}"
            raise PydanticCustomError("misfit", allowed, {"field": "cures", "value": ",".join(self.cures)})
        return self

    @property
    def limits(self) -> dict[CureId, float]:
        """The limits of the two clippings."""
        return {"clip_norm": self.clip_norm, "clip_value": self.clip_value}

    @property
    def before(self) -> Experiment:
        """The network without any cure, as the Playground would train it."""
        return self.of_depth(self.depth)

    @property
    def after(self) -> Experiment:
        """``before`` with the chosen cures: same seed, so same data and batches."""
        return cured(self.before, self.cures, self.limits)

    def of_depth(self, depth: int, seed: int | None = None) -> Experiment:
        """``before`` with so many hidden layers, and another seed where one is given."""
        bare = Experiment.model_validate(
            {
                "data": {"kind": self.data, "samples": SAMPLES},
                "model": {
                    "hidden": (self.width,) * depth,
                    "activation": self.activation.model_dump(),
                    "initializer": self.initializer.model_dump(),
                },
                "training": {"optimizer": self.optimizer.model_dump(), "batch_size": self.batch_size},
                "seed": self.seed if seed is None else seed,
            }
        )
        return bare.patched({"training.epochs": epochs_for(self.updates, bare)})


def epochs_for(updates: int, experiment: Experiment) -> int:
    """Epochs in which a run of ``experiment`` makes at least ``updates`` updates."""
    data, size = experiment.data, experiment.training.batch_size
    rows = int(SAMPLES * (1 - data.test_share - data.validation_share)) - data.class_count
    per_epoch = max(1, rows // size) if isinstance(size, int) else 1
    return math.ceil(updates / per_epoch)
