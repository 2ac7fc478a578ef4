"""One parameter: a parabola."""

import streamlit as st

from charts.optimizers.parabola import cost_figure, lines_figure
from engine.labs.backpropagation.notation import latex
from engine.labs.optimizers.parabola import parabola
from engine.labs.optimizers.state import OptimizersLab
from ui.figure import figure


def show(now: OptimizersLab) -> None:
    """One parameter: the steps of gradient descent on a squared error."""
    found = parabola(now.parabola)
    rate, factor = now.parabola.rate, 1 - now.parabola.rate * found.curvature
    st.markdown(
        r"$J(\theta) = \frac{1}{2m} \sum_i (y_i - \theta x_i)^2$ &emsp; "
        r"${\frac{dJ}{d\theta} = -\frac{1}{m} \sum_i (y_i - \theta x_i) x_i}$ &emsp; "
        r"${\theta \leftarrow \theta - \eta \frac{dJ}{d\theta}}$"
    )
    made = len(found.path) - 1
    stopped = "" if made == now.parabola.steps else ", too far away to go on"
    left, right = st.columns(2)
    with left:
        figure(cost_figure(found), "optimizers.cost", "The cost over the parameter, with the steps", 400)
    with right:
        figure(lines_figure(found), "optimizers.lines", "Examples and the line after each step", 400)
    st.markdown(
        f"The curvature is $h = \\frac{{1}}{{m}} \\sum x_i^2 = {found.curvature:.4g}$ everywhere, so every step multiplies the "
        f"distance from the best $\\theta = {found.best:.4g}$ by $1 - \\eta h = 1 - {rate:g} \\cdot {found.curvature:.4g} = "
        f"{factor:.4g}$: {_manner(factor)} The steps stay bounded up to $\\eta = 2 / h = {2 / found.curvature:.4g}$. "
        f"After {'1 step' if made == 1 else f'{made} steps'}, $\\theta = {latex(found.path[-1], 6)}${stopped}."
    )


def _manner(factor: float) -> str:
    if abs(factor) < 1e-3:
        return "it arrives in one step."
    if abs(factor) > 1:
        return "it goes further away with every step."
    return "it nears from one side." if factor > 0 else "it jumps over the lowest place each time, and nears."
