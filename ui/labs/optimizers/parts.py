"""What the sections share."""

import time
from typing import TypeVar

import numpy as np
import streamlit as st

from engine import stage
from engine.choice import knobs as knobs_of
from engine.jobs import Job
from engine.labs.lab import LABS
from engine.labs.optimizers.results import Ground
from engine.labs.optimizers.state import OptimizersLab
from ui import lab
from ui.figure import Spot

LAB = LABS["optimizers"]
T = TypeVar("T")
SETTLE_SECONDS = 0.2
"""So long a page waits for all of a piece of work that is soon over."""
CLICK = "Click on the picture to begin elsewhere."


def formula(now: OptimizersLab) -> None:
    """The surface in symbols."""
    st.markdown(f"{now.surface.written} &nbsp; {now.surface.lesson}")


def is_drawable(under: Ground) -> bool:
    """Whether f is a number anywhere; says so where it is not, or not everywhere."""
    share = float(np.isfinite(under.z).mean())
    if not under.is_defined:
        st.error(
            "f is not a number anywhere in the drawn part: nothing to descend on. Change the function or its reach."
        )
        return False
    if share < 1:
        st.caption(
            f"f is a number in {share:.0%} of the drawn part; the rest stays blank, and a path that steps there ends."
        )
    return True


def settled(job: Job[T] | None) -> Job[T] | None:
    """Wait a moment longer for work that is soon over, so that no half of it is drawn first."""
    until = time.monotonic() + SETTLE_SECONDS
    while job is not None and not job.is_over and time.monotonic() < until:
        stage.workshop().wait(job, until - time.monotonic(), job.version)
    return job


def begin_at(now: OptimizersLab, spot: Spot) -> None:
    """Move the start, as near as the surface allows; the controls follow."""
    bounds = {knob.name: (knob.low or 0.0, knob.high or 0.0) for knob in knobs_of(type(now.surface))}
    placed = {
        name: float(f"{min(max(value, bounds[name][0]), bounds[name][1]):.4g}")
        for name, value in (("start_x", spot.x), ("start_y", spot.y))
    }
    lab.put(LAB, now.model_copy(update={"surface": now.surface.model_copy(update=placed)}))


def follow(now: OptimizersLab) -> None:
    """A click in a picture moved the start while only that part was drawn: the whole page follows."""
    if lab.state(LAB, OptimizersLab) != now:
        st.rerun()


def number_text(value: float, digits: int = 4) -> str:
    """What is as good as 0 is 0."""
    return f"{0.0 if abs(value) < 1e-9 else value:.{digits}g}"


def place_text(place: np.ndarray) -> str:
    """``(1.5, 0)``."""
    return f"({', '.join(map(number_text, place))})"
