"""An empty plane on which every point is placed by hand."""

from typing import ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from engine.data.hand import part_of
from engine.data.source import HALF_WIDTH, Features, Handmade, chosen_features
from engine.data.table import Table


class Canvas(Handmade, frozen=True):
    kind: Literal["canvas"] = "canvas"
    classes: int = Field(2, ge=2, le=5, title="Classes", description="How many there are to place.")
    features: Features = chosen_features()
    validation_share: float = Field(
        0.0,
        ge=0.0,
        le=0.5,
        title="Validation share",
        description="Each placed point belongs to this part by this chance, and stays in it.",
        json_schema_extra={"step": 0.05},
    )
    test_share: float = Field(
        0.0,
        ge=0.0,
        le=0.5,
        title="Test share",
        description="Each placed point belongs to this part by this chance, and stays in it.",
        json_schema_extra={"step": 0.05},
    )
    label: ClassVar = "Your own points"
    formula: ClassVar = r"(x_1, x_2) \in [-6, 6]^2, \text{ placed by hand}"
    lesson: ClassVar = (
        "An empty plane: place points of each class on the boundary and see what the network makes of them."
    )
    source: ClassVar = "You"
    group: ClassVar = "Toy"
    columns_count: ClassVar = 2

    @property
    def class_count(self) -> int:
        return self.classes

    @property
    def corners(self) -> Float[np.ndarray, "rows columns"]:
        ends = (-HALF_WIDTH, HALF_WIDTH)
        return np.array([(x, y) for x in ends for y in ends])

    def part_of(self, text: str) -> int:
        return part_of(text, self.validation_share, self.test_share)

    def draw(self, seed: int) -> Table:
        names = tuple(f"class {label + 1}" for label in range(self.classes))
        return Table(np.zeros((0, 2)), np.zeros(0, np.int64), ("x1", "x2"), "class", names)
