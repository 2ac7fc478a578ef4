"""Each cure alone and in pairs, where it works and where it fails."""

from collections.abc import Sequence

import streamlit as st

from charts.gradient_flow.cures import outcome_matrix
from engine.experiment import Experiment
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.comparison import compare, compared
from engine.labs.gradient_flow.cures import named
from engine.labs.gradient_flow.outcomes import CRITERION, SEEDS, UPDATES, Place, alone, experiment_at, pairs
from engine.labs.gradient_flow.results import Comparison
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.parts import LAB, Values, segments

MODES = {"alone": "Alone, at four depths", "pairs": "In pairs, at one depth"}

PAIRS_READ = " On the diagonal stands a cure alone; a cell stays empty where both cures act at the same place."


def controls(now: GradientFlowLab) -> Values:
    left, right = st.columns(2)
    with left:
        values: Values = {"compared": segments("compared", now.compared, MODES, "Comparison")}
    if values["compared"] == "pairs":
        with right:
            depths = {depth: f"{depth} layers" for depth in ("10", "20", "40", "60")}
            values["compared_depth"] = segments("compared_depth", now.compared_depth, depths, "Depth")
    return values


def show(now: GradientFlowLab) -> None:
    depth = int(now.compared_depth)
    places = tuple(alone() if now.compared == "alone" else pairs(depth))
    first = [experiment_at(now, place, 0) for place in places]
    asked = (tuple(first), places)
    job = lab.work(LAB, "cures", asked, lambda: compare(now, places))
    st.caption(
        f"The network of the sidebar ({now.activation.label}, {now.initializer.label}, {now.optimizer.label}, "
        f"{now.width} units per layer), with the cures named and the depth given. {len(places)} settings, {SEEDS} seeds each, "
        f"{UPDATES} updates. {CRITERION}{PAIRS_READ if now.compared == 'pairs' else ''}"
    )
    if job is not None:
        lab.watch(LAB, job, _show_comparison, "gradient_flow.cures", first=compared({place: {} for place in places}))
    _open_one(places, first)


def _show_comparison(found: Comparison) -> None:
    height = 90 + 40 * len(found.rows)
    figure(outcome_matrix(found), "gradient_flow.matrix", "What each cure came to", height)
    st.caption(said.comparison(found))


def _open_one(places: Sequence[Place], experiments: Sequence[Experiment]) -> None:
    """One cell's run, from the first seed, to be trained in the Playground."""
    left, right = st.columns(2, vertical_alignment="bottom")
    names = [f"{named(place.cures)}, {place.depth} layers" for place in places]
    with left:
        picked = st.selectbox("One setting of the table", range(len(places)), format_func=names.__getitem__)
    with right:
        lab.open_in_playground(experiments[picked], "gradient_flow.play.cell", "Open it in the Playground")
