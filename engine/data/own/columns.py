"""What each column of a file is: numbers, dates, categories, or nothing a network can learn from, and why."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.data.own import dates, numbers
from engine.data.own.parse import Parsed
from engine.data.own.refusal import at
from engine.names import plain_name, plain_names

Kind = Literal["numeric", "date", "categorical", "unusable"]

MISSING = {"", "na", "n/a", "nan", "null", "<na>", "#n/a", "?"}
"""Cells that stand for no value, in any column, in small letters."""
MISSING_IN_NUMBERS = {"none", "-", "--", ".", "missing", "unknown", "nil"}
"""The same among numbers and dates only: elsewhere they may be categories."""
FORMULA = re.compile(r"=\s*[+-]?([A-Za-z.]+\(|\$?[A-Za-z]{1,3}\$?\d+)")
SHEET_ERROR = re.compile(r"#(DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!)")
ID_NAMES = re.compile(r"(.*[ _-])?(id|index|key|uuid|nr|no|number)|column 1|unnamed: 0", re.IGNORECASE)
FEW_ROWS = 10
"""In fewer rows than this nothing is called an id."""
MISSING_CATEGORY = "(missing)"


@dataclass(frozen=True)
class Column:
    """One column as it was understood. Its arrays are read-only."""

    name: str
    kind: Kind
    values: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """Numbers, or days since 1970-01-01 (float64, NaN where missing); codes of categories (int16, -1 where missing)."""
    categories: tuple[str, ...] = ()
    missing: int = 0
    distinct: int = 0
    note: str = ""
    """How it was read, where that is worth a word."""
    advice: str = ""
    """Why it is better dropped; empty where it is not."""
    problem: str = ""
    """Why it can't be used, with the line, and what to do; empty where it can."""

    def __post_init__(self) -> None:
        self.values.setflags(write=False)

    @property
    def inputs(self) -> int:
        """Inputs of a network that it may become: one for each category, one more where values are missing."""
        return (len(self.categories) or 1) + (self.missing > 0)


@dataclass(frozen=True)
class Raw:
    """A column before it is understood: its different cells, which of them stand for no value, and where they stand."""

    parsed: Parsed
    place: int
    most_categories: int

    @property
    def name(self) -> str:
        return self.parsed.header[self.place]

    @property
    def distinct(self) -> tuple[str, ...]:
        return self.parsed.columns[self.place].distinct

    def where(self, cell: str) -> str:
        """``Line 7, column 'age'``, of the first such cell."""
        return at(self.parsed.line_of(self.place, self.distinct.index(cell)), self.name)

    def rows(self, cells: Sequence[str]) -> int:
        """How many rows have one of ``cells``."""
        chosen = set(cells)
        table = np.array([cell in chosen for cell in self.distinct])
        return int(table[self.parsed.columns[self.place].codes].sum())

    def spread(self, value_of: Callable[[str], float], missing: set[str]) -> np.ndarray:
        """``value_of`` each cell, row by row; NaN where it stands for no value."""
        table = [np.nan if cell.lower() in missing else value_of(cell) for cell in self.distinct]
        return np.array(table, np.float64)[self.parsed.columns[self.place].codes]


def understood(parsed: Parsed, most_categories: int) -> tuple[Column, ...]:
    """Every column of a parsed table."""
    return tuple(_understood(Raw(parsed, place, most_categories)) for place in range(len(parsed.header)))


def _understood(raw: Raw) -> Column:
    present = [cell for cell in raw.distinct if cell.lower() not in MISSING]
    if not present:
        return _unusable(raw, f"Column '{raw.name}': every cell is empty or missing. Leave the column out.")
    for wrong, said in (
        (FORMULA.match, "is a formula that nobody has computed. Save the sheet's values instead of its formulas"),
        (SHEET_ERROR.fullmatch, "is an error of a spreadsheet. Mend the formula there, or leave the cell empty"),
    ):
        if cell := next((cell for cell in present if wrong(cell)), ""):
            return _unusable(raw, f"{raw.where(cell)}: '{plain_name(cell)}' {said}.")
    bare = [cell for cell in present if cell.lower() not in MISSING_IN_NUMBERS]
    return _numeric(raw, bare) or _date(raw, bare) or _categorical(raw, present)


def _unusable(raw: Raw, problem: str) -> Column:
    empty = [cell for cell in raw.distinct if cell.lower() in MISSING]
    distinct = len(raw.distinct) - len(empty)
    return Column(raw.name, "unusable", missing=raw.rows(empty), distinct=distinct, problem=problem)


# --- numbers and dates ----------------------------------------------------------------------------------------------


