"""Transposed convolution: stamps, their overlap, and why it is no inverse."""

from functools import partial

import plotly.graph_objects as go
import streamlit as st

from charts.attention.matrices import cell_at
from charts.convolution.transposed import (
    counts_figure,
    grey_figure,
    input_figure,
    kernel_figure,
    matrix_figure,
    stamp_figure,
    sum_figure,
    undone_figures,
    uneven_figure,
)
from engine.labs.convolution import said_of_transposed as said
from engine.labs.convolution.results.transposed import Stamped
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.stamps import AnyStamp
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.transposed import overlap, stamped, undone
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.convolution.parts import LAB, Values, put, seed, segments, settings

VIEWS = {"stamps": "Stamps that add up", "overlap": "Uneven overlap", "inverse": "Transpose, not inverse"}


def controls(now: ConvolutionLab) -> Values:
    mine = now.transposed
    with st.sidebar:
        kernel = knobs.choose(lab.FORM, AnyStamp, lab.path(LAB, "transposed.kernel"), mine.kernel, "Kernel")
        names = ("side", "values", "size", "stride", "padding", "extra", "seeds")
        values = settings(mine, "transposed", only=tuple(name for name in names if _is_asked(name, mine.view)))
        more = seed(now)
    view = segments("transposed.view", mine.view, VIEWS, "View", is_bare=True)
    return {"transposed": {**values, "kernel": kernel, "view": view}, **more}


def _is_asked(name: str, view: str) -> bool:
    """Whether a setting matters in a view."""
    return name not in {"stamps": ("seeds",), "overlap": ("side", "values"), "inverse": ("values", "seeds")}[view]


def show(now: ConvolutionLab) -> None:
    st.markdown(
        "A **transposed convolution** makes a picture larger: every input cell stamps the kernel, times its own "
        "number, into "
        r"the output, $s$ cells further for each cell: $y_{ab} = \sum_{i,j} x_{ij}\, K_{a - si + p,\; b - sj + p}$. "
        "(It is also called *deconvolution*, which it is not.)"
    )
    SHOW[now.transposed.view](now.transposed, now.seed)


def _stamps(asked: Transposed, seed: int) -> None:
    found = stamped(asked, seed)
    row, column = asked.at
    st.markdown(said.size(asked))
    drawn = (
        ("Input $x$", input_figure(found, row, column), "input"),
        ("Kernel $K$", kernel_figure(found), "kernel"),
        ("This cell's stamp", stamp_figure(found, row, column, asked.stride, asked.padding), "stamp"),
        ("Sum so far", sum_figure(found, row, column), "sum"),
    )
    upper, lower = st.columns(2, gap="medium"), st.columns(2, gap="medium")
    for place, (title, made, key) in zip((*upper, *lower), drawn, strict=True):
        with place:
            st.markdown(f"**{title}**")
            on_click = partial(_clicked, len(found.x)) if key == "input" else None
            height = 250 if key in ("input", "kernel") else 340
            figure(made, f"convolution.transposed.{key}", title.replace("$", ""), height, on_click=on_click)
    _stepper(found, row, column)
    st.caption(said.stamp(found, row, column))


def _clicked(side: int, spot: Spot) -> None:
    at = cell_at(spot.x, spot.y, (side, side))
    if at is not None:
        put("transposed", row=at[0] + 1, column=at[1] + 1)


def _stepper(found: Stamped, row: int, column: int) -> None:
    side = len(found.x)
    place = row * side + column
    with st.container(horizontal=True):
        for words, icon, to in (("Back", "chevron_left", place - 1), ("Next", "chevron_right", place + 1)):
            st.button(words, key=f"convolution.transposed.{words}", icon=f":material/{icon}:",
                      disabled=not 0 <= to < side**2, on_click=_go, args=(to, side))  # fmt: skip


def _go(place: int, side: int) -> None:
    put("transposed", row=place // side + 1, column=place % side + 1)


def _overlap(asked: Transposed, seed: int) -> None:
    found = overlap(asked, seed)
    st.markdown(
        "How many stamps reach each cell? Along one side those $i$ with $0 \\le a + p - s i < k$; in the plane the "
        "counts of both sides multiply. Beside it: every cell first repeated $s$ by $s$ times (*nearest-neighbour "
        "upsampling*), then a plain convolution, which reads $k^2$ cells for every output."
    )
    _beside(
        ("Transposed: stamps at each cell", counts_figure(found.counts)),
        ("Upsampled, then convolved: cells read", counts_figure(found.resized_counts)),
        "counts",
    )
    st.caption(said.counts(asked, found))
    st.markdown("**What this kernel makes of an even picture of ones**")
    _beside(
        ("Transposed", grey_figure(found.grey)),
        ("Upsampled, then convolved", grey_figure(found.resized_grey)),
        "grey",
    )
    st.markdown("**The same with many kernels drawn at random**: unevenness inside, where no border is near")
    figure(uneven_figure(found), "convolution.transposed.uneven", "Unevenness of each kernel", 300)
    st.caption(said.uneven(found))


def _beside(left: tuple[str, go.Figure], right: tuple[str, go.Figure], key: str) -> None:
    for column, (title, made) in zip(st.columns(2, gap="medium"), (left, right), strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure(made, f"convolution.transposed.{key}.{title[:2]}", title, 340)


def _inverse(asked: Transposed, seed: int) -> None:
    found = undone(asked, seed)
    st.markdown(
        "A convolution is a matrix $C$ times the picture, its cells written one below the other. Each row of $C$ is one "
        "stamp. The transposed convolution is $C^\\top$: the sizes are turned around, the numbers are not."
    )
    rows, columns = found.matrix.shape
    _beside(
        (f"C: {rows} × {columns}", matrix_figure(found.matrix, "output cell", "picture cell")),
        (f"Cᵀ: {columns} × {rows}", matrix_figure(found.matrix.T, "picture cell", "output cell")),
        "matrix",
    )
    st.markdown(said.adjoint(found))
    st.markdown("**There and back**")
    for column, (title, made) in zip(st.columns(4), undone_figures(found), strict=True):
        with column:
            st.markdown(f"**{title}**")
            name = title.replace("$", "")
            figure(made, f"convolution.transposed.undone.{name}", name, 250)
    st.markdown(said.inverse(found))


SHOW = {"stamps": _stamps, "overlap": _overlap, "inverse": _inverse}
