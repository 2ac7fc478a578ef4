"""A soft dictionary: keys and values chosen by hand, and a query that is turned among them."""

import math

import streamlit as st

from charts.attention.dictionary import (
    around_figure,
    circle_figure,
    circle_handles,
    sharpness_figure,
    weights_figure,
)
from charts.handles import Drag
from engine.labs.attention.dictionary import lookup
from engine.labs.attention.said import measured as said
from engine.labs.attention.state import AttentionLab
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.attention.parts import LAB, Values, here, part

TITLE = "Soft dictionary"
MOST = 6
FURTHER = ((20.0, 3.0), (80.0, 8.0), (150.0, -2.0), (260.0, 5.0), (320.0, 1.0), (200.0, -6.0))
"""(angle, value) of a key that is added."""


def controls(now: AttentionLab) -> Values:
    asked = now.dictionary
    mine = part("dictionary", asked, "query", "sharpness")
    key = knobs.keep(knobs.key_of(lab.path(LAB, "dictionary.count")), len(asked.keys))
    count = int(lab.FORM.widget(st.slider, "Keys", 2, MOST, key=key))
    pairs = [*zip(asked.keys, asked.values, strict=True), *FURTHER[len(asked.keys) :]][:count]
    angles, values = [], []
    for place, (angle, value) in enumerate(pairs, start=1):
        left, right = st.columns(2)
        with left:
            angles.append(_number(f"dictionary.keys.{place}", f"Key {place} (degrees)", angle, 0.0, 360.0, 1.0))
        with right:
            values.append(_number(f"dictionary.values.{place}", f"Value {place}", value, -10.0, 10.0, 0.5))
    return {"dictionary": {**mine, "keys": tuple(angles), "values": tuple(values)}}


def _number(path: str, title: str, value: float, low: float, high: float, step: float) -> float:
    key = knobs.keep(knobs.key_of(lab.path(LAB, path)), value)
    found = knobs.typed(lab.FORM, title, low, high, key, value, step=step, format="%.6g")
    knobs.refusal(lab.FORM, key)
    return float(found)


def above(now: AttentionLab) -> Values:
    return {}


def show(now: AttentionLab) -> None:
    asked = now.dictionary
    found = lookup(asked)
    st.markdown(
        "A dictionary has *keys* with *values*; a *query* brings back the value of the key that it equals. Attention does that "
        "softly: every key is compared with the query, and what comes back is a mean of all values. Here keys and query are "
        "directions, so a score is the cosine of the angle between them, and $b$ makes all scores grow ($b = 1/T$, $T$ a "
        "temperature; $b = 1/\\sqrt{d_k}$ in a transformer):\n\n"
        r"$$a_j = \frac{e^{b \, q \cdot k_j}}{\sum_l e^{b \, q \cdot k_l}}, \qquad o = \sum_j a_j v_j \;\to\; v_{j^*} "
        r"\text{ as } b \to \infty, \quad j^* = \arg\max_j \, q \cdot k_j$$"
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Drag the query or a key; a click turns the query**")
        figure(
            circle_figure(found),
            "attention.dictionary.circle",
            "Keys on a circle with their values, and the query",
            360,
            on_click=_clicked,
            handles=circle_handles(found),
            on_drag=_dragged,
        )
    with right:
        st.markdown("**Weights**")
        figure(weights_figure(found), "attention.dictionary.weights", "Weight of every key", 300)
        st.markdown(said.looked_up(found, asked.sharpness))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**The same query, sharper and sharper**")
        figure(sharpness_figure(found, asked.sharpness), "attention.dictionary.sharpness", "Value over sharpness", 320)
        st.caption(said.exact(found))
    with right:
        st.markdown("**Queries from every direction, at this sharpness**")
        figure(around_figure(found, asked.query), "attention.dictionary.around", "Value over direction", 320)
        st.caption(
            "Softly, values go over into each other: a smooth function through the keys' values, roughly. The sharper, the "
            "nearer to steps: each query gets the value of its nearest key."
        )


def _clicked(spot: Spot) -> None:
    _turn("query", spot.x, spot.y, is_held=False)


def _dragged(drag: Drag) -> None:
    _turn(drag.name, drag.x, drag.y, is_held=drag.is_held)


def _turn(name: str, x: float, y: float, *, is_held: bool) -> None:
    now = here()
    angle = round(math.degrees(math.atan2(y, x)) % 360, 1)
    changed: Values = {"query": angle}
    controls: Values = changed
    if name != "query":
        place = int(name.removeprefix("key "))
        keys = list(now.dictionary.keys)
        if place > len(keys):
            return  # it was taken away since it was drawn
        keys[place - 1] = angle
        changed, controls = {"keys": tuple(keys)}, {f"keys.{place}": angle}
    new = now.model_copy(update={"dictionary": now.dictionary.model_copy(update=changed)})
    lab.follow(LAB, new, "dictionary", controls, is_held=is_held)
