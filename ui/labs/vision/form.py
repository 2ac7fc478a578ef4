"""Controls of an experiment on pictures: pictures, network, head, training, seed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine.choice import Choice, below, catalog
from engine.clipping import Clip
from engine.labs.lab import Lab
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.schedules import Schedule
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.heads.catalog import Head
from engine.vision.model import Cnn
from engine.vision.models import VisionModel
from engine.vision.sources.catalog import AnySource
from ui import knobs, lab, own_pictures
from ui.labs.vision import blocks
from ui.labs.vision.augmentation import editor

Values = dict[str, Any]


def experiment(here: Lab, now: VisionExperiment, place: str = "experiment") -> Values:
    """All of it, in the sidebar."""
    form, path = lab.FORM, partial(lab.path, here, place)
    st.markdown("**Pictures**")
    data = row(here, AnySource, f"{place}.data", now.data, "Pictures", own_pictures.APART)
    data = own_pictures.of_lab(here, data, now.data, f"{place}.data", VisionExperiment().data)
    st.markdown("**Network**")
    model = row(here, VisionModel, f"{place}.model", now.model, "Network")
    if model["kind"] == "cnn":
        chosen = now.model if isinstance(now.model, Cnn) else Cnn()
        model["blocks"] = blocks.editor(here, f"{place}.model.blocks", now.model_copy(update={"model": chosen}))
    st.markdown("**Answer**")
    head = row(here, Head, f"{place}.head", now.head, "Head")
    changed = editor(here, f"{place}.augmentation", now.augmentation)
    st.markdown("**Training**")
    training: Values = {
        "optimizer": knobs.choose(form, Optimizer, path("training.optimizer"), now.training.optimizer, "Optimizer"),
        "schedule": knobs.choose(form, Schedule, path("training.schedule"), now.training.schedule, "Schedule"),
        "penalty": knobs.choose(form, Penalty, path("training.penalty"), now.training.penalty, "Weight penalty"),
        "clip": knobs.choose(form, Clip, path("training.clip"), now.training.clip, "Gradient clipping"),
        **knobs.fields(form, VisionTraining, path("training"), now.training),
    }
    seed = knobs.fields(form, VisionExperiment, path(), now)
    parts = {"data": data, "model": model, "head": head, "augmentation": changed, "training": training}
    return {**now.model_dump(), **seed, **parts}


def row(here: Lab, union: Any, place: str, current: Choice, title: str, apart: Sequence[str] = ()) -> Values:
    """A menu of a catalog's rows, the knobs of the chosen one but for those ``apart``, and the choices within it."""
    rows, path = catalog(union), lab.path(here, place)
    if len(rows) > 1:
        values = knobs.choose(lab.FORM, union, path, current, title, apart=apart)
    else:
        values = {"kind": current.kind, **knobs.fields(lab.FORM, type(current), f"{path}.{current.kind}", current)}
    kind = rows[values["kind"]]
    known = current if type(current) is kind else kind(kind=values["kind"])
    return {**values, **within(here, place, known)}


def within(here: Lab, place: str, known: Choice) -> Values:
    """The choices within a choice."""
    found: Values = {}
    for name, field in type(known).model_fields.items():
        if name != "blocks" and below(field.annotation)[1]:
            path = lab.path(here, f"{place}.{type(known).__name__}.{name}")
            shown = field.title or name.replace("_", " ").capitalize()
            found[name] = knobs.choose(lab.FORM, field.annotation, path, getattr(known, name), shown)
    return found
