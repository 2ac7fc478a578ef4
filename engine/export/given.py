"""Data that no formula draws: a visitor's own table, in the script where it is small, else in a CSV file beside it."""

import re

import numpy as np

from engine.data.source import DataSource
from engine.data.table import Table

FILE = "gradient-playground-own.csv"
MOST_ROWS, LONGEST_ROW = 300, 110
"""A table within these stands in the script itself."""
SAID_OF_GIVEN = (
    "Your own table, column by column as numbers: the target last, categories as codes, dates as days since 1970."
)


def is_beside(table: Table) -> bool:
    """Whether a script reads the table from a file instead of carrying it."""
    return len(table.x) > MOST_ROWS or any(len(row) > LONGEST_ROW for row in _rows(table))


def given_csv(table: Table) -> str:
    """The file that such a script reads: a header, then numbers with all their digits."""
    names = [harmless(name) for name in (*table.columns, table.target)]
    return "\r\n".join([",".join(names), *_rows(table), ""])


def given_lines(row: DataSource, table: Table) -> list[str]:
    """Statements that make ``data`` (for its shares) and ``table``."""
    if is_beside(table):
        lines = [f'raw = np.loadtxt("{FILE}", delimiter=",", skiprows=1, ndmin=2)']
    else:
        lines = ['ROWS = """', *_rows(table), '"""', 'raw = np.loadtxt(ROWS.split(), delimiter=",", ndmin=2)']
    target = "raw[:, -1].astype(np.int64)" if table.classes else "raw[:, -1]"
    lines += [f"data = {type(row).__name__}()", "table = Table(", "    x=raw[:, :-1],", f"    y={target},"]
    lines += [*_named("columns", table.columns), f'    target="{harmless(table.target)}",']
    return [*lines, *(_named("classes", table.classes) if table.classes else []), ")"]


def _rows(table: Table) -> list[str]:
    whole = np.column_stack([table.x, table.y.astype(np.float64)]).tolist()
    return [",".join(map(repr, row)) for row in whole]


def _named(field: str, names: tuple[str, ...]) -> list[str]:
    return [f"    {field}=(", *(f'        "{harmless(name)}",' for name in names), "    ),"]


def harmless(name: str) -> str:
    """A name from a file, so plain that neither Python nor a spreadsheet reads more than text in it."""
    return re.sub(r"[^\w .%()/]", "", name).strip()[:60]
