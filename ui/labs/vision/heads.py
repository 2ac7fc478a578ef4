"""Other questions to the same backbone: masks, boxes, angles, ways."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from engine.labs.vision.heads.contenders import contenders
from engine.labs.vision.heads.proofs import PROOFS
from engine.labs.vision.heads.results import Known
from engine.labs.vision.heads.said import endings
from engine.labs.vision.heads.training import training
from engine.labs.vision.heads_settings import Heads
from engine.labs.vision.state import VisionLab
from ui import lab
from ui.labs.vision import heads_boxes, heads_masks, heads_turns, own_network
from ui.labs.vision.parts import LAB, Values, segments, settings
from ui.plain import bare, escaped


@dataclass(frozen=True)
class Question:
    """One of the questions that a network can be asked."""

    label: str
    intro: str
    knobs: tuple[str, ...]
    """Its own, besides those that all have."""
    show: Callable[[Heads, Known], None]


QUESTIONS = {
    "masks": Question("Masks", heads_masks.INTRO, ("radius", "depth", "dice"), heads_masks.show),
    "box": Question("One box", heads_boxes.INTRO_OF_ONE, ("radius",), heads_boxes.show_one),
    "several": Question("Several boxes", heads_boxes.INTRO_OF_SEVERAL, (), heads_boxes.show_several),
    "angle": Question("An angle", heads_turns.INTRO_OF_ANGLES, ("turning",), heads_turns.show_angles),
    "steering": Question("Which way", heads_turns.INTRO_OF_WAYS, ("forks", "components"), heads_turns.show_ways),
}
LIVE = ("score", "overlap")
"""Knobs that ask for no training."""


def controls(now: VisionLab) -> Values:
    part = now.heads
    labels = {name: question.label for name, question in QUESTIONS.items()}
    view = segments("heads.view", part.view, labels, "What is asked")
    with st.sidebar:
        values = settings(part, "heads", only=("picture", *QUESTIONS[view].knobs, "epochs", "seeds"))
        more = own_network.seed(now)
    if view == "several":
        for column, name in zip(st.columns(2), LIVE, strict=True):
            with column:
                values[name] = settings(part, "heads", only=(name,))[name]
    return {"heads": {**values, "view": view}, **more}


def show(now: VisionLab) -> None:
    part = now.heads
    question = QUESTIONS[part.view]
    st.markdown(question.intro)
    chosen = contenders(part, now.seed)
    job = lab.work(LAB, f"heads.{part.view}", (chosen, part.seeds), lambda: training(chosen, part.seeds))
    if job is not None:
        lab.watch(LAB, job, partial(_show, part), f"vision.heads.{part.view}")
    lab.proofs(LAB, PROOFS)


def _show(part: Heads, known: Known) -> None:
    QUESTIONS[part.view].show(part, known)
    if text := endings(known):
        st.warning(escaped(bare(text, 600)), icon=":material/error:")
