"""A matrix as a heat map with its numbers in the cells, a row marked, a cell picked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, plain
from engine.labs.attention.matrices import cell
from engine.labs.attention.results.heads import Matrix

ROW = 25
"""Pixels of a row of cells."""
LETTER = 6.6
"""Pixels of a letter of a label, about."""
SLANTED = 3.6
"""Pixels by which a letter of the last column's slanted name reaches beyond the cells."""
FAINT = "rgba(128,128,128,0.06)"
"""0: the page shows through, light or dark."""
STRENGTH = 0.72
"""Opacity of the strongest cells, so that numbers stay readable on them on light and dark pages."""
MARKED = theme.RATIO
TIGHT = 9
"""Columns from which numbers are written smaller, and shares without the 0 before the point."""


def _faded(colour: str) -> str:
    red, green, blue = theme.rgb(colour).astype(int)
    return f"rgba({red},{green},{blue},{STRENGTH})"


SIGNED = [[0, _faded(theme.NEGATIVE)], [0.5, FAINT], [1, _faded(theme.POSITIVE)]]
SHARE = [[0, FAINT], [1, _faded(theme.GRADIENT)]]


def matrix_height(rows: int, has_names: bool) -> int:
    """Pixels: every row alike, and room for names of columns where they are words."""
    return rows * ROW + (78 if has_names else 30)


def matrix_figure(
    values: Matrix,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    decimals: int = 2,
    is_share: bool = False,
    is_exact: bool = False,
    marked: int | None = None,
    picked: tuple[int, int] | None = None,
    bands: int = 1,
    most: float | None = None,
) -> go.Figure:
    """``values`` with their numbers; ``rows`` and ``columns`` are the labels beside and above them.

    ``is_share`` colours from nothing to 1, else by sign; ``is_exact`` takes rounding not for 0. ``marked`` is a row that
    stands out, ``picked`` a cell, both from 0. ``bands`` are groups of columns with a line between them. ``most`` is the size
    at which colours end; the largest number of this matrix where none is given.
    """
    count, width = values.shape
    finite = values[np.isfinite(values)]
    size = most if most is not None else max(float(np.abs(finite).max(initial=0.0)), 1e-12)
    words = any(len(name) > 3 for name in columns)
    left = 8 + int(LETTER * max((len(name) for name in rows), default=1))
    right = 8 + int(SLANTED * len(columns[-1])) if words else 6
    figure = go.Figure(layout=layout("", "", margin={"l": left, "r": right, "t": 66 if words else 20, "b": 8}))
    figure.add_trace(
        go.Heatmap(
            x=np.arange(1, width + 1),
            y=np.arange(1, count + 1),
            z=np.where(np.isfinite(values), values, 0.0),
            zmin=0.0 if is_share else -size,
            zmax=1.0 if is_share else size,
            colorscale=SHARE if is_share else SIGNED,
            showscale=False,
            xgap=1,
            ygap=1,
            text=_texts(values, decimals, is_share=is_share, is_exact=is_exact),
            texttemplate="%{text}",
            textfont={"size": 9 if width >= TIGHT else 11},
            customdata=_hovers(values, rows, columns),
            hovertemplate="%{customdata}<extra></extra>",
            name="values",
        )
    )
    _frames(figure, (count, width), marked, picked, bands)
    figure.update_xaxes(**_labels(columns), range=[0.5, width + 0.5], side="top", tickangle=-45 if words else 0)
    figure.update_yaxes(**_labels(rows), range=[count + 0.5, 0.5])
    return figure


def _labels(names: Sequence[str]) -> dict[str, Any]:
    """An axis with a name for each row or column, and nothing else."""
    places = list(range(1, len(names) + 1))
    bare = {"showgrid": False, "fixedrange": True, "ticks": ""}
    return {"tickvals": places, "ticktext": [plain(name) for name in names], **bare}


def _frames(
    figure: go.Figure, shape: tuple[int, int], marked: int | None, picked: tuple[int, int] | None, bands: int
) -> None:
    """What stands out: a row, a cell, and lines between groups of columns."""
    count, width = shape
    if marked is not None:
        _box(figure, 0.5, width + 0.5, marked + 0.5, marked + 1.5, "marked", theme.NEUTRAL)
    if picked is not None:
        row, column = picked
        _box(figure, column + 0.5, column + 1.5, row + 0.5, row + 1.5, "picked", MARKED)
    for band in range(1, bands):
        at = band * width / bands + 0.5
        line = {"color": theme.NEUTRAL, "width": 2}
        figure.add_trace(go.Scatter(x=[at, at], y=[0.5, count + 0.5], mode="lines", line=line, hoverinfo="skip"))


def _texts(values: Matrix, decimals: int, *, is_share: bool, is_exact: bool) -> list[list[str]]:
    texts = [[cell(float(value), decimals, is_share=is_share, is_exact=is_exact) for value in row] for row in values]
    if is_share and values.shape[1] >= TIGHT:
        return [[text.removeprefix("0") or "0" for text in row] for row in texts]
    return texts


def _hovers(values: Matrix, rows: Sequence[str], columns: Sequence[str]) -> list[list[str]]:
    return [
        [f"{plain(row)}, {plain(column)}: {value:.4g}" for column, value in zip(columns, line, strict=True)]
        for row, line in zip(rows, values, strict=True)
    ]


def _box(figure: go.Figure, x0: float, x1: float, y0: float, y1: float, name: str, colour: str) -> None:
    line = {"color": colour, "width": 2.5}
    figure.add_trace(
        go.Scatter(x=[x0, x1, x1, x0, x0], y=[y0, y0, y1, y1, y0], mode="lines", line=line, hoverinfo="skip", name=name)
    )


def cell_at(x: float, y: float, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """(row, column), from 0, of the cell at a place in a figure of a matrix; None beside it."""
    row, column = round(y) - 1, round(x) - 1
    return (row, column) if 0 <= row < shape[0] and 0 <= column < shape[1] else None
