"""Layers that learn nothing: kernels that are copies of each other, gradients that vanish, maps that never answer."""

import math
from typing import ClassVar

import numpy as np

from engine.doctor import gradients, units
from engine.doctor import patches as usual
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row, patch
from engine.doctor.gradients import FAINT, STARVED, norms
from engine.doctor.units import COPIED, DEAD_LAYER
from engine.doctor.vision import patches as try_
from engine.doctor.vision.case import VisionCase
from engine.run import Patch
from engine.words import number, percent

FEWEST_LAYERS = 3
"""With weights, to speak of a way through layers."""
ADAM = usual.together(usual.ADAM, patch(training__optimizer__lr=0.003))


class Symmetry(Row[VisionCase]):
    code = "symmetry"
    label = "Kernels that are copies of each other"
    lesson = (
        "Kernels, or units, that begin with equal weights get equal gradients, so they stay equal: a layer of copies "
        "can do no "
        "more than one of them. Random first weights tell them apart."
    )
    source = units.Symmetry.source
    severity = "stops learning"
    looks_at = "kernels and units that are copies"
    explains: ClassVar = frozenset({"vanishing", "dead", "rate_low", "rate_high", "underfit"})

    def measure(self, case: VisionCase) -> Evidence:
        least = min(case.spreads[:-1], default=math.inf)
        return Evidence("least difference between the kernels or units of a layer, as a share of their weights", least)

    def examine(self, case: VisionCase) -> Finding | None:
        copied = [layer for layer, spread in enumerate(case.spreads[:-1]) if spread <= COPIED]
        if case.step == 0 or not copied:
            return None
        evidence = (
            self.measure(case),
            Evidence("layers of copies", len(copied), form="count"),
            *case.shortfall_evidence,
        )
        sentence = (
            f"In {case.layer(copied[0])} all kernels or units have the same weights after {case.step:,} updates, as at the "
            f"beginning: they do the work of one. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("updates", case.step, copied[0]))

    def candidates(self, case: VisionCase) -> list[Patch]:
        return [usual.HE, usual.XAVIER]


class Vanishing(Row[VisionCase]):
    code = "vanishing"
    label = gradients.Vanishing.label
    lesson = gradients.Vanishing.lesson
    source = gradients.Vanishing.source
    severity = "stops learning"
    looks_at = "the gradient of every layer"
    explains: ClassVar = frozenset({"dead", "rate_high", "rate_low", "underfit"})

    def measure(self, case: VisionCase) -> Evidence:
        return Evidence("weakest gradient norm of a layer, median over the film", float(norms(case).min()))

    def examine(self, case: VisionCase) -> Finding | None:
        typical = norms(case)
        weakest, strongest = int(typical.argmin()), int(typical.argmax())
        if len(typical) < FEWEST_LAYERS or not case.falls_short or typical[weakest] == 0:
            return None
        everywhere = bool(typical[:-1].max() < FAINT)
        if not everywhere and typical[weakest] >= STARVED * typical[strongest]:
            return None
        moved = [frame.update_ratio[weakest] for frame in case.frames[1:]]
        evidence = (
            self.measure(case),
            Evidence(f"median gradient norm of {case.layer(strongest)}", float(typical[strongest])),
            Evidence(
                f"median update of {case.layer(weakest)}, as a share of its weights",
                float(np.median(moved or [np.nan])),
            ),
            *case.shortfall_evidence,
        )
        sentence = (
            f"The gradient vanishes between the layers: the norm is {number(float(typical[weakest]))} for "
            f"{case.layer(weakest)} "
            f"and {number(float(typical[strongest]))} for {case.layer(strongest)}. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("gradient_heatmap", case.step, weakest))

    def candidates(self, case: VisionCase) -> list[Patch]:
        relu = [usual.together(each, usual.HE) for each in try_.activated(case, "relu")]
        norm = try_.normed(case)
        return [
            *try_.skipping(case),
            *relu,
            usual.HE,
            *norm,
            *(usual.together(each, ADAM) for each in (*relu, *norm)),
            usual.together(usual.XAVIER, ADAM),
        ]


class Dead(Row[VisionCase]):
    code = "dead"
    label = "Maps or units that never answer"
    lesson = units.Dead.lesson
    source = units.Dead.source
    severity = "stops learning"
    looks_at = "maps and units that never answer"
    explains: ClassVar = frozenset({"rate_high", "rate_low", "underfit", "overfit"})

    def measure(self, case: VisionCase) -> Evidence:
        dead = case.detailed[-1][1].arrays["dead"] if case.detailed else np.zeros(0)
        share = float(dead.max()) if len(dead) else math.nan
        return Evidence("dead maps or units of the activation that has most", share, form="share")

    def examine(self, case: VisionCase) -> Finding | None:
        if not case.detailed or not case.falls_short or not case.activations:
            return None
        step, last = case.detailed[-1]
        dead = last.arrays["dead"]
        layer = int(dead.argmax())
        worst = float(dead[layer])
        if worst < DEAD_LAYER:
            return None
        since = next(at for at, detail in case.detailed if detail.arrays["dead"][layer] >= worst)
        seen = Evidence("seen since step", since, form="count")
        sentence = (
            f"{percent(worst)} of the maps or units behind {case.activations[layer]} are dead at step {step:,} (seen "
            "since step "
            f"{since:,}): their slope is 0 at every place of each of {case.scene.probe_rows} training pictures, so no "
            "gradient "
            f"passes through them. {case.shortfall_said}"
        )
        chart = "maps" if any(block.has_places for block in case.scene.blocks) else "gradient"
        return self.found(sentence, (self.measure(case), seen, *case.shortfall_evidence), Place(chart, step))

    def candidates(self, case: VisionCase) -> list[Patch]:
        leaky = try_.activated(case, "leaky_relu")
        slower = usual.rate(case, 0.1)
        return [
            slower,
            *leaky,
            usual.rate(case, 0.01),
            *(usual.together(each, slower) for each in leaky),
            usual.together(usual.HE, slower),
            *try_.normed(case),
            *(usual.together(each, slower) for each in try_.normed(case)),
        ]
