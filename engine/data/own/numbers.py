"""Numbers as people write them: with points or commas, and with signs between thousands. A column follows one way."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

LARGEST = 1e30
"""Beyond it single precision overflows in the first product."""
INFINITE = {"inf", "infinity", "∞"}


@dataclass(frozen=True)
class NumberFormat:
    """One way of writing numbers."""

    label: str
    """Shown to the person; empty for plain numbers."""
    pattern: re.Pattern[str]
    between: str = ""
    """The signs between thousands."""
    decimal: str = "."

    def value(self, cell: str) -> float:
        """The number that a matching cell stands for."""
        bare = cell.translate({ord(sign): None for sign in self.between})
        return float(bare.replace(self.decimal, ".").replace("−", "-"))


SIGN = r"[+\-−]?"
FORMATS = (
    NumberFormat("", re.compile(rf"{SIGN}(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)),
    NumberFormat(
        "commas between thousands", re.compile(rf"{SIGN}(\d{{1,3}}(,\d{{3}})+|\d+)(\.\d+)?", re.ASCII), between=","
    ),
    NumberFormat("decimal commas", re.compile(rf"{SIGN}(\d+,?\d*|,\d+)([eE][+-]?\d+)?", re.ASCII), decimal=","),
    NumberFormat(
        "points between thousands, decimal commas",
        re.compile(rf"{SIGN}(\d{{1,3}}(\.\d{{3}})+|\d+)(,\d+)?", re.ASCII),
        between=".",
        decimal=",",
    ),
    NumberFormat(
        "spaces between thousands",
        re.compile(rf"{SIGN}(\d{{1,3}}([ \u00a0\u2009\u202f]\d{{3}})+|\d+)(\.\d+)?", re.ASCII),
        between=" \u00a0\u2009\u202f",
    ),
    NumberFormat(
        "spaces between thousands, decimal commas",
        re.compile(rf"{SIGN}(\d{{1,3}}([ \u00a0\u2009\u202f]\d{{3}})+|\d+)(,\d+)?", re.ASCII),
        between=" \u00a0\u2009\u202f",
        decimal=",",
    ),
    NumberFormat(
        "apostrophes between thousands",
        re.compile(rf"{SIGN}(\d{{1,3}}(['’]\d{{3}})+|\d+)(\.\d+)?", re.ASCII),
        between="'’",
    ),
)
THOUSANDS, DECIMAL = FORMATS[1], FORMATS[2]


def format_of(cells: Sequence[str]) -> NumberFormat | None:
    """The first way of writing in which every cell is a number; None where there is none."""
    return next((way for way in FORMATS if all(way.pattern.fullmatch(cell) for cell in cells)), None)


def is_ambiguous(cells: Sequence[str], delimiter: str) -> bool:
    """Whether the commas may be meant either way: ``1,234``. Where commas part the cells too, decimals use points."""
    if delimiter == "," or not any("," in cell for cell in cells):
        return False
    return all(THOUSANDS.pattern.fullmatch(cell) and DECIMAL.pattern.fullmatch(cell) for cell in cells)


def looks_numeric(cell: str) -> bool:
    """Whether a cell is a number in any way of writing."""
    return any(way.pattern.fullmatch(cell) for way in FORMATS)


def is_infinite(cell: str) -> bool:
    """Whether a cell says infinity, or is too large a number for one."""
    if cell.lower().lstrip("+-−") in INFINITE:
        return True
    return bool(FORMATS[0].pattern.fullmatch(cell)) and math.isinf(FORMATS[0].value(cell))
