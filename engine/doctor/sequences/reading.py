"""Networks that read what they must not: the answer that comes next, or padding."""

import math
from typing import ClassVar

from engine.doctor import patches as usual
from engine.doctor.case import NOTHING_LEARNED
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row
from engine.doctor.record import Record
from engine.doctor.sequences import patches as try_
from engine.doctor.sequences.case import SequenceCase
from engine.run import Patch
from engine.words import number, percent

LEAKED = 0.05
"""Share of the chance loss by which answers get worse without what comes after them."""
CHANGED = 0.05
"""Share of the answers that are others without the padding."""


class Leak(Row[SequenceCase]):
    code = "leak"
    label = "The answer is in sight"
    lesson = (
        "Where an answer is the next token, a network without a causal mask just looks at that token: its loss says nothing "
        "of what it can predict. When it writes by itself that token is not there yet. The mask hides it in training too."
    )
    source = "Vaswani et al. 2017, section 3.1"
    severity = "stops learning"
    looks_at = "answers without what comes after them"
    explains: ClassVar = frozenset({"underfit", "overfit", "rate_low", "rate_high"})

    def measure(self, case: SequenceCase) -> Evidence:
        gap = math.nan if case.ahead is None else case.ahead.alone - case.ahead.whole
        return Evidence(
            "what the loss gains without the tokens that come", gap if gap == gap else 0.0, case.scene.loss_unit
        )

    def loss(self, case: SequenceCase, other: Record) -> Evidence:
        """Of answers given as in generation; under a causal mask the validation loss is just that."""
        given = case.score("validation.loss") if case.ahead is None else case.ahead.alone
        return Evidence("validation loss without the tokens that come", given, case.scene.loss_unit)

    def examine(self, case: SequenceCase) -> Finding | None:
        seen = case.ahead
        if seen is None or not seen.alone - seen.whole > LEAKED * case.scene.chance:
            return None
        unit = case.scene.loss_unit
        evidence = (
            self.measure(case),
            Evidence("training loss", case.score("train.loss"), unit),
            Evidence("validation loss with the whole sequence in sight", seen.whole, unit),
            Evidence("validation loss when each answer sees only what comes before it", seen.alone, unit),
            Evidence("accuracy with the whole sequence in sight", seen.accuracy_whole, form="share"),
            Evidence("accuracy when each answer sees only what comes before it", seen.accuracy_alone, form="share"),
            Evidence("chance loss", case.scene.chance, unit),
        )
        sentence = (
            f"Without a causal mask the network sees the answers: with the whole sequence in sight its loss is "
            f"{number(seen.whole)} and {percent(seen.accuracy_whole)} of the answers are right; from the tokens up to each "
            f"answer alone, which is all there is when it writes, {number(seen.alone)} and {percent(seen.accuracy_alone)}."
        )
        return self.found(sentence, evidence, Place("pictures.decoder attention", case.step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        repaired = [usual.together(try_.CAUSAL, each) for each in try_.repaired(case)]
        return [try_.CAUSAL, *repaired, usual.together(try_.CAUSAL, try_.ADAM_FAST)]


class Padding(Row[SequenceCase]):
    code = "padding"
    label = "Padding is read as tokens"
    lesson = (
        "Sequences of different lengths are filled up to one length. A network that reads the filling goes on changing its "
        "state: the answer hangs on how much there is of it. Masked, a pad leaves the state as it is."
    )
    source = "Goodfellow et al. 2016, section 10.2"
    looks_at = "answers without the padding"
    explains: ClassVar = frozenset({"vanishing", "saturated", "underfit", "overfit", "rate_low", "rate_high"})

    def measure(self, case: SequenceCase) -> Evidence:
        changed = 0.0 if case.padded is None else case.padded.changed
        return Evidence("answers that are others when the padding is left out", changed, form="share")

    def loss(self, case: SequenceCase, other: Record) -> Evidence:
        """What the padding spoils is counted in answers: surer answers to few texts also cost more where they are wrong."""
        return Evidence("wrong answers on the validation part", 1 - case.held_score, form="share")

    def examine(self, case: SequenceCase) -> Finding | None:
        read = case.padded
        if read is None or not read.share:
            return None
        if not (read.changed >= CHANGED or case.falls_short or case.unexplained > NOTHING_LEARNED):
            return None
        evidence = (
            self.measure(case),
            Evidence("padding among the tokens up to the answers", read.share, form="share"),
            Evidence("answers that were compared", read.answers, form="count"),
            *case.shortfall_evidence,
        )
        sentence = (
            f"{percent(read.share)} of the tokens that the network reads before it answers are padding, read like any other "
            f"token; when it is left out, {percent(read.changed)} of {read.answers:,} answers are others. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("pictures.Hidden state", case.step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        return [
            try_.MASKED,
            *(usual.together(try_.MASKED, each) for each in try_.gated(case)),
            usual.together(try_.MASKED, usual.rate(case, 0.3)),
            usual.together(try_.MASKED, usual.rate(case, 0.1)),
        ]
