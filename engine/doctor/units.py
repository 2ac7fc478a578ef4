"""Hidden units that are of no use: copies of each other, dead, or stuck where their slope is near 0."""

import math
from typing import ClassVar

import numpy as np

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row
from engine.doctor.rates import RateHigh
from engine.run import Patch
from engine.snapshot import Detail
from engine.words import percent

COPIED = 1e-4
"""Largest difference between the weights of units that count as copies, as a share of the largest of these weights."""
DEAD_LAYER, DEAD_UNITS = 0.9, 0.5
"""Shares of dead units: in one layer, or over all hidden layers."""
SATURATED_LAYER = 0.75
BOUNDED = ("sigmoid", "tanh")
"""Activations that flatten at both ends."""


class Symmetry(Row[Case]):
    code = "symmetry"
    label = "Units that are copies of each other"
    lesson = (
        "Units that begin with equal weights get equal gradients, so they stay equal: a layer of copies can do no more than "
        "one unit. Random first weights tell them apart."
    )
    source = "Goodfellow et al. 2016, section 8.4"
    severity = "stops learning"
    looks_at = "units that are copies"
    explains: ClassVar = frozenset({"vanishing", "dead", "saturated", "rate_low", "rate_high", "underfit", "imbalance"})

    def measure(self, case: Case) -> Evidence:
        layers = [layer for layer in range(case.depth) if case.scene.layers[layer].drawn > 1]
        spreads = [_spread(case, case.detailed[-1][1], layer) for layer in layers] if case.detailed else []
        name = "least difference between the units of a layer, as a share of their weights"
        return Evidence(name, min(spreads, default=math.nan))

    def examine(self, case: Case) -> Finding | None:
        if case.step == 0 or not case.detailed:
            return None
        layers = [
            layer for layer in range(case.depth) if all(_spread(case, d, layer) <= COPIED for _, d in case.detailed)
        ]
        layers = [layer for layer in layers if case.scene.layers[layer].drawn > 1]
        if not layers:
            return None
        layer, last = layers[0], case.detailed[-1]
        units = case.scene.layers[layer].units
        zero = bool(last[1].weight_zeros[layer] == 1)
        evidence = (
            self.measure(case),
            Evidence("units in that layer", units, form="count"),
            Evidence("layers of copies", len(layers), form="count"),
            *case.shortfall_evidence,
        )
        what = "every weight is still 0" if zero else f"all {units} units have the same weights"
        sentence = (
            f"In {case.layer(layer)} {what} after {last[0]:,} updates, as at the beginning: they do the work of one. "
            f"{case.shortfall_said}"
        )
        return self.found(sentence.strip(), evidence, Place("network", last[0], layer))

    def candidates(self, case: Case) -> list[Patch]:
        return [try_.fitting_start(case), try_.XAVIER, try_.HE]


def _spread(case: Case, detail: Detail, layer: int) -> float:
    """How far the drawn units of a hidden layer differ in their weights and biases, over their largest weight."""
    scene = case.scene
    inputs = [len(scene.inputs), *(item.drawn for item in scene.layers)]
    sizes = [inputs[i] * inputs[i + 1] for i in range(len(inputs) - 1)]
    first, unit = sum(sizes[:layer]), sum(item.drawn for item in scene.layers[:layer])
    drawn = scene.layers[layer].drawn
    weights = detail.edges[first : first + sizes[layer]].reshape(drawn, inputs[layer])
    rows = np.concatenate([weights, detail.biases[unit : unit + drawn, None]], axis=1)
    largest = float(np.abs(rows).max())
    return float(np.ptp(rows, axis=0).max()) / largest if largest else 0.0


