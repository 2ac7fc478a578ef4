"""Pooling: window by window, and what it lets through of a shift."""

from functools import partial

import streamlit as st
import torch

from charts.attention.matrices import cell_at
from charts.convolution.pooling import (
    output_figure,
    patch_figure,
    picture_figure,
    shares_figure,
    tolerance_figure,
)
from engine.labs.convolution import said_of_pooling as said
from engine.labs.convolution.pictures import pixels
from engine.labs.convolution.pooling import pooled, tolerance
from engine.labs.convolution.pools import AnyPool
from engine.labs.convolution.results.pooling import Pooled
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.convolution.parts import LAB, Values, put, refusal, settings
from ui.labs.convolution.picture import picture


def controls(now: ConvolutionLab) -> Values:
    with st.sidebar:
        values = picture(now, has_colour=False)
        pool = knobs.choose(lab.FORM, AnyPool, lab.path(LAB, "pooling.pool"), now.pooling.pool, "Pooling")
        st.markdown("**The picture moved**")
        mine = settings(now.pooling, "pooling", only=("most", "direction", "filled"))
    return {**values, "pooling": {**mine, "pool": pool}}


def show(now: ConvolutionLab) -> None:
    pool = now.pooling.pool
    st.markdown(f"**{pool.label}** $\\;\\displaystyle {pool.formula}$  \n{pool.lesson} *({pool.source})*")
    try:
        channel = torch.from_numpy(pixels(now.picture, False, now.seed))
        found = pooled(channel[0], pool)
    except Refusal as refused:
        refusal(refused)
        return
    _size(found)
    row, column = (
        min(at, count) - 1 for at, count in zip((now.pooling.row, now.pooling.column), found.output.shape, strict=True)
    )
    _windows(found, row, column)
    _shares(found, row, column)
    _tolerance(now, channel)


def _size(found: Pooled) -> None:
    general = r"$\displaystyle \left\lfloor \frac{n + 2p - (k - 1) - 1}{s} \right\rfloor + 1$"
    st.markdown(f"Rows of the output: {general}  \nHere: $\\displaystyle {found.down.formula}$")
    if words := said.size(found.down):
        st.caption(words)


def _windows(found: Pooled, row: int, column: int) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**The picture, and the window on it**")
        figure(picture_figure(found, row, column), "convolution.pool.picture", "The picture and the window", 360)
        dots = "" if found.places is None else " Dots: where each maximum was taken from."
        st.caption(f"{said.cell(found, row, column)}{dots}")
    with right:
        st.markdown("**What comes out**")
        clicked = partial(_clicked, found.output.shape)
        figure(output_figure(found, row, column), "convolution.pool.output", "The output", 360, on_click=clicked)
        _stepper(found, row, column)


def _clicked(shape: tuple[int, ...], spot: Spot) -> None:
    at = cell_at(spot.x, spot.y, shape)
    if at is not None:
        put("pooling", row=at[0] + 1, column=at[1] + 1)


def _stepper(found: Pooled, row: int, column: int) -> None:
    """The window one place back or on, row by row."""
    rows, columns = found.output.shape
    place = row * columns + column
    with st.container(horizontal=True):
        for words, icon, to in (("Back", "chevron_left", place - 1), ("Next", "chevron_right", place + 1)):
            st.button(words, key=f"convolution.pool.{words}", icon=f":material/{icon}:",
                      disabled=not 0 <= to < rows * columns, on_click=_go, args=(to, columns))  # fmt: skip
        st.caption(f"Place {place + 1} of {rows * columns}; or click a cell.")


def _go(place: int, columns: int) -> None:
    put("pooling", row=place // columns + 1, column=place % columns + 1)


def _shares(found: Pooled, row: int, column: int) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Under the window**")
        figure(patch_figure(found, row, column), "convolution.pool.patch", "The numbers under the window", 300)
        st.caption("Padding counts as −∞ for a maximum, and as 0 for a mean.")
    with right:
        st.markdown("**What each cell counts for**: the gradient of the sum of all outputs")
        figure(shares_figure(found), "convolution.pool.shares", "The gradient of each cell of the picture", 300)
        st.caption(said.shares(found))


def _tolerance(now: ConvolutionLab, channel: torch.Tensor) -> None:
    st.markdown("#### How much of a shift comes through")
    st.markdown(
        "The picture $x$ is moved pixel by pixel, and what comes out is compared, cell by cell, with what came out before: "
        r"$\lVert P(x_{\text{moved}}) - P(x) \rVert \,/\, \lVert P(x) \rVert$. All ways have the same window and stride."
    )
    found = tolerance(channel, now.pooling)
    figure(tolerance_figure(found), "convolution.pool.tolerance", "Change of the output over the shift", 340)
    st.caption(said.tolerance(found))
