"""Early stopping: the watch beside its rule written out over the whole list of losses."""

import math

import numpy as np
import pytest

from engine.choice import catalog
from engine.stopping import Patience, Stopping, Watch


def stops_at(losses: list[float], patience: int, least_gain: float) -> tuple[int | None, int, float]:
    """(epoch it stops after, best epoch, best loss), by looking back over everything at each epoch."""
    best = -1
    for now, loss in enumerate(losses):
        if best < 0 or loss < losses[best] - least_gain:
            best = now
        if now - best >= patience:
            return now, best, losses[best]
    return None, best, losses[best]


@pytest.mark.parametrize("least_gain", [0.0, 0.05])
@pytest.mark.parametrize("patience", [1, 3, 8])
@pytest.mark.parametrize("seed", range(8))
def test_the_watch_stops_where_the_rule_says(seed: int, patience: int, least_gain: float) -> None:
    rng = np.random.default_rng(seed)
    losses = [float(v) for v in np.exp(-np.arange(60) / 15) + 0.05 * rng.normal(size=60) + np.arange(60) / 200]
    watch = Watch(Patience(epochs=patience, least_gain=least_gain))
    stopped = None
    for epoch, loss in enumerate(losses):
        watch.see(epoch, loss)
        if watch.over:
            stopped = epoch
            break
    assert (stopped, watch.best_step, watch.best_loss) == stops_at(losses, patience, least_gain)


def test_see_is_true_exactly_for_a_new_best() -> None:
    watch = Watch(Patience(epochs=2))
    assert [watch.see(step, loss) for step, loss in enumerate([3.0, 2.0, 2.0, 1.0, 1.5])] == [1, 1, 0, 1, 0]
    assert not watch.over
    assert not watch.see(5, 1.2)
    assert watch.over
    assert (watch.best_step, watch.best_loss) == (3, 1.0)


def test_a_fall_smaller_than_the_least_gain_counts_as_none() -> None:
    watch = Watch(Patience(epochs=3, least_gain=0.5))
    assert [watch.see(step, loss) for step, loss in enumerate([2.0, 1.75, 1.5, 1.25])] == [True, False, False, True]


def test_a_loss_that_is_not_a_number_is_never_the_best() -> None:
    watch = Watch(Patience(epochs=2))
    watch.see(0, 1.0)
    assert not watch.see(1, math.nan)
    assert not watch.see(2, math.inf)
    assert watch.over
    assert watch.best_loss == 1.0


def test_a_new_watch_has_not_run_out() -> None:
    assert not Watch(Patience(epochs=1)).over
    assert set(catalog(Stopping)) == {"none", "patience"}
