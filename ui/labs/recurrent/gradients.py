"""Gradients through time: how far back they reach, what they are the sum of, what truncation leaves out, what skips add."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from charts.recurrent.gradients import FAINTEST, chunk_curves, cut_bars, entry_bars, reach_lines, term_norms
from engine.initializers import Initializer
from engine.labs.recurrent import said_of_gradients as said
from engine.labs.recurrent.bars import bars, cut
from engine.labs.recurrent.gradients import cells, reaches, variants
from engine.labs.recurrent.reading import example
from engine.labs.recurrent.results.gradients import Reaches
from engine.labs.recurrent.state import Gradients, RecurrentLab
from engine.labs.recurrent.training import Trained, trained
from engine.sequences.cells import Cell
from ui import knobs, lab
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, network, ready, seed, segments, settings, told, within

VIEWS = {
    "reach": "State by state",
    "bars": "Sums over time",
    "truncated": "Truncated",
    "skips": "Skips",
}
OWN = ("length", "units", "updates", "seeds")
MATRICES = {"W_xh": "W_xh", "W_hh": "W_hh", "W_hy": "W_hy"}
MOMENTS = {"first": "With its first weights", "trained": "Trained"}


def controls(now: RecurrentLab) -> Values:
    view = segments("gradients.view", now.gradients.view, VIEWS, "View")
    values, more = CONTROLS[view](now)
    return {"gradients": {**now.gradients.model_dump(), **values, "view": view}, **more}


def _of_task(now: RecurrentLab) -> tuple[Values, Values]:
    """Length, units and first weights of networks of this section's own."""
    part, form = now.gradients, lab.FORM
    with st.sidebar:
        values = settings(part, "gradients", only=OWN)
        path = lab.path(LAB, "gradients", "recurrent")
        values["recurrent"] = knobs.choose(form, Initializer, path, part.recurrent, "First recurrent weights")
        more = seed(now)
    return values, more


def _reach_controls(now: RecurrentLab) -> tuple[Values, Values]:
    values, more = _of_task(now)
    with st.sidebar:
        clip = settings(now.gradients.clip, "gradients", "clip")
    return {**values, "clip": clip}, more


def _skip_controls(now: RecurrentLab) -> tuple[Values, Values]:
    values, more = _of_task(now)
    with st.sidebar:
        k = settings(now.gradients, "gradients", only=("skip",))["skip"]
        cell = knobs.choose(lab.FORM, Cell, lab.path(LAB, "experiment", "model.Recurrent.cell"), now.cell, "Cell")
    experiment = more["experiment"]
    return {**values, "skip": k}, {"experiment": {**experiment, "model": {**experiment["model"], "cell": cell}}}


def _network_controls(*names: str) -> Callable[[RecurrentLab], tuple[Values, Values]]:
    def drawn(now: RecurrentLab) -> tuple[Values, Values]:
        with st.sidebar:
            more = network(now)
        moment = segments("gradients.moment", now.gradients.moment, MOMENTS, "Weights")
        return {**settings(now.gradients, "gradients", only=names), "moment": moment}, more

    return drawn


CONTROLS: dict[str, Callable[[RecurrentLab], tuple[Values, Values]]] = {
    "reach": _reach_controls,
    "bars": _network_controls("example"),
    "truncated": _network_controls("example", "chunk", "carried"),
    "skips": _skip_controls,
}


def show(now: RecurrentLab) -> None:
    SHOWN[now.gradients.view](now)


# --- state by state ---------------------------------------------------------------------------------------------------


def _reach(now: RecurrentLab) -> None:
    part = now.gradients
    st.markdown(
        f"**Delayed recall**: a symbol is read at step 1, blanks follow, and at step T = {part.length} it is asked for. All "
        "that could teach the network to hold it is the gradient that gets back to step 1: "
        r"$\partial L_T / \partial h_t = \partial L_T / \partial h_T \cdot \prod_{s=t+1}^{T} \partial h_s / \partial h_{s-1}$, "
        "a product with one factor for every step in between."
    )
    models = cells(part)
    asked = (part, now.seed, "reach")
    job = lab.work(LAB, "reach", asked, lambda: reaches(models, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show_reach, part), "recurrent.reach")


def _show_reach(part: Gradients, found: Reaches) -> None:
    figure(reach_lines(found), "recurrent.reach", "Norm of the gradient at every step, for each cell", 420)
    st.markdown(said.reaches(found))
    _read(found, part.clip.limit)


def _read(found: Reaches, limit: float) -> None:
    """How to read the lines."""
    is_lower = any(((line.norms > 0) & (line.norms < FAINTEST)).any() for line in found.lines)
    edge = f" What is less than {FAINTEST:g} is drawn as that, flat along the bottom." if is_lower else ""
    st.caption(said.reach_read(found, limit) + edge)


