"""Raw columns as a person reads them: categories by their name, days as dates."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from engine.data.own.dates import written
from engine.data.prepare import Dataset
from engine.data.table import ColumnKind


def readable(data: Dataset, raw_x: Float[np.ndarray, "rows columns"]) -> dict[str, Sequence[object]]:
    """The cells of each raw column by its name; None where a date is missing, NaN where a number is."""
    kinds = data.kinds or (ColumnKind(),) * len(data.columns)
    return {
        name: _cells(kind, raw_x[:, place]) for place, (name, kind) in enumerate(zip(data.columns, kinds, strict=True))
    }


def unused_name(name: str, taken: Sequence[str]) -> str:
    """``name``, made another where a column of the data is called so already."""
    while name in taken:
        name = f"{name} "
    return name


def _cells(kind: ColumnKind, values: Float[np.ndarray, " rows"]) -> Sequence[object]:
    if kind.categories:
        return [kind.categories[int(code)] for code in values]
    if kind.kind == "date":
        return [None if np.isnan(day) else written(float(day)) for day in values]
    return values.tolist()
