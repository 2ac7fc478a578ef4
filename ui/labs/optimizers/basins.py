"""Basins: where every start ends."""

from functools import partial

import streamlit as st

from charts.optimizers.maps import basins_figure
from charts.theme import CLASSES
from engine.labs.optimizers.basins import basins
from engine.labs.optimizers.race import labels, load
from engine.labs.optimizers.results import Basins
from engine.labs.optimizers.state import OptimizersLab
from ui import lab
from ui.figure import figure
from ui.labs.optimizers.parts import LAB, formula, number_text, place_text, settled

MANY = 12
"""Minima listed at most."""


def show(now: OptimizersLab) -> None:
    """Starts coloured by where they end."""
    formula(now)
    load()
    racer = now.racers[now.chosen]
    asked = ("basins", now.surface, racer, now.basins, now.race.noise, now.race.seed)
    work = settled(
        lab.work(LAB, "basins", asked, lambda: basins(now.surface, racer, now.basins, now.race.noise, now.race.seed))
    )
    if work is not None:
        lab.watch(LAB, work, partial(_basins, now), "optimizers.basins")


def _basins(now: OptimizersLab, found: Basins) -> None:
    if not found.steps:
        st.caption(f"{found.ends.size:,} starts set out.")
    left, right = st.columns([3, 2])
    with left:
        figure(basins_figure(found), "optimizers.map", "Starts coloured by the minimum they end at", 520)
    with right:
        st.markdown(told(now, found))
        rows = [
            [place_text(place), number_text(value), _share(share)]
            for place, value, share in zip(found.minima[:MANY], found.values, found.shares, strict=False)
        ]
        if rows:
            st.markdown(lab.table(["Minimum at", "f there", "Share of starts"], rows))
        if len(found.minima) > MANY:
            st.caption(f"The {MANY} lowest of {len(found.minima)}.")


def told(now: OptimizersLab, found: Basins) -> str:
    """What the map shows, in numbers."""
    names = labels(now.racers)
    lost = {name: (found.ends == code).mean() for code, name in ((-1, "had not arrived"), (-2, "left for good"))}
    said = "; ".join(f"{share:.1%} {name}" for name, share in lost.items() if share)
    advice = (
        " Most starts are still on their way or gone: try another rate, or more steps."
        if sum(lost.values()) > 0.5
        else ""
    )
    steps = "1 step" if found.steps == 1 else f"{found.steps} steps"
    known = len(now.surface.minima)
    beside = f" (the function is lowest at {known} place{'s' if known > 1 else ''})" if known else ""
    count = f"{len(found.minima)} minimum" if len(found.minima) == 1 else f"{len(found.minima)} minima"
    again = " (colours come again where there are many)" if len(found.minima) > len(CLASSES) else ""
    return (
        f"**{names[now.chosen]}** from {found.ends.size:,} starts, {steps} each, all in one batch: "
        f"**{count} found**{beside}{'; ' + said if said else ''}. Each colour is a basin{again}: the "
        "starts whose paths end at the same minimum. Jagged borders mean that long steps jump from one basin into "
        f"another.{advice}"
    )


def _share(share: float) -> str:
    return "under 0.1%" if 0 < share < 1e-3 else f"{share:.1%}"