# --- skips ------------------------------------------------------------------------------------------------------------


def _skips(now: RecurrentLab) -> None:
    part = now.gradients
    st.markdown(
        "Two layers, on delayed recall. A skip over **depth** gives the input $x_t$ to the second layer, too: a shorter way "
        f"up at the same step. A skip over **time** gives $h_{{t-{part.skip}}}$ to step t, through weights of its own: then "
        f"there are ways from T back to 1 with one factor for every {part.skip} steps. Shown is the gradient at the states of "
        "the first layer."
    )
    models = variants(part, now.cell)
    asked = (part, now.cell, now.seed, "skips")
    job = lab.work(LAB, "skips", asked, lambda: reaches(models, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show_skips, now), "recurrent.skips")


def _show_skips(now: RecurrentLab, found: Reaches) -> None:
    figure(reach_lines(found), "recurrent.skips", "Norm of the gradient at every step, with and without skips", 420)
    st.markdown(said.skips(found, now.cell.label))
    _read(found, now.gradients.clip.limit)


# --- sums of bars -----------------------------------------------------------------------------------------------------


def _bars(now: RecurrentLab) -> None:
    st.markdown(
        "The same matrix works at every step, so its gradient is a sum with one term for each: "
        r"$\dfrac{\partial L}{\partial W_{hh}} = \sum_t \dfrac{\partial L}{\partial a_t}\, h_{t-1}^{\top}$, with $a_t$ what "
        r"$W_{hh}$ gives at step t; for $W_{xh}$ the second factor is $x_t$. Both go through time: $\partial L / \partial a_t$ "
        r"holds all later steps. Only for $W_{hy}$ it does not: there it is $\partial L / \partial s_t$, of the scores of "
        "that step."
    )
    _trained(now, _show_bars)


def _trained(now: RecurrentLab, shown: Callable[[Trained], None]) -> None:
    experiment = now.experiment
    updates = experiment.training.updates if now.gradients.moment == "trained" else 0
    if not ready(experiment):
        return
    job = lab.work(LAB, now.gradients.view, (experiment, updates), trained(experiment, updates))
    if job is not None:
        lab.watch(LAB, job, shown, f"recurrent.{now.gradients.view}")


def _show_bars(found: Trained) -> None:
    part = told().gradients
    place = 0
    passes = found.network.names
    if len(passes) > 1:
        place = within("Layer (with both directions, two for each layer)", 1, len(passes), "gradients", "layer") - 1
    figures = {}
    for matrix in MATRICES:
        figures[matrix] = bars(found, example(found.data, part.example), matrix, place)
    columns = st.columns(3)
    for column, (matrix, measured) in zip(columns, figures.items(), strict=True):
        with column:
            st.markdown(f"**{matrix}**: {said.shape_of(measured)}")
            figure(term_norms(measured), f"recurrent.norms.{matrix}", f"Norm of each step's term of {matrix}", 240)
    st.markdown(said.sums(tuple(figures.values())))
    chosen = segments("gradients.matrix", part.matrix, MATRICES, "One entry of")
    rows, width = figures[chosen].autograd.shape
    left, right = st.columns(2)
    with left:
        row = within("Row", 1, rows, "gradients", "row")
    with right:
        column_ = within("Column", 1, width, "gradients", "column")
    measured = figures[chosen]
    figure(entry_bars(measured, row - 1, column_ - 1), "recurrent.entry", f"Terms of one entry of {chosen}", 320)
    st.caption(said.entry(measured, row - 1, column_ - 1))


# --- truncation -------------------------------------------------------------------------------------------------------


def _truncated(now: RecurrentLab) -> None:
    st.markdown(
        "**Truncated back-propagation through time** reads a long sequence in *chunks* and lets the gradient go back to the "
        "beginning of its chunk only. The state is *carried* into the next chunk as a number, so that the network still knows "
        "what came before, but is not taught by it; or it is *reset* to 0, and even that is gone."
    )
    _trained(now, _show_cut)


def _show_cut(found: Trained) -> None:
    part = told().gradients
    if found.network.row.bidirectional:
        st.info("A network that reads in both directions can't be read in chunks: choose one direction.")
        return
    measured = cut(found, example(found.data, part.example), part.chunk, part.carried)
    figure(cut_bars(measured), "recurrent.cut", "Whole and truncated gradient of W_hh, step by step", 330)
    st.markdown(said.cut(measured))
    st.markdown("**Every chunk length**")
    figure(chunk_curves(measured), "recurrent.chunks", "Direction and length of the truncated gradient", 280)
    st.caption(said.chunks(measured))


SHOWN: dict[str, Callable[[RecurrentLab], None]] = {
    "reach": _reach,
    "bars": _bars,
    "truncated": _truncated,
    "skips": _skips,
}