def _numeric(raw: Raw, bare: Sequence[str]) -> Column | None:
    finite = [cell for cell in bare if not numbers.is_infinite(cell)]
    way = numbers.format_of(finite) if finite else None
    if way is None:
        return _mixed(raw, bare)
    if len(finite) < len(bare):
        cell = next(cell for cell in bare if numbers.is_infinite(cell))
        return _unusable(
            raw, f"{raw.where(cell)}: '{plain_name(cell)}' is infinite. Write a number, or leave the cell empty."
        )
    if numbers.is_ambiguous(bare, raw.parsed.delimiter):
        cell = next(cell for cell in bare if "," in cell)
        cure = "Write it without a sign between thousands, or with a decimal point."
        return _unusable(
            raw, f"{raw.where(cell)}: '{cell}' may be {cell.replace(',', '')} or {cell.replace(',', '.')}. {cure}"
        )
    if cell := next((cell for cell in bare if abs(way.value(cell)) > numbers.LARGEST), ""):
        return _unusable(
            raw,
            f"{raw.where(cell)}: '{plain_name(cell)}' is too large a number; at most 1e30 can be used. Divide the column.",
        )
    values = raw.spread(way.value, MISSING | MISSING_IN_NUMBERS)
    return _measured(raw, "numeric", values, way.label, _advice_on_numbers(raw.name, values))


def _mixed(raw: Raw, bare: Sequence[str]) -> Column | None:
    """A column of numbers with something else among them, where that can't be categories; None for any other."""
    odd = [cell for cell in bare if not numbers.looks_numeric(cell)]
    share = 1 - raw.rows(odd) / max(raw.rows(bare), 1)
    if len(bare) <= raw.most_categories or share < 0.5:
        return None
    if not odd:
        return _unusable(
            raw, f"{_odd_one(raw, bare)}: the column's numbers are written in several ways. Use one: 1234.5"
        )
    said = f"is no number, though {share:.0%} of the column's cells are. Write a number, or leave the cell empty"
    return _unusable(raw, f"{raw.where(odd[0])}: '{plain_name(odd[0])}' {said}.")


def _odd_one(raw: Raw, bare: Sequence[str]) -> str:
    """The first cell that is written in another way than those before it."""
    for end in range(2, len(bare) + 1):
        if numbers.format_of(bare[:end]) is None:
            return raw.where(bare[end - 1])
    return raw.where(bare[0])


def _date(raw: Raw, bare: Sequence[str]) -> Column | None:
    way = dates.format_of(bare) if bare else None
    if way is None:
        return None
    if dates.is_ambiguous(bare):
        cure = "Write dates as year-month-day: 2024-03-01."
        return _unusable(raw, f"{raw.where(bare[0])}: '{bare[0]}' may be day/month or month/day. {cure}")
    values = raw.spread(way.days, MISSING | MISSING_IN_NUMBERS)
    note = f"dates written {way.label}, as days since 1970-01-01"
    return _measured(raw, "date", values, note, _same_everywhere(values))


def _measured(raw: Raw, kind: Kind, values: np.ndarray, note: str, advice: str) -> Column:
    missing = int(np.isnan(values).sum())
    distinct = len(np.unique(values[~np.isnan(values)]))
    return Column(raw.name, kind, values, missing=missing, distinct=distinct, note=note, advice=advice)


def _same_everywhere(values: np.ndarray) -> str:
    return "the same in every row" if not np.isnan(values).any() and np.ptp(values) == 0 else ""


def _advice_on_numbers(name: str, values: np.ndarray) -> str:
    if constant := _same_everywhere(values):
        return constant
    if np.isnan(values).any() or len(values) < FEW_ROWS or (values % 1 != 0).any():
        return ""
    ordered = np.sort(values)
    counts_up = bool((np.diff(values) == 1).all())
    named = ID_NAMES.fullmatch(name) is not None and bool((np.diff(ordered) > 0).all())
    return "it numbers the rows, which says nothing of a new example" if counts_up or named else ""


# --- categories -----------------------------------------------------------------------------------------------------


def _categorical(raw: Raw, present: Sequence[str]) -> Column:
    codes = raw.parsed.columns[raw.place].codes
    known = {cell: number for number, cell in enumerate(sorted(present, key=_in_order))}
    table = np.array([known.get(cell, -1) for cell in raw.distinct], np.int32)
    rows = table[codes]
    missing = int((rows < 0).sum())
    alone = len(present) == len(rows) - missing
    if len(present) > raw.most_categories:
        said = (
            "each row has a text of its own, as an id or a note has" if alone else f"{len(present):,} different texts"
        )
        cure = "Leave the column out, or sort its texts into fewer groups."
        example = f"such as '{plain_name(present[0])}'; at most {raw.most_categories} can be told apart"
        return _unusable(raw, f"{raw.where(present[0])}: {said}, {example}. {cure}")
    advice = "the same in every row" if len(present) == 1 and not missing else ""
    if alone and len(rows) >= FEW_ROWS:
        advice = "each row has a text of its own, which says nothing of a new example"
    names = plain_names(list(known), "category")
    return Column(
        raw.name, "categorical", rows.astype(np.int16), names, missing, len(present), _odd_number(raw, present), advice
    )


def _odd_number(raw: Raw, present: Sequence[str]) -> str:
    """A word on categories most of which are numbers: perhaps one cell is a slip."""
    others = [cell for cell in present if not numbers.looks_numeric(cell)]
    if not others or len(others) * 2 >= len(present):
        return ""
    return f"taken as categories: {raw.where(others[0])}, '{plain_name(others[0])}' is no number"


def _in_order(cell: str) -> tuple[bool, float, str, str]:
    """Numbers by their size, then texts by the alphabet."""
    way = numbers.format_of([cell])
    return (way is None, way.value(cell) if way else 0.0, cell.casefold(), cell)