class Dead(Row[Case]):
    code = "dead"
    label = "Dead units"
    lesson = (
        "A unit whose slope is 0 for every example gets no gradient, so it can't come back by itself. A step that is too "
        "long often pushes ReLU units there; the step function has slope 0 everywhere."
    )
    source = "Maas et al. 2013; Lu et al. 2020"
    severity = "stops learning"
    looks_at = "dead and saturated units"
    explains: ClassVar = frozenset({"rate_high", "rate_low", "underfit", "overfit", "imbalance"})

    def measure(self, case: Case) -> Evidence:
        share = float(case.detailed[-1][1].dead.max(initial=0.0)) if case.detailed else math.nan
        return Evidence("dead units of the layer that has most", share, form="share")

    def examine(self, case: Case) -> Finding | None:
        if not case.depth or not case.detailed or not case.falls_short:
            return None
        step, last = case.detailed[-1]
        widths = np.array([layer.units for layer in case.scene.layers[:-1]], float)
        layer = int(last.dead.argmax())
        worst, whole = float(last.dead[layer]), float((last.dead * widths).sum() / widths.sum())
        if worst < DEAD_LAYER and whole < DEAD_UNITS:
            return None
        since = next(at for at, detail in case.detailed if detail.dead[layer] >= worst)
        evidence = (
            self.measure(case),
            Evidence("dead units of all hidden layers", whole, form="share"),
            Evidence("seen since step", since, form="count"),
            *case.shortfall_evidence,
        )
        sentence = (
            f"{percent(worst)} of the units of {case.layer(layer)} are dead at step {step:,} (seen since step {since:,}): "
            f"their slope is 0 for every one of the {case.probed:,} examples that were measured, so no gradient passes "
            f"through them. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("saturation", step, layer))

    def candidates(self, case: Case) -> list[Patch]:
        slopes = [try_.activation(case, "tanh"), try_.together(try_.activation(case, "relu"), try_.HE)]
        leaky = try_.activation(case, "leaky_relu")
        return [
            *(slopes if "step" in try_.kinds(case) else []),
            try_.rate(case, 0.1),
            leaky,
            try_.rate(case, 0.01),
            try_.together(leaky, try_.rate(case, 0.1)),
            try_.together(leaky, try_.rate(case, 0.01)),
            try_.together(try_.HE, try_.rate(case, 0.1)),
            try_.BATCH_NORM,
        ]


class Saturated(Row[Case]):
    code = "saturated"
    label = "Saturation"
    lesson = (
        "Sigmoid and tanh flatten at both ends. A unit that is driven there for most examples passes hardly any gradient. "
        "It begins there where first weights are too large, and gets there by steps that are too long."
    )
    source = "Glorot and Bengio 2010"
    looks_at = "dead and saturated units"
    explains: ClassVar = frozenset({"vanishing", "dead", "rate_high", "rate_low", "underfit", "overfit", "imbalance"})

    def measure(self, case: Case) -> Evidence:
        bounded = _bounded(case)
        shares = [float(case.detailed[-1][1].saturated[layer]) for layer in bounded] if case.detailed else []
        return Evidence("saturated activations of the layer that has most", max(shares, default=math.nan), form="share")

    def examine(self, case: Case) -> Finding | None:
        bounded = _bounded(case)
        if not bounded or not case.detailed or not case.falls_short:
            return None
        usual = np.median([detail.saturated for _, detail in case.detailed], axis=0)
        step, last = case.detailed[-1]
        layer = max(bounded, key=lambda index: float(last.saturated[index]))
        if usual[layer] < SATURATED_LAYER or last.saturated[layer] < SATURATED_LAYER:
            return None
        if case.detailed[0][1].saturated[layer] < SATURATED_LAYER and RateHigh().examine(case):
            return None  # driven there by steps that are too long: that is the cause to tell
        evidence = (
            self.measure(case),
            Evidence(
                f"the same of {case.layer(layer)} at the first frame",
                float(case.detailed[0][1].saturated[layer]),
                form="share",
            ),
            Evidence("norm of its weights", float(last.weight_norm[layer])),
            *case.shortfall_evidence,
        )
        sentence = (
            f"{percent(float(last.saturated[layer]))} of the activations of {case.layer(layer)} are saturated at step {step:,} "
            f"({percent(float(case.detailed[0][1].saturated[layer]))} at the beginning): there the slope is at most 5 % of "
            f"its largest. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("saturation", step, layer))

    def candidates(self, case: Case) -> list[Patch]:
        start = try_.fitting_start(case)
        return [
            start,
            try_.together(start, try_.rate(case, 0.1)),
            try_.rate(case, 0.1),
            try_.rate(case, 0.01),
            try_.LAYER_NORM,
            try_.BATCH_NORM,
            try_.together(try_.activation(case, "relu"), try_.HE),
            try_.together(try_.activation(case, "relu"), try_.HE, try_.rate(case, 0.1)),
        ]


def _bounded(case: Case) -> list[int]:
    """The hidden layers, from 0, whose activation flattens at both ends."""
    return [layer for layer, kind in enumerate(try_.kinds(case)) if kind in BOUNDED]
