"""Section: softmax with a temperature."""

import math
from typing import Any

import numpy as np
import streamlit as st

from charts.activations.softmax import jacobian_figure, probability_bars, temperature_curves
from engine.labs.activations.results import Softened
from engine.labs.activations.softening import softened
from engine.labs.activations.state import LOGIT, ActivationsLab, SoftmaxView
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.activations.numbers import LAB, count, numbers

LEAD = (
    "**How does one logit move all probabilities, and what does the temperature do?** "
    "**Softmax** turns one number per class, the *logits* $z$, into probabilities that sum to 1:\n\n"
    r"$\displaystyle p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}$ &emsp; "
    r"$\displaystyle {\frac{\partial p_i}{\partial z_j} = \frac{1}{T}\, p_i\,(\delta_{ij} - p_j)}$ &emsp; "
    r"$\displaystyle H = -\sum_i p_i \ln p_i$"
    "\n\n$T$ is the temperature, $\\delta_{ij}$ is 1 where $i = j$ and else 0, and $H$, the entropy, says how undecided it is."
)


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings."""
    view, below = now.softmax, lab.path(LAB, "softmax")
    values = knobs.fields(lab.FORM, SoftmaxView, below, view, skip=("logits",))
    wanted = count(f"{below}.logits", "Classes", len(view.logits), 3, 6)
    return {"softmax": {**values, "logits": numbers(f"{below}.logits", "Logit", view.logits, wanted, LOGIT)}}


def show(now: ActivationsLab) -> None:
    """Probabilities, the whole range of temperatures, and the Jacobian twice."""
    st.markdown(LEAD)
    found = softened(now.softmax)
    left, right = st.columns(2, gap="medium")
    with left:
        figure(probability_bars(found), "activations.softmax.p", "Probability of each class", 280)
        st.caption(_probability_words(found))
    with right:
        figure(temperature_curves(found), "activations.softmax.sweep", "Probabilities over the temperature", 280)
        st.caption(_limit_words(found))
    st.markdown("#### How each probability answers to each logit")
    left, right = st.columns(2, gap="medium")
    for column, values, name in (
        (left, found.closed, "by the formula"),
        (right, found.autograd, "by PyTorch's autograd"),
    ):
        with column:
            st.markdown(f"**{name[0].upper()}{name[1:]}**")
            key = f"activations.softmax.{'closed' if values is found.closed else 'autograd'}"
            figure(jacobian_figure(values), key, f"Jacobian of softmax {name}", 300)
    st.caption(
        f"Largest difference between the two: **{found.apart:.1e}**. Every row sums to 0 (largest sum: "
        f"{float(np.abs(found.closed.sum(axis=1)).max()):.1e}): what one class gains the others lose, so adding the same "
        "number to all logits changes nothing. That is why PyTorch may take the largest logit off first. "
        + _naive_words(found)
    )


def _probability_words(found: Softened) -> str:
    best = int(found.p.argmax())
    return (
        f"At T = {found.temperature:g} class {best + 1} has **{found.p[best]:.3f}**. Entropy H = **{number(found.entropy)}** "
        f"nats, of at most ln {len(found.p)} = {math.log(len(found.p)):.3f}. The probabilities sum to {found.p.sum():.6f}."
    )


def _limit_words(found: Softened) -> str:
    cold, hot = found.sweep[0], found.sweep[-1]
    return (
        f"Towards T = 0 the largest logit takes all (at T = {found.temperatures[0]:g}: {cold.max():.4f}; equal largest logits "
        f"share it); towards infinity all become 1/{len(cold)} (at T = {found.temperatures[-1]:g}: from {hot.min():.4f} to "
        f"{hot.max():.4f}). The dotted line is your T."
    )


def _naive_words(found: Softened) -> str:
    if np.isfinite(found.naive).all():
        return ""
    return (
        "Here it must: computed as the formula stands, in single precision, $e^{z/T}$ is too large for a number and the "
        f"probabilities come out as {', '.join(f'{value:g}' for value in found.naive)}."
    )
