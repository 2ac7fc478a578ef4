"""Gradient norms over a run, without and with clipping."""

from functools import partial

import streamlit as st

from charts.gradient_flow.clipping import angle_lines, norm_histogram
from charts.gradient_flow.layers import loss_lines
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.clipping import clipped_runs
from engine.labs.gradient_flow.course import blank, side_by_side
from engine.labs.gradient_flow.results import Flow
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.parts import LAB, Values, only, segments

NETWORKS = {
    "bursts": "10 tanh layers, weights too large",
    "breaks": "10 ReLU layers, weights too large",
    "own": "The network of the sidebar",
}


def controls(now: GradientFlowLab) -> Values:
    values = {"clipped": segments("clipped", now.clipped, NETWORKS, "Network")}
    return values | only(now, "clip_norm", "clip_value")


def show(now: GradientFlowLab) -> None:
    runs = clipped_runs(now)
    asked = (runs, now.updates)
    job = lab.work(LAB, "clipping", asked, lambda: side_by_side(runs, now.updates, columns=now.updates))
    if job is not None:
        lab.watch(LAB, job, partial(_show_clipping, now), "gradient_flow.clipping", first=blank(runs))
    for place, (column, (label, experiment)) in enumerate(zip(st.columns(3), runs, strict=True)):
        with column:
            lab.open_in_playground(
                experiment, f"gradient_flow.play.clip.{place}", f"Open the one {label} in the Playground"
            )


def _show_clipping(now: GradientFlowLab, found: Flow) -> None:
    limits = (now.clip_norm, now.clip_norm, None)
    for place, (column, course) in enumerate(zip(st.columns(3), found.courses, strict=False)):
        with column:
            st.markdown(f"{course.label[:1].upper()}{course.label[1:]}")
            drawn = norm_histogram(course, limits[place])
            figure(drawn, f"gradient_flow.norms.{place}", f"Distribution of gradient norms, {course.label}", 260)
            st.caption(said.clipped(course, place, now.clip_norm))
    left, right = st.columns(2)
    with left:
        figure(loss_lines(found, now.updates), "gradient_flow.clip.loss", "Training loss of the three runs", 280)
        st.caption(said.losses(found))
    with right:
        figure(angle_lines(found.courses[1:]), "gradient_flow.angle", "Angle by which clipping turned", 280)
        st.caption(said.angles(found))
