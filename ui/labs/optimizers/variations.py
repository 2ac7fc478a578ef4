"""Two ways to write what is called by one name."""

from functools import partial

import numpy as np
import streamlit as st

from charts.optimizers.steps import apart_figure, pair_figure
from engine.labs.optimizers.results import Path
from engine.labs.optimizers.state import OptimizersLab
from engine.labs.optimizers.surfaces import ground
from engine.labs.optimizers.variants import pair
from ui.figure import figure
from ui.labs.optimizers.parts import CLICK, begin_at, is_drawable, place_text


def show(now: OptimizersLab) -> None:
    """Two ways to write the same name, beside each other."""
    st.markdown(f"$\\displaystyle {now.variation.formula}$  \n{now.variation.lesson} *({now.variation.source})*")
    under = ground(now.surface)
    if not is_drawable(under):
        return
    first, second = pair(now.surface, now.variation, now.race.steps)
    both = min(first.steps, second.steps)
    away = np.linalg.norm(first.places[: both + 1] - second.places[: both + 1], axis=1)
    st.markdown(f"{apart(away, both)} {_ends(first)} {_ends(second)}")
    left, right = st.columns([3, 2])
    with left:
        shown = pair_figure(under, (first, second))
        figure(shown, "optimizers.pair", "Two paths on the surface", 480, partial(begin_at, now))
        st.caption(CLICK)
    with right:
        figure(apart_figure(away, "distance between the two"), "optimizers.apart", "Distance of the two paths", 300)
        st.caption("Zero has no place on a logarithmic axis: where the line is missing, the two are at the same place.")


def apart(away: np.ndarray, steps: int) -> str:
    """How far two paths come apart, in a sentence."""
    largest = float(np.nanmax(away))
    if largest < 1e-9:
        return f"After {steps} steps the two are at the same place: the largest distance on the way is {largest:.1e}."
    return (
        f"The two are {largest:.3g} apart at step {int(np.nanargmax(away))}, where they are furthest, and {away[-1]:.3g} "
        f"after {steps} steps."
    )


def _ends(path: Path) -> str:
    said = "" if path.ending == "ran" else f" It was stopped after {path.steps} steps, far outside of the picture."
    return f"**{path.label}** ends at {place_text(path.places[-1])}, f = {path.values[-1]:.4g}.{said}"
