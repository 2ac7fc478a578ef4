"""Gradients that vanish or explode on their way through the layers."""

from typing import ClassVar

import numpy as np

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row
from engine.run import Patch
from engine.words import number

HUGE_GRADIENT = 100.0
"""Norm of a layer's gradient of the mean loss, where scaled data and fitting first weights give about 1."""
STARVED = 1e-3
"""Share of the strongest layer's gradient below which a layer gets hardly any."""
FAINT = 1e-5
"""A norm below which no layer's gradient moves its weights at usual rates."""


def norms(case: Case) -> np.ndarray:
    """Median gradient norm of every layer over the film."""
    return np.median([frame.gradient_norm for frame in case.frames], axis=0)


class Exploding(Row):
    code = "exploding"
    label = "Exploding gradients"
    lesson = (
        "Each layer multiplies the gradient by its weights. Where that makes it larger layer after layer, a few layers make "
        "it huge, and so is the step. First weights of the right size, normalization or clipping hold it."
    )
    source = "Glorot and Bengio 2010; Pascanu et al. 2013 (clipping)"
    looks_at = "the gradient of every layer"
    explains: ClassVar = frozenset({"vanishing", "saturated", "dead", "rate_high", "underfit", "overfit"})

    def measure(self, case: Case) -> Evidence:
        return Evidence("largest gradient norm of a layer, median over the film", float(norms(case).max()))

    def examine(self, case: Case) -> Finding | None:
        filmed = np.array([frame.gradient_norm for frame in case.frames])
        usual = norms(case)
        layer = int(usual.argmax())
        if not usual[layer] >= HUGE_GRADIENT:
            return None
        at = int(filmed[:, layer].argmax())
        evidence = (
            self.measure(case),
            Evidence(f"largest of {case.layer(layer)}, at step {case.frames[at].step:,}", float(filmed[at, layer])),
            Evidence("training loss now", case.score("train.loss"), case.scene.loss_unit),
            Evidence("loss of the best constant answer", case.facts.constant_loss, case.scene.loss_unit),
        )
        sentence = (
            f"Gradients explode: in {case.layer(layer)} the norm is {number(float(usual[layer]))} in the middle of all frames, "
            f"{number(float(filmed[at, layer]))} at step {case.frames[at].step:,}; about 1 is usual for scaled data."
        )
        return self.found(sentence, evidence, Place("gradient_heatmap", case.frames[at].step, layer))

    def candidates(self, case: Case) -> list[Patch]:
        start = try_.fitting_start(case)
        return [
            start,
            try_.together(start, try_.rate(case, 0.1)),
            try_.LAYER_NORM,
            try_.BATCH_NORM,
            try_.rate(case, 0.1),
            try_.together(start, try_.LAYER_NORM),
            try_.together(try_.rate(case, 0.1), try_.CLIP),
        ]


class Vanishing(Row):
    code = "vanishing"
    label = "Vanishing gradients"
    lesson = (
        "The gradient is a product with one factor per layer. Where the factors are mostly below 1, little of it is left "
        "many layers down. Other activations, first weights that keep it steady, normalization and residual connections "
        "can help; which of them does depends on the network."
    )
    source = "Hochreiter 1991; Glorot and Bengio 2010; He et al. 2016 (residual connections)"
    severity = "stops learning"
    looks_at = "the gradient of every layer"
    explains: ClassVar = frozenset({"saturated", "dead", "rate_high", "rate_low", "underfit", "imbalance"})

    def measure(self, case: Case) -> Evidence:
        return Evidence("weakest gradient norm of a layer, median over the film", float(norms(case).min()))

    def examine(self, case: Case) -> Finding | None:
        if not case.falls_short or case.depth < 2:
            return None
        usual = norms(case)
        weakest, strongest = int(usual.argmin()), int(usual.argmax())
        everywhere = bool(0 < usual[:-1].max() < FAINT)
        if not everywhere and not 0 < usual[weakest] < STARVED * usual[strongest]:
            return None
        share = float(usual[weakest] / usual[strongest])
        ratio = np.nanmedian([frame.update_ratio[weakest] for frame in case.frames[1:]] or [np.nan])
        evidence = (
            self.measure(case),
            Evidence(f"median gradient norm of {case.layer(strongest)}", float(usual[strongest])),
            Evidence(f"median update of {case.layer(weakest)}, as a share of its weights", float(ratio)),
            *case.shortfall_evidence,
        )
        if everywhere:
            sentence = (
                f"The gradient is tiny in every hidden layer: the largest norm among them is {number(float(usual[:-1].max()))} "
                f"in the middle of all frames, though the ratio between hidden layers looks harmless. {case.shortfall_said}"
                if usual[:-1].min() > STARVED * usual[:-1].max()
                else f"The gradient is tiny in every hidden layer: at most {number(float(usual[:-1].max()))}, and "
                f"{number(float(usual[weakest]))} in {case.layer(weakest)}. {case.shortfall_said}"
            )
        else:
            sentence = (
                f"The gradient vanishes on its way back: {case.layer(weakest)} gets {number(share)} times what "
                f"{case.layer(strongest)} gets (norms {number(float(usual[weakest]))} and {number(float(usual[strongest]))}). "
                f"{case.shortfall_said}"
            )
        return self.found(sentence, evidence, Place("gradient_heatmap", case.step, weakest))

    def candidates(self, case: Case) -> list[Patch]:
        relu = try_.together(try_.activation(case, "relu"), try_.HE)
        return [
            relu,
            try_.fitting_start(case),
            try_.BATCH_NORM,
            try_.together(try_.RESIDUAL, try_.LAYER_NORM),
            try_.together(relu, try_.ADAM),
            try_.together(relu, try_.RESIDUAL, try_.LAYER_NORM),
            try_.together(try_.activation(case, "tanh"), try_.XAVIER, try_.ADAM),
            try_.together(try_.activation(case, "tanh"), try_.XAVIER, try_.RESIDUAL, try_.LAYER_NORM, try_.ADAM),
        ]
