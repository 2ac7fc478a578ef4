"""Positions: drawn, taken away, and learned."""

from functools import partial

import streamlit as st

from charts.attention.matrices import matrix_figure, matrix_height
from charts.attention.positions import alike_figure, distance_figure, lesson_figure, looks_map, table_figure
from engine.labs.attention.distance import VECTORS, of_rotary, of_sinusoidal, of_table
from engine.labs.attention.learning import SYMBOLS, lessons
from engine.labs.attention.permuting import permuted
from engine.labs.attention.positions import Drawable, Learned, Positions, Rotary, Sinusoidal
from engine.labs.attention.results.positions import Alikeness, Lessons
from engine.labs.attention.said import positions as said
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.tasks import Task
from engine.labs.attention.tokens import short
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.attention.parts import LAB, Values, only, part, segments, told
from ui.labs.attention.sentence import sentence

TITLE = "Positions"
VIEWS = {"drawn": "Drawn", "permuted": "Tokens in another order", "trained": "Trained"}
ORDERS = {"reversed": "backwards", "moved": "each one place on", "shuffled": "shuffled"}


def controls(now: AttentionLab) -> Values:
    mine = now.positions.model_dump()
    view = now.positions.view
    values: Values = {}
    if view == "permuted":
        values |= sentence(now)
    if view == "drawn":
        mine["drawn"] = knobs.choose(lab.FORM, Drawable, lab.path(LAB, "positions.drawn"), now.positions.drawn, "Kind")
        mine |= {
            name: value
            for name, value in part("positions", now.positions, "positions", "width").items()
            if name in ("positions", "width")
        }
    if view == "permuted":
        mine["told"] = knobs.choose(
            lab.FORM, Positions, lab.path(LAB, "positions.told"), now.positions.told, "Positions"
        )
    if view == "trained" or (view == "drawn" and mine["drawn"]["kind"] == "learned"):
        mine["training"] = _training(now)
    if view != "permuted":
        values |= only(now, "seed")
    return {**values, "positions": mine}


def _training(now: AttentionLab) -> Values:
    training = now.positions.training
    path = "positions.training"
    task = knobs.choose(lab.FORM, Task, lab.path(LAB, f"{path}.task"), training.task, "Task")
    return {**part(path, training, "length", "seeds", "steps"), "task": task}


def above(now: AttentionLab) -> Values:
    view = segments("positions.view", now.positions.view, VIEWS, "View", is_bare=True)
    mine: Values = {"view": view}
    if view == "permuted":
        mine["order"] = segments("positions.order", now.positions.order, ORDERS, "The other order")
    return {"positions": mine}


def show(now: AttentionLab) -> None:
    SHOW[now.positions.view](now)


def _drawn(now: AttentionLab) -> None:
    here = now.positions
    row = here.drawn
    st.markdown(f"**{row.label}** $\\;{row.formula}$  \n{row.lesson} *({row.source})*")
    if isinstance(row, Sinusoidal):
        _alike(now, of_sinusoidal(row, here.positions, here.width), "pairs of positions")
    elif isinstance(row, Rotary):
        _alike(now, of_rotary(row, here.positions, here.width, now.seed), f"{VECTORS} drawn vectors")
    else:
        st.caption(
            "Its rows are trained here, on the task of the sidebar; positions and dimensions are those of the training."
        )
        asked = ("learned", here.training, now.seed)
        job = lab.work(LAB, "learned", asked, lambda: lessons(here.training, now.seed, (Learned(),)))
        if job is not None:
            lab.watch(LAB, job, partial(_learned, now), "attention.learned")


def _learned(now: AttentionLab, found: Lessons) -> None:
    table = found.courses[0].table
    if table is not None:
        _alike(now, of_table(table), "pairs of positions")


def _alike(now: AttentionLab, found: Alikeness, over: str) -> None:
    row = now.positions.drawn
    left, right = st.columns(2, gap="medium")
    with left:
        what = {"rotary": "The vector (1, 0, 1, 0, …), turned at every position"}
        st.markdown(f"**{what.get(row.kind, 'Its numbers: what is added at every position')}**")
        figure(table_figure(found.table), "attention.positions.table", "Values over position and dimension", 380)
        st.caption(said.values(row, found.table.shape[1]))
    with right:
        alike = (
            "A vector's score with itself, turned at two positions (mean)"
            if row.kind == "rotary"
            else "Dot product of two rows"
        )
        st.markdown(f"**{alike}**")
        figure(alike_figure(found), "attention.positions.alike", "Similarity of every two positions", 380)
        st.caption(
            "A pattern of stripes along the diagonal: only the distance counts. Anything else: the place itself does."
        )
    st.markdown("**How alike two positions are, over their distance**")
    figure(distance_figure(found, row.kind, over), "attention.positions.distance", "Similarity over distance", 320)
    st.caption(said.distance(found, row))


def _permuted(now: AttentionLab) -> None:
    row = now.positions.told
    found = permuted(now, row)
    st.markdown(
        "The head of the first section, without a mask, on the same tokens in two orders. Outputs of the second order are put "
        "back to where their tokens stood first: if nothing knows positions, both pictures are the same (*equivariance*)."
    )
    st.markdown(told(f"First: {' '.join(found.tokens)}. Then: {' '.join(found.ordered)}."))
    names = [short(token) for token in found.tokens]
    dims = [str(place + 1) for place in range(found.output.shape[1])]
    most = max(float(abs(found.output).max()), float(abs(found.back).max()), 1e-12)
    titles = ("Outputs, first order", "Outputs, other order, put back", "Their difference")
    for column, title, values in zip(
        st.columns(3, gap="medium"), titles, (found.output, found.back, found.back - found.output), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            drawn = matrix_figure(values, names, dims, most=most, is_exact=True)
            figure(drawn, f"attention.permuted.{title}", title, matrix_height(len(names), has_names=False))
    st.markdown(said.permuted(found, row.label))
    if len(found.tokens) == 1:
        return
    rows = [(label, number(apart), "no" if apart < said.NOTHING else "yes") for label, apart in found.apart]
    st.markdown(lab.table(("positions", "largest difference", "knows the order"), rows))
    st.caption(said.aside(found))


def _trained(now: AttentionLab) -> None:
    asked = now.positions.training
    task = asked.task
    st.markdown(
        f"**{task.label}** $\\;{task.formula}$: {task.lesson}  \nOne head, trained on sentences of {asked.length} out of "
        f"{SYMBOLS} symbols drawn at random, once with each kind of positions, from {asked.seeds} seeds each."
    )
    job = lab.work(LAB, "trained", ("trained", asked, now.seed), lambda: lessons(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_lessons, now), "attention.trained")


def _lessons(now: AttentionLab, found: Lessons) -> None:
    figure(
        lesson_figure(found, now.positions.training.steps),
        "attention.lessons",
        "Accuracy of each kind over updates",
        320,
    )
    st.caption(said.learned(found))
    st.markdown("**Where the trained heads look**, on average over sentences; circles: the place that holds the answer")
    for column, course in zip(st.columns(4), found.courses, strict=False):
        with column:
            st.markdown(f"**{course.label}**")
            figure(
                looks_map(course, found.sources), f"attention.looks.{course.kind}", f"Where {course.label} looks", 250
            )
            st.caption(said.looks(course))


SHOW = {"drawn": _drawn, "permuted": _permuted, "trained": _trained}
