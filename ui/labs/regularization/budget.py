"""The diamond and the circle."""

import math
from functools import partial

import numpy as np
import streamlit as st

from charts.handles import Drag
from charts.regularization.budget import budget_figure, budget_handles
from engine.choice import knobs
from engine.labs.regularization.budget import budgets
from engine.labs.regularization.results.budget import Budgets, Touch
from engine.labs.regularization.state import Budget, RegularizationLab
from engine.words import number, percent
from ui import lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields

BOUNDS = {knob.name: (float(knob.low or 0), float(knob.high or 0)) for knob in knobs(Budget)}
SHAPES = {"diamond": ("L1", 1), "circle": ("L2", 2)}
"""Each shape's penalty, and the order of the norm that it bounds."""


def controls(now: RegularizationLab) -> Values:
    return {"budget": fields("budget", now.budget)}


def show(now: RegularizationLab) -> None:
    found = budgets(now.budget)
    st.markdown(
        "A penalty is a *budget* in other words: the lowest loss "
        r"$L(w) = \frac{1}{2}(w - w^*)^T A (w - w^*)$ among weights of size at most $t$. The size is $|w_1| + |w_2|$ for L1, "
        r"a diamond, and $\sqrt{w_1^2 + w_2^2}$ for L2, a circle. The best allowed point is where a contour of the loss first "
        "touches the shape. **Drag the optimum $w^*$, or the rim of a shape; a click moves the optimum at once.**"
    )
    for column, shape in zip(st.columns(2), SHAPES, strict=True):
        with column:
            _draw(now, found, shape)
    st.caption(_of_corners(*found.zero_share))


def _of_corners(diamond: float, circle: float) -> str:
    """How often each shape sets a weight to 0; NaN for a circle that holds all that were tried."""
    why = "its corners stand out" if diamond else "none is led to one of its corners"
    beside = (
        "hardly any is outside the circle"
        if math.isnan(circle)
        else f"{percent(circle)} on the circle, which has no corners"
    )
    return (
        f"Of optima spread evenly over the picture and outside the shape, {percent(diamond)} give an exact 0 on the diamond: "
        f"{why}; {beside}."
    )


def _draw(now: RegularizationLab, found: Budgets, shape: str) -> None:
    touch: Touch = getattr(found, shape)
    st.markdown(f"**{SHAPES[shape][0]}: the {shape}**")
    figure(
        budget_figure(found, shape),
        f"regularization.{shape}",
        f"Contours of the loss and the {shape} of allowed weights",
        420,
        on_click=lambda spot: _dragged(now, shape, Drag("optimum", spot.x, spot.y, is_held=False)),
        handles=budget_handles(found, shape, *BOUNDS["budget"]),
        on_drag=partial(_dragged, now, shape),
    )
    said = "the budget does not bind" if touch.multiplier == 0 else f"the same as λ = {number(touch.multiplier)}"
    st.caption(
        f"Best allowed: w = ({touch.w[0]:.3g}, {touch.w[1]:.3g}), loss {number(touch.loss)}; {said}. "
        f"Weights that are exactly 0: {int((touch.w == 0).sum()) or 'none'}."
    )


def _dragged(now: RegularizationLab, shape: str, drag: Drag) -> None:
    """The optimum goes where it was dragged; a rim through (x, y) is a budget of that point's size."""
    size = float(np.linalg.norm([drag.x, drag.y], ord=SHAPES[shape][1]))
    asked = {"budget": size} if drag.name == "rim" else {"w1": drag.x, "w2": drag.y}
    values = {name: round(min(max(value, BOUNDS[name][0]), BOUNDS[name][1]), 2) for name, value in asked.items()}
    new = now.model_copy(update={"budget": now.budget.model_copy(update=values)})
    lab.follow(LAB, new, "budget", values, is_held=drag.is_held)
