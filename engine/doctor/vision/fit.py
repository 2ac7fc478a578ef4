"""How well a network on pictures fits: too little, or too closely."""

from engine.doctor import patches as usual
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding, Place, Row, patch
from engine.doctor.fit import SHORT_OF_NEIGHBOURS, CloseFit, smoothed
from engine.doctor.vision import patches as try_
from engine.doctor.vision.case import VisionCase
from engine.run import Patch
from engine.words import number


class UnderFit(Row[VisionCase]):
    code = "underfit"
    label = "Under-fitting"
    lesson = (
        "The network is wrong on the pictures it learned from, too. It may be too small, have nothing that bends between its "
        "weights, be held back too much, or have been moved too little."
    )
    source = "Goodfellow et al. 2016, section 5.2"
    looks_at = "training beside what the nearest pictures, or one answer for all, would give"
    late = True

    def measure(self, case: VisionCase) -> Evidence:
        train = case.score(f"train.{case.score_kind}")
        return Evidence(f"{case.score_label} on the training part", train, form=case.score_form)

    def examine(self, case: VisionCase) -> Finding | None:
        if not (case.is_over and case.falls_short and self._does_not_fit(case)):
            return None
        evidence = (
            self.measure(case),
            Evidence("training loss", case.score("train.loss"), case.scene.loss_unit),
            *case.shortfall_evidence,
        )
        sentence = (
            f"After {case.step:,} updates the network does not even fit what it was trained on: {case.score_label} "
            f"{case.as_score(case.score(f'train.{case.score_kind}'))}, loss {number(case.score('train.loss'))} on the "
            "training "
            f"part. {case.shortfall_said}"
        )
        return self.found(sentence, evidence, Place("loss", case.step))

    def _does_not_fit(self, case: VisionCase) -> bool:
        if case.names_classes:
            return case.neighbours - case.score("train.accuracy") >= SHORT_OF_NEIGHBOURS
        return case.score("train.loss") > case.constant_loss - 0.25 * abs(case.constant_loss)

    def candidates(self, case: VisionCase) -> list[Patch]:
        training = case.experiment.training
        freed = [patch(training__penalty__kind="none")] if training.penalty.kind != "none" else []
        adam = usual.together(usual.ADAM, patch(training__optimizer__lr=0.003))
        wider = try_.sized(case, lambda count: max(16, 2 * count))
        far_wider = try_.sized(case, lambda count: max(32, 4 * count))
        return [
            *freed,
            *try_.undropped(case),
            *(try_.bent(case) if try_.is_linear(case) else []),
            *wider,
            *far_wider,
            usual.rate(case, 3),
            usual.rate(case, 10),
            adam,
            *try_.normed(case),
            *(usual.together(each, usual.rate(case, 3)) for each in wider),
            *(usual.together(each, adam) for each in (*wider, *far_wider)),
        ]


class OverFit(CloseFit[VisionCase]):
    def candidates(self, case: VisionCase) -> list[Patch]:
        held = smoothed(case.curve("validation.loss"))
        best = case.frames[int(held.argmin())]
        epochs = max(1, round(best.epoch))
        stopped = [patch(training__epochs=epochs)] if best.step >= case.settles_at else []
        samples = getattr(case.experiment.data, "samples", None)
        more = [patch(data__samples=min(4000, 4 * samples))] if samples and samples < 4000 else []
        decay = usual.together(patch(training__penalty__kind="l2"), patch(training__penalty__strength=0.01))
        shift = [patch(augmentation=({"kind": "shift"},))] if not case.experiment.augmentation else []
        smaller = try_.sized(case, lambda count: count // 4)
        return [
            *try_.dropped(case),
            *shift,
            decay,
            *stopped,
            *more,
            *smaller,
            *(usual.together(each, decay) for each in try_.dropped(case)),
            *(usual.together(each, usual.rate(case, 0.1)) for each in (*smaller, *try_.dropped(case))),
            usual.rate(case, 0.1),
        ]
