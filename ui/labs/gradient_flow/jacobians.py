"""The product of the layers' Jacobians, and its bound."""

from functools import partial

import streamlit as st

from charts.gradient_flow.jacobians import chain_lines, factor_bars
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.cures import named
from engine.labs.gradient_flow.jacobians import blank_chains, chains
from engine.labs.gradient_flow.results import Chains
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.controls import switches
from ui.labs.gradient_flow.parts import LAB, Values, only, open_pair, pair, segments


def controls(now: GradientFlowLab) -> Values:
    values = switches(now)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        values |= only(now, "example")
    with right:
        moments = {"first": "With its first weights", "trained": f"After {now.updates:,} updates"}
        return values | {"moment": segments("moment", now.moment, moments, "Moment")}


def show(now: GradientFlowLab) -> None:
    st.markdown(
        "The Jacobian $J_l = \\partial h_l / \\partial h_{l-1}$ holds how each output of layer $l$ changes with each of its "
        "inputs: without norm and shortcut, $J_l = \\operatorname{diag}(\\phi'(z_l))\\, W_l$. The gradient at layer $l$ is the "
        "gradient at the output times $J_L J_{L-1} \\cdots J_{l+1}$. The spectral norm $\\lVert \\cdot \\rVert_2$, the largest "
        "singular value, is the most that a matrix can stretch a vector, and "
        "$\\lVert J_L \\cdots J_l \\rVert_2 \\le \\lVert J_L \\rVert_2 \\cdots \\lVert J_l \\rVert_2$."
    )
    runs = pair(now)
    updates = now.updates if now.moment == "trained" else 0
    asked = (runs, now.example, updates)
    job = lab.work(LAB, "jacobians", asked, lambda: chains(runs, now.example, updates))
    if job is not None:
        lab.watch(
            LAB, job, partial(_show_chains, now), "gradient_flow.jacobians", first=blank_chains(runs, now.example)
        )
    open_pair(now, "jacobians")


def _show_chains(now: GradientFlowLab, found: Chains) -> None:
    figure(chain_lines(found), "gradient_flow.chain", "Norm of the product of Jacobians and its bound", 380)
    st.caption(
        f"{said.products(found)} Grey: what a factor of 2, or of 0.8, per layer would give. After: {named(now.cures)}."
    )
    figure(factor_bars(found), "gradient_flow.factors", "Spectral norm of each layer's Jacobian", 240)
    st.caption(
        "One bar per layer; above the dotted line a layer can stretch the gradient. Batch norm is taken with the statistics "
        "of the training part, held fixed."
    )
