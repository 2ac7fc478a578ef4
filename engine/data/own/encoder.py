"""From raw columns to a network's inputs with scikit-learn's ColumnTransformer, fitted on the training part only."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Float

from engine.data.table import ColumnKind


@cache
def warm_up() -> None:
    """Begin to import scikit-learn, which takes a second or more, while a person still looks for the file."""
    threading.Thread(target=scaled_numbers, args=("standard",), name="scikit-learn", daemon=True).start()


@dataclass(frozen=True, eq=False)
class Encoder:
    """Numbers and dates: the training median where missing, then scaled; 1 in an input of its own says it was missing.

    Categories: one input each, 1 for the one that is there. A category that the training part lacks leaves all at 0.
    """

    kinds: tuple[ColumnKind, ...]
    transformer: Any
    """A fitted ``sklearn.compose.ColumnTransformer``."""
    names: tuple[str, ...]
    """Of the inputs, in their order."""
    medians: Float[np.ndarray, " columns"]
    """What stands in for a missing number, in raw units; for categories the commonest code of the training part."""

    @classmethod
    def fitted(
        cls, kinds: tuple[ColumnKind, ...], columns: tuple[str, ...], scaling: str, x: Float[np.ndarray, "rows columns"]
    ) -> "Encoder":
        """Learn medians, scales and categories from the training part ``x``."""
        numeric, others = by_kind(kinds)
        transformer = column_transformer(numeric, others, scaling).fit(x)
        return cls(kinds, transformer, _names(transformer, kinds, columns, numeric, others), _standing_in(kinds, x))

    def __call__(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows inputs"]:
        if not len(raw_x):  # a validation part may be empty, which scikit-learn refuses
            return np.zeros((0, len(self.names)))
        encoded: np.ndarray = self.transformer.transform(self.nearest(raw_x))
        return encoded

    def nearest(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
        """``raw_x`` with each place between two categories taken for the nearer one: planes are drawn through them."""
        found = np.array(raw_x, np.float64)
        for place, kind in enumerate(self.kinds):
            if kind.categories:
                found[:, place] = np.clip(np.floor(found[:, place] + 0.5), 0, len(kind.categories) - 1)
        return found

    def filled(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
        """``raw_x`` with the training median where a number is missing: where such an example is drawn."""
        return np.where(np.isnan(raw_x), self.medians, raw_x)


def by_kind(kinds: tuple[ColumnKind, ...]) -> tuple[list[int], list[int]]:
    """(columns of numbers and dates, columns of categories)."""
    numeric = [place for place, kind in enumerate(kinds) if kind.kind != "categorical"]
    return numeric, [place for place, kind in enumerate(kinds) if kind.kind == "categorical"]


def column_transformer(numeric: list[int], others: list[int], scaling: str) -> Any:
    """Numbers: median where missing, scaled, and whether one was missing. Categories: one input each."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator
    from sklearn.preprocessing import OneHotEncoder

    parts: list[tuple[str, Any, list[int]]] = []
    if numeric:
        parts.append(("numbers", scaled_numbers(scaling), numeric))
        parts.append(("missing", MissingIndicator(error_on_new=False), numeric))
    if others:
        parts.append(("categories", OneHotEncoder(handle_unknown="ignore", sparse_output=False), others))
    return ColumnTransformer(parts, sparse_threshold=0.0)


def scaled_numbers(scaling: str) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    median = SimpleImputer(strategy="median", keep_empty_features=True)
    if scaling == "none":
        return median
    return make_pipeline(median, StandardScaler() if scaling == "standard" else MinMaxScaler())


def _names(
    transformer: Any, kinds: tuple[ColumnKind, ...], columns: tuple[str, ...], numeric: list[int], others: list[int]
) -> tuple[str, ...]:
    """The columns, those with gaps, and ``column=category`` for each category that the training part has."""
    named = dict(transformer.named_transformers_)
    found = [columns[place] for place in numeric]
    if numeric:
        found += [f"{columns[numeric[gap]]} missing" for gap in named["missing"].features_]
    if others:
        for place, codes in zip(others, named["categories"].categories_, strict=True):
            found += [f"{columns[place]}={kinds[place].categories[int(code)]}" for code in codes]
    return tuple(found)


def _standing_in(kinds: tuple[ColumnKind, ...], x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, " columns"]:
    """Median of each column of numbers (0 where all are missing), commonest code of each column of categories."""
    found = np.zeros(len(kinds))
    for place, kind in enumerate(kinds):
        known = x[~np.isnan(x[:, place]), place]
        if kind.categories:
            found[place] = np.bincount(known.astype(np.int64)).argmax()
        elif len(known):
            found[place] = np.median(known)
    return found
