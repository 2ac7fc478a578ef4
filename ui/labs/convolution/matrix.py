"""The same convolution as one matrix."""

from functools import partial

import streamlit as st

from charts.convolution.matrix import matrix_figure, matrix_height, place_at
from engine.labs.convolution import said
from engine.labs.convolution.results.unrolled import Unrolled
from engine.labs.convolution.state import ConvolutionLab
from engine.labs.convolution.unrolled import unrolled
from engine.refusal import Refusal
from ui.figure import Spot, figure
from ui.labs.convolution.kernel import are_learned, kernels
from ui.labs.convolution.parts import Values, put, refusal, settings
from ui.labs.convolution.picture import picture


def controls(now: ConvolutionLab) -> Values:
    with st.sidebar:
        values = picture(now)
        matrix = settings(now.matrix, "matrix")
        return {**values, "matrix": matrix, "window": kernels(now.window, 3 if values["colour"] else 1)}


def show(now: ConvolutionLab) -> None:
    if not are_learned(now.window):
        return
    try:
        found = unrolled(now)
    except Refusal as refused:
        refusal(refused)
        return
    window, across = now.window, found.slid.across.places
    row, column = min(window.row, found.slid.down.places) - 1, min(window.column, across) - 1
    st.markdown(said.matrix(found))
    figure(
        matrix_figure(found, row * across + column),
        "convolution.matrix",
        "The matrix of the convolution, the picture as a vector above it, the output as a vector beside it",
        matrix_height(found),
        on_click=partial(_clicked, found),
    )
    st.caption(
        "Above M the picture, row after row, as one line; beside M the output. Click a row to see what it works out."
    )
    st.markdown(said.row(found, row, column))
    st.markdown(said.structure(found))


def _clicked(found: Unrolled, spot: Spot) -> None:
    row, column = place_at(found, spot.y)
    put("window", row=row + 1, column=column + 1)
