"""Gradients that vanish or explode on their way through the layers."""

from typing import ClassVar

import numpy as np
from jaxtyping import Float

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row
from engine.doctor.record import Record
from engine.run import Patch
from engine.words import number

HUGE_GRADIENT = 100.0
"""Norm of a layer's gradient of the mean loss, where scaled data and fitting first weights give about 1."""
STARVED = 1e-3
"""Share of the strongest layer's gradient below which a layer gets hardly any."""
FAINT = 1e-5
"""A norm below which no layer's gradient moves its weights at usual rates."""


def norms(case: Record) -> Float[np.ndarray, " layers"]:
    """Median gradient norm of every layer over the film."""
    filmed = np.array([frame.gradient_norm for frame in case.frames], float)
    return np.median(filmed, axis=0)


class Exploding(Row[Case]):
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
            Evidence("loss of the best constant answer", case.constant_loss, case.scene.loss_unit),
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


class Vanishing(Row[Case]):
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
    explains: ClassVar = frozenset({"dead", "rate_high", "rate_low", "underfit", "imbalance"})

    def measure(self, case: Case) -> Evidence:
        return Evidence("weakest gradient norm of a layer, median over the film", float(norms(case).min()))

    def examine(self, case: Case) -> Finding | None:
        usual = norms(case)
        weakest, strongest = int(usual.argmin()), int(usual.argmax())
        if case.depth < 2 or not case.falls_short or usual[weakest] == 0:
            return None
        everywhere = bool(usual[:-1].max() < FAINT)
        if not everywhere and usual[weakest] >= STARVED * usual[strongest]:
            return None
        moved = [frame.update_ratio[weakest] for frame in case.frames[1:]]
        evidence = (
            self.measure(case),
            Evidence(f"median gradient norm of {case.layer(strongest)}", float(usual[strongest])),
            Evidence(
                f"median update of {case.layer(weakest)}, as a share of its weights",
                float(np.median(moved or [np.nan])),
            ),
            *case.shortfall_evidence,
        )
        what = _tiny(case, usual) if everywhere else _starved(case, usual)
        sentence = f"{what} {case.shortfall_said}"
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


def _tiny(case: Case, usual: Float[np.ndarray, " layers"]) -> str:
    """Of gradients that are tiny everywhere, whatever the ratio between layers."""
    low, high = int(usual[:-1].argmin()), int(usual[:-1].argmax())
    return (
        f"The gradient is tiny in all {case.depth} hidden layers: the norm is at most {number(float(usual[high]))} "
        f"({case.layer(high)}) and {number(float(usual[low]))} in {case.layer(low)}."
    )


def _starved(case: Case, usual: Float[np.ndarray, " layers"]) -> str:
    """Of a gradient that is lost between two layers."""
    weakest, strongest = int(usual.argmin()), int(usual.argmax())
    share = float(usual[strongest]) / float(usual[weakest])
    return (
        f"The gradient vanishes between the layers: {case.layer(weakest)} gets 1/{share:,.0f} of what {case.layer(strongest)} "
        f"gets (norms {number(float(usual[weakest]))} and {number(float(usual[strongest]))})."
    )
