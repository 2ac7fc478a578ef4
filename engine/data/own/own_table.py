"""``OwnTable``: the row of the data catalog for a visitor's own file. It names the file and says nothing of its content."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.data.own.proposal import (
    MOST_CLASSES,
    Proposal,
    classes_of,
    inputs_problem,
    raw_column,
    target_problem,
)
from engine.data.own.refusal import Refused
from engine.data.own.sheet import Sheet
from engine.data.own.store import mine
from engine.data.source import DataSource
from engine.data.table import DataUnavailable, Table

Place = Annotated[int, Field(ge=0, le=10_000)]


class OwnTable(DataSource, frozen=True):
    """Columns of an uploaded file, by number, so that a link holds no name and no value of it."""

    kind: Literal["own"] = "own"
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of the file's text.")
    header: str = Field("", pattern=r"^([0-9a-f]{8})?$", title="Header", description="Digest of its column names.")
    target: Place = Field(0, title="Target", description="Column to predict, from 0.")
    inputs: tuple[Place, ...] = Field((1,), min_length=1, title="Inputs", description="Columns to predict from.")
    classes: int = Field(2, ge=0, le=MOST_CLASSES, title="Classes", description="0 for a number to predict.")
    label: ClassVar = "Your own file"
    formula: ClassVar = r"\text{yours, not drawn}"
    lesson: ClassVar = "A table of your own as CSV: it stays with you, and a link to it opens only with the file."
    source: ClassVar = "Your file"
    group: ClassVar = "Your own"
    is_private: ClassVar = True

    @model_validator(mode="after")
    def _inputs_are_other_columns(self) -> "OwnTable":
        if self.target in self.inputs or len(set(self.inputs)) < len(self.inputs):
            allowed = "each column once, and the target not among them"
            raise PydanticCustomError("inputs", allowed, {"field": "data.inputs", "value": self.inputs})
        if self.classes == 1:
            allowed = "0 for a number to predict, or at least 2 classes"
            raise PydanticCustomError("classes", allowed, {"field": "data.classes", "value": self.classes})
        return self

    @property
    def task(self) -> Literal["classification", "regression"]:  # type: ignore[override]
        """What is to be learnt."""
        return "classification" if self.classes else "regression"

    @property
    def class_count(self) -> int:
        """Number of classes; 0 for regression."""
        return self.classes

    @property
    def columns_count(self) -> int:  # type: ignore[override]
        """Number of raw input columns."""
        return len(self.inputs)

    def sheet(self) -> Sheet:
        """The file. Raises DataUnavailable where the present reader does not keep it."""
        found = mine(self.file)
        if found is None:
            raise DataUnavailable(
                "The data of this experiment stays with its owner: a link holds none of it. If you have the file, upload "
                "it here and the experiment opens."
                if self.file
                else "No file has been uploaded yet: choose one under Data."
            )
        return found

    def must_be_mine(self) -> None:
        """Raise DataUnavailable where the present reader does not keep the file."""
        self.sheet()

    def draw(self, seed: int) -> Table:
        """The chosen columns; rows whose target is missing are left out. The seed changes nothing."""
        sheet = self.sheet()
        self._must_fit(sheet)
        target = sheet.columns[self.target]
        kinds, columns = zip(*(raw_column(sheet.columns[place]) for place in self.inputs), strict=True)
        if self.classes:
            found = classes_of(target)
            y, known = found.labels, found.labels >= 0
        else:
            y, known = target.values, ~np.isnan(target.values)
        return Table(
            x=np.stack(columns, axis=1)[known],
            y=y[known],
            columns=tuple(sheet.columns[place].name for place in self.inputs),
            units=tuple("days since 1970-01-01" if kind.kind == "date" else "" for kind in kinds),
            target=target.name,
            classes=found.names if self.classes else (),
            kinds=kinds,
        )

    def _must_fit(self, sheet: Sheet) -> None:
        """Raise DataUnavailable where what was chosen can't be had of the file: links may say anything."""
        beyond = max(self.target, *self.inputs) >= len(sheet.columns)
        refused = f"data.inputs: the file has columns 0 to {len(sheet.columns) - 1}" if beyond else ""
        refused = (
            refused or target_problem(sheet, self.target, self.task) or inputs_problem(sheet, self.target, self.inputs)
        )
        if (
            not refused
            and self.classes
            and (count := len(classes_of(sheet.columns[self.target]).names)) != self.classes
        ):
            refused = f"data.classes: got {self.classes}; the target '{sheet.columns[self.target].name}' has {count}"
        if refused:
            raise DataUnavailable(refused)


def table_of(sheet: Sheet, chosen: Proposal, **shared: Any) -> OwnTable:
    """The data of an experiment on what was ``chosen`` of a sheet; ``shared`` are shares and scaling.

    Raises Refused, saying what to do, where that can't be learnt.
    """
    refused = target_problem(sheet, chosen.target, chosen.task) or inputs_problem(sheet, chosen.target, chosen.inputs)
    if refused:
        raise Refused(refused)
    classes = len(classes_of(sheet.columns[chosen.target]).names) if chosen.task == "classification" else 0
    return OwnTable(
        file=sheet.digest,
        header=sheet.header_digest,
        target=chosen.target,
        inputs=chosen.inputs,
        classes=classes,
        **shared,
    )
