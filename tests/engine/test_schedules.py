"""Schedules beside ``torch.optim.lr_scheduler``, step by step."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from engine.choice import catalog
from engine.schedules import ConstantRate, Cosine, Exponential, OneCycle, Schedule, ScheduleChoice, StepDecay, WarmUp
from tests.rows import defaults_of

RATE = 0.4
Build = Callable[[torch.optim.Optimizer, int], Any]
PAIRS: list[tuple[ScheduleChoice, Build]] = [
    (ConstantRate(), lambda o, n: lr_scheduler.ConstantLR(o, factor=1.0)),
    (StepDecay(every=7, gamma=0.6), lambda o, n: lr_scheduler.StepLR(o, step_size=7, gamma=0.6)),
    (Exponential(gamma=0.97), lambda o, n: lr_scheduler.ExponentialLR(o, gamma=0.97)),
    (Cosine(), lambda o, n: lr_scheduler.CosineAnnealingLR(o, T_max=n)),
    (Cosine(floor=0.15), lambda o, n: lr_scheduler.CosineAnnealingLR(o, T_max=n, eta_min=0.15 * RATE)),
    (WarmUp(steps=13, start=0.2), lambda o, n: lr_scheduler.LinearLR(o, start_factor=0.2, total_iters=13)),
    (OneCycle(), lambda o, n: lr_scheduler.OneCycleLR(o, max_lr=RATE, total_steps=n)),
    (
        OneCycle(rise=0.45, start_divisor=8, final_divisor=50, high_momentum=0.9, low_momentum=0.6),
        lambda o, n: lr_scheduler.OneCycleLR(
            o,
            max_lr=RATE,
            total_steps=n,
            pct_start=0.45,
            div_factor=8,
            final_div_factor=50,
            max_momentum=0.9,
            base_momentum=0.6,
        ),
    ),
]
pairs = pytest.mark.parametrize(("row", "build"), PAIRS, ids=[f"{row.kind}-{i}" for i, (row, _) in enumerate(PAIRS)])
EVERY = [*defaults_of(Schedule).values(), *(row for row, _ in PAIRS)]
every = pytest.mark.parametrize("row", EVERY, ids=[f"{row.kind}-{i}" for i, row in enumerate(EVERY)])


def driven(build: Build, horizon: int) -> list[tuple[float, float]]:
    """(rate, momentum) in force at each step of torch's own scheduler."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE, momentum=0.77)
    scheduler = build(optimizer, horizon)
    seen = []
    for step in range(horizon):
        group = optimizer.param_groups[0]
        seen.append((group["lr"], group["momentum"]))
        optimizer.step()
        if step + 1 < horizon:
            scheduler.step()
    return seen


def test_every_row_has_a_counterpart_here() -> None:
    assert {row.kind for row, _ in PAIRS} == set(catalog(Schedule))


@pairs
@pytest.mark.parametrize("horizon", [20, 61, 300])
def test_every_step_matches_the_scheduler_of_torch(row: ScheduleChoice, build: Build, horizon: int) -> None:
    for step, (rate, momentum) in enumerate(driven(build, horizon)):
        assert RATE * row.factor(step, horizon) == pytest.approx(rate, rel=1e-9, abs=1e-15), step
        own = row.momentum(step, horizon)
        if row.needs_momentum:
            assert own == pytest.approx(momentum, rel=1e-9), step
        else:
            assert own is None


@every
@pytest.mark.parametrize("horizon", [1, 2, 40, 500])
def test_past_the_horizon_a_schedule_holds_its_last_value(row: ScheduleChoice, horizon: int) -> None:
    last = (row.factor(horizon, horizon), row.momentum(horizon, horizon))
    for later in (horizon + 1, 2 * horizon, 10**9):
        assert (row.factor(later, horizon), row.momentum(later, horizon)) == last


@every
@pytest.mark.parametrize("horizon", [0, 1, 2, 3, 5, 40])
def test_a_factor_is_a_share_of_the_base_rate_however_short_the_run(row: ScheduleChoice, horizon: int) -> None:
    for step in range(horizon + 2):
        assert 0.0 <= row.factor(step, horizon) <= 1.0
        momentum = row.momentum(step, horizon)
        assert momentum is None or 0.0 <= momentum < 1.0


def test_a_cosine_ends_at_its_floor_and_is_half_way_at_half_time() -> None:
    assert Cosine(floor=0.2).factor(100, 100) == pytest.approx(0.2)
    assert Cosine(floor=0.2).factor(50, 100) == pytest.approx(0.6)
    assert Cosine(floor=0.2).factor(0, 100) == 1.0


def test_one_cycle_peaks_where_its_rise_ends_and_momentum_dips_there() -> None:
    row, horizon = OneCycle(rise=0.25), 401
    factors = [row.factor(step, horizon) for step in range(horizon)]
    momenta = [row.momentum(step, horizon) for step in range(horizon)]
    peak = factors.index(max(factors))
    assert peak == pytest.approx(0.25 * horizon, abs=2)
    assert momenta.index(min(momenta)) == pytest.approx(peak, abs=1)
    assert factors[0] == pytest.approx(1 / 25)
    assert factors[-1] == pytest.approx(1 / 25 / 1e4)
