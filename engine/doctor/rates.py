"""Learning rates that are too high or too low for the run."""

import math
from typing import ClassVar

import numpy as np
from jaxtyping import Float

from engine.doctor import patches as try_
from engine.doctor.case import Case
from engine.doctor.evidence import Evidence
from engine.doctor.finding import C, Finding, Place, Row
from engine.doctor.record import Record
from engine.run import Patch
from engine.words import number, percent

FEWEST_FRAMES = 5
"""In the second half of a film, to speak of a curve."""
BOUNCE = 0.25
"""Median change of the training loss from frame to frame, as a share of the loss."""
SWING = 0.05
"""The same as a share of the loss of the best constant answer: jumps of a loss near 0 do no harm."""
AIMLESS = 3.0
"""How many times as far the loss goes up and down as it gets in the end."""
WORSE = 1.1
"""A loss so many times that of the beginning, and of a constant answer, was made worse by training."""
SMALL_UPDATE = 1e-3
"""An update of about this share of the weights is usual."""
STEADY = 0.8
"""Share of frames that lower the loss where it falls steadily."""
STILL_STEEP = 0.3
"""Share of its first gradient that is left to a run which is not at the end of its way."""


def second_half(case: Record) -> Float[np.ndarray, " frames"]:
    """Training losses of the second half of the film."""
    losses = case.curve("train.loss")
    return losses[len(losses) // 2 :]


def bounce(losses: Float[np.ndarray, " frames"]) -> float:
    """Median change from frame to frame as a share of the mean loss; NaN for fewer than two frames."""
    return float(np.median(np.abs(np.diff(losses))) / np.mean(losses)) if len(losses) > 1 else math.nan


def usual_update(case: Record) -> float:
    """Median, over the second half of the film, of the update of the layer that moves most; NaN where none was filmed."""
    half = case.frames[len(case.frames) // 2 :]
    moved = [float(np.nanmax(frame.update_ratio)) for frame in half if not np.isnan(frame.update_ratio).all()]
    return float(np.median(moved)) if moved else math.nan


class TooHigh(Row[C]):
    code = "rate_high"
    label = "Learning rate too high"
    lesson = (
        "Steps longer than the valley is wide jump from wall to wall: the loss goes up and down and settles nowhere, or at "
        "a worse place than it would with shorter steps."
    )
    source = "Smith 2017; LeCun et al. 1998, section 4.7"
    looks_at = "the loss and the length of updates"
    late = True
    explains: ClassVar = frozenset({"rate_low", "underfit", "overfit", "imbalance"})

    def measure(self, case: C) -> Evidence:
        name = "change of the training loss from frame to frame, as a share of it (median of the second half)"
        return Evidence(name, bounce(second_half(case)), form="share")

    def examine(self, case: C) -> Finding | None:
        late = second_half(case)
        if len(late) < FEWEST_FRAMES or not case.falls_short:
            return None
        first = float(case.frames[0].scores[case.scene.score("train.loss")])
        aimless = float(np.abs(np.diff(late)).sum()) > AIMLESS * abs(float(late[-1] - late[0]))
        worse = float(np.median(late)) > WORSE * max(case.constant_loss, first)
        wide = float(np.median(np.abs(np.diff(late)))) > SWING * case.constant_loss
        if not (worse or (aimless and wide and bounce(late) > BOUNCE)):
            return None
        evidence = (
            self.measure(case),
            Evidence("lowest training loss of the second half", float(late.min()), case.scene.loss_unit),
            Evidence("highest training loss of the second half", float(late.max()), case.scene.loss_unit),
            Evidence("update of the layer that moves most, as a share of its weights (median)", usual_update(case)),
            Evidence("highest learning rate", case.highest_rate),
            *case.shortfall_evidence,
        )
        return self.found(self._sentence(case, first, worse), evidence, Place("loss", case.step))

    def _sentence(self, case: C, first: float, worse: bool) -> str:
        late = second_half(case)
        since = f"From step {int(case.steps[len(case.steps) // 2]):,} on"
        between = f"between {number(float(late.min()))} and {number(float(late.max()))}"
        what = (
            f"the training loss is mostly above the {number(first)} of the beginning ({between})"
            if worse
            else f"the training loss goes up and down {between}, typically by {percent(bounce(late))} from frame to frame"
        )
        return f"{since} {what}: a learning rate of {number(case.highest_rate)} is too high here. {case.shortfall_said}"


class RateHigh(TooHigh[Case]):
    def candidates(self, case: Case) -> list[Patch]:
        return [try_.rate(case, factor) for factor in (1 / 3, 0.1, 0.03, 0.01, 0.001)]


class TooLow(Row[C]):
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

    def measure(self, case: C) -> Evidence:
        return Evidence("update of the layer that moves most, as a share of its weights (median)", usual_update(case))

    def examine(self, case: C) -> Finding | None:
        late = second_half(case)
        if len(late) < FEWEST_FRAMES or not case.falls_short:
            return None
        falling = float((np.diff(late) < 0).mean())
        first, now = (float(np.linalg.norm(frame.gradient_norm)) for frame in (case.frames[0], case.last))
        if not (falling >= STEADY and usual_update(case) < SMALL_UPDATE and now > STILL_STEEP * first):
            return None
        began, is_now = float(case.curve("train.loss")[0]), case.score("train.loss")
        evidence = (
            self.measure(case),
            Evidence("frames of the second half that lower the training loss", falling, form="share"),
            Evidence("training loss at the beginning", began, case.scene.loss_unit),
            Evidence("training loss now", is_now, case.scene.loss_unit),
            Evidence("highest learning rate", case.highest_rate),
            *case.shortfall_evidence,
        )
        sentence = (
            f"The training loss falls steadily, but in {case.step:,} updates only from {number(began)} to {number(is_now)}: "
            f"an update usually changes no layer's weights by more than {number(usual_update(case))} of their norm. "
            f"{case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("updates", case.step))


class RateLow(TooLow[Case]):
    def candidates(self, case: Case) -> list[Patch]:
        return [try_.rate(case, 10), try_.rate(case, 100), try_.rate(case, 1000), try_.ADAM, try_.rate(case, 1e4)]
