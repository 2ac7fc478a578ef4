"""Learning rates that are too high or too low for the run."""

from typing import ClassVar

import numpy as np

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row
from engine.run import Patch
from engine.words import number, percent

BOUNCE = 0.25
"""Median change of the training loss from frame to frame, as a share of the loss."""
AIMLESS = 3.0
"""How many times as far the loss goes up and down as it gets in the end."""
WORSE = 1.1
"""A loss so many times that of the beginning, and of a constant answer, was made worse by training."""
SMALL_UPDATE = 1e-3
"""An update of about this share of the weights is usual."""
STEADY = 0.8
"""Share of frames that lower the loss where it falls steadily."""
STILL_STEEP = 0.3
"""Share of its first gradient that a run has left which is not at the end of its way."""


class RateHigh(Row):
    code = "rate_high"
    label = "Learning rate too high"
    lesson = (
        "Steps longer than the valley is wide jump from wall to wall: the loss goes up and down and settles nowhere, or at "
        "a worse place than it would with shorter steps."
    )
    source = "Smith 2017; LeCun et al. 1998, section 4.7"
    looks_at = "the loss and the length of updates"
    late = True
    explains: ClassVar = frozenset({"saturated", "rate_low", "underfit", "overfit", "imbalance"})

    def examine(self, case: Case) -> Finding | None:
        losses = case.curve("train.loss")
        late = losses[len(losses) // 2 :]
        if len(late) < 5 or not case.falls_short:
            return None
        change = np.abs(np.diff(late))
        bounce = float(np.median(change) / np.mean(late))
        aimless = float(change.sum() / max(abs(late[-1] - late[0]), 1e-12))
        worse = float(np.median(late)) > WORSE * max(case.facts.constant_loss, float(losses[0]))
        if not ((bounce > BOUNCE and aimless > AIMLESS) or worse):
            return None
        updates = np.array(
            [np.nanmax(f.update_ratio) for f in case.frames[len(losses) // 2 :] if np.isfinite(f.update_ratio).any()]
        )
        typical = float(np.median(updates)) if len(updates) else float("nan")
        low, high = float(late.min()), float(late.max())
        evidence = (
            Evidence(
                "median change of the training loss from frame to frame, in the second half", bounce, form="share"
            ),
            Evidence("lowest training loss there", low, case.scene.loss_unit),
            Evidence("highest training loss there", high, case.scene.loss_unit),
            Evidence("median update of the layer that moves most, as a share of its weights", typical),
            Evidence("learning rate", case.last.rate),
            *case.shortfall_evidence,
        )
        since = int(case.steps[len(losses) // 2])
        rate = f"the learning rate {number(case.last.rate)} is too high here"
        sentence = (
            f"From step {since:,} on the training loss is above that of the beginning, {number(float(losses[0]))}: it lies between "
            f"{number(low)} and {number(high)}, so {rate}."
            if worse
            else f"From step {since:,} on the training loss goes up and down between {number(low)} and {number(high)}, typically by "
            f"{percent(bounce)} from one frame to the next: {rate}."
        )
        sentence = f"{sentence} {case.shortfall_said}"
        return self.found(sentence, evidence, Place("loss", case.step))

    def candidates(self, case: Case) -> list[Patch]:
        return [
            try_.rate(case, 1 / 3),
            try_.rate(case, 0.1),
            try_.rate(case, 0.03),
            try_.rate(case, 0.01),
            try_.rate(case, 0.001),
        ]


class RateLow(Row):
    code = "rate_low"
    label = "Learning rate too low"
    lesson = (
        "Each step goes the right way, but hardly far: the loss falls steadily and too slowly to arrive. An update of about "
        "a thousandth of the weights is usual."
    )
    source = "Smith 2017; LeCun et al. 1998, section 4.7"
    looks_at = "the loss and the length of updates"
    late = True
    explains: ClassVar = frozenset({"underfit", "imbalance"})

    def examine(self, case: Case) -> Finding | None:
        losses = case.curve("train.loss")
        late = losses[len(losses) // 2 :]
        if len(late) < 5 or not case.falls_short:
            return None
        falling = float((np.diff(late) < 0).mean())
        updates = [
            np.nanmax(f.update_ratio) for f in case.frames[len(losses) // 2 :] if np.isfinite(f.update_ratio).any()
        ]
        typical = float(np.median(updates)) if updates else float("nan")
        first, now = (float(np.sqrt((frame.gradient_norm**2).sum())) for frame in (case.frames[0], case.last))
        if not (falling >= STEADY and typical < SMALL_UPDATE and now > STILL_STEEP * first):
            return None
        evidence = (
            Evidence("median update of the layer that moves most, as a share of its weights", typical),
            Evidence("frames of the second half that lower the training loss", falling, form="share"),
            Evidence("training loss at the beginning", float(losses[0]), case.scene.loss_unit),
            Evidence("training loss now", float(losses[-1]), case.scene.loss_unit),
            Evidence("learning rate", case.last.rate),
            *case.shortfall_evidence,
        )
        sentence = (
            f"The training loss falls steadily, but in {case.step:,} updates only from {number(float(losses[0]))} to "
            f"{number(float(losses[-1]))}: an update changes no layer's weights by more than {number(typical)} of their norm. "
            f"{case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("updates", case.step))

    def candidates(self, case: Case) -> list[Patch]:
        return [try_.rate(case, 10), try_.rate(case, 100), try_.rate(case, 1000), try_.ADAM, try_.rate(case, 1e4)]
