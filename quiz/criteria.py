"""What is asked about several runs, as data: which of them reach a value, which comes first, which ends highest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from jaxtyping import Float, Int
from pydantic import AfterValidator, Field

from engine.choice import Frozen, one_of

SCORES = {
    "train.loss": "training loss",
    "train.accuracy": "training accuracy",
    "validation.loss": "validation loss",
    "validation.accuracy": "validation accuracy",
    "gap": "validation loss less training loss",
    "gradient.ratio": "gradient norm of the first layer over that of the last",
    "weights.zero": "share of weights that are exactly 0",
    "dead": "share of dead hidden units",
}
"""What a run is judged by, and what it is called."""


def _known(given: str) -> str:
    if given not in SCORES:
        raise ValueError(one_of(given, list(SCORES)))
    return given


Score = Annotated[str, AfterValidator(_known)]


@dataclass(frozen=True)
class Curve:
    """One run, as far as it is."""

    label: str
    updates: Int[np.ndarray, " moments"]
    scores: dict[str, Float[np.ndarray, " moments"]]
    """Each of ``SCORES``; NaN where there is none, or where the question is about another."""
    ended: str = ""
    """What ended it before its time: ``diverged`` and so on, in words."""


@dataclass(frozen=True)
class Outcome:
    """What the engine measured: the answer."""

    holds: tuple[int, ...]
    """The places of the runs for which it holds."""
    said: tuple[str, ...]
    """What each came to, in words."""
    margin: float
    """How far those for which it holds are from the others, in the criterion's own measure; NaN where all or none do."""


class Reaches(Frozen):
    """Any number of runs reach a value within some updates. The margin is in the score's unit."""

    kind: Literal["reaches"] = "reaches"
    score: Score
    value: float
    side: Literal["at least", "at most"] = "at least"
    within: int = Field(ge=1, le=5000)
    """Updates."""
    margin: float = Field(gt=0)
    """By so much at least they do or don't, at every seed: a test measures it."""
    is_single: ClassVar = False

    def judge(self, curves: Sequence[Curve]) -> Outcome:
        """Those that reach it."""
        sign = 1.0 if self.side == "at least" else -1.0
        best = [_most(sign * curve.scores[self.score]) * sign for curve in curves]
        ahead = [sign * (value - self.value) for value in best]
        holds = tuple(place for place, by in enumerate(ahead) if by >= 0)
        said = tuple(self._said(curve, value, sign) for curve, value in zip(curves, best, strict=True))
        return Outcome(holds, said, min(map(abs, ahead)) if 0 < len(holds) < len(curves) else math.nan)

    def _said(self, curve: Curve, best: float, sign: float) -> str:
        what = SCORES[self.score]
        first = _first(curve, self.score, self.value, sign)
        if first is None:
            return f"{what} came to {best:.3g}, {'at best' if math.isfinite(best) else 'no number'}"
        return f"{what} {self.value:g} was reached by update {first}"


class Ends(Frozen):
    """One run ends highest, or lowest. The margin is its lead over the next: a difference, or a factor."""

    kind: Literal["ends"] = "ends"
    score: Score
    side: Literal["highest", "lowest"]
    within: int = Field(ge=1, le=5000)
    by: Literal["difference", "factor"] = "difference"
    margin: float = Field(gt=0)
    is_single: ClassVar = True

    def judge(self, curves: Sequence[Curve]) -> Outcome:
        """The one at the end of the row."""
        sign = 1.0 if self.side == "highest" else -1.0
        last = [float(curve.scores[self.score][-1]) for curve in curves]
        ranked = sorted((_or_worst(sign * value), place) for place, value in enumerate(last))
        (second, _), (best, place) = ranked[-2:]
        factor = max(abs(best), abs(second)) / max(min(abs(best), abs(second)), 1e-30)
        said = tuple(f"{SCORES[self.score]} ended at {value:.3g}" for value in last)
        return Outcome((place,), said, best - second if self.by == "difference" else factor)


class First(Frozen):
    """One run is the first to reach a value. The margin is a share of the updates of the next."""

    kind: Literal["first"] = "first"
    score: Score
    value: float
    side: Literal["at least", "at most"]
    within: int = Field(ge=1, le=5000)
    margin: float = Field(gt=0, lt=1)
    is_single: ClassVar = True

    def judge(self, curves: Sequence[Curve]) -> Outcome:
        """The one that was there first."""
        sign = 1.0 if self.side == "at least" else -1.0
        found = [_first(curve, self.score, self.value, sign) for curve in curves]
        steps = [self.within if first is None else first for first in found]
        said = tuple(
            f"{SCORES[self.score]} {self.value:g} was {'not reached' if first is None else f'reached by update {first}'}"
            for first in found
        )
        (least, place), (second, _) = sorted((step, place) for place, step in enumerate(steps))[:2]
        if found[place] is None:
            return Outcome((), said, math.nan)
        return Outcome((place,), said, 1 - least / second)


Criterion = Annotated[Reaches | Ends | First, Field(discriminator="kind")]


def _most(values: Float[np.ndarray, " moments"]) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if known.size else -math.inf


def _or_worst(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _first(curve: Curve, score: str, value: float, sign: float) -> int | None:
    there = np.flatnonzero(sign * curve.scores[score] >= sign * value)
    return int(curve.updates[there[0]]) if there.size else None
