"""``Sheet``: a file that was read and understood, as it is kept: arrays of numbers and codes, and a few rows as text."""

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int

from engine.data.own.columns import Column, understood
from engine.data.own.decode import decode
from engine.data.own.parse import DELIMITERS, Parsed, parse
from engine.data.own.refusal import Refused
from engine.names import plain_name
from engine.settings import Settings, settings

PREVIEW_ROWS = 20
_ONE_AT_A_TIME = threading.Lock()
"""Taking a file apart needs several times its size: never two at once."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A visitor's table."""

    name: str
    """Of the file, fit to be shown."""
    digest: str
    """16 hexadecimal digits of its text: what links know of it."""
    header_digest: str
    """8 of the names of its columns: whether another file has the same."""
    encoding: str
    zipped: bool
    delimiter: str
    """In words: commas."""
    columns: tuple[Column, ...]
    lines: Int[np.ndarray, " rows"]
    """Where each row begins in the file, from 1."""
    preview: tuple[tuple[str, ...], ...]
    """The first rows as text, cut short."""

    @property
    def rows(self) -> int:
        """Rows below the header."""
        return len(self.lines)

    @cached_property
    def nbytes(self) -> int:
        """Memory it takes, about."""
        texts = sum(len(cell) + 60 for row in self.preview for cell in row)
        names = sum(len(name) + 60 for column in self.columns for name in (column.name, *column.categories))
        return texts + names + self.lines.nbytes + sum(column.values.nbytes + 500 for column in self.columns)

    @property
    def found(self) -> str:
        """One sentence on how the file was read."""
        zipped = "gzip, " if self.zipped else ""
        return (
            f"{self.rows:,} rows and {len(self.columns)} columns ({zipped}{self.encoding} text, cells separated by "
            f"{self.delimiter})."
        )


def read(content: bytes, name: str = "", limits: Settings | None = None) -> Sheet:
    """The table in a file's bytes. Raises Refused, saying where and what to do, for what can't be one."""
    limits = limits or settings()
    with _ONE_AT_A_TIME:
        text = decode(content, limits.own_file_mb, limits.own_unzipped_mb)
        parsed = parse(text.text, limits.own_rows, limits.own_columns)
        columns = understood(parsed, limits.own_categories)
        _must_be_usable(columns)
        return Sheet(
            name=plain_name(name) or "your file",
            digest=_digest(text.text, 8),
            header_digest=header_digest([column.name for column in columns]),
            encoding=text.encoding,
            zipped=text.zipped,
            delimiter=DELIMITERS[parsed.delimiter],
            columns=columns,
            lines=parsed.lines,
            preview=_preview(parsed),
        )


def header_digest(names: list[str]) -> str:
    """What stands for the names of the columns, in their order."""
    return _digest("\n".join(names), 4)


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()


def _preview(parsed: Parsed) -> tuple[tuple[str, ...], ...]:
    rows = range(min(PREVIEW_ROWS, len(parsed.lines)))
    return tuple(tuple(plain_name(cells.distinct[cells.codes[row]]) for cells in parsed.columns) for row in rows)


def _must_be_usable(columns: tuple[Column, ...]) -> None:
    if sum(not column.problem for column in columns) >= 2:
        return
    reasons = " ".join(f"{column.problem}" for column in columns if column.problem)
    raise Refused(f"A network needs an input and a target, but fewer than two columns can be used. {reasons[:1500]}")
