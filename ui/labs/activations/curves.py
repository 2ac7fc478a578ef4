"""Section: two activations, their derivatives, and what they make of drawn inputs."""

from typing import Any

import streamlit as st

from charts.activations.curves import curve_figure, heights, response_figure
from engine.activations import Activation, ActivationChoice, Maxout
from engine.labs.activations.curves import curve, response
from engine.labs.activations.inputs import Inputs
from engine.labs.activations.results import Curve, Response
from engine.labs.activations.state import ActivationsLab
from engine.words import number, percent
from ui import knobs, lab
from ui.figure import figure
from ui.labs.activations.numbers import LAB

LEAD = (
    "An **activation** turns what a unit has added up, its *pre-activation* $z$, into what it passes on, $a$. Going back, "
    "training multiplies the gradient by the **derivative** $da/dz$: where that is near 0, hardly anything gets through."
)


def pair(now: ActivationsLab) -> dict[str, Any]:
    """The two activations that are compared."""
    return {
        "first": knobs.choose(lab.FORM, Activation, lab.path(LAB, "first"), now.first, "Activation"),
        "second": knobs.choose(lab.FORM, Activation, lab.path(LAB, "second"), now.second, "Beside it"),
    }


def inputs(now: ActivationsLab) -> dict[str, Any]:
    """What is sent in."""
    return {"inputs": knobs.choose(lab.FORM, Inputs, lab.path(LAB, "inputs"), now.inputs, "Inputs drawn from")}


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings."""
    reach = knobs.fields(lab.FORM, ActivationsLab, lab.path(LAB), now, skip=("section",))
    return {**pair(now), **reach, **inputs(now)}


def show(now: ActivationsLab) -> None:
    """Both side by side."""
    st.markdown(LEAD)
    choices = (now.first, now.second)
    curves = tuple(curve(choice, now.reach) for choice in choices)
    for choice, column in zip(choices, st.columns(2, gap="medium"), strict=True):
        column.markdown(f"#### {choice.label}\n$\\displaystyle {choice.formula}$")
        column.caption(choice.lesson)
    for place, column in enumerate(st.columns(2, gap="medium")):
        with column:
            _curve(choices[place], curves[place], heights(curves), f"activations.curve.{place}")
    for place, column in enumerate(st.columns(2, gap="medium")):
        with column:
            _response(response(choices[place], now.inputs), f"activations.response.{place}")
    st.caption(
        "**Saturated** here means: the slope is at most 5 % of the largest slope the activation has between -6 and 6 "
        "(0 for ReLU's left side, which does not flatten slowly but is flat). Both upper pictures have the same vertical "
        "range, from -2 to 2.5 at most."
    )


def _curve(choice: ActivationChoice, drawn: Curve, shared: tuple[float, float], key: str) -> None:
    figure(curve_figure(drawn, shared), key, f"{drawn.label} and its derivative over the pre-activation z", 300)
    st.caption(f"{_flat_words(drawn)} Largest slope: **{number(drawn.largest)}**.")
    if isinstance(choice, Maxout):
        st.caption(
            "Maxout learns its own curve. As an example its pieces are $s z + 1 - s^2$ with slopes $s$ evenly from -1 to 1; "
            "the section Maxout lets you set them."
        )


def _flat_words(drawn: Curve) -> str:
    if not drawn.flat:
        return "Nowhere flat in this range."
    said = " and ".join(f"from {_place(low)} to {_place(high)}" for low, high in drawn.flat)
    return f"Saturated, shaded, for z {said}."


def _place(z: float) -> str:
    return f"{round(z, 2) + 0.0:.2f}"  # -0.0 becomes 0.0


def _response(found: Response, key: str) -> None:
    label = f"Distribution of inputs to {found.label} and of its outputs"
    figure(response_figure(found), key, label, 240)
    st.caption(
        f"**{found.label}:** {len(found.z):,} inputs of mean {number(found.z.mean())} and standard deviation "
        f"{number(found.z.std())} come out "
        f"with mean **{number(found.a.mean())}** and standard deviation **{number(found.a.std())}**. Saturated: "
        f"**{percent(found.saturated)}** of them; slope exactly 0: **{percent(found.off)}**."
    )
