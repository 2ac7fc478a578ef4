"""What every data set's row has in common, and what families of them share."""

from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
import torch
from jaxtyping import Float
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor

from engine.choice import Choice
from engine.data import hand
from engine.data.features import Feature
from engine.data.table import Table
from engine.streams import stream

HALF_WIDTH = 6.0
"""Toy data lies in about [-6, 6] on each axis, so that sin x1 turns a few times."""
LARGEST_SHARE = 0.9


class DataSource(Choice, frozen=True):
    """A row of the data catalog."""

    validation_share: float = Field(
        0.2,
        ge=0.0,
        le=0.5,
        title="Validation share",
        description="Held back to watch over-fitting.",
        json_schema_extra={"step": 0.05},
    )
    test_share: float = Field(
        0.2,
        ge=0.05,
        le=0.5,
        title="Test share",
        description="Never trained on, never stopped by.",
        json_schema_extra={"step": 0.05},
    )
    scaling: Literal["standard", "minmax", "none"] = Field(
        "standard",
        title="Scaling",
        description="Standard: mean 0, deviation 1. Min-max: 0 to 1. Fitted on the training part; numeric targets too.",
    )
    task: ClassVar[Literal["classification", "regression"]] = "classification"
    group: ClassVar[Literal["Toy", "Regression", "Generated tables", "Real", "Your own"]]
    """The heading it stands under in menus."""
    columns_count: ClassVar[int]
    """Number of raw columns, known without drawing any data."""
    is_private: ClassVar[bool] = False
    """Whether it is a visitor's own, which no other may see."""

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> "DataSource":
        if self.validation_share + self.test_share >= LARGEST_SHARE:
            allowed = f"validation and test share together must stay below {LARGEST_SHARE}"
            raise PydanticCustomError("shares", allowed, {"field": "data.test_share", "value": self.test_share})
        return self

    @property
    def class_count(self) -> int:
        """Number of classes; 0 for regression. Known without drawing any data."""
        return 2 if self.task == "classification" else 0

    def draw(self, seed: int) -> Table:
        """The rows, the same for the same seed. Raises DataUnavailable where they can't be had."""
        raise NotImplementedError

    def must_be_mine(self) -> None:
        """Raise DataUnavailable where the data is private and the present reader does not have it."""


def _each_once_and_in_order(value: tuple[Feature, ...]) -> tuple[Feature, ...]:
    if len(set(value)) < len(value):
        raise PydanticCustomError("twice", "each input feature at most once; leave out the repeated ones")
    return tuple(feature for feature in get_args(Feature) if feature in value)


Features = Annotated[tuple[Feature, ...], AfterValidator(_each_once_and_in_order)]


def chosen_features() -> Any:
    """The field of data of two columns that says what the network receives of them."""
    return Field(
        ("x1", "x2"), min_length=1, title="Input features", description="The coordinates, and functions of them."
    )


class Handmade(DataSource, frozen=True):
    """Data of few columns, on which points can be placed, relabelled and removed by hand."""

    hand: tuple[str, ...] = Field(
        (), title="By hand", description="Points placed (x_y_class), relabelled (row~class) and removed (row~)."
    )

    @model_validator(mode="after")
    def _hand_fits(self) -> "Handmade":
        if refused := hand.problem(self.hand, self.columns_count, self.class_count):
            raise PydanticCustomError("hand", refused.replace("{", "{{"), {"field": "data.hand", "value": self.hand})
        return self

    @property
    def corners(self) -> Float[np.ndarray, "rows columns"]:
        """Rows that scaling and axes are fitted on where nothing is drawn."""
        return np.zeros((0, self.columns_count))

    def part_of(self, text: str) -> int:
        """The part a placed point joins: 0 training, 1 validation, 2 test."""
        return 0


class Drawn(Handmade, frozen=True):
    """Data drawn from a formula: as many rows as one likes, with noise of its own for the test part."""

    samples: int = Field(500, ge=20, le=5000, title="Samples", json_schema_extra={"scale": "log"})
    noise: float = Field(0.1, ge=0.0, le=1.0, title="Noise", json_schema_extra={"step": 0.01})
    test_noise: float | None = Field(
        None,
        ge=0.0,
        le=1.0,
        title="Noise of the test part",
        description="As the rest unless set.",
        json_schema_extra={"step": 0.01},
    )

    def draws(self, seed: int, rows: int, columns: int) -> tuple[torch.Generator, Float[Tensor, "rows columns"]]:
        """(generator of clean rows, standard normal noise): two streams, so that noise moves no clean row."""
        noise = torch.randn(rows, columns, generator=stream(seed, "noise"), dtype=torch.float64)
        return stream(seed, "data"), noise

    @property
    def noise_at_test(self) -> float:
        """The noise of the test part."""
        return self.noise if self.test_noise is None else self.test_noise


class Planar(Drawn, frozen=True):
    """Drawn data of two columns, x1 and x2, with derived inputs to choose from."""

    columns_count: ClassVar = 2
    features: Features = chosen_features()
