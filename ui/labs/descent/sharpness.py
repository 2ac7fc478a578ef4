"""The section of sharpness."""

from typing import Any

import numpy as np
import streamlit as st

from charts.descent.sharpness import loss_figure, power_figure, sharpness_figure
from engine.experiment import Training
from engine.labs.descent.bounds import BOUNDS, limit
from engine.labs.descent.results import SharpnessResult
from engine.labs.descent.stability import trace
from engine.labs.descent.state import DescentLab, Sharpness
from engine.labs.descent.training import loss_unit
from engine.optimizers import Optimizer
from ui import lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, figures, number, row, settings, whole


def controls(now: DescentLab) -> dict[str, Any]:
    """The optimizer, and for how long."""
    asked = now.sharpness
    optimizer = row(Optimizer, asked.optimizer, "Optimizer", "sharpness", "optimizer")
    return {"sharpness": whole(asked, {"optimizer": optimizer, **settings(Sharpness, asked, "sharpness")})}


def show(now: DescentLab) -> None:
    """The largest eigenvalue of the Hessian along a full-batch run, beside the limit."""
    asked = now.sharpness
    bound = BOUNDS[type(asked.optimizer)]
    st.markdown(
        "The **Hessian** H holds the second derivatives of the loss: its largest eigenvalue, the **sharpness**, is the "
        "curvature in the steepest direction. On a parabola of that curvature "
        f"{asked.optimizer.label} overshoots further at each step once it is above ${bound.formula}$ = "
        f"{number(limit(asked.optimizer))}. Does a network stay below? Every update here uses all examples."
    )
    if bound.diagonal is not None:
        st.markdown(
            f"{asked.optimizer.label} divides each gradient by its own running size P, so what counts is the sharpness of "
            f"$P^{{-1/2}} H P^{{-1/2}}$, not that of H (Cohen et al. 2022). {bound.caveat}"
        )
    training = Training(optimizer=asked.optimizer, batch_size="all", epochs=asked.steps)
    experiment = now.experiment(training)
    job = begun("sharpness", (experiment, asked), lambda: trace(experiment, asked.steps))
    if job is None:
        return
    unit = loss_unit(experiment)

    def shown(found: SharpnessResult) -> None:
        left, right = figures(2)
        with left:
            figure(sharpness_figure(found), "descent.sharpness", "Sharpness over the steps, beside its limit", 380)
            st.caption(_met(found))
        with right:
            figure(loss_figure(found, unit), "descent.full_loss", "Full-batch training loss", 380)
            st.caption(_fell(found))
        if found.power is not None and found.shifted is not None:
            _method(found)

    lab.watch(LAB, job, shown, "descent.sharp")
    lab.open_in_playground(experiment, "descent.sharpness.open")


def _met(found: SharpnessResult) -> str:
    values = found.effective[np.isfinite(found.effective)]
    if found.has_diverged:
        return "The run diverged: the loss is not finite any more. The sharpness is that of the steps before."
    if not len(values):
        return "Not measured yet."
    late = values[-max(1, len(values) // 4) :]
    share = float(np.median(late)) / found.limit
    said = f"Over the last quarter the median is {number(float(np.median(late)))}, {share:.2f} of the limit."
    if 0.85 <= share <= 1.15:
        return (
            f"{said} This is the **edge of stability**: descent raises the sharpness to its own limit and stays there."
        )
    if share < 0.85:
        return f"{said} Below the limit: a parabola of this curvature would converge. A larger rate lowers the limit."
    return f"{said} Above the limit, and yet the run goes on: the network is no parabola."


def _fell(found: SharpnessResult) -> str:
    losses = found.losses[np.isfinite(found.losses)]
    rises = int((np.diff(losses) > 0).sum())
    return (
        f"The loss rose in {rises} of {max(1, len(losses) - 1)} updates"
        + (", and fell all the same in the long run: " if rises and losses[-1] < losses[0] else ": ")
        + f"{number(float(losses[0]))} at first, {number(float(losses[-1]))} at the end."
    )


def _method(found: SharpnessResult) -> None:
    st.markdown(
        "**How the eigenvalue is found.** H has "
        f"{found.parameters:,} x {found.parameters:,} entries and is never written out: $Hv$ is the gradient of $g \\cdot v$, "
        r"one more backward pass. Power iteration repeats $v \leftarrow \frac{(H + c I) v}{|(H + c I) v|}$ and reads off "
        r"$v \cdot H v$; the run above uses Lanczos, which needs far fewer products."
    )
    figure(power_figure(found), "descent.power", "Estimates of power iteration at the last weights", 320)
    plain, shifted, sharp = found.power, found.shifted, float(found.sharpness[-1])
    if plain is None or shifted is None or not len(plain) or not len(shifted):
        return
    shift = (
        f"The smallest eigenvalue is {number(found.smallest)}: with c = {number(found.shift)} none is negative."
        if found.shift
        else "No eigenvalue is below 0 here, so no shift is needed."
    )
    st.caption(
        f"Without a shift it goes to the eigenvalue of the largest size, of whichever sign. {shift} After {len(shifted)} "
        f"iterations: {number(float(plain[-1]))} plain, {number(float(shifted[-1]))} shifted; Lanczos: {number(sharp)}."
    )
