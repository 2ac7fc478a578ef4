"""Classical search."""

from functools import partial

import numpy as np
import streamlit as st

from charts.optimizers.maps import best_so_far_figure, search_figure
from engine.labs.optimizers.results import Ground, Searches
from engine.labs.optimizers.search import METHODS, search
from engine.labs.optimizers.state import OptimizersLab
from engine.labs.optimizers.surfaces import ground
from ui import lab
from ui.figure import figure
from ui.labs.optimizers.parts import CLICK, LAB, begin_at, follow, formula, is_drawable, number_text


def show(now: OptimizersLab) -> None:
    """Classical search: how many evaluations, and is it the lowest place?"""
    formula(now)
    under = ground(now.surface)
    if not is_drawable(under):
        return
    asked = ("search", now.surface, now.search.model_copy(update={"shown": "BFGS"}), now.tolerance, now.race.seed)
    job = lab.work(LAB, "search", asked, lambda: search(now.surface, now.search, now.tolerance, now.race.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_search, now, under), "optimizers.search")


def _search(now: OptimizersLab, under: Ground, found: Searches) -> None:
    follow(now)
    left, right = st.columns([3, 2])
    run = next((run for run in found.shown if run.label == now.search.shown), found.shown[-1])
    with left:
        label = f"Where {run.label} asked for f"
        figure(search_figure(under, run), "optimizers.searched", label, 480, partial(begin_at, now))
        best = run.values.min(initial=np.inf)
        st.caption(
            f"{run.label}: {METHODS[run.label].lesson} {len(run.values):,} evaluations and {run.slopes:,} slopes, pale ones "
            f"first; the lowest value met is {best:.4g}. {CLICK}"
        )
    with right:
        best_so_far = best_so_far_figure(found.shown, found.lowest)
        figure(best_so_far, "optimizers.best", "Best value so far over the evaluations", 400)
        st.caption("The first run of each method. Dashed: local methods, which go down from the start.")
    st.markdown(lab.table(*_tally(found)))
    local, everywhere = _found(found, False), _found(found, True)
    st.caption(
        f"Within {now.tolerance:g} of {number_text(found.lowest)}: local methods in {local} runs, global ones in {everywhere}. "
        "A local method ends in a hollow near its start; a global one pays for looking elsewhere with evaluations."
    )


def _found(found: Searches, is_global: bool) -> str:
    some = [each for each in found.tally if each.is_global == is_global]
    return f"{sum(each.found for each in some)} of {sum(each.runs for each in some)}"


def _tally(found: Searches) -> tuple[list[str], list[list[str]]]:
    head = ["Method", "Looks", "Found", "Evaluations until then", "Evaluations in all", "Slopes", "Best f (median)"]
    rows = []
    for each in found.tally:
        until = f"{np.nanmedian(each.to_found):,.0f}" if each.found else "never"
        numbers = [
            f"{np.median(each.evaluations):,.0f}",
            f"{np.median(each.slopes):,.0f}",
            f"{np.median(each.best):.3g}",
        ]
        looks = "everywhere" if each.is_global else "nearby"
        rows.append([each.label, looks, f"{each.found} of {each.runs}", until, *numbers])
    return head, rows
