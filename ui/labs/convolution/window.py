"""A window slides over the picture."""

import streamlit as st

from charts.convolution.maps import channels_figure, compared_figure, tiles_height
from engine.labs.convolution import said
from engine.labs.convolution.changes import taken_back, with_weights
from engine.labs.convolution.counting import counted
from engine.labs.convolution.edits import LARGEST, Edit, Place
from engine.labs.convolution.kernels import LearnedKernel
from engine.labs.convolution.learned import filters
from engine.labs.convolution.pictures import channel_names
from engine.labs.convolution.results.sliding import Slid
from engine.labs.convolution.sliding import beside, convolved, slid
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from ui import lab
from ui.figure import figure
from ui.labs.convolution.counting import table
from ui.labs.convolution.kernel import are_learned, kernels
from ui.labs.convolution.parts import LAB, Values, here, put, refusal
from ui.labs.convolution.picture import picture
from ui.sliding import Stand, Weight, Words, sliding

REFUSED = "convolution.refused"


def controls(now: ConvolutionLab) -> Values:
    with st.sidebar:
        values = picture(now)
        return {**values, "window": kernels(now.window, 3 if values["colour"] else 1)}


def show(now: ConvolutionLab) -> None:
    if not are_learned(now.window):
        return
    try:
        found = slid(now)
    except Refusal as refused:
        refusal(refused)
        return
    st.markdown(said.size(found))
    st.caption(f"{said.shapes(found)} {said.left_over(found.across)}")
    _window(now, found)
    _kernel(now)
    if found.outs + len(found.picture) > 2:
        st.markdown("**Every channel**, in and out")
        tiles = found.outs + len(found.picture)
        figure(
            channels_figure(found, channel_names(now.colour)),
            "convolution.channels",
            "The channels of the picture, and every output channel",
            tiles_height(tiles),
        )
    _turn(now, found)
    st.markdown("**What it takes**")
    table(counted(found))


def _window(now: ConvolutionLab, found: Slid) -> None:
    window = now.window
    out, inputs = window.shown, found.weights.shape[1]
    row, column = min(window.row, found.down.places), min(window.column, found.across.places)
    _, height, width = found.picture.shape
    _, around_height, around_width = found.padded.shape
    around = f", padded {around_height} × {around_width}" if found.padded.shape != found.picture.shape else ""
    number = f" {out + 1}" if found.outs > 1 else ""
    sliding(
        found,
        out,
        Stand(row - 1, column - 1, min(window.channel, inputs) - 1),
        Words(
            f"Picture {height} × {width}{around}",
            "Kernel, flipped" if window.flip else "Kernel",
            f"Output{number} {found.down.places} × {found.across.places}",
            channel_names(now.colour),
        ),
        "convolution.sliding",
        reach=(-LARGEST, LARGEST),
        set_by_hand=[
            (edit.place.channel - 1, *_turned(now, edit.place.row - 1, edit.place.column - 1))
            for edit in window.read_edits
            if edit.place.out == out + 1
        ],
        on_typed=_typed,
        on_stood=_stood,
    )


def _turned(now: ConvolutionLab, row: int, column: int) -> tuple[int, int]:
    """Where a weight stands as it slides, and back: elsewhere where the kernel is flipped. All from 0."""
    last = now.window.size - 1
    return (last - row, last - column) if now.window.flip else (row, column)


def _typed(weights: list[Weight]) -> None:
    now = here()
    edits = []
    for channel, row, column, value in weights:
        at = _turned(now, row, column)
        edits.append(Edit(Place(now.window.shown + 1, channel + 1, at[0] + 1, at[1] + 1), value))
    try:
        lab.put(LAB, with_weights(now, edits), refill=False)
        st.session_state.pop(REFUSED, None)
    except ValueError as error:
        st.session_state[REFUSED] = str(error)


def _stood(stand: Stand) -> None:
    put("window", row=stand.row + 1, column=stand.column + 1, channel=stand.channel + 1)


def _take_back() -> None:
    lab.put(LAB, taken_back(here()), refill=False)


def _kernel(now: ConvolutionLab) -> None:
    """What the kernel does, and what of it was set by hand."""
    kernel = now.window.kernels[now.window.shown]
    words, button = st.columns([5, 1], vertical_alignment="center")
    with words:
        st.markdown(f"**{kernel.label}**: {kernel.lesson} &nbsp; ${kernel.formula}$")
        if isinstance(kernel, LearnedKernel):
            st.caption(said.learned(filters(now.window.size, kernel.seed)))
        if now.window.edits:
            st.caption(said.edits(now.window))
    button.button(
        "Take back", key="convolution.undo", icon=":material/undo:", on_click=_take_back, disabled=not now.window.edits,
        help="All weights that were set by hand.", width="stretch",
    )  # fmt: skip
    if refused := st.session_state.pop(REFUSED, None):
        st.warning(refused, icon=":material/rule:")


def _turn(now: ConvolutionLab, found: Slid) -> None:
    """Cross-correlation or convolution: the same kernel both ways, and the difference."""
    st.markdown("**Cross-correlation, or convolution?**")
    others = beside(found)
    out = now.window.shown
    figure(
        compared_figure(found.output[out], convolved(found)[out]),
        "convolution.turn",
        "The output as it slid, by SciPy's convolve2d with the same weights, and the difference of the two",
        tiles_height(3),
    )
    st.markdown(said.turn(others, now.window))
    st.caption(said.beside(others))
