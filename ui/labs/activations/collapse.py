"""Section: a deep network without activations is one affine map."""

from typing import Any

import streamlit as st

from charts.activations.collapse import gap_figure, plane_figure
from engine.activations import Activation, Linear
from engine.labs.activations.collapse import collapsed, experiment, gaps
from engine.labs.activations.results import Collapsed, Gaps
from engine.labs.activations.state import ActivationsLab, LinearStack
from engine.labs.backpropagation.notation import latex
from ui import knobs, lab
from ui.figure import figure
from ui.labs.activations.numbers import LAB

LEAD = (
    "**Why does depth without activations add nothing?** "
    "A layer without one is $W x + b$, and a stack of them is again one: $W = W_L \\cdots W_2 W_1$ and "
    "$b \\leftarrow W_l\\, b + b_l$ from the first layer to the last. Depth adds weights, and no new function."
)


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings."""
    below = lab.path(LAB, "collapse")
    values = knobs.fields(lab.FORM, LinearStack, below, now.collapse)
    beside = knobs.choose(lab.FORM, Activation, f"{below}.beside", now.collapse.beside, "The same weights with")
    return {"collapse": {**values, "beside": beside}}


def show(now: ActivationsLab) -> None:
    """The deep network, its one matrix, the same weights with an activation; the difference at any depth."""
    st.markdown(LEAD)
    stack = now.collapse
    _planes(stack, collapsed(stack))
    job = lab.work(LAB, "collapse", (stack.width, stack.bias, stack.seed), lambda: gaps(stack))
    if job is not None:
        lab.watch(LAB, job, _gaps, "activations.collapse")
    st.markdown("**Does it learn a circle?** Train it in the Playground:")
    rows = {"linear": ("without activations", Linear()), "beside": (f"with {stack.beside.label}", stack.beside)}
    for column, (name, (label, activation)) in zip(st.columns(2), rows.items(), strict=True):
        with column:
            lab.open_in_playground(
                experiment(stack, activation), f"activations.collapse.play.{name}", f"Train it {label}"
            )


def _planes(stack: LinearStack, found: Collapsed) -> None:
    layers = f"{stack.depth} hidden layer{'s' if stack.depth > 1 else ''}"
    computed = f"that {layers} compute{'' if stack.depth > 1 else 's'}"
    deep, flat, bent = st.columns(3, gap="small")
    with deep:
        st.markdown(f"**{layers}, no activation**")
        figure(plane_figure(found, "deep"), "activations.collapse.deep", "Output of the deep linear network", 280)
    with flat:
        st.markdown("**Its matrices multiplied into one**")
        figure(plane_figure(found, "flat"), "activations.collapse.flat", "Output of the one affine map", 280)
    with bent:
        st.markdown(f"**The same weights with {stack.beside.label}**")
        figure(
            plane_figure(found, "bent"), "activations.collapse.bent", "Output with an activation between layers", 280
        )
    st.markdown(
        f"$y = {_equation(found)}$\n\nis all {computed}. "
        f"Largest difference between the first two pictures: **{found.difference:.1e}**, rounding and nothing else. "
        f"{_line_words(found)}"
    )


def _equation(found: Collapsed) -> str:
    """The affine map in LaTeX."""
    w1, w2 = found.weight
    terms = (latex(w1), latex(abs(w2)), latex(abs(found.bias)))
    signs = ["-" if value < 0 else "+" for value in (w2, found.bias)]
    return f"{terms[0]}\\, x_1 {signs[0]} {terms[1]}\\, x_2 {signs[1]} {terms[2]}"


def _line_words(found: Collapsed) -> str:
    if found.flat.min() < 0 < found.flat.max():
        return (
            "The green line is where the output is 0, the boundary between two classes: straight without an activation."
        )
    return "Its output has the same sign all over the picture: the line where it is 0 lies outside of it."


def _gaps(found: Gaps) -> None:
    figure(gap_figure(found), "activations.collapse.gap", "Difference at other depths", 240)
    depths = f"{len(found.depths)} depth{'s' if len(found.depths) > 1 else ''}"
    st.caption(
        f"The same at {depths} up to {found.depths[-1]}: never more than "
        f"**{float(found.apart.max()):.1e}** of the largest output."
    )
