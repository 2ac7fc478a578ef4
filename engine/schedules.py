"""Learning-rate schedules: pure functions of (step, horizon). Past the horizon each holds its last value.

A schedule gives a factor on the optimizer's base rate and, for one-cycle, the momentum in force. Both are
for the update that turns step t into step t + 1, so t starts at 0; the horizon is the planned number of steps.
"""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choice import Choice


class ScheduleChoice(Choice, frozen=True):
    """A row of the schedules catalog."""

    needs_momentum: ClassVar[bool] = False

    def factor(self, step: int, horizon: int) -> float:
        """What the base rate is multiplied by at ``step`` (0, 1, ...) of a run of ``horizon`` steps."""
        raise NotImplementedError

    def momentum(self, step: int, horizon: int) -> float | None:
        """The momentum at ``step``, or None where the schedule leaves it alone."""
        return None


class ConstantRate(ScheduleChoice, frozen=True):
    kind: Literal["constant"] = "constant"
    label: ClassVar = "Constant"
    formula: ClassVar = r"\eta_t = \eta"
    lesson: ClassVar = "The same step size from beginning to end."
    source: ClassVar = "Robbins and Monro 1951"

    def factor(self, step: int, horizon: int) -> float:
        return 1.0


class StepDecay(ScheduleChoice, frozen=True):
    kind: Literal["step"] = "step"
    every: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title="Every",
        description="Steps from one drop to the next.",
        json_schema_extra={"unit": "steps", "scale": "log"},
    )
    gamma: float = Field(0.5, gt=0.0, le=1.0, title="Gamma", description="Factor at each drop.")
    label: ClassVar = "Step"
    formula: ClassVar = r"\eta_t = \eta\, \gamma^{\lfloor \min(t, T) / k \rfloor}"
    lesson: ClassVar = "Drops at fixed intervals: look for a sudden fall of the loss after each."
    source: ClassVar = "He et al. 2016"

    def factor(self, step: int, horizon: int) -> float:
        return float(self.gamma ** (min(step, horizon) // self.every))


class Exponential(ScheduleChoice, frozen=True):
    kind: Literal["exponential"] = "exponential"
    gamma: float = Field(
        0.999, ge=0.9, le=1.0, title="Gamma", description="Factor per step.", json_schema_extra={"step": 0.0005}
    )
    label: ClassVar = "Exponential"
    formula: ClassVar = r"\eta_t = \eta\, \gamma^{\min(t, T)}"
    lesson: ClassVar = "The same relative fall at every step."
    source: ClassVar = "PyTorch ExponentialLR"

    def factor(self, step: int, horizon: int) -> float:
        return float(self.gamma ** min(step, horizon))


class Cosine(ScheduleChoice, frozen=True):
    kind: Literal["cosine"] = "cosine"
    floor: float = Field(0.0, ge=0.0, le=1.0, title="Final share", description="Share of the rate left at the end.")
    label: ClassVar = "Cosine"
    formula: ClassVar = r"\eta_t = \eta \left( f + (1 - f) \frac{1 + \cos(\pi \min(t, T) / T)}{2} \right)"
    lesson: ClassVar = "Slow, then fast, then slow again: ends gently at the planned last step."
    source: ClassVar = "Loshchilov and Hutter 2017"

    def factor(self, step: int, horizon: int) -> float:
        share = min(step, horizon) / max(horizon, 1)
        return self.floor + (1 - self.floor) * (1 + math.cos(math.pi * share)) / 2


class WarmUp(ScheduleChoice, frozen=True):
    kind: Literal["warm_up"] = "warm_up"
    steps: int = Field(
        100,
        ge=1,
        le=100_000,
        title="Warm-up",
        description="Steps until the full rate.",
        json_schema_extra={"unit": "steps", "scale": "log"},
    )
    start: float = Field(0.01, gt=0.0, le=1.0, title="First share", description="Share of the rate at step 0.")
    label: ClassVar = "Linear warm-up"
    formula: ClassVar = r"\eta_t = \eta \left( s + (1 - s) \min(1, t / k) \right)"
    lesson: ClassVar = "Begins small while the first gradients are wild, then stays at the full rate."
    source: ClassVar = "Goyal et al. 2017"

    def factor(self, step: int, horizon: int) -> float:
        return self.start + (1 - self.start) * min(1.0, min(step, horizon) / self.steps)


class OneCycle(ScheduleChoice, frozen=True):
    kind: Literal["one_cycle"] = "one_cycle"
    rise: float = Field(0.3, gt=0.0, lt=1.0, title="Rising share", description="Share of the run spent rising.")
    start_divisor: float = Field(
        25.0,
        ge=1.0,
        le=1000.0,
        title="Start divisor",
        description="d: the first rate is the learning rate divided by it.",
        json_schema_extra={"scale": "log"},
    )
    final_divisor: float = Field(
        1e4,
        ge=1.0,
        le=1e6,
        title="Final divisor",
        description="f: the last rate is the first one divided by it.",
        json_schema_extra={"scale": "log"},
    )
    high_momentum: float = Field(
        0.95,
        gt=0.0,
        lt=1.0,
        title="High momentum",
        description="At the beginning and at the end.",
        json_schema_extra={"step": 0.01},
    )
    low_momentum: float = Field(
        0.85,
        gt=0.0,
        lt=1.0,
        title="Low momentum",
        description="Where the rate is highest.",
        json_schema_extra={"step": 0.01},
    )
    label: ClassVar = "One-cycle"
    formula: ClassVar = (
        r"\eta_t: \frac{\eta}{d} \to \eta \to \frac{\eta}{d f}, \quad"
        r" \beta_t: \beta_{high} \to \beta_{low} \to \beta_{high} \quad \text{(cosine pieces)}"
    )
    lesson: ClassVar = "One rise and one long fall; momentum does the opposite, so that big steps stay stable."
    source: ClassVar = "Smith and Topin 2018; PyTorch OneCycleLR"
    needs_momentum: ClassVar = True

    def factor(self, step: int, horizon: int) -> float:
        start = 1 / self.start_divisor
        return self._cycle(step, horizon, start, 1.0, start / self.final_divisor)

    def momentum(self, step: int, horizon: int) -> float | None:
        return self._cycle(step, horizon, self.high_momentum, self.low_momentum, self.high_momentum)

    def _cycle(self, step: int, horizon: int, start: float, peak: float, end: float) -> float:
        """Cosine from start to peak at ``rise * horizon - 1``, then to end at ``horizon - 1`` (as OneCycleLR counts)."""
        top = max(self.rise * horizon - 1, 1e-9)
        last = max(horizon - 1, top + 1e-9)
        t = min(step, last)
        low, high, share = (start, peak, t / top) if t <= top else (peak, end, (t - top) / (last - top))
        return high + (low - high) * (1 + math.cos(math.pi * share)) / 2


Schedule = Annotated[ConstantRate | StepDecay | Exponential | Cosine | WarmUp | OneCycle, Field(discriminator="kind")]
