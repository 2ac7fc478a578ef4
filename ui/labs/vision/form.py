"""Controls of an experiment on pictures: pictures, network, head, training, seed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from pydantic import TypeAdapter

from engine.choice import Choice, below, catalog
from engine.clipping import Clip
from engine.labs.lab import Lab
from engine.limits import PARAMETERS
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.refusal import Refusal
from engine.schedules import Schedule
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.heads.catalog import Head
from engine.vision.heads.head import HeadChoice
from engine.vision.model import Cnn, ModelChoice
from engine.vision.models import VisionModel
from engine.vision.network import Asked
from engine.vision.presets import VISION_PRESETS
from engine.vision.shapes import CannotFit
from engine.vision.sources.catalog import AnySource
from engine.vision.sources.source import Source
from ui import knobs, lab, own_pictures
from ui.labs.vision import blocks
from ui.labs.vision.augmentation import editor

Values = dict[str, Any]
SHAPE = "vision.shape"
"""The shape of the pictures when the controls were drawn last."""
SMALLER = tuple(VISION_PRESETS[name].experiment.model for name in ("lenet", "resnet", "sounds"))
"""Networks for larger pictures, in the order in which they are tried: the last two end in a global pool."""


def experiment(here: Lab, now: VisionExperiment, place: str = "experiment") -> Values:
    """All of it, in the sidebar."""
    form, path = lab.FORM, partial(lab.path, here, place)
    st.markdown("**Pictures**")
    data = row(here, AnySource, f"{place}.data", now.data, "Pictures", own_pictures.APART)
    data = own_pictures.of_lab(here, data, now.data, f"{place}.data", VisionExperiment().data)
    now = _fitted(here, now, data, f"{place}.model")
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


def _fitted(here: Lab, now: VisionExperiment, data: Values, place: str) -> VisionExperiment:
    """What the controls below begin with: where other pictures make the network too large, a smaller one. Says so."""
    source = TypeAdapter(AnySource).validate_python(data)
    before, st.session_state[SHAPE] = st.session_state.get(SHAPE, source.shape), _shape_here(source)
    parameters = parameters_on(now.model, source, now.head)
    if before == source.shape or parameters <= PARAMETERS():
        return now
    smaller = next((model for model in SMALLER if parameters_on(model, source, now.head) <= PARAMETERS()), now.model)
    knobs.forget(lab.path(here, place))
    st.caption(
        f"The network would have {parameters:,} parameters on these pictures, and this server allows {PARAMETERS():,}: "
        "a smaller one took its place."
    )
    return now.model_copy(update={"model": smaller})


def _shape_here(source: Source) -> tuple[int, ...]:
    """Of its pictures; empty where they are not here yet."""
    try:
        source.must_be_mine()
    except Refusal:
        return ()
    return source.shape


def parameters_on(model: ModelChoice, source: Source, head: HeadChoice) -> int:
    """Of the network on these pictures, with as many classes as there can be; 0 where it does not fit them at all."""
    try:
        return sum(stage.parameters for stage in model.stages(Asked(source.shape, head.outputs(10), head.per_pixel)))
    except CannotFit:
        return 0


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
