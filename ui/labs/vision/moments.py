"""The network of the page at a moment of its training: what sections share that look inside."""

from collections.abc import Callable

import streamlit as st

from engine.labs.vision.course import Course, course
from engine.labs.vision.state import VisionLab
from engine.words import percent
from ui import lab
from ui.labs.vision.parts import LAB

SAID = "The network of the sidebar, trained to its end on the server. Slide back to see it at an earlier moment."


def watched(now: VisionLab, key: str, show: Callable[[Course, int], None]) -> None:
    """Train the network of the page, and ``show`` it at the moment that is chosen, as far as it has come."""
    job = lab.work(LAB, "course", now.experiment, lambda: course(now.experiment))
    if job is not None:
        lab.watch(LAB, job, lambda found: show(found, moment(found, key)), key)


def moment(found: Course, key: str) -> int:
    """Which of the moments is looked at: the newest, until another is chosen."""
    places = range(len(found.moments))
    if len(places) == 1:
        return 0
    place = st.select_slider(
        "After so many updates",
        places,
        len(places) - 1,
        key=f"{LAB.id}.{key}.moment.{len(places)}",
        format_func=lambda at: f"{found.steps[at]:,}",
        help=SAID,
    )
    scores = found.moments[place].scores
    if "validation.accuracy" in scores:
        st.caption(
            f"Accuracy by then: {percent(scores['train.accuracy'])} on training pictures, "
            f"{percent(scores['validation.accuracy'])} on validation pictures."
        )
    return int(place)
