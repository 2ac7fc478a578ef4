"""How well a network on sequences fits: too little, or too closely."""

from engine.doctor import patches as usual
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row, patch
from engine.doctor.fit import CloseFit, smoothed
from engine.doctor.sequences import patches as try_
from engine.doctor.sequences.case import BEHIND, SequenceCase
from engine.run import Patch
from engine.words import number, percent

LEFT = 0.5
"""Share of the chance loss that is left of a task with exact answers, of which nothing need be."""


class UnderFit(Row[SequenceCase]):
    code = "underfit"
    label = "Under-fitting"
    lesson = (
        "The network is wrong on the sequences it learned from, too. It may lack a part that the task needs (a state that "
        "holds, positions, a second layer), be too small, or have been moved too little."
    )
    source = "Goodfellow et al. 2016, section 5.2"
    looks_at = "the training loss beside chance, and beside 0 where answers are exact"
    late = True

    def measure(self, case: SequenceCase) -> Evidence:
        return Evidence("training loss, as a share of the chance loss", case.unexplained, form="share")

    def examine(self, case: SequenceCase) -> Finding | None:
        loss, chance = case.score("train.loss"), case.scene.chance
        most = LEFT * chance if case.facts.is_exact else case.facts.plain_loss + BEHIND * chance
        if not (case.is_over and case.falls_short and loss > most):
            return None
        unit = case.scene.loss_unit
        evidence = (self.measure(case), Evidence("training loss", loss, unit), *case.shortfall_evidence)
        sentence = (
            f"After {case.step:,} updates the training loss is {number(loss)}: {percent(case.unexplained)} of the "
            f"{number(chance)} of who knows only how often each answer occurs. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("loss", case.step))

    def candidates(self, case: SequenceCase) -> list[Patch]:
        freed = [patch(model__dropout=0.0)] if case.experiment.model.dropout else []
        gated, repaired, larger = try_.gated(case), try_.repaired(case), try_.larger(case)
        faster = [
            usual.rate(case, 3),
            usual.rate(case, 10),
            try_.ADAM_FAST,
            usual.rate(case, 0.1),
            usual.rate(case, 0.01),
        ]
        held = try_.holding(case)[:1]
        return [
            *freed,
            *repaired,
            *gated,
            *larger,
            *faster,
            *(usual.together(each, try_.ADAM_FAST) for each in (*gated, *held, *larger)),
            *(usual.together(each, try_.ADAM_FAST, larger[0]) for each in (*gated, *held)),
        ]


class OverFit(CloseFit[SequenceCase]):
    def candidates(self, case: SequenceCase) -> list[Patch]:
        model, task = case.experiment.model, case.experiment.task
        rnn, attends = try_.recurrent(case), try_.transformer(case)
        more = [
            patch(**{f"task__{name}": min(most, times * getattr(task, name))})
            for name, most in (("samples", 20_000), ("examples", 1000))
            for times in (4, 40)
            if 0 < getattr(task, name, 0) < most
        ]
        drops = attends is not None or (rnn is not None and rnn.layers > 1)
        dropped = [patch(model__dropout=max(model.dropout, 0.3))] if drops else []
        smaller = []
        if rnn is not None:
            smaller = [
                patch(model__units=max(2, rnn.units // 4)),
                patch(model__units=max(2, rnn.units // 8), model__embedding=4),
            ]
        if attends is not None:
            smaller = [patch(model__width=16, model__layers=1, model__heads=1, model__feed_forward=32)]
        held = smoothed(case.curve("validation.loss"))
        best = case.frames[int(held.argmin())].step
        stopped = [patch(training__updates=best)] if best >= case.settles_at else []
        slower = usual.rate(case, 0.1)
        return [
            *more,
            *stopped,
            *dropped,
            *smaller,
            *(usual.together(each, slower) for each in (*dropped, *smaller)),
            slower,
            usual.rate(case, 0.01),
        ]
