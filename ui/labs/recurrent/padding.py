"""What pads do that are read as if they were words."""

import streamlit as st

from charts.recurrent.padding import accuracy_lines, moved_lines, state_through_pads
from engine.labs.recurrent import said_of_padding as said
from engine.labs.recurrent.padding import experiment, padded
from engine.labs.recurrent.results.padding import Padded
from engine.labs.recurrent.state import RecurrentLab
from engine.sequences.cells import Cell
from ui import knobs, lab
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, ready, seed, segments, settings

PLACES = {"behind": "Behind", "before": "Before"}
TASKS = {"brackets": "Are the brackets balanced?", "reviews": "Is the review positive?"}


def controls(now: RecurrentLab) -> Values:
    with st.sidebar:
        values = settings(now.padding, "padding", only=("units", "updates", "most"))
        more = seed(now)
        cell = knobs.choose(lab.FORM, Cell, lab.path(LAB, "experiment", "model.Recurrent.cell"), now.cell, "Cell")
    left, right = st.columns([3, 2])
    with left:
        values["task"] = segments("padding.task", now.padding.task, TASKS, "To be judged")
    with right:
        values["place"] = segments("padding.place", now.padding.place, PLACES, "Further pads stand")
    given = more["experiment"]
    return {"padding": values, "experiment": {**given, "model": {**given["model"], "cell": cell}}}


def show(now: RecurrentLab) -> None:
    st.markdown(
        "Sequences of one batch must be of one length: shorter ones are filled up with the token `<pad>`. A **mask** tells the "
        "network which tokens are real; at a pad it leaves the state as it is. Without one a pad is read like a word, and "
        "changes the state. Here a network judges sequences of different lengths, and gets more and more pads."
    )
    if not ready(experiment(now, masking=True)):
        return
    job = lab.work(LAB, "padding", (now.padding, now.network, now.seed), lambda: padded(now))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.padding")


def _show(found: Padded) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown("**Judged right**")
        figure(accuracy_lines(found), "recurrent.pads.accuracy", "Share judged right over the number of pads", 330)
    with right:
        st.markdown("**How far the answer moves**")
        figure(moved_lines(found), "recurrent.pads.moved", "Move of the probability over the number of pads", 330)
    st.markdown(said.verdict(found))
    st.markdown(f"**One {found.noun}'s state through its pads.** {said.example(found)}")
    for number, label in enumerate(("With masks: a pad changes nothing", "Read without masks")):
        st.markdown(label)
        figure(state_through_pads(found, number), f"recurrent.pads.state.{number}", f"Hidden state, {label}", 240)
