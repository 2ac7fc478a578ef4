"""The diamond and the circle."""

import streamlit as st

from charts.regularization.budget import budget_figure
from engine.labs.regularization.budget import REACH, budgets
from engine.labs.regularization.results import Touch
from engine.labs.regularization.state import RegularizationLab
from engine.words import number, percent
from ui import lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    return {"budget": fields("budget", now.budget)}


def show(now: RegularizationLab) -> None:
    found = budgets(now.budget)
    st.markdown(
        "A penalty is a *budget* in other words: the lowest loss "
        r"$L(w) = \frac{1}{2}(w - w^*)^T A (w - w^*)$ among weights of size at most $t$. The size is $|w_1| + |w_2|$ for L1, "
        r"a diamond, and $\sqrt{w_1^2 + w_2^2}$ for L2, a circle. The best allowed point is where a contour of the loss first "
        "touches the shape. **Click into a picture to move the optimum $w^*$.**"
    )

    def moved(x: float, y: float) -> None:
        place = {"w1": round(min(max(x, -REACH), REACH), 2), "w2": round(min(max(y, -REACH), REACH), 2)}
        lab.put(LAB, now.model_copy(update={"budget": now.budget.model_copy(update=place)}))

    for column, shape, name in zip(st.columns(2), ("diamond", "circle"), ("L1", "L2"), strict=True):
        touch: Touch = getattr(found, shape)
        with column:
            st.markdown(f"**{name}: the {shape}**")
            label = f"Contours of the loss and the {shape} of allowed weights"
            figure(budget_figure(found, shape), f"regularization.{shape}", label, 420, on_click=moved)
            zeros = int((touch.w == 0).sum())
            said = (
                "the budget does not bind" if touch.multiplier == 0 else f"the same as λ = {number(touch.multiplier)}"
            )
            st.caption(
                f"Best allowed: w = ({touch.w[0]:.3g}, {touch.w[1]:.3g}), loss {number(touch.loss)}; {said}. "
                f"Weights that are exactly 0: {zeros}."
            )
    diamond, circle = found.zero_share
    st.caption(
        f"Of optima spread evenly over the picture and outside the shape, {percent(diamond)} give an exact 0 on the diamond "
        f"and {percent(circle)} on the circle: the diamond's corners stand out, the circle has none."
    )
