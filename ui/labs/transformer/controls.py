"""The network of the page: a ready-made one to begin with, and every knob of it."""

from typing import cast

import streamlit as st

from engine.choice import catalog
from engine.labs.transformer.state import Section, TransformerLab
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.tasks.catalog import AnyTask
from engine.sequences.tasks.task import Task
from ui import lab, sequence_form
from ui.labs.transformer.parts import LAB, Values, segments

TITLES: dict[Section, str] = {
    "train": "Train live",
    "maps": "Maps",
    "cross": "Cross-attention",
    "heads": "Heads",
    "stream": "Residual stream",
    "ablations": "Ablations",
    "labels": "Few labels",
    "pretrained": "Pretrained",
}


OF_THEIR_OWN: tuple[Section, ...] = ("labels", "pretrained")
"""Sections with networks of their own."""


def presets(now: TransformerLab) -> None:
    """A ready-made experiment takes the place of the present one."""

    def taken(experiment: SequenceExperiment) -> None:
        chosen = now.model_copy(update={"experiment": experiment})
        looking = now.looking.model_copy(update={"text": "", "query": 0, **_first_head(chosen)})
        switching = now.switching.model_copy(update={"off": (), "masked": ()})
        lab.put(LAB, chosen.model_copy(update={"looking": looking, "switching": switching}))

    sequence_form.presets(LAB, TRANSFORMER_PRESETS, now.experiment, taken)


def _first_head(chosen: TransformerLab) -> Values:
    return {"attention": "cross 1" if chosen.model.encoder else "decoder 1", "head": 1}


def network(now: TransformerLab) -> Values:
    """Every knob of the experiment, in the sidebar; what does not go with the task falls back, and the page says so."""
    values = sequence_form.experiment(LAB, now.experiment, ("transformer",))
    task, model = catalog(AnyTask)[values["task"]["kind"]], values["model"]
    asks = cast(type[Task], task).asks
    if model["encoder"] and not asks.of_source:
        model["encoder"] = False
        st.caption(f":material/rule: *Encoder and decoder* is off: {task.label} has no source to encode.")
    if model["tied"] and not asks.for_tokens:
        model["tied"] = False
        st.caption(f":material/rule: *Tied embeddings* is off: {task.label} asks for no tokens.")
    return {"experiment": values}


def section(now: TransformerLab) -> Section:
    """Which section is shown."""
    return cast(Section, segments("section", now.section, cast(dict[str, str], TITLES), "Section", is_bare=True))
