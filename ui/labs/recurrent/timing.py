"""Seconds per sequence by its length."""

import streamlit as st

from charts.recurrent.timing import time_lines
from engine.labs.recurrent import said_of_time as said
from engine.labs.recurrent.results.timing import Timings
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.timing import timings
from engine.words import count
from ui import lab
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, settings


def controls(now: RecurrentLab) -> Values:
    with st.sidebar:
        return {"speed": settings(now.speed, "speed")}


def show(now: RecurrentLab) -> None:
    st.markdown(
        "The same width for all. A recurrent layer goes through its sequence step by step; attention lets every token look at "
        "every other. Measured here, on this server, while you wait."
    )
    job = lab.work(LAB, "speed", now.speed, lambda: timings(now.speed))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.speed")


def _show(found: Timings) -> None:
    figure(time_lines(found), "recurrent.speed", "Milliseconds per sequence over its length", 400)
    st.markdown(said.verdict(found))
    st.caption(said.waits(found))
    rows = [(line.label, count(line.parameters), count(line.waits[-1])) for line in found.lines]
    st.markdown(lab.table(("layer", "parameters", "steps in a row at the longest"), rows))
