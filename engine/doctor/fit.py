"""How well the network fits: too little, too closely, or only the common classes."""

import numpy as np
from jaxtyping import Float

from engine.doctor import patches as try_
from engine.doctor.case import Case, share_of
from engine.doctor.evidence import Evidence
from engine.doctor.finding import C, Finding, Place, Row, patch
from engine.doctor.record import Record
from engine.run import Patch
from engine.words import number, percent

SHORT_OF_NEIGHBOURS = 0.1
RISE, RISE_OF_CONSTANT = 1.3, 0.1
"""The held-back loss has risen: above this many times its lowest, plus this share of the best constant answer's loss."""
RARE = 0.25
"""A class is rare with fewer examples than this share of an equal part."""
POOR_RECALL = 0.5


def smoothed(values: Float[np.ndarray, " frames"]) -> Float[np.ndarray, " frames"]:
    """Medians of three neighbours: one odd frame is no lowest value."""
    starts = [max(0, min(place - 1, len(values) - 3)) for place in range(len(values))]
    return np.array([np.median(values[start : start + 3]) for start in starts])


class UnderFit(Row[Case]):
    code = "underfit"
    label = "Under-fitting"
    lesson = (
        "A network that can't bend as the data does is wrong on the examples it learned from, too, and more training does "
        "not change that. It needs more units or layers, an activation that bends, or less regularization."
    )
    source = "Goodfellow et al. 2016, section 5.2"
    looks_at = "training beside what the nearest examples would answer"
    late = True

    def measure(self, case: Case) -> Evidence:
        train = case.score(f"train.{case.score_kind}")
        return Evidence(f"{case.score_label} on the training part", train, form=case.score_form)

    def examine(self, case: Case) -> Finding | None:
        kind, facts = case.score_kind, case.facts
        train = case.score(f"train.{kind}")
        if not (case.is_over and case.falls_short and facts.neighbour_score - train >= SHORT_OF_NEIGHBOURS):
            return None
        evidence = (
            self.measure(case),
            *case.shortfall_evidence,
            Evidence("training loss", case.score("train.loss"), case.scene.loss_unit),
            Evidence("loss of the best constant answer", facts.constant_loss, case.scene.loss_unit),
        )
        sentence = (
            f"After {case.step:,} updates the network does not even fit what it was trained on: {case.score_label} "
            f"{case.as_score(train)} on the training part. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("accuracy" if case.scene.classes else "r2", case.step))

    def candidates(self, case: Case) -> list[Patch]:
        model, training = case.experiment.model, case.experiment.training
        freed = [patch(model__dropout=0.0)] if model.dropout else []
        freed += [patch(training__penalty__kind="none")] if training.penalty.kind != "none" else []
        bent = [try_.activation(case, "tanh")] if {"linear", "step"} & set(try_.kinds(case)) else []
        wider = tuple(min(128, width * 2) for width in model.hidden) or (8,)
        wide = patch(model__hidden=wider)
        deep = patch(model__hidden=(*(wider or (16,)), max((*wider, 16))))
        return [
            *freed,
            *bent,
            wide,
            deep,
            try_.together(deep, try_.activation(case, "relu"), try_.HE),
            try_.rate(case, 3),
            try_.rate(case, 10),
            try_.ADAM,
            try_.together(deep, try_.rate(case, 3)),
            try_.together(patch(model__hidden=(32, 32)), try_.activation(case, "relu"), try_.HE, try_.ADAM),
        ]


class CloseFit(Row[C]):
    code = "overfit"
    label = "Over-fitting"
    lesson = (
        "The network goes on to learn what is particular to its training examples, noise included: their loss falls while the "
        "loss on examples held back rises. Stopping in time, more data, dropout, penalties or fewer units hold it back."
    )
    source = "Goodfellow et al. 2016, section 5.2; Prechelt 1998 (early stopping)"
    looks_at = "the gap between training and held-back loss"
    late = True

    def measure(self, case: C) -> Evidence:
        held = smoothed(case.curve(f"{case.held}.loss"))
        return Evidence(
            f"{case.held} loss now, as a multiple of its lowest (smoothed)",
            share_of(float(held[-1]), float(held.min())),
        )

    def examine(self, case: C) -> Finding | None:
        held, train = case.curve(f"{case.held}.loss"), case.curve("train.loss")
        if len(held) < 8 or not np.isfinite(held).all():
            return None
        smooth = smoothed(held)
        best = int(smooth.argmin())
        now, lowest = float(smooth[-1]), float(smooth[best])
        margin = RISE_OF_CONSTANT * case.constant_loss
        if not (now > RISE * lowest + margin and held[-1] > RISE * lowest + margin and train[-1] < train[best]):
            return None
        evidence = (
            self.measure(case),
            Evidence(f"{case.held} loss now", float(held[-1]), case.scene.loss_unit),
            Evidence(f"its lowest, at step {case.frames[best].step:,}", float(held[best]), case.scene.loss_unit),
            Evidence("training loss then", float(train[best]), case.scene.loss_unit),
            Evidence("training loss now", float(train[-1]), case.scene.loss_unit),
        )
        sentence = (
            f"Since step {case.frames[best].step:,} the {case.held} loss has risen from {number(float(held[best]))} to "
            f"{number(float(held[-1]))}, while the training loss fell from {number(float(train[best]))} to "
            f"{number(float(train[-1]))}: it now learns what is particular to its {case.training_rows:,} training examples."
        )
        return self.found(sentence, evidence, Place("loss", case.frames[best].step))


class OverFit(CloseFit[Case]):
    def candidates(self, case: Case) -> list[Patch]:
        model, data = case.experiment.model, case.experiment.data
        stop = [patch(training__stopping__kind="patience")] if data.validation_share > 0 else []
        samples = getattr(data, "samples", None)
        more = [patch(data__samples=min(5000, samples * 4))] if samples and samples < 5000 else []
        fewer = [patch(model__hidden=tuple(max(2, width // 4) for width in model.hidden))] if model.hidden else []
        return [
            *stop,
            patch(model__dropout=0.3),
            try_.together(patch(training__penalty__kind="l2"), patch(training__penalty__strength=0.01)),
            *fewer,
            *more,
        ]


class Imbalance(Row[Case]):
    code = "imbalance"
    label = "A rare class is overlooked"
    lesson = (
        "Where one class is rare, hardly ever naming it costs little loss and little accuracy. Class weights make an example "
        "of it count for more, over-sampling lets it come more often; F1 and recall show what accuracy hides."
    )
    source = "He and Garcia 2009"
    looks_at = "rare classes"
    late = True

    def measure(self, case: Case) -> Evidence:
        found, asked = _found(case) if case.scene.classes and case.detailed else (0.0, 0.0)
        return Evidence("recall of the rarest class on the test part", share_of(found, asked), form="share")

    def loss(self, case: Case, other: Record) -> Evidence:
        """With every class counting the same."""
        name = f"{case.held} loss (every class counting the same)"
        return Evidence(name, case.balanced_loss, case.scene.loss_unit)

    def examine(self, case: Case) -> Finding | None:
        facts = case.facts
        if not facts.classes or not case.detailed:
            return None
        rare, total = facts.rarest, sum(facts.counts)
        step, last = case.detailed[-1]
        found, asked = _found(case)
        if facts.counts[rare] * len(facts.classes) >= RARE * total or not asked:
            return None
        if found / asked >= POOR_RECALL:
            return None
        right = float(np.trace(last.outcome) / last.outcome.sum())
        evidence = (
            self.measure(case),
            Evidence("its share of the training part", facts.counts[rare] / total, form="share"),
            Evidence("its training examples", facts.counts[rare], form="count"),
            Evidence("accuracy on the test part", right, form="share"),
            Evidence("loss with every class counting the same", case.balanced_loss, case.scene.loss_unit),
        )
        sentence = (
            f"Only {facts.counts[rare]:,} of {total:,} training examples ({percent(facts.counts[rare] / total)}) are of the "
            f"class {facts.classes[rare]}, and the network finds {found:.0f} of {asked:.0f} such examples of the test part: "
            f"accuracy is {percent(right)} all the same."
        )
        return self.found(sentence, evidence, Place("by_class", step))

    def candidates(self, case: Case) -> list[Patch]:
        training = case.experiment.training
        # Of the two cures one at a time is allowed.
        weighted = patch(training__sampling__kind="none") if training.sampling.kind != "none" else ()
        sampled = patch(training__class_weights="none") if training.class_weights != "none" else ()
        balanced = try_.together(weighted, patch(training__class_weights="balanced"))
        over = try_.together(sampled, patch(training__sampling__kind="oversampling"))
        faster = [try_.together(balanced, try_.rate(case, factor)) for factor in (3, 10)]
        return [balanced, over, *faster]


def _found(case: Case) -> tuple[float, float]:
    """(examples of the rarest class that were recognised, all of them), on the test part."""
    table, rare = case.detailed[-1][1].outcome, case.facts.rarest
    return float(table[rare, rare]), float(table[rare].sum())
