"""Gradients that vanish or explode on their way back through time, and gates or states stuck where their slope is near 0."""

import math
from typing import ClassVar

import numpy as np

from engine.doctor import patches as usual
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row, patch
from engine.doctor.gradients import HUGE_GRADIENT, STARVED, norms
from engine.doctor.sequences import patches as try_
from engine.doctor.sequences.case import SequenceCase
from engine.doctor.sequences.steps import RateHigh
from engine.run import Patch
from engine.words import number, percent

FLAT_SHARE = 0.75
"""Of the values of a gate or state."""
STEPS_AWAY = 5
"""Of fewer steps back nothing is said."""


class Exploding(Row[SequenceCase]):
    code = "exploding"
    label = "Exploding gradients"
    lesson = (
        "On its way back the gradient is multiplied by the recurrent weights once for each step (in a transformer by those "
        "of each layer). Where that makes it larger, many steps make it huge, and so is the update. Clipping shortens such "
        "an update; recurrent weights that turn without stretching (orthogonal) keep the product steady."
    )
    source = "Pascanu et al. 2013; Saxe et al. 2014 (orthogonal)"
    looks_at = "the gradient of every weight matrix"
    explains: ClassVar = frozenset({"vanishing", "saturated", "rate_high", "underfit", "overfit"})

    def measure(self, case: SequenceCase) -> Evidence:
        return Evidence("largest gradient norm of a weight matrix, median over the film", float(norms(case).max()))

    def examine(self, case: SequenceCase) -> Finding | None:
        filmed = np.array([frame.gradient_norm for frame in case.frames])
        typical = norms(case)
        layer = int(typical.argmax())
        if not typical[layer] >= HUGE_GRADIENT or not case.falls_short:
            return None
        at = int(filmed[:, layer].argmax())
        flow = case.through
        grown = (
            () if flow is None else (Evidence("gradient at the first token, as a share of the largest", flow.share),)
        )
        clip = case.experiment.training.clip
        evidence = (
            self.measure(case),
            Evidence(f"largest of {case.layer(layer)}, at step {case.frames[at].step:,}", float(filmed[at, layer])),
            *grown,
            Evidence("training loss now", case.score("train.loss"), case.scene.loss_unit),
            *case.shortfall_evidence,
        )
        clipped = "it is not clipped" if clip.kind == "none" else f"clipping ({clip.label.lower()}) comes after that"
        sentence = (
            f"Gradients explode: the norm for {case.layer(layer)} is {number(float(typical[layer]))} in the middle of all "
            f"frames and {number(float(filmed[at, layer]))} at step {case.frames[at].step:,}; {clipped}. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("gradient_heatmap", case.frames[at].step, layer))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        start = [try_.ORTHOGONAL] if try_.recurrent(case) else try_.repaired(case)
        slower = usual.rate(case, 0.1)
        return [
            *start,
            try_.UNCLIPPED_LIMIT,
            *(usual.together(each, try_.UNCLIPPED_LIMIT) for each in start),
            *(usual.together(each, slower) for each in start),
            *(usual.together(each, try_.ADAM_FAST) for each in start),
            *(usual.together(try_.ORTHOGONAL, each, try_.ADAM_FAST) for each in try_.gated(case)),
        ]


class VanishingThroughTime(Row[SequenceCase]):
    code = "vanishing"
    label = "Gradient that vanishes through time"
    lesson = (
        "To learn from a token, the gradient of the answer must get back to it: one factor per step. Where the factors are "
        "mostly below 1, little of it is left many steps back. A state that changes by a sum (LSTM, GRU), gates that begin "
        "open for the past, or recurrent weights that keep lengths (orthogonal) let it pass."
    )
    source = "Hochreiter 1991; Bengio et al. 1994; Jozefowicz et al. 2015 (forget bias)"
    severity = "stops learning"
    looks_at = "the gradient at the first token"
    late = True
    explains: ClassVar = frozenset({"saturated", "rate_low", "underfit"})

    def measure(self, case: SequenceCase) -> Evidence:
        share = math.nan if case.through is None else case.through.share
        return Evidence("gradient |∂L/∂h| at the first token, as a share of the largest at any token", share)

    def examine(self, case: SequenceCase) -> Finding | None:
        flow = case.through
        if flow is None or not case.falls_short or not case.facts.is_exact:
            return None
        strongest = int(flow.gradient.argmax())
        if flow.share >= STARVED or strongest < STEPS_AWAY or RateHigh().examine(case):
            return None
        evidence = (
            self.measure(case),
            Evidence("|∂L/∂h| at the first token", flow.first),
            Evidence(f"|∂L/∂h| at token {strongest + 1}, where it is largest", flow.strongest),
            Evidence("steps between the two", strongest, form="count"),
            *case.shortfall_evidence,
        )
        chunk = case.experiment.training.chunk
        cut = f" Training goes back at most {chunk} steps (truncated back-propagation)." if chunk else ""
        left = "nothing that a 32-bit number could hold" if flow.first == 0 else f"{number(flow.first)}"
        sentence = (
            f"The gradient vanishes on its way back: at token {strongest + 1} its norm is {number(flow.strongest)}, at the "
            f"first token, {strongest} steps earlier, {left}.{cut} What stands there can hardly be learned. "
            f"{case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("pictures.Hidden state", case.step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        gated, holding = try_.gated(case), try_.holding(case)
        fast = [usual.together(each, try_.ADAM_FAST, try_.UNCLIPPED_LIMIT) for each in (*gated, *holding)]
        whole = [patch(training__chunk=0)] if case.experiment.training.chunk else []
        return [
            *whole,
            *gated,
            *holding,
            try_.ORTHOGONAL,
            *fast,
            usual.together(try_.ORTHOGONAL, try_.ADAM_FAST),
            usual.together(try_.ORTHOGONAL, patch(training__optimizer__kind="adam", training__optimizer__lr=0.001)),
        ]


class Saturated(Row[SequenceCase]):
    code = "saturated"
    label = "Saturated gates or states"
    lesson = (
        "Gates (sigmoid) and states (tanh) flatten at both ends: a unit driven there for most tokens hardly changes, and "
        "passes hardly any gradient. It begins there where first weights are too large, and gets there by steps that are "
        "too long."
    )
    source = "Glorot and Bengio 2010; Jozefowicz et al. 2015"
    looks_at = "gates and states that are driven to their ends"
    explains: ClassVar = frozenset({"vanishing", "rate_high", "rate_low", "underfit", "overfit"})

    def measure(self, case: SequenceCase) -> Evidence:
        share = max(case.through.flat.values(), default=math.nan) if case.through else math.nan
        return Evidence("flat values of the gate or state that has most", share, form="share")

    def examine(self, case: SequenceCase) -> Finding | None:
        if case.through is None or not case.falls_short:
            return None
        name, share = max(case.through.flat.items(), key=lambda item: item[1])
        if share < FLAT_SHARE or RateHigh().examine(case):
            return None
        others = [
            Evidence(f"flat values of the {other}", value, form="share")
            for other, value in case.through.flat.items()
            if other != name
        ]
        evidence = (self.measure(case), *others, *case.shortfall_evidence)
        sentence = (
            f"{percent(share)} of the values of the {name} are flat at step {case.step:,}: there the slope of the tanh or "
            f"sigmoid that makes them is at most 5 % of its largest. {case.shortfall_said}"
        )
        chart = "pictures.Hidden state" if name == "hidden state" else "pictures.Gates"
        return self.found(sentence, evidence, Place(chart, case.step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        fitting = usual.together(
            try_.ORTHOGONAL,
            *([patch(model__cell__forget_bias=1.0)] if _has(case, "forget_bias") else []),
            *([patch(model__cell__keep_bias=0.0)] if _has(case, "keep_bias") else []),
        )
        slower = usual.rate(case, 0.1)
        return [
            fitting,
            usual.together(fitting, slower),
            slower,
            usual.rate(case, 0.01),
            usual.together(fitting, try_.ADAM_FAST),
            *(usual.together(fitting, each) for each in try_.gated(case)),
            *(usual.together(fitting, each, try_.ADAM_FAST) for each in try_.gated(case)),
        ]


def _has(case: SequenceCase, knob: str) -> bool:
    model = try_.recurrent(case)
    return model is not None and hasattr(model.cell, knob)
