"""The parts of the optimizers' page, one function each."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import streamlit as st

from charts.optimizers.race import race_figure, values_figure
from engine import stage
from engine.jobs import Job
from engine.labs.lab import Lab
from engine.labs.optimizers.race import race
from engine.labs.optimizers.results import Ground, Path, Race
from engine.labs.optimizers.state import OptimizersLab, Section
from engine.labs.optimizers.surfaces import ground
from ui import lab
from ui.figure import figure
from ui.labs.optimizers_controls import begin_at
from ui.labs.optimizers_controls import controls as controls
from ui.labs.optimizers_controls import sections as sections

T = TypeVar("T")
SETTLE_SECONDS = 0.2
CLICK = "Click on the picture to begin elsewhere."


def formula(now: OptimizersLab) -> None:
    """The surface in symbols."""
    st.markdown(f"$\\displaystyle {now.surface.formula}$ &nbsp; {now.surface.lesson}")


def lowest_of(now: OptimizersLab, under: Ground, paths: tuple[Path, ...]) -> tuple[float, str]:
    """The lowest value of f, and how it is called: known, or only the lowest that was met."""
    known = now.surface.lowest
    if known is not None:
        return known, "lowest value"
    met = [float(np.nanmin(under.z))] if under.is_defined else []
    met += [float(np.nanmin(path.values)) for path in paths if np.isfinite(path.values).any()]
    return min(met, default=0.0), "lowest value met"


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


def show_race(LAB: Lab, now: OptimizersLab) -> None:
    """Paths of all racers, and where each ends."""
    formula(now)
    under = ground(now.surface)
    if not is_drawable(under):
        return
    job = run_race(LAB, now)
    if job is not None:
        lab.watch(job, partial(_race, LAB, now, under), "optimizers.race")


def run_race(LAB: Lab, now: OptimizersLab) -> Job[Race] | None:
    """The race of the present settings, as far as it has come."""
    asked = ("race", now.surface, now.racers, now.race)
    return settled(lab.work(LAB, "race", asked, lambda: race(now.surface, now.racers, now.race)))


def settled(job: Job[T] | None) -> Job[T] | None:
    """Wait a moment longer for work that is soon over, so that no half of it is drawn first."""
    until = time.monotonic() + SETTLE_SECONDS
    while job is not None and not job.is_over and time.monotonic() < until:
        stage.workshop().wait(job, until - time.monotonic(), job.version)
    return job


def _race(LAB: Lab, now: OptimizersLab, under: Ground, found: Race) -> None:
    if lab.state(LAB, OptimizersLab) != now:
        st.rerun()  # a click in the picture moved the start: the sidebar follows
    lowest, called = lowest_of(now, under, found.paths)
    drawn = race_figure(under, found.paths, found.steps, now.solid)
    click = None if now.solid else partial(begin_at, LAB, now)
    figure(drawn, "optimizers.paths", f"Paths of {len(found.paths)} optimizers on {under.label}", 560, click)


Shown = Callable[[Lab, OptimizersLab], None]
SECTIONS: dict[Section, Shown] = {"Race": show_race}
