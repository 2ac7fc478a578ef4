"""Steps that are too long or too short, on pictures: divergence, and rates too high or too low."""

from engine.doctor import patches as usual
from engine.doctor.divergence import Divergence
from engine.doctor.finding import patch
from engine.doctor.rates import TooHigh, TooLow
from engine.doctor.vision import patches as try_
from engine.doctor.vision.case import VisionCase
from engine.run import Patch


class Diverged(Divergence[VisionCase]):
    def candidates(self, case: VisionCase) -> list[Patch]:
        slower = [usual.rate(case, factor) for factor in (0.1, 0.01, 0.001)]
        freed = [patch(training__penalty__kind="none")] if case.experiment.training.penalty.kind != "none" else []
        adam = usual.together(usual.ADAM, patch(training__optimizer__lr=0.003))
        return [
            slower[0],
            *freed,
            usual.CLIP,
            slower[1],
            usual.HE,
            usual.together(usual.HE, slower[0]),
            slower[2],
            adam,
        ]


class RateHigh(TooHigh[VisionCase]):
    def candidates(self, case: VisionCase) -> list[Patch]:
        slower = [usual.rate(case, factor) for factor in (1 / 3, 0.1, 0.03, 0.01, 0.001)]
        return [*slower, *(usual.together(each, slower[1]) for each in try_.normed(case))]


class RateLow(TooLow[VisionCase]):
    def candidates(self, case: VisionCase) -> list[Patch]:
        adam = usual.together(usual.ADAM, patch(training__optimizer__lr=0.003))
        return [*(usual.rate(case, factor) for factor in (10, 100, 1000)), adam, usual.rate(case, 1e4)]
