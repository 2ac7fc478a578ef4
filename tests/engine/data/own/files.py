"""Small tables as people send them."""

from typing import Any

import numpy as np

from engine.data.own.own_table import OwnTable, table_of
from engine.data.own.proposal import Proposal, propose
from engine.data.own.sheet import Sheet, read
from engine.data.own.store import store


def csv(*rows: str, end: str = "\n") -> bytes:
    """Lines as a file."""
    return end.join(rows).encode()


def flowers(rows: int = 90, *, gaps: bool = False) -> bytes:
    """Two measures, a colour and a date that tell three species apart, well enough to be learnt; the same every time."""
    random = np.random.default_rng(7)
    lines = ["length,width,colour,picked,species"]
    for row in range(rows):
        kind = row % 3
        length, width = random.normal(3 + 2 * kind, 0.6), random.normal(1 + (kind == 1), 0.3)
        colour = ("white", "red", "blue")[kind if random.random() < 0.8 else random.integers(3)]
        day = f"2024-0{1 + kind}-{random.integers(1, 28):02d}"
        cells = [f"{length:.2f}", f"{width:.2f}", colour, day, ("a", "b", "c")[kind]]
        for place in range(4):
            if gaps and random.random() < 0.1:
                cells[place] = ""
        lines.append(",".join(cells))
    return csv(*lines)


def kept(content: bytes, owner: str = "") -> Sheet:
    """Read a file and keep it."""
    sheet = read(content, "table.csv")
    store().put(owner, sheet)
    return sheet


def used(content: bytes, chosen: Proposal | None = None, **shared: Any) -> OwnTable:
    """The data of an experiment on a file that nobody in particular keeps."""
    sheet = kept(content)
    return table_of(sheet, chosen or propose(sheet), **shared)
