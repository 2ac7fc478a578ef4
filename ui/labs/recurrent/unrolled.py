"""One sequence, step by step; the worked example."""

from functools import partial

import streamlit as st
from torch import Tensor

from charts.recurrent.unrolled import answers_height, answers_map, below, height_of, signal_maps, state_map
from engine.labs.recurrent import said
from engine.labs.recurrent.reading import example, of_text, read, reads_text, update
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.training import Trained, trained
from engine.refusal import Refusal
from ui import lab
from ui.figure import Spot, figure
from ui.labs.recurrent import worked
from ui.labs.recurrent.parts import (
    LAB,
    Values,
    asked,
    network,
    put,
    ready,
    segments,
    settings,
    told,
    typed,
    within,
)
from ui.plain import escaped

VIEWS = {"yours": "Your text, or an example", "worked": "Worked example: 5 units, 9 words"}
MOMENTS = {"first": "With its first weights", "trained": "Trained"}


def controls(now: RecurrentLab) -> Values:
    view = segments("unroll.view", now.unroll.view, VIEWS, "View")
    values: Values = {**now.unroll.model_dump(), "view": view}
    if view == "worked":
        return worked.controls(now)
    with st.sidebar:
        chosen = network(now)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        values["moment"] = segments("unroll.moment", now.unroll.moment, MOMENTS, "Weights")
    with right:
        if reads_text(asked(now, chosen).task):
            values["text"] = typed("Your text", now.unroll.text, 300, "unroll", "text")
        else:
            values["example"] = settings(now.unroll, "unroll", only=("example",))["example"]
    return {"unroll": values, **chosen}


def show(now: RecurrentLab) -> None:
    if now.unroll.view == "worked":
        worked.show(now)
        return
    experiment = now.experiment
    updates = experiment.training.updates if now.unroll.moment == "trained" else 0
    if not ready(experiment):
        return
    job = lab.work(LAB, "unrolled", (experiment, updates), trained(experiment, updates))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.unrolled")


def _show(found: Trained) -> None:
    now = told()
    sequence = _sequence(now, found)
    if sequence is None:
        return
    x, y = sequence
    reading = read(found, x, y)
    passes, units = reading.seen.passes, reading.seen.values.shape[3]
    st.markdown(said.trained(found))
    place = 0
    if len(passes) > 1:
        both = " (two for each: one reads forward, one backward)" if found.network.row.bidirectional else ""
        place = within(f"Layer{both}", 1, len(passes), "unroll", "layer") - 1
    step = min(now.unroll.step, len(reading.tokens))
    unit = min(now.unroll.unit, units)
    st.markdown(
        f"**Hidden state h** of {passes[place]}: a column for each step, a row for each unit. The network is *unrolled*, drawn "
        "once for every step, though the same weights work at each. Click a cell to see where its number comes from."
    )
    figure(
        state_map(reading, place, step, unit),
        "recurrent.state",
        f"Hidden state of every unit at every step, {passes[place]}",
        height_of(units) + below(reading.tokens),
        on_click=partial(_picked, len(reading.tokens), units),
    )
    _update(found, x, place, len(reading.tokens), units)
    st.caption(said.beside_torch(reading, found.network.row))
    if len(reading.seen.signals) > 1:
        st.markdown(f"**Inside the cell**, for every unit and step. {said.signals(found.network.row.cell)}")
        count = len(reading.seen.signals) - 1
        figure(
            signal_maps(reading, place, step, unit),
            "recurrent.signals",
            "Gates, candidate and cell of every unit at every step",
            height_of(units) * count + below(reading.tokens),
        )
    if reading.classes:
        when = "at each step" if len(reading.seen.answers) > 1 else "at the end"
        st.markdown(f"**What it answers** {when}: how likely it takes each answer to be.")
        figure(
            answers_map(reading),
            "recurrent.answers",
            "Probability of each answer at each step",
            answers_height(reading),
        )
    st.caption(said.answers(reading))


def _sequence(now: RecurrentLab, found: Trained) -> tuple[Tensor, Tensor | None] | None:
    """What is read: the text, or an example with what is asked of it."""
    task = found.experiment.task
    if not reads_text(task):
        part = example(found.data, now.unroll.example)
        return part.x, part.y
    try:
        return of_text(task, now.unroll.text), None
    except Refusal as refused:
        st.warning(escaped(str(refused)), icon=":material/rule:")
        return None


def _picked(steps: int, units: int, spot: Spot) -> None:
    put("unroll", "step", min(max(round(spot.x), 1), steps))
    put("unroll", "unit", min(max(round(spot.y), 1), units))


def _update(found: Trained, x: Tensor, place: int, steps: int, units: int) -> None:
    """One unit at one step, with its numbers."""
    st.markdown("**One update, written out**")
    left, right = st.columns(2)
    with left:
        step = within("Step t", 1, steps, "unroll", "step")
    with right:
        unit = within("Unit j", 1, units, "unroll", "unit")
    lines = update(found.network, x, place, step - 1, unit - 1)
    if not lines:
        st.caption("This step is a masked <pad>: nothing is computed, the state stays as it was.")
        return
    st.markdown(said.order(found.network))
    st.markdown("  \n".join(f"$\\displaystyle {line.latex}$" for line in lines))
