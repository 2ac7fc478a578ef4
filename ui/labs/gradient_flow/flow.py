"""Gradients and updates of both networks, layer by layer."""

from functools import partial
from typing import Any

import streamlit as st

from charts.gradient_flow.layers import decades, layer_heatmap, loss_lines
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.course import blank, side_by_side
from engine.labs.gradient_flow.cures import named
from engine.labs.gradient_flow.results import Flow
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.controls import switches as controls
from ui.labs.gradient_flow.parts import LAB, open_pair, pair

__all__ = ["controls", "show"]
COLUMNS_SAID = (
    "One column per measured update, one row per layer, the first layer on top. Dark is small, blank is 0 or no number."
)


def show(now: GradientFlowLab) -> None:
    runs = pair(now)
    asked = (runs, now.updates)
    job = lab.work(LAB, "flow", asked, lambda: side_by_side(runs, now.updates))
    if job is not None:
        lab.watch(LAB, job, partial(_show_flow, now), "gradient_flow.flow", first=blank(runs))
    open_pair(now, "flow")


def _show_flow(now: GradientFlowLab, found: Flow) -> None:
    if not now.cures:
        st.caption("No cure is chosen: both are the same network, so nothing differs below.")
    titles = ("Before: no cure", f"After: {named(now.cures)}")
    st.markdown(
        "**Gradient norm** $\\lVert \\partial L / \\partial W_l \\rVert_2$ of every layer, update by update, before clipping"
    )
    _maps("gradient", found, titles, [course.gradient for course in found.courses], "norm", now.updates)
    st.caption(f"{COLUMNS_SAID} Both have one scale. {said.gradients(found)}")
    st.markdown(
        "**Update-to-weight ratio** $\\lVert \\Delta W_l \\rVert_2 / \\lVert W_l \\rVert_2$: how far one update moves a "
        "layer, as a share of its weights. About $10^{-3}$ is usual."
    )
    _maps("ratio", found, titles, [course.ratio for course in found.courses], "ratio", now.updates)
    st.caption(said.ratios(found))
    figure(loss_lines(found, now.updates), "gradient_flow.loss", "Training loss of both networks", 260)
    st.caption(said.losses(found))


def _maps(id: str, found: Flow, titles: tuple[str, ...], tables: list[Any], of: str, updates: int) -> None:
    scale = decades(tables)
    for place, (column, course, table) in enumerate(zip(st.columns(2), found.courses, tables, strict=False)):
        with column:
            st.markdown(titles[place])
            drawn = layer_heatmap(course.step, table, scale, of, updates)
            figure(drawn, f"gradient_flow.{id}.{place}", f"{of} of every layer over updates, {titles[place]}", 300)
