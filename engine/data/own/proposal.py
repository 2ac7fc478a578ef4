"""What of a sheet is to be learnt, and from what: a target, a task and inputs are proposed; each choice is checked."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Int

from engine.data.own.columns import MISSING_CATEGORY, Column
from engine.data.own.refusal import Refused, at
from engine.data.own.sheet import Sheet
from engine.data.table import ColumnKind
from engine.settings import settings

Task = Literal["classification", "regression"]

MOST_CLASSES = 10
"""As many as there are colours."""
FEWEST_ROWS = 10
FEWEST_IN_CLASS = 3
"""One for each of training, validation and test."""
FEW_VALUES = 10
"""Whole numbers with no more different values than this are proposed as classes."""
LIKELY = ("target", "label", "class", "y", "outcome", "species", "survived", "diagnosis", "price", "quality", "score")
"""Names of columns that are mostly what is to be predicted, in small letters."""


@dataclass(frozen=True)
class Proposal:
    """A choice of target, task and inputs, by the numbers of their columns from 0."""

    target: int
    task: Task
    inputs: tuple[int, ...]


@dataclass(frozen=True)
class Classes:
    """The rows of a target taken as classes."""

    names: tuple[str, ...]
    labels: Int[np.ndarray, " rows"]
    """-1 where the target is missing."""
    counts: tuple[int, ...]


def propose(sheet: Sheet) -> Proposal:
    """The likeliest target with its task, and all columns that tell something as inputs. Raises Refused where none fits."""
    names = [column.name.lower() for column in sheet.columns]
    likely = [names.index(name) for name in LIKELY if name in names]
    usable = [place for place, column in enumerate(sheet.columns) if not column.problem]
    order = dict.fromkeys([*likely, *(place for place in reversed(usable) if not sheet.columns[place].advice), *usable])
    refusals: list[str] = []
    for target in order:
        for task in tasks_in_order(sheet.columns[target]):
            refused = target_problem(sheet, target, task)
            inputs = proposed_inputs(sheet, target)
            if not refused and inputs:
                return Proposal(target, task, inputs)
            refusals.append(refused)
    reasons = " ".join(dict.fromkeys(reason for reason in refusals if reason))
    raise Refused(f"No column of the file can be the target. {reasons[:1500]}")


def tasks_in_order(column: Column) -> tuple[Task, Task]:
    """Both tasks, the likelier first."""
    few = column.distinct <= FEW_VALUES and column.kind == "numeric" and _whole(column)
    classes = column.kind == "categorical" or few
    return ("classification", "regression") if classes else ("regression", "classification")


def proposed_inputs(sheet: Sheet, target: int) -> tuple[int, ...]:
    """The columns that tell something of a new example, as many as a network may receive."""
    found: list[int] = []
    room = settings().own_inputs
    for place, column in enumerate(sheet.columns):
        if place == target or column.problem or column.advice or column.inputs > room:
            continue
        found.append(place)
        room -= column.inputs
    return tuple(found)


def target_problem(sheet: Sheet, target: int, task: Task) -> str:
    """Why a column can't be the target of a task, and what to do; empty where it can."""
    column = sheet.columns[target]
    if column.problem:
        return column.problem
    rows = sheet.rows - column.missing
    if rows < FEWEST_ROWS:
        return f"The target '{column.name}' is known in only {rows} rows; at least {FEWEST_ROWS} are needed. Add rows."
    if column.distinct < 2:
        return (
            f"The target '{column.name}' is the same in every row, so there is nothing to learn. Choose another target."
        )
    return _number_problem(column) if task == "regression" else _class_problem(sheet, target)


def _number_problem(column: Column) -> str:
    if column.kind == "numeric":
        return ""
    return f"The target '{column.name}' is no number. Choose classification, or another target."


def _class_problem(sheet: Sheet, target: int) -> str:
    column = sheet.columns[target]
    if column.distinct > MOST_CLASSES:
        return (
            f"The target '{column.name}' has {column.distinct:,} different values; at most {MOST_CLASSES} classes can be told "
            "apart by their colour. Choose another target, or join some of its classes in the file."
        )
    classes = classes_of(column)
    for label, count in enumerate(classes.counts):
        if count < FEWEST_IN_CLASS:
            line = int(sheet.lines[np.argmax(classes.labels == label)])
            return (
                f"{at(line, column.name)}: the class '{classes.names[label]}' has only {count} "
                f"{'row' if count == 1 else 'rows'}; at least {FEWEST_IN_CLASS} are needed, one for each of training, "
                "validation and test. Add rows of it, join it with another class, or leave it out."
            )
    return ""


def inputs_problem(sheet: Sheet, target: int, inputs: tuple[int, ...]) -> str:
    """Why these columns can't be the inputs, and what to do; empty where they can."""
    if not inputs:
        return "No column is left as an input. Use at least one besides the target."
    for place in inputs:
        if place >= len(sheet.columns) or place == target:
            return "The inputs must be columns of the file other than the target."
        if sheet.columns[place].problem:
            return sheet.columns[place].problem
    count, most = sum(sheet.columns[place].inputs for place in inputs), settings().own_inputs
    if count > most:
        widest = max((sheet.columns[place] for place in inputs), key=lambda column: column.inputs)
        return (
            f"These columns become {count} inputs of the network, one for each category; at most {most} are allowed. Drop "
            f"some, '{widest.name}' first: it alone becomes {widest.inputs}."
        )
    return ""


def classes_of(column: Column) -> Classes:
    """A column taken as classes: its categories, or its different numbers in order."""
    if column.kind == "categorical":
        labels, names = column.values.astype(np.int64), column.categories
    else:
        known = ~np.isnan(column.values)
        different, found = np.unique(column.values[known], return_inverse=True)
        labels = np.full(len(column.values), -1, np.int64)
        labels[known] = found
        names = tuple(f"{value:g}" for value in different)
    counts = np.bincount(labels[labels >= 0], minlength=len(names))
    return Classes(names, labels, tuple(int(count) for count in counts))


def raw_column(column: Column) -> tuple[ColumnKind, np.ndarray]:
    """A column as a table's: numbers with NaN, or codes with missing as a category of its own, the last."""
    if column.kind != "categorical":
        return ColumnKind("date" if column.kind == "date" else "numeric"), column.values
    if not column.missing:
        return ColumnKind("categorical", column.categories), column.values.astype(np.float64)
    codes = np.where(column.values < 0, len(column.categories), column.values)
    return ColumnKind("categorical", (*column.categories, MISSING_CATEGORY)), codes.astype(np.float64)


def _whole(column: Column) -> bool:
    known = column.values[~np.isnan(column.values)]
    return bool((known % 1 == 0).all())
