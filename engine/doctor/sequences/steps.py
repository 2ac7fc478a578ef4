"""Steps that are too long or too short, on sequences: divergence, and rates too high or too low."""

from engine.doctor import patches as usual
from engine.doctor.divergence import Divergence
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place
from engine.doctor.rates import TooHigh, TooLow, usual_update
from engine.doctor.sequences import patches as try_
from engine.doctor.sequences.case import SequenceCase
from engine.run import Patch
from engine.words import number

THROWN = 1.5
"""A loss so many times that of the beginning, and of chance, was thrown up by the first updates."""


class Diverged(Divergence[SequenceCase]):
    def candidates(self, case: SequenceCase) -> list[Patch]:
        slower = [usual.rate(case, factor) for factor in (0.1, 0.01)]
        return [
            try_.UNCLIPPED_LIMIT,
            slower[0],
            usual.together(try_.UNCLIPPED_LIMIT, slower[0]),
            slower[1],
            usual.together(try_.UNCLIPPED_LIMIT, slower[1]),
            *try_.repaired(case),
            try_.ADAM_FAST,
            usual.together(try_.UNCLIPPED_LIMIT, usual.ADAM),
        ]


class RateHigh(TooHigh[SequenceCase]):
    def examine(self, case: SequenceCase) -> Finding | None:
        """As in every run, or where the first updates made the loss far larger and it never became good again."""
        return super().examine(case) or self._thrown(case)

    def _thrown(self, case: SequenceCase) -> Finding | None:
        losses = case.curve("train.loss")
        early = losses[: max(2, len(losses) // 5)]
        first, peak = float(losses[0]), int(early.argmax())
        if not case.falls_short or not early[peak] > THROWN * max(first, case.scene.chance):
            return None
        evidence = (
            self.measure(case),
            Evidence("training loss at the beginning", first, case.scene.loss_unit),
            Evidence(f"training loss at step {case.frames[peak].step:,}", float(early[peak]), case.scene.loss_unit),
            Evidence("update of the matrix that moves most, as a share of it (median)", usual_update(case)),
            Evidence("highest learning rate", case.highest_rate),
            *case.shortfall_evidence,
        )
        sentence = (
            f"The first {case.frames[peak].step:,} updates threw the training loss from {number(first)} up to "
            f"{number(float(early[peak]))}, and it has not come to a good place since: a learning rate of "
            f"{number(case.highest_rate)} is too high here. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("loss", case.frames[peak].step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        slower = [usual.rate(case, factor) for factor in (1 / 3, 0.1, 0.03, 0.01, 0.001)]
        return [*slower, usual.together(try_.WARM_UP, usual.rate(case, 0.1)), usual.ADAM]


class RateLow(TooLow[SequenceCase]):
    def candidates(self, case: SequenceCase) -> list[Patch]:
        faster = [usual.rate(case, factor) for factor in (10, 100, 1000)]
        return [
            *faster,
            usual.ADAM,
            try_.ADAM_FAST,
            *(usual.together(each, change) for each in (usual.ADAM, try_.ADAM_FAST) for change in try_.gated(case)),
        ]
