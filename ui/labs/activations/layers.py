"""Section: inputs sent through many layers of two activations."""

from typing import Any

import streamlit as st

from charts.activations.layers import layer_figure, layers_figure, shares_figure, span, spread_figure
from engine.data.toy import Circle
from engine.experiment import Experiment
from engine.initializers import Initializer
from engine.labs.activations.passage import EXAMPLES, both, is_quick, network
from engine.labs.activations.results import LayerSeen, Passage
from engine.labs.activations.state import ActivationsLab, Stack
from engine.words import number, percent
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.activations.curves import inputs, pair
from ui.labs.activations.numbers import LAB
from ui.visit import visit

UNEVEN = 100
ROUNDING = 1e-6
"""Differences between examples, beside those between units, at which single precision is about at its end."""
TOO_FAR = " The layers differ so much in size that one range shows only the largest: choose **Scale**, own."
VIEW = {"shows": "activations", "scale": "shared", "look": 1}
"""Settings that change only what is looked at."""
LEAD = (
    "**What is left of the inputs after {layers}?** "
    "What a network sees at the start of training: {examples} examples, each of {features}, go through {layers}, "
    "untrained: layer $l$ gives $z_l = W_l a_{{l-1}}$, $a_l = f(z_l)$, with biases of 0. "
    "If the examples can no longer be told apart "
    "at the end, the layers above have nothing to learn from."
)


def controls(now: ActivationsLab) -> dict[str, Any]:
    """The section's settings."""
    values = pair(now)
    below = lab.path(LAB, "stack")
    chosen = knobs.choose(lab.FORM, Initializer, f"{below}.initializer", now.stack.initializer, "First weights")
    stack = {**knobs.fields(lab.FORM, Stack, below, now.stack), "initializer": chosen}
    return {**values, "stack": stack, **inputs(now)}


def show(now: ActivationsLab) -> None:
    """Histograms of all layers, what is left of the differences, saturated and dead shares."""
    stack = now.stack
    layers = "1 layer" if stack.depth == 1 else f"{stack.depth} layers"
    features = "1 feature" if stack.width == 1 else f"{stack.width} independent features"
    st.markdown(LEAD.format(examples=EXAMPLES, features=features, layers=layers))
    choices = (now.first, now.second)
    if is_quick(stack, choices):
        *_, last = both(stack, choices, now.inputs)
        _passages(now, last.result or ())
    else:
        _longer(now)
    _playground(now)


def _longer(now: ActivationsLab) -> None:
    stack = now.stack
    decides = (stack.model_copy(update=VIEW), now.first, now.second, now.inputs)
    job = lab.work(LAB, "layers", decides, lambda: both(stack, (now.first, now.second), now.inputs))
    if job is not None:
        lab.watch(LAB, job, lambda found: _passages(now, found), "activations.layers")


def _passages(now: ActivationsLab, found: tuple[Passage, ...]) -> None:
    shows, scale, look = now.stack.shows, now.stack.scale, now.stack.look
    heights = span(found, shows, scale)
    for place, column in enumerate(st.columns(2, gap="medium")):
        passage = found[place]
        with column:
            st.markdown(f"#### {passage.label}")
            drawn = layers_figure(passage, shows, scale, heights, look)
            label = f"Distribution of the {shows} of every layer of {passage.label}"
            figure(drawn, f"activations.layers.{place}", label, 280, on_click=_look)
            st.caption(_passage_words(passage) + (TOO_FAR if scale == "shared" and _is_uneven(passage) else ""))
    left, right = st.columns(2, gap="medium")
    with left:
        figure(spread_figure(found), "activations.spread", "Spread over the examples by layer", 260)
        st.caption(
            "The standard deviation of a unit's activation over the examples (root mean square over the units of a layer), "
            "on a logarithmic axis. A falling line: the examples become alike." + _bottom_words(found)
        )
    with right:
        figure(shares_figure(found), "activations.shares", "Saturated and dead shares by layer", 260)
        st.caption(
            "**Saturated**: an activation whose slope is at most 5 % of the largest. **Dead**: a unit whose slope is 0 for "
            f"all {EXAMPLES} examples, so that none of them can change its weights."
        )
    _one_layer(found, look)


def _one_layer(found: tuple[Passage, ...], look: int) -> None:
    place = min(look, len(found[0].layers))
    st.markdown(f"**Layer {place}**, marked above. Click a layer in one of the upper pictures to look at it.")
    for index, column in enumerate(st.columns(2, gap="medium")):
        layer = found[index].layers[place - 1]
        with column:
            label = f"Layer {place} of {found[index].label}: received and given values"
            figure(layer_figure(layer), f"activations.layer.{index}", label, 220)
            st.caption(_layer_words(layer))


def _look(spot: Spot) -> None:
    bench = visit().labs[LAB.id].state
    if isinstance(bench, ActivationsLab):
        place = min(max(round(spot.x), 1), bench.stack.depth)
        lab.put(LAB, bench.model_copy(update={"stack": bench.stack.model_copy(update={"look": place})}))


def _passage_words(passage: Passage) -> str:
    first, last = passage.layers[0], passage.layers[-1]
    spread = f"is **{number(last.signal)}**"
    if len(passage.layers) > 1:
        times = f" ({number(last.signal / first.signal)} times)" if first.signal else ""
        spread = f"goes from {number(first.signal)} in layer 1 to **{number(last.signal)}** in the last{times}"
    return (
        "Each column is one layer's histogram, brightest where most values lie. The spread over the examples "
        f"{spread}; mean slope in the last layer: **{number(last.slope)}**."
    )


def _bottom_words(found: tuple[Passage, ...]) -> str:
    """What a line does at the lower end of the axis."""
    layers = [layer for passage in found for layer in passage.layers]
    said = ""
    if any(0 < layer.signal < ROUNDING * layer.std for layer in layers):
        said += " Where it levels out far below, only rounding in single precision still tells them apart."
    if any(layer.signal == 0 for layer in layers):
        said += " Where it is missing, the spread is 0, which has no place on this axis."
    return said


def _is_uneven(passage: Passage) -> bool:
    """Whether the sizes of the layers differ so much that one range cannot show them all."""
    sizes = [layer.std for layer in passage.layers if layer.std > 0]
    return bool(sizes) and max(sizes) > UNEVEN * min(sizes)


def _layer_words(layer: LayerSeen) -> str:
    return (
        f"Mean {number(layer.mean)}, standard deviation {number(layer.std)} over all units and examples; spread over the "
        f"examples {number(layer.signal)}. Saturated {percent(layer.saturated)}, dead units {percent(layer.dead)}, "
        f"mean slope {number(layer.slope)}."
    )


def _playground(now: ActivationsLab) -> None:
    stack = now.stack
    for place, (column, choice) in enumerate(zip(st.columns(2), (now.first, now.second), strict=True)):
        experiment = Experiment(data=Circle(), model=network(stack, choice), seed=stack.seed)
        with column:
            label = f"Train {choice.label} on a circle in the Playground"
            lab.open_in_playground(experiment, f"activations.layers.play.{place}", label)
