"""Controls of an experiment on sequences: task, network, training, seed; the same on every page that trains one."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from engine.choice import Choice, below, catalog
from engine.clipping import Clip
from engine.labs.lab import Lab
from engine.optimizers import Optimizer
from engine.recipe import Recipe
from engine.schedules import Schedule
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.models import SequenceModel
from engine.sequences.tasks.catalog import AnyTask
from ui import knobs, lab, own_text

Values = dict[str, Any]
TITLES = {
    "corpus": "Text",
    "tokenizer": "Tokenizer",
    "cell": "Cell",
    "positions": "Positions",
    "initializer": "First input weights",
    "recurrent_initializer": "First recurrent weights",
}
"""Names of choices within a choice."""


def experiment(here: Lab, now: SequenceExperiment, models: tuple[str, ...], place: str = "experiment") -> Values:
    """All of it, in the sidebar; of the networks those named in ``models``."""
    form, path = lab.FORM, partial(lab.path, here, place)
    st.markdown("**Task**")
    task = _row(here, AnyTask, f"{place}.task", now.task, "Task")
    st.markdown("**Network**")
    model = _row(here, SequenceModel, f"{place}.model", now.model, "Network", models)
    st.markdown("**Training**")
    training: Values = {
        "optimizer": knobs.choose(form, Optimizer, path("training.optimizer"), now.training.optimizer, "Optimizer"),
        "schedule": knobs.choose(form, Schedule, path("training.schedule"), now.training.schedule, "Schedule"),
        "clip": knobs.choose(form, Clip, path("training.clip"), now.training.clip, "Gradient clipping"),
        **knobs.fields(form, SequenceTraining, path("training"), now.training),
    }
    return {"task": task, "model": model, "training": training, **knobs.fields(form, SequenceExperiment, path(), now)}


def _row(
    here: Lab, union: Any, place: str, current: Choice, title: str, offered: tuple[str, ...] | None = None
) -> Values:
    """A menu of a catalog's rows (none where one is offered), the knobs of the chosen one, and the choices within it."""
    rows, path = catalog(union), lab.path(here, place)
    if offered and len(offered) == 1 and current.kind == offered[0]:
        kind = offered[0]
        values = {"kind": kind, **knobs.fields(lab.FORM, rows[kind], f"{path}.{kind}", current)}
    else:
        values = knobs.choose(lab.FORM, union, path, current, title, offered)
    row = rows[values["kind"]]
    known = current if type(current) is row else row(kind=values["kind"])
    for name, field in row.model_fields.items():
        if below(field.annotation)[1]:
            title, control = TITLES.get(name, field.title or name), f"{place}.{row.__name__}.{name}"
            chosen = knobs.choose(lab.FORM, field.annotation, lab.path(here, control), getattr(known, name), title)
            values[name] = chosen
            if name == "corpus":
                values[name] = own_text.of_lab(here, chosen, f"{place}.{name}", control, field.default)
    return values


def presets(
    here: Lab,
    rows: Mapping[str, Any],
    now: Recipe,
    take: Callable[[Any], None],
) -> None:
    """A ready-made experiment takes the place of the present one: ``take`` puts it there.

    A preset has a title, its experiment, and a sentence on what to look for.
    """
    present = next((id for id, row in rows.items() if row.experiment == now), None)
    key = f"{lab.path(here, 'preset')}.pills"

    def taken() -> None:
        if (picked := st.session_state.get(key)) is not None:
            take(rows[picked].experiment)

    st.session_state[key] = present
    st.pills("Begin with", list(rows), key=key, format_func=lambda id: rows[id].title, on_change=taken, wrap=True)
    if present is not None:
        st.caption(rows[present].look_for)
