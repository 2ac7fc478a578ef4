"""Section: maxout's affine pieces."""

import math
from typing import Any

import streamlit as st

from charts.activations.maxout import envelope_figure, folds_figure, slope_figure
from engine.labs.activations.maximum import SHAPES, envelope, experiment, folds, gradients_of_pieces
from engine.labs.activations.results import Envelope
from engine.labs.activations.state import LINE, ActivationsLab, MaxoutUnit
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.activations.numbers import LAB, count, one
from ui.visit import visit

PLACE = 1.237
"""Where hardly any two pieces of round numbers are equally large."""
LEAD = (
    "**Which function does a maxout unit compute?** "
    "It computes $k$ affine functions of its input, its *pieces*, and passes on the largest: "
    r"$a = \max_{k}\,(s_k x + b_k)$. Slopes $s_k$ and offsets $b_k$ are learned, so the unit learns its own activation: "
    "any convex curve of straight pieces."
)


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings."""
    unit, below = now.maxout, lab.path(LAB, "maxout")
    wanted = count(f"{below}.slopes", "Pieces", len(unit.slopes), 2, 5)
    slopes, offsets = [], []
    for piece in range(wanted):
        slope, offset = unit.lines[piece] if piece < len(unit.lines) else (0.0, 0.0)
        slopes.append(one(f"{below}.slope.{piece}", f"Slope {piece + 1}", slope, LINE))
        offsets.append(one(f"{below}.offset.{piece}", f"Offset {piece + 1}", offset, LINE))
    seed = knobs.fields(lab.FORM, MaxoutUnit, below, unit, skip=("slopes", "offsets"))
    return {"maxout": {"slopes": tuple(slopes), "offsets": tuple(offsets), **seed}}


def show(now: ActivationsLab) -> None:
    """The pieces, the largest, its slope; and a unit of two inputs."""
    st.markdown(LEAD)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Pieces that make")
        for name in SHAPES:
            st.button(name, key=f"activations.maxout.{name}", on_click=_take, args=(name,))
    found = envelope(now.maxout)
    left, right = st.columns(2, gap="medium")
    with left:
        figure(envelope_figure(found), "activations.maxout", "The pieces of a maxout unit and the largest of them", 330)
        st.caption(_ruling_words(now.maxout, found))
    with right:
        figure(slope_figure(found), "activations.maxout.slope", "The derivative of the maxout unit", 330)
        st.caption(_gradient_words(now.maxout))
    few = f"{len(now.maxout.slopes)} pieces"
    label = f"Let a unit of {few} learn a parabola in the Playground"
    lab.open_in_playground(experiment(now.maxout), "activations.maxout.play", label)
    st.markdown("#### The same with two inputs")
    pieces = len(now.maxout.slopes)
    drawn = folds(pieces, now.maxout.seed)
    left, right = st.columns(2, gap="medium", vertical_alignment="center")
    with left:
        figure(
            folds_figure(drawn, pieces), "activations.maxout.folds", "Which plane is the largest over two inputs", 380
        )
    right.caption(
        f"{pieces} planes with slopes and offsets drawn from N(0, 1) by the seed. Each colour is a region where one plane "
        "is on top; borders are straight, and a line joins places of the same output. A network of such units folds its plane "
        "along these borders."
    )


def _take(name: str) -> None:
    state = visit().labs[LAB.id].state
    if isinstance(state, ActivationsLab):
        unit = SHAPES[name].model_copy(update={"seed": state.maxout.seed})
        lab.put(LAB, state.model_copy(update={"maxout": unit}))


def _ruling_words(unit: MaxoutUnit, found: Envelope) -> str:
    said, on_top = [], {unit.lines[piece] for piece, _, _ in found.ruled}
    for piece, low, high in found.ruled:
        if math.isinf(low) and math.isinf(high):
            where = "everywhere"
        elif math.isinf(low):
            where = f"up to x = {high:.3g}"
        else:
            where = f"from x = {low:.3g} on" if math.isinf(high) else f"from x = {low:.3g} to {high:.3g}"
        same = [place for place, line in enumerate(unit.lines, start=1) if line == unit.lines[piece]]
        who = f"piece {same[0]}" if len(same) == 1 else f"pieces {' and '.join(map(str, same))}, which are equal,"
        said.append(f"{who} {where}")
    idle = sum(line not in on_top for line in unit.lines)
    never = (
        f" {idle} piece{'s are' if idle > 1 else ' is'} never on top and learn{'' if idle > 1 else 's'} nothing."
        if idle
        else ""
    )
    return f"On top: {'; '.join(said)}.{never}"


def _gradient_words(unit: MaxoutUnit) -> str:
    slopes = ", ".join(number(float(value)) for value in gradients_of_pieces(unit, PLACE))
    return (
        "The slope is that of the piece on top, with a jump where another takes over: nothing saturates unless a piece is "
        f"flat. Only the piece on top learns (equal ones share): at x = {PLACE:g} the gradients of a in its slopes: {slopes}."
    )
