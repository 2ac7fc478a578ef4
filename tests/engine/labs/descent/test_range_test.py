"""The learning-rate range test."""

import numpy as np
import pytest
from pydantic import ValidationError

from engine.choice import catalog
from engine.labs.descent.range_test import BREAKS_AT, TRIALS, range_test, read
from engine.labs.descent.state import DescentLab, RangeTest
from engine.labs.descent.training import loss_of
from engine.optimizers import SGD, Optimizer
from engine.supervised import SupervisedRun
from tests.engine.labs.descent.runs import experiment, run


def result_of(asked: RangeTest, lab: DescentLab | None = None):  # type: ignore[no-untyped-def]
    begun = experiment(*([lab] if lab else []), optimizer=asked.optimizer, batch_size=asked.batch_size, epochs=100_000)
    *_, last = range_test(begun, asked)
    assert last.result is not None
    return last.result


@pytest.mark.parametrize("kind", catalog(Optimizer))
def test_every_optimizer_can_be_tested(kind: str) -> None:
    asked = RangeTest.model_validate({"optimizer": {"kind": kind}, "steps": 30})
    found = result_of(asked)
    assert len(found.rates) and np.isfinite(found.losses).all()
    assert len(found.trials) == TRIALS


def test_each_update_has_the_rate_that_is_drawn() -> None:
    asked = RangeTest(optimizer=SGD(), low=0.001, high=1.0, steps=20, batch_size=10)
    found = result_of(asked)
    made = run(optimizer=SGD(lr=0.001), batch_size=10, epochs=100_000)
    for rate, loss in zip(np.geomspace(0.001, 1.0, 20), found.losses, strict=True):
        made.optimizer.param_groups[0]["lr"] = float(rate)
        made.step()
        assert loss == pytest.approx(loss_of(made))
    assert np.allclose(found.rates, np.geomspace(0.001, 1.0, 20))


def test_a_trial_is_a_real_run_at_its_rate() -> None:
    asked = RangeTest(optimizer=SGD(), low=0.001, high=1.0, steps=20, batch_size=10)
    trial = result_of(asked).trials[4]
    made = SupervisedRun(experiment(optimizer=SGD(lr=trial.rate), batch_size=10, epochs=100_000))
    assert made.advance(20) == 20
    assert trial.loss == pytest.approx(loss_of(made))


def test_the_marks_of_a_loss_with_a_known_shape() -> None:
    rates = np.geomspace(1e-4, 1, 81)
    exponent = np.log10(rates)
    losses = np.exp((exponent + 1) ** 2 - 9).tolist()  # lowest at 0.1
    found = read(rates, losses, losses[0])
    assert found.lowest == pytest.approx(0.1, rel=0.2)
    assert found.suggested == pytest.approx(0.01, rel=0.2)
    assert found.broke is None
    falls_once = (1 - 0.9 / (1 + np.exp(-12 * (exponent + 2)))).tolist()
    steepest = read(rates, falls_once, 1.0).steepest
    assert steepest is not None and 0.008 < steepest < 0.03


def test_the_test_ends_where_the_loss_breaks_out() -> None:
    found = result_of(RangeTest(optimizer=SGD(), low=0.001, high=10.0, steps=60), DescentLab())
    assert found.broke is not None and found.broke < 10.0
    assert found.losses[:-1].max() <= BREAKS_AT * found.first_loss
    assert any(trial.loss == np.inf for trial in found.trials)
    assert found.best is not None and found.best.loss < found.first_loss


def test_a_loss_that_breaks_out_at_once_gives_no_suggestion() -> None:
    found = read(np.geomspace(1, 10, 20), [float("inf")], 1.0)
    assert found.suggested is None and found.broke == pytest.approx(1.0)


def test_a_range_that_does_not_rise_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="at least twice the first rate"):
        RangeTest(low=1.0, high=1.0)
