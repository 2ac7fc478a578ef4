"""What goes in against what comes out: four shapes, a small task for each, trained on the spot."""

import streamlit as st

from charts.recurrent.shapes import unrolled_diagram
from engine.codec import VERSION
from engine.labs.lab import LABS
from engine.labs.recurrent import said
from engine.labs.recurrent.reading import example, read
from engine.labs.recurrent.results.reading import Reading
from engine.labs.recurrent.shapes import MEANS, TASKS, UPDATES, experiment
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.training import Trained, trained
from engine.sequences.cells import Cell
from ui import knobs, lab
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, seed, segments

VISION = LABS["vision"]
ELSEWHERE = {"sounds": "networks that listen", "clips": "networks that watch"}
"""Views of that page where recurrent networks read what is no text."""
EXAMPLES = 6
"""Of those held back."""


def controls(now: RecurrentLab) -> Values:
    shape = segments("shape", now.shape, {name: name.capitalize() for name in TASKS}, "Shape")
    with st.sidebar:
        cell = knobs.choose(lab.FORM, Cell, lab.path(LAB, "experiment", "model.Recurrent.cell"), now.cell, "Cell")
        given = seed(now)["experiment"]
    return {"shape": shape, "experiment": {**given, "model": {**given["model"], "cell": cell}}}


def show(now: RecurrentLab) -> None:
    st.markdown(f"**{now.shape.capitalize()}: {TASKS[now.shape].label.lower()}.** {MEANS[now.shape]}")
    chosen = experiment(now)
    job = lab.work(LAB, "shapes", chosen, trained(chosen, UPDATES[now.shape]))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.shapes")
    st.markdown(
        "A sound and a film are read step by step, too: a column of a spectrogram at a time, or what a CNN found in each frame."
    )
    for view, label in ELSEWHERE.items():
        st.page_link(
            f"pages/{VISION.id}.py",
            label=f"{VISION.title}: {label}",
            icon=VISION.icon,
            query_params={"v": VERSION, "section": "sound", "sound.view": view},
        )


def _show(found: Trained) -> None:
    parts = [example(found.data, number) for number in range(1, EXAMPLES + 1)]
    readings = [read(found, part.x, part.y) for part in parts]
    figure(unrolled_diagram(readings[0]), "recurrent.diagram", "The network unrolled, with what goes in and out", 260)
    st.caption(
        "Below, what is read; in the middle, the state, carried from left to right through the same weights; above, what the "
        "network answers where it is asked: green where that is right, red where not. Grey: nothing is asked."
    )
    st.markdown(said.trained(found))
    st.markdown(lab.table(("read", "asked for", "answered"), [_row(reading) for reading in readings]))


def _row(reading: Reading) -> tuple[str, str, str]:
    """One example: the tokens without padding, and at the places that ask what was wanted and what was said."""
    read_ = " ".join(token for token in reading.tokens if token != "<pad>")
    answers = [said for said, _ in reading.likeliest]
    asked = [(want, got) for want, got in zip(reading.asked, answers, strict=True) if want]
    return read_, " ".join(want for want, _ in asked), " ".join(got for _, got in asked)
