"""Every schedule on the same run."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.labs.descent.scheduling import FITTED, compare
from engine.labs.descent.state import DescentLab
from engine.labs.descent.training import loss_of
from engine.optimizers import SGD, Momentum
from engine.schedules import OneCycle, Schedule, ScheduleChoice
from tests.engine.labs.descent.runs import experiment, run


def test_every_schedule_of_the_catalog_is_compared() -> None:
    assert set(FITTED) == set(catalog(Schedule).values())


def test_rates_and_momenta_are_those_of_pytorchs_one_cycle() -> None:
    begun = experiment(optimizer=Momentum(lr=0.05), schedule=OneCycle(), batch_size=10, epochs=10)
    *_, last = compare(begun)
    assert last.result is not None
    mine = last.result.runs[0]
    assert mine.is_chosen and mine.label == "One-cycle"
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=0.05, momentum=0.9)
    reference = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=last.result.horizon)
    for rate, momentum in zip(mine.rates, mine.momenta, strict=True):
        group = optimizer.param_groups[0]
        assert (rate, momentum) == (pytest.approx(group["lr"]), pytest.approx(group["momentum"]))
        optimizer.step()
        reference.step() if reference.last_epoch < last.result.horizon - 1 else None


def test_all_begin_with_the_same_weights_and_end_as_the_run_of_that_schedule_does() -> None:
    begun = experiment(optimizer=Momentum(lr=0.05), schedule=OneCycle(), batch_size=10, epochs=4)
    *_, last = compare(begun)
    found = last.result
    assert found is not None
    assert [one.label for one in found.runs] == ["One-cycle", *(row.label for row in FITTED if row is not OneCycle)]
    assert len({float(one.losses[0]) for one in found.runs}) == 1
    for one in found.runs:
        row = next(row for row in FITTED if row.label == one.label)
        schedule = OneCycle() if one.is_chosen else FITTED[row](found.horizon)
        alone = run(optimizer=Momentum(lr=0.05), schedule=schedule, batch_size=10, epochs=4)
        alone.advance(found.horizon)
        assert one.losses[-1] == pytest.approx(loss_of(alone), rel=1e-5)
        assert one.is_done and len(one.rates) == found.horizon


def test_without_momentum_one_cycle_is_left_out_and_said() -> None:
    *_, last = compare(experiment(optimizer=SGD(lr=0.05), batch_size=10, epochs=2))
    assert last.result is not None
    assert "One-cycle" not in [one.label for one in last.result.runs]
    assert "One-cycle needs" in last.result.left_out
    assert np.isnan(last.result.runs[0].momenta).all()


@pytest.mark.parametrize("row", FITTED)
@pytest.mark.parametrize("horizon", [1, 2, 240, 30_000])
def test_a_fitted_schedule_moves_within_the_run(row: type[ScheduleChoice], horizon: int) -> None:
    made = FITTED[row](horizon)
    factors = [made.factor(step, horizon) for step in (0, horizon // 2, horizon)]
    assert all(0 <= factor <= 1 for factor in factors)
    if horizon > 2 and made.kind != "constant":
        assert len(set(factors)) > 1


def test_a_run_that_diverges_is_marked() -> None:
    begun = DescentLab().experiment(experiment(optimizer=SGD(lr=10.0), batch_size=10, epochs=10).training)
    *_, last = compare(begun)
    assert last.result is not None
    assert last.result.runs[0].has_diverged
