"""Receptive fields: of any stack, by formula, and as the gradient has it."""

from functools import partial

import numpy as np
import streamlit as st

from charts.convolution.receptive import depth_figure, field_figure, gradient_figure, paths_figure, profile_figure
from engine.labs.convolution import said_of_receptive as said
from engine.labs.convolution.effective import effective
from engine.labs.convolution.pictures import pixels
from engine.labs.convolution.receptive import middle, must_fit, reaches, support
from engine.labs.convolution.results.receptive import Effective, Reach
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.stacks import MAX_LAYERS, PRESETS, AnyLayer
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.convolution.parts import LAB, Values, here, put, refusal, seed, segments, settings
from ui.labs.convolution.picture import picture

VIEWS = {"field": "By formula", "effective": "By the gradient"}


def controls(now: ConvolutionLab) -> Values:
    mine = now.receptive
    with st.sidebar:
        values = picture(now, has_colour=False) if mine.view == "field" else seed(now)
        stack = _stack(mine)
        names = ("side", "activation", "channels", "seeds") if mine.view == "effective" else ()
        more = settings(mine, "receptive", only=names) if names else mine.model_dump()
    view = segments("receptive.view", mine.view, VIEWS, "View", is_bare=True)
    return {**values, "receptive": {**more, **stack, "view": view}}


def _stack(mine: Receptive) -> Values:
    """A menu of the layers, buttons to add and remove one, and the settings of the chosen one."""
    st.markdown("**Layers**")
    count = len(mine.layers)
    places = list(range(1, count + 1))
    chosen = min(mine.layer, count)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "receptive.layer")), chosen, places)
    shown = lab.FORM.widget(
        st.selectbox,
        "Settings of",
        places,
        key=key,
        format_func=lambda place: f"{place}. {mine.layers[place - 1].written}",
    )
    left, right = st.columns(2)
    left.button(
        "Add", key="convolution.layer.add", icon=":material/add:", width="stretch", disabled=count >= MAX_LAYERS,
        on_click=partial(_add, shown), help=f"A copy of this one, behind it; at most {MAX_LAYERS}.",
    )  # fmt: skip
    right.button(
        "Remove", key="convolution.layer.remove", icon=":material/remove:", width="stretch", disabled=count == 1,
        on_click=partial(_remove, shown),
    )  # fmt: skip
    path = lab.path(LAB, "receptive.layers", str(shown - 1))
    layers = [layer.model_dump() for layer in mine.layers]
    layers[shown - 1] = knobs.choose(lab.FORM, AnyLayer, path, mine.layers[shown - 1], f"Layer {shown}")
    return {"layers": tuple(layers), "layer": shown}


def _add(shown: int) -> None:
    layers = here().receptive.layers
    _set((*layers[:shown], layers[shown - 1], *layers[shown:])[:MAX_LAYERS], shown + 1)


def _remove(shown: int) -> None:
    layers = here().receptive.layers
    _set((*layers[: shown - 1], *layers[shown:]) or layers, max(shown - 1, 1))


def _set(layers: tuple[AnyLayer, ...], shown: int) -> None:
    """From a callback: another stack, which the controls follow."""
    put("receptive", layers=layers, layer=min(shown, len(layers)), row=0, column=0)
    knobs.forget(lab.path(LAB, "receptive.layer"))


def show(now: ConvolutionLab) -> None:
    st.markdown(
        "The **receptive field** of a cell: all pixels of the picture that it can depend on. A cell that reads $k$ "
        "cells, $d$ "
        "apart, of a layer whose fields are $r$ pixels wide and lie $j$ pixels apart has a field of\n\n"
        r"$$r' = r + (k - 1)\,d\,j, \qquad j' = s\,j, \qquad e' = e - p\,j$$"
        "\n\nwhere $e$ is the pixel at which the first cell's field begins; the picture itself has $r = j = e = 1$."
    )
    with st.container(horizontal=True):
        for name, stack in PRESETS.items():
            st.button(name, key=f"convolution.stack.{name}", on_click=_set, args=(stack, 1))
    SHOW[now.receptive.view](now)


def _field(now: ConvolutionLab) -> None:
    mine = now.receptive
    try:
        cells = pixels(now.picture, False, now.seed)[0]
        down, across = (reaches(mine.layers, side) for side in cells.shape)
        st.markdown(lab.table(said.HEAD, said.table(down)))
        must_fit(mine.layers, *cells.shape)
    except Refusal as refused:
        refusal(refused)
        return
    cell = (_at(mine.row, down[-1]), _at(mine.column, across[-1]))
    found = support(mine.layers, cells.shape, cell)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**The field on the picture**: click to choose another cell")
        on_click = partial(_clicked, down[-1], across[-1])
        drawn = field_figure(np.asarray(cells), down, across, cell)
        figure(drawn, "convolution.field", "The receptive field on the picture", 420, on_click=on_click)
        st.caption(f"{said.field(down[-1], across[-1], cell, cells.shape)} Dotted: fields of the layers before.")
    with right:
        st.markdown("**Ways from each pixel to that cell**")
        figure(paths_figure(found), "convolution.paths", "Number of paths from each pixel to the cell", 420)
        st.caption(
            f"All weights are 1 and every layer is linear here, so that the gradient counts the ways. {said.support(found)}"
        )


def _at(chosen: int, last: Reach) -> int:
    """The output cell from 0; the one in the middle where none was chosen."""
    return min(chosen, last.cells) - 1 if chosen else middle(last.cells)


def _clicked(down: Reach, across: Reach, spot: Spot) -> None:
    put("receptive", row=down.nearest(spot.y - 1) + 1, column=across.nearest(spot.x - 1) + 1)


def _effective(now: ConvolutionLab) -> None:
    mine = now.receptive
    try:
        must_fit(mine.layers, mine.side, mine.side)
    except Refusal as refused:
        refusal(refused)
        return
    st.markdown(
        "Within its field a cell does not depend on all pixels alike. Here every layer has random weights, the input "
        "is random, "
        r"and the gradient $\partial y / \partial x_{ij}$ of the cell in the middle says how much each pixel moves it; the "
        "*effective* field is where that is not next to nothing (Luo et al. 2016)."
    )
    same = {"view": "effective", "row": 0, "column": 0, "layer": 1}
    asked = mine.model_copy(update=same)
    job = lab.work(LAB, "effective", ("effective", asked, now.seed), lambda: effective(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, _measured, "convolution.effective")


def _measured(found: Effective) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**How much each pixel moves the cell**")
        figure(gradient_figure(found), "convolution.gradient", "Gradient of the cell with respect to each pixel", 400)
        st.caption(said.effective(found))
    with right:
        st.markdown("**Along the row through the middle**")
        figure(profile_figure(found), "convolution.profile", "Gradient along the middle row", 250)
        st.markdown("**Layer by layer**")
        figure(depth_figure(found), "convolution.depth", "Side of the field after each layer", 250)
        st.caption(said.growth(found))


SHOW = {"field": _field, "effective": _effective}
