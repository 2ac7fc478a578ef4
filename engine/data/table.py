"""A data set as drawn or loaded: rows and columns, before anything is split, derived or scaled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from engine.refusal import Refusal


@dataclass(frozen=True)
class ColumnKind:
    """What the numbers of a raw column stand for."""

    kind: Literal["numeric", "date", "categorical"] = "numeric"
    """Numbers; days since 1970-01-01; codes of ``categories``. NaN is a missing number or date."""
    categories: tuple[str, ...] = ()
    """By code; the last one stands for missing cells where there are any."""


@dataclass(frozen=True)
class Table:
    """Rows of numbers with names and units; its arrays are made read-only.

    ``y`` (rows,) holds labels (int64) where ``classes`` is not empty, else values (float64) in ``target_unit``.
    """

    x: Float[np.ndarray, "rows columns"]
    y: np.ndarray
    columns: tuple[str, ...]
    target: str
    classes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """One per column, or empty where there are none."""
    target_unit: str = ""
    test_x: Float[np.ndarray, "rows columns"] | None = None
    """The same rows with the noise meant for the test part, where that differs."""
    test_y: np.ndarray | None = None
    """The targets of the same rows with the noise meant for the test part, where that differs."""
    kinds: tuple[ColumnKind, ...] = ()
    """One per column, where not all are plain numbers: such a table is imputed and one-hot encoded."""

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.test_x, self.test_y):
            if array is not None:
                array.setflags(write=False)


class DataUnavailable(Refusal):
    """The data can't be had here; the message says what was tried and what to do."""
