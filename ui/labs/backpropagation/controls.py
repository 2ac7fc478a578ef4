"""The controls of the backpropagation page: the network, its first numbers, the update."""

from typing import Any

import streamlit as st

from engine.choice import knobs as knobs_of
from engine.initializers import Initializer
from engine.labs.backpropagation.heads import Head
from engine.labs.backpropagation.state import CHAIN, MAX_DEPTH, BackpropagationLab, Elementwise, HiddenLayer
from ui import knobs, lab
from ui.labs.backpropagation.parts import LAB, here


def controls(now: BackpropagationLab) -> dict[str, Any]:
    """The network, what it begins with, and the learning rate; in the sidebar."""
    _networks()
    plain = {knob.name: knob for knob in knobs_of(BackpropagationLab)}

    def number(name: str) -> Any:
        return knobs.widget(lab.FORM, plain[name], lab.path(LAB, name), getattr(now, name))

    st.subheader("Network", anchor=False)
    found = {"inputs": number("inputs"), "hidden": _hidden(now)}
    found["head"] = knobs.choose(lab.FORM, Head, lab.path(LAB, "head"), now.head, "Output and loss")
    st.subheader("Update", anchor=False)
    found["rate"] = number("rate")
    st.subheader("First numbers", anchor=False)
    found["batch"] = number("batch")
    start = lab.path(LAB, "initializer")
    found["initializer"] = knobs.choose(lab.FORM, Initializer, start, now.initializer, "First weights")
    return {**found, "biases": number("biases"), "seed": _seed(now)}


def _networks() -> None:
    with st.container(horizontal=True):
        st.button("Chain 1-1-1-1", key="backpropagation.chain", on_click=_begin, args=(CHAIN,), help="Six parameters.")
        st.button("Network 2-3-2-1", key="backpropagation.default", on_click=_begin, args=({},))


def _begin(values: dict[str, Any]) -> None:
    """Another network from the first step, in the same notation."""
    kept = {name: getattr(here(), name) for name in ("layout", "bias_unit", "section", "rate")}
    lab.put(LAB, BackpropagationLab(**{**kept, **values}))


def _hidden(now: BackpropagationLab) -> tuple[dict[str, Any], ...]:
    key = knobs.keep(knobs.key_of(lab.path(LAB, "depth")), len(now.hidden))
    depth = lab.FORM.widget(st.segmented_control, "Hidden layers", range(MAX_DEPTH + 1), key=key, required=True)
    found = []
    for place in range(depth):
        layer = now.hidden[place] if place < len(now.hidden) else HiddenLayer(units=2)
        below = lab.path(LAB, f"hidden.{place}")
        units = knobs.keep(knobs.key_of(f"{below}.units"), layer.units)
        name = f"Units of hidden layer {place + 1}"
        count = lab.FORM.widget(st.segmented_control, name, range(1, 5), key=units, required=True)
        title = f"Activation of hidden layer {place + 1}"
        chosen = knobs.choose(lab.FORM, Elementwise, f"{below}.activation", layer.activation, title)
        found.append({"units": count, "activation": chosen})
    return tuple(found)


def _seed(now: BackpropagationLab) -> int:
    field = next(knob for knob in knobs_of(BackpropagationLab) if knob.name == "seed")
    key = knobs.keep(knobs.key_of(lab.path(LAB, "seed")), now.seed)
    seed = knobs.typed(lab.FORM, field.title, 0, int(field.high or 0), key, now.seed, step=1, help=field.help)
    knobs.refusal(lab.FORM, key)
    return int(seed)
