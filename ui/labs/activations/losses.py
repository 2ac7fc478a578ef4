"""Section: losses and their gradients along a prediction."""

from typing import Any

import numpy as np
import streamlit as st

from charts.activations.losses import MOST_SLOPE, gradient_figure, loss_figure, vector_figure
from engine.labs.activations.along import (
    best_answers,
    loss_curves,
    moved,
    probability_curves,
    truth,
    vector_gradients,
)
from engine.labs.activations.gradients import GRADIENTS, losses_of
from engine.labs.activations.results import LossCurve
from engine.labs.activations.state import LOGIT, ActivationsLab, LossView
from engine.losses import Task
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.activations.numbers import LAB, count, numbers

LEAD = (
    "**What pulls a prediction, and how hard?** "
    "A **loss** says how bad a prediction is; its **gradient** in the network's output is what starts on the way back. "
    "Descent moves the output against the gradient: a large one moves it much, 0 not at all."
)
KNOBS: dict[Task, tuple[str, ...]] = {
    "regression": ("target", "prediction", "delta"),
    "two classes": ("label", "against", "logit"),
    "many classes": ("truth", "moved"),
}
"""Which settings belong to which task."""


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings: the others keep their values."""
    view, below = now.losses, lab.path(LAB, "losses")
    every = tuple(LossView.model_fields)
    task = knobs.fields(lab.FORM, LossView, below, view, skip=[name for name in every if name != "task"])
    skip = [name for name in every if name not in KNOBS[task["task"]]]
    values = {**view.model_dump(), **task, **knobs.fields(lab.FORM, LossView, below, view, skip=skip)}
    if task["task"] == "many classes":
        wanted = count(f"{below}.logits", "Classes", len(view.logits), 3, 6)
        values["logits"] = numbers(f"{below}.logits", "Logit", view.logits, wanted, LOGIT)
    return {"losses": values}


def show(now: ActivationsLab) -> None:
    """Losses above, gradients beneath, the numbers at the prediction beside; then what each loss is for."""
    view = now.losses
    st.markdown(LEAD)
    over = view.task == "two classes" and view.against == "probability"
    curves = probability_curves(view) if over else loss_curves(view)
    x, y = _axes(view, over)
    left, right = st.columns(2, gap="medium")
    with left:
        figure(loss_figure(curves, x), "activations.losses", f"Losses over the {x}", 340)
    with right:
        figure(
            gradient_figure(curves, x, y), "activations.losses.gradient", f"Gradients of the losses over the {x}", 340
        )
    st.caption(_lesson(view, curves, over))
    st.markdown(_here(curves, x))
    _formulas(curves)
    if view.task == "many classes":
        _vector(view)
    _matches(view)


def _axes(view: LossView, over: bool) -> tuple[str, str]:
    if view.task == "regression":
        return "prediction ŷ", "dL/dŷ"
    if view.task == "two classes":
        return ("probability p of class 1", "dL/dp") if over else ("logit or score z", "dL/dz")
    return f"logit {moved(view) + 1}", f"dL/dz{moved(view) + 1}"


def _here(curves: tuple[LossCurve, ...], x: str) -> str:
    rows = [
        (curve.label, number(curve.here[1]), f"{curve.here[2]:.5g}", f"{curve.here[3]:.5g}", _small(_apart(curve)))
        for curve in curves
    ]
    head = ("Loss", "value", "autograd", "formula", "apart")
    is_beyond = any(abs(curve.here[2]) > MOST_SLOPE for curve in curves)
    beyond = "; a triangle: beyond the border" if is_beyond else ""
    return (
        f"**At {x} = {curves[0].here[0]:.4g}** (the dots{beyond}): the loss, and its gradient by autograd "
        "and by the formula\n\n" + lab.table(head, rows)
    )


def _apart(curve: LossCurve) -> float:
    return abs(curve.here[2] - curve.here[3])


def _small(difference: float) -> str:
    return f"{difference:.0e}" if difference else "0"


def _formulas(curves: tuple[LossCurve, ...]) -> None:
    with st.expander("The gradients' formulas"):
        for curve in curves:
            worst = float(np.abs(curve.autograd - curve.closed).max())
            st.markdown(
                f"{curve.label}: ${curve.formula}$. Largest difference from autograd on the curve: {_small(worst)}."
            )


def _lesson(view: LossView, curves: tuple[LossCurve, ...], over: bool) -> str:
    by = {curve.label: curve.here for curve in curves}
    if view.task == "regression":
        return (
            "The error here is "
            f"{number(abs(view.prediction - view.target))}. Squared error pulls in proportion to it, absolute error always "
            f"with 1, Huber in proportion up to delta = {view.delta:g} and with {view.delta:g} beyond: an outlier "
            "pulls less."
        )
    if over:
        return (
            "In p itself cross-entropy grows without bound towards a sure mistake. The sigmoid's own slope p(1-p) "
            "cancels that, which leaves p - y in the logit: draw it over the logit to see."
        )
    if view.task == "two classes":
        sure, squared = by["Binary cross-entropy"], by["Squared error after a sigmoid"]
        return (
            f"Cross-entropy's gradient is p - y = {number(sure[2])}: its size is how wrong the probability is. Squared error "
            f"after a sigmoid has {number(squared[2])} here; where the network is surely wrong it goes to 0 and nothing "
            "is learned. "
            "t is the class as -1 or +1."
        )
    return "Softmax and cross-entropy together have the gradient p - y: the probabilities, less 1 for the true class."


def _vector(view: LossView) -> None:
    found = vector_gradients(view)
    st.markdown(f"#### The gradient in every logit; the true class is {truth(view) + 1}")
    figure(vector_figure(found), "activations.losses.vector", "Gradient of each loss in every logit", 240)
    rows = [
        (
            gradient.label,
            number(gradient.loss),
            ", ".join(f"{value:.4f}" for value in gradient.autograd),
            _small(float(np.abs(gradient.autograd - gradient.closed).max())),
        )
        for gradient in found
    ]
    st.markdown(lab.table(("Loss", "value", "gradient, autograd", "largest difference from the formula"), rows))
    p = ", ".join(f"{value:.4f}" for value in found[0].p)
    st.caption(f"Softmax of these logits: p = {p}. Cross-entropy's gradient is p with 1 taken off at the true class.")


def _matches(view: LossView) -> None:
    st.markdown("#### Which loss for which task and output")
    sample, words = _sample(view.task)
    best = best_answers(view.task, sample, view.delta) if len(sample) else {}
    rows = []
    for loss in losses_of(view.task, view.delta):
        row = GRADIENTS[view.task, loss.kind]
        rows.append((loss.label, row.output, row.aims_at, *([f"{best[loss.kind]:.3f}"] if best else [])))
    st.markdown(lab.table(("Loss", "output layer", "aims at", *(["best constant output"] if best else [])), rows))
    st.caption(words)


def _sample(task: Task) -> tuple[np.ndarray, str]:
    if task == "regression":
        sample = np.random.default_rng(0).exponential(1.0, 1000)
        return sample, (
            "The last column is measured: the one number that makes each loss least on 1,000 skewed targets of mean "
            f"{sample.mean():.3f} and median {np.median(sample):.3f}."
        )
    if task == "two classes":
        return np.repeat([1.0, 0.0], [700, 300]), (
            "The last column is measured: the one output that makes each loss least on 1,000 examples, 70 % of class 1. "
            f"A logit of ln(0.7 / 0.3) = {np.log(7 / 3):.3f} is a probability of 0.7."
        )
    return np.zeros(0), "P(k) is the share of class k among the examples with the same inputs."
