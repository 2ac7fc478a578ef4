"""Matrices beside each other, as many in a row as a desk is wide enough for; a telephone has them one below the other."""

from collections.abc import Mapping, Sequence

import streamlit as st

from charts.attention.matrices import matrix_figure, matrix_height
from engine.labs.attention.matrices import Named, decimals
from engine.labs.attention.results.heads import Head, Heads
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.tokens import short
from ui.figure import figure
from ui.labs.attention.editing import editable

PAGE = 1000
"""Pixels that a row of matrices may take at a desk."""
LEAST = 190
"""Of one matrix with what is said of it."""


def wall(
    now: AttentionLab, found: Head | Heads, shown: Sequence[Named], bands: Mapping[str, int] | None = None
) -> None:
    """Every matrix with its name, its shape and its numbers; ``bands`` are the heads that share the columns of some."""
    for row in packed([_width(matrix, found) for matrix in shown]):
        widths = [_width(shown[place], found) for place in row]
        spare = PAGE - sum(widths)
        spec = [*widths, spare] if spare > 0.2 * PAGE else widths
        for column, place in zip(st.columns(spec, gap="medium"), row, strict=False):
            with column:
                _matrix(now, found, shown[place], (bands or {}).get(shown[place].id, 1))


def width_of(columns: int) -> int:
    """Pixels for a matrix of so many columns beside the names of its rows: two of 12 tokens share a row."""
    return 90 + 34 * columns


def packed(widths: Sequence[int], page: int = PAGE) -> list[list[int]]:
    """The places of ``widths`` in rows, each as full as the page is wide."""
    rows: list[list[int]] = []
    room = 0
    for place, width in enumerate(widths):
        if width > room or not rows:
            rows.append([])
            room = page
        rows[-1].append(place)
        room -= width
    return rows


def _width(matrix: Named, found: Head | Heads) -> int:
    return max(LEAST, width_of(matrix.values(found).shape[1]))


def _matrix(now: AttentionLab, found: Head | Heads, matrix: Named, bands: int) -> None:
    values = matrix.values(found)
    names = [short(token) for token in found.tokens]
    rows, columns = (
        names if side == "tokens" else [str(place + 1) for place in range(size)]
        for side, size in zip((matrix.rows, matrix.columns), values.shape, strict=True)
    )
    st.markdown(f"${matrix.symbol}$, {matrix.is_what}  \n*{matrix.shape_said(found)}*")
    if matrix.letter:
        return editable(now, matrix.letter, values, rows, columns, f"{matrix.id}, {matrix.is_what}", bands)
    i, j = now.at
    drawn = matrix_figure(
        values,
        rows,
        columns,
        decimals=decimals(values),
        is_share=matrix.scale == "share",
        marked=(j if matrix.followed == "key" else i) if matrix.rows == "tokens" else None,
        picked=(i, j) if matrix.columns == "tokens" else None,
        bands=bands,
    )
    height = matrix_height(len(values), has_names=matrix.columns == "tokens")
    figure(drawn, f"attention.matrix.{matrix.id}", f"{matrix.id}, {matrix.is_what}", height)
