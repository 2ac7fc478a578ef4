"""Runs whose numbers broke, and inputs of a size that breaks them."""

import math
from typing import ClassVar

import numpy as np

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import C, Finding, Place, Row
from engine.run import Patch
from engine.words import number

LARGE_INPUT = 20.0
"""Root mean square of an input or target, where 1 is what first weights are made for."""


class Divergence(Row[C]):
    code = "diverged"
    label = "Divergence"
    lesson = (
        "Where a step overshoots by more than it gains, the next gradient is larger still: the loss grows until it is no "
        "number. A lower rate, shorter steps or smaller numbers to begin with may stop that."
    )
    source = "Goodfellow et al. 2016, section 8.2"
    severity = "stops learning"
    looks_at = "numbers that break"
    at_once = True
    explains: ClassVar = frozenset(
        {"exploding", "vanishing", "dead", "saturated", "rate_high", "rate_low", "overfit", "underfit", "imbalance"}
    )

    def measure(self, case: C) -> Evidence:
        return Evidence("updates done before it broke, or in all", case.step, form="count")

    def examine(self, case: C) -> Finding | None:
        if case.ending is None or not case.diverged:
            return None
        losses = case.curve("train.loss")
        first = float(losses[0])
        largest = float(np.max(losses[np.isfinite(losses)], initial=first))
        updates = [float(np.nanmax(f.update_ratio)) for f in case.frames if not np.isnan(f.update_ratio).all()]
        said = case.ending.message.partition(" The weights shown")[0].rstrip(".")
        evidence = (
            self.measure(case),
            Evidence("passes over the data by then", case.last.epoch, "epochs"),
            Evidence("training loss at the beginning", first, case.scene.loss_unit),
            Evidence("largest training loss filmed", largest, case.scene.loss_unit),
            Evidence("longest filmed update, as a share of its layer's weights", max(updates, default=math.nan)),
            Evidence("highest learning rate", case.highest_rate),
        )
        sentence = (
            f"The run broke: {said[:1].lower()}{said[1:]}. Of the filmed frames the first has a training loss of "
            f"{number(first)}, the worst of {number(largest)}."
        )
        return self.found(sentence, evidence, Place("loss", case.step))


class Diverged(Divergence[Case]):
    def candidates(self, case: Case) -> list[Patch]:
        unscaled = [try_.STANDARD] if case.experiment.data.scaling == "none" else []
        return [
            *unscaled,
            try_.rate(case, 0.1),
            try_.CLIP,
            try_.rate(case, 0.01),
            try_.fitting_start(case),
            try_.together(try_.fitting_start(case), try_.rate(case, 0.1)),
            try_.rate(case, 0.001),
            try_.ADAM,
        ]


class Unscaled(Row[Case]):
    code = "unscaled"
    label = "Inputs or targets that are not scaled"
    lesson = (
        "First weights and usual rates are made for numbers of size about 1. A column a hundred times as large drowns the "
        "others and makes the loss a narrow ravine: a rate small enough for its walls is too small for its floor."
    )
    source = "LeCun et al. 1998, section 4.3"
    looks_at = "the size of inputs and targets"
    explains: ClassVar = frozenset(
        {"exploding", "vanishing", "dead", "saturated", "rate_high", "rate_low", "underfit", "overfit"}
    )

    def measure(self, case: Case) -> Evidence:
        return Evidence("largest size (root mean square) of an input or target", float(_sizes(case).max()))

    def examine(self, case: Case) -> Finding | None:
        facts = case.facts
        sizes = _sizes(case)
        if (
            case.experiment.data.scaling != "none"
            or sizes.max() < LARGE_INPUT
            or not (case.diverged or case.falls_short)
        ):
            return None
        names = [*facts.inputs, f"the target, {case.scene.target}"]
        largest = int(sizes.argmax())
        least = int(np.where(sizes > 0, sizes, np.inf).argmin())
        evidence = (
            self.measure(case),
            Evidence(f"size of {names[least]}", float(sizes[least])),
            *case.shortfall_evidence,
        )
        sentence = (
            f"Scaling is off: the largest of the numbers the network works with is {names[largest]}, at about "
            f"{number(float(sizes[largest]))}, the smallest {names[least]}, at about {number(float(sizes[least]))}; a size of "
            f"about 1 suits first weights and usual rates. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("loss", case.step))

    def candidates(self, case: Case) -> list[Patch]:
        return [
            try_.STANDARD,
            try_.together(try_.STANDARD, try_.rate(case, 10)),
            try_.together(try_.STANDARD, try_.rate(case, 0.1)),
        ]


def _sizes(case: Case) -> np.ndarray:
    """Root mean square of every input, and of a numeric target."""
    return np.append(case.facts.size, [] if case.facts.classes else [case.facts.target_size])
