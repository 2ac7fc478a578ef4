"""Controls of an experiment on sequences: task, network, training, seed; the same on every page that trains one."""

from functools import partial
from typing import Any

import streamlit as st

from engine.choice import Choice, below, catalog
from engine.clipping import Clip
from engine.labs.lab import Lab
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.models import SequenceModel
from engine.sequences.tasks.catalog import AnyTask
from ui import knobs, lab

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
PRIVATE = ("own",)
"""Rows that need something of the visitor: offered where they are chosen already."""


def experiment(here: Lab, now: SequenceExperiment, models: tuple[str, ...], place: str = "experiment") -> Values:
    """All of it, in the sidebar; of the networks those named in ``models``."""
    form, path = lab.FORM, partial(lab.path, here, place)
    st.markdown("**Task**")
    task = _row(AnyTask, path("task"), now.task, "Task")
    st.markdown("**Network**")
    model = _row(SequenceModel, path("model"), now.model, "Network", models)
    st.markdown("**Training**")
    training: Values = {
        "optimizer": knobs.choose(form, Optimizer, path("training.optimizer"), now.training.optimizer, "Optimizer"),
        "schedule": knobs.choose(form, Schedule, path("training.schedule"), now.training.schedule, "Schedule"),
        "clip": knobs.choose(form, Clip, path("training.clip"), now.training.clip, "Gradient clipping"),
        **knobs.fields(form, SequenceTraining, path("training"), now.training),
    }
    return {"task": task, "model": model, "training": training, **knobs.fields(form, SequenceExperiment, path(), now)}


def _row(union: Any, path: str, current: Choice, title: str, offered: tuple[str, ...] | None = None) -> Values:
    """A menu of a catalog's rows (none where one is offered), the knobs of the chosen one, and the choices within it."""
    rows = catalog(union)
    if offered and len(offered) == 1 and current.kind == offered[0]:
        kind = offered[0]
        values = {"kind": kind, **knobs.fields(lab.FORM, rows[kind], f"{path}.{kind}", current)}
    else:
        values = knobs.choose(lab.FORM, union, path, current, title, offered)
    row = rows[values["kind"]]
    here = current if type(current) is row else row(kind=values["kind"])
    for name, field in row.model_fields.items():
        if inner := below(field.annotation)[1]:
            found = getattr(here, name)
            there = [kind for kind in inner if kind not in PRIVATE or kind == found.kind]
            title = TITLES.get(name, field.title or name)
            values[name] = knobs.choose(
                lab.FORM, field.annotation, f"{path}.{row.__name__}.{name}", found, title, offered=there
            )
    return values
