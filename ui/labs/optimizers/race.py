"""The race."""

from functools import partial

import numpy as np
import streamlit as st

from charts.optimizers.race import race_figure, race_frames, values_figure
from engine.jobs import Job
from engine.labs.optimizers.race import load, race
from engine.labs.optimizers.results import Ground, Path, Race
from engine.labs.optimizers.state import OptimizersLab
from engine.labs.optimizers.surfaces import ground
from ui import lab
from ui.figure import figure
from ui.labs.optimizers.parts import (
    CLICK,
    LAB,
    begin_at,
    follow,
    formula,
    is_drawable,
    number_text,
    place_text,
    settled,
)  # fmt: skip

FEW = 4
"""So many names leave room for the curves beneath."""
LINE = 19
"""Pixels that a name takes."""


def show(now: OptimizersLab) -> None:
    """Paths of all racers, and where each ends."""
    formula(now)
    under = ground(now.surface)
    if not is_drawable(under):
        return
    job = run_race(now)
    if job is not None:
        lab.watch(LAB, job, partial(_race, now, under), "optimizers.race")


def run_race(now: OptimizersLab) -> Job[Race] | None:
    """The race of the present settings, as far as it has come."""
    load()
    asked = ("race", now.surface, now.racers, now.race)
    return settled(lab.work(LAB, "race", asked, lambda: race(now.surface, now.racers, now.race)))


def _race(now: OptimizersLab, under: Ground, found: Race) -> None:
    follow(now)
    lowest, called = lowest_of(now, under, found.paths)
    left, right = st.columns([3, 2])
    with left:
        drawn = race_figure(under, found.paths, found.steps, now.solid)
        frames = race_frames(drawn, under, found.paths, found.steps, now.solid)
        label = f"Paths of {len(found.paths)} optimizers on {under.label}"
        click = None if now.solid else partial(begin_at, now)
        figure(drawn, "optimizers.paths", label, 560, click, frames=frames)
        stretched = "height and colours are" if now.solid else "the colours are"
        dark = f"Dark is low; {stretched} stretched towards the low places." if under.is_defined else ""
        st.caption(f"{dark} {'Turn it with the mouse or a finger.' if now.solid else CLICK}")
    with right:
        drawn = values_figure(found.paths, lowest, now.tolerance, f"f above the {called}")
        height = 320 + LINE * max(len(found.paths) - FEW, 0)  # on a phone the names stand one above the other
        figure(drawn, "optimizers.values", "f above its lowest value over the steps", height)
        st.caption(f"The {called} is {number_text(lowest, 6)}. The dotted line is the tolerance, {now.tolerance:g}.")
    st.markdown(lab.table(*standings(now, found, lowest)))
    st.caption(summary(found, now.race.steps, lowest, now.tolerance))


def lowest_of(now: OptimizersLab, under: Ground, paths: tuple[Path, ...]) -> tuple[float, str]:
    """The lowest value of f, and how it is called: known, or only the lowest that was met."""
    known = now.surface.lowest
    if known is not None:
        return known, "lowest value"
    met = [float(np.nanmin(under.z))] if under.is_defined else []
    met += [float(np.nanmin(path.values)) for path in paths if np.isfinite(path.values).any()]
    return min(met, default=0.0), "lowest value met"


def standings(now: OptimizersLab, found: Race, lowest: float) -> tuple[list[str], list[list[str]]]:
    """Where each racer ended, and when it came within the tolerance: the head and the rows of a table."""
    head = [
        "Racer",
        "Ends at",
        "f there",
        "Above the lowest",
        f"Steps to within {now.tolerance:g}",
        "What became of it",
    ]
    rows = []
    for path in found.paths:
        needed, value = path.steps_to(lowest, now.tolerance), float(path.values[-1])
        arrived = "never" if needed is None else f"{needed:,}"
        numbers = [place_text(path.places[-1]), _shown(value, 5), _shown(value - lowest, 3), arrived]
        rows.append([path.label, *numbers, _fate(path, now.race.steps)])
    return head, rows


def _shown(value: float, digits: int) -> str:
    return "no number" if np.isnan(value) else f"{value:.{digits}g}"


def _fate(path: Path, planned: int) -> str:
    if path.ending == "left":
        return f"diverged: stopped at step {path.steps}, beyond the border"
    if path.ending == "undefined":
        return f"stopped at step {path.steps}: f or its slope is no number there"
    return f"made all {planned:,} steps" if path.steps == planned else f"on its way, at step {path.steps:,}"


def summary(found: Race, planned: int, lowest: float, tolerance: float) -> str:
    """Who arrived first, in a sentence."""
    arrived = {path.label: path.steps_to(lowest, tolerance) for path in found.paths}
    times = {label: steps for label, steps in arrived.items() if steps is not None}
    if not times and any(path.ending == "ran" and path.steps < planned for path in found.paths):
        return "The race is on."
    if not times:
        return "No racer came within the tolerance: more steps, another rate or another start may do."
    first = min(times, key=lambda label: times[label])
    return (
        f"{len(times)} of {len(arrived)} arrived; {first} first, after {times[first]} steps. Another rate changes the order: "
        "a race says something of a rate and an optimizer together."
    )
