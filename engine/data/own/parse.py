"""From text to columns of cells: the delimiter found, every row as long as the header, every line known by its number."""

import csv
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Int

from engine.data.own.refusal import Refused, at
from engine.names import plain_name, plain_names

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
TRIED_ROWS = 50
LONGEST_CELL = 10_000
LONGEST_HEADER = 200
"""Delimiters in the first line, for each column allowed, beyond which it is not even taken apart."""


@dataclass(frozen=True)
class Cells:
    """One column: the different cells in it, trimmed, and which of them stands in each row."""

    distinct: tuple[str, ...]
    codes: Int[np.ndarray, " rows"]


@dataclass(frozen=True)
class Parsed:
    """A table of text."""

    delimiter: str
    header: tuple[str, ...]
    """Names fit to be shown, no two alike."""
    columns: tuple[Cells, ...]
    lines: Int[np.ndarray, " rows"]
    """The line of the file at which each row begins, from 1."""

    def line_of(self, column: int, code: int) -> int:
        """The first line in which a column has the cell with this code."""
        return int(self.lines[np.argmax(self.columns[column].codes == code)])


def parse(text: str, most_rows: int, most_columns: int) -> Parsed:
    """The table in ``text``. Raises Refused, with the line, for what is not one."""
    skipped = 0
    if text[:4].lower() == "sep=":
        text, skipped = text.partition("\n")[2], 1
    delimiter = found_delimiter(text, most_columns)
    records = _records(text, delimiter, skipped)
    first, header = next(records, (1, []))
    width = len(header)
    _check_header(header, first, delimiter, most_columns)
    names = plain_names(header, "column")
    seen: list[dict[str, int]] = [{} for _ in header]
    codes = [array("i") for _ in header]
    lines = array("i")
    for line, cells in records:
        if len(cells) != width:
            raise Refused(_ragged(line, len(cells), width, delimiter))
        if len(lines) == most_rows:
            raise Refused(
                f"{at(line)}: the table has more than {most_rows:,} rows. Keep {most_rows:,} of them, drawn at random."
            )
        lines.append(line)
        for place, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                raise Refused(_huge(line, names[place], len(cell)))
            known, cell = seen[place], cell.strip()
            codes[place].append(known.setdefault(cell, len(known)))
    if not lines:
        raise Refused(f"{at(first)}: there is only a header and no row below it. Add a line for each example.")
    columns = tuple(Cells(tuple(known), np.array(code, np.int32)) for known, code in zip(seen, codes, strict=True))
    return Parsed(delimiter, names, columns, np.array(lines, np.int32))


def found_delimiter(text: str, most_columns: int) -> str:
    """What separates the cells: the delimiter that gives most rows as many cells as the first. Raises Refused for none."""
    first = text.lstrip("\r\n").partition("\n")[0]
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        if (cells := first.count(delimiter) + 1) > most_columns * LONGEST_HEADER:
            raise Refused(_too_wide(1, cells, most_columns))
        widths = _widths(text, delimiter)
        if widths and widths[0] > 1:
            scores[delimiter] = (Counter(widths)[widths[0]] / len(widths), widths[0])
    if not scores:
        allowed = ", ".join(DELIMITERS.values())
        raise Refused(
            f"Line 1: the table has only one column, '{plain_name(first)}'. A network needs an input and a target: put at "
            f"least two columns into the file, separated by one of {allowed}."
        )
    return max(scores, key=lambda delimiter: scores[delimiter])


def _widths(text: str, delimiter: str) -> list[int]:
    """Cells in each of the first rows, as far as they can be read."""
    widths: list[int] = []
    try:
        for _, cells in islice(_records(text, delimiter), TRIED_ROWS):
            widths.append(len(cells))
    except Refused:
        pass
    return widths


def _records(text: str, delimiter: str, skipped: int = 0) -> Iterator[tuple[int, list[str]]]:
    """(line at which it begins, cells) of every row that is not blank."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(_unreadable(str(error), begins + skipped, reader.line_num + skipped)) from None
        if cells and (len(cells) > 1 or cells[0].strip()):
            yield begins + skipped, cells
        begins = reader.line_num + 1


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, which may be \\n, \\r\\n or \\r; no other sign ends a line."""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        yield f"{line}\n"


def _check_header(header: list[str], line: int, delimiter: str, most_columns: int) -> None:
    if len(header) > most_columns:
        raise Refused(_too_wide(line, len(header), most_columns))
    first_place: dict[str, int] = {}
    for place, cell in enumerate(header, start=1):
        name = cell.strip()
        if len(cell) > LONGEST_CELL:
            raise Refused(_huge(line, f"{place}", len(cell)))
        if name and name in first_place:
            raise Refused(
                f"{at(line)}: columns {first_place[name]} and {place} are both called '{plain_name(name)}'. Give each "
                "column a name of its own; spaces around a name do not count."
            )
        first_place[name] = place
    if all(_is_number(cell) for cell in header):
        shown = plain_name(f"{delimiter} ".join(header).replace("\t", " "))
        raise Refused(
            f"{at(line)}: the first line ({shown}) holds only numbers, so the names of the columns are missing. Put a "
            "line with a name for each column above it."
        )


def _is_number(cell: str) -> bool:
    try:
        float(cell.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _ragged(line: int, cells: int, width: int, delimiter: str) -> str:
    side = "One cell too many or a cell that holds the delimiter" if cells > width else "A cell is missing"
    return (
        f"{at(line)}: {cells:,} {'cell' if cells == 1 else 'cells'}, but the header has {width}. {side}: give every line "
        f"{width} cells separated by {DELIMITERS[delimiter]}, and put a cell that holds one into double quotes."
    )


def _too_wide(line: int, columns: int, most: int) -> str:
    return (
        f"{at(line)}: the table has {columns:,} columns; at most {most:,} can be read. Leave out those you do not need."
    )


def _huge(line: int, column: str, length: int) -> str:
    return (
        f"{at(line, column)}: this cell has {length:,} characters; at most {LONGEST_CELL:,} can be read. Shorten it, or "
        "look whether a closing quote is missing."
    )


def _unreadable(error: str, begins: int, line: int) -> str:
    if "unexpected end" in error:
        return f"{at(begins)}: a double quote opens in this row and is never closed. Close it, or write it twice inside a cell."
    if "field larger" in error:
        most = f"{csv.field_size_limit():,} characters"
        return f"{at(begins)}: a cell is larger than {most}. Look whether a closing quote is missing."
    if "expected after" in error:
        return f'{at(line)}: after a closing double quote the cell goes on. Write a quote inside a cell twice: "".'
    return f"{at(line)}: this line can't be read ({error}). Save the table again as CSV."
