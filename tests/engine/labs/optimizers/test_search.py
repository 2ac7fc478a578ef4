"""Searches: counted evaluations, budgets, and what each kind finds."""

import subprocess
import sys
import threading
import time
from functools import partial

import numpy as np
import pytest
from scipy import optimize

from engine.jobs import Workshop
from engine.labs.optimizers.search import METHODS, SearchMethod, search, search_once
from engine.labs.optimizers.state import SearchSettings
from engine.labs.optimizers.surfaces import Himmelblau, Rastrigin, Ravine, Rosenbrock, Typed
from engine.pieces import in_pieces
from engine.settings import Settings
from tests.engine.labs.optimizers.finished import last

START = np.array([-1.2, 1.0])
EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@pytest.mark.long
@EVERY
def test_every_method_finds_the_minimum_of_a_bowl(method: SearchMethod) -> None:
    run = search_once(Ravine(condition=2), method, START, 3000, 0)
    assert run.values.min() < 1e-4


@EVERY
def test_no_method_asks_more_often_than_allowed_and_every_answer_is_kept(method: SearchMethod) -> None:
    run = search_once(Himmelblau(), method, START, 60, 0)
    assert 0 < len(run.values) <= 60
    x, y = run.places.T
    np.testing.assert_allclose(run.values, (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, rtol=1e-9)


@EVERY
def test_the_same_seed_gives_the_same_search(method: SearchMethod) -> None:
    first, again = (search_once(Rastrigin(), method, START, 300, 3) for _ in range(2))
    np.testing.assert_array_equal(first.places, again.places)


@EVERY
def test_a_function_without_numbers_ends_every_search_without_an_error(method: SearchMethod) -> None:
    run = search_once(Typed(text="log(-x**2 - 1)"), method, START, 100, 0)
    assert not np.isfinite(run.values).any()


def test_evaluations_are_those_that_scipy_counts() -> None:
    found = optimize.minimize(optimize.rosen, START, method="BFGS", jac=optimize.rosen_der)
    run = search_once(Rosenbrock(), METHODS["BFGS"], START, 3000, 0)
    assert (len(run.values), run.slopes) == (found.nfev, found.njev)
    simplex = optimize.minimize(optimize.rosen, START, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8})
    assert len(search_once(Rosenbrock(), METHODS["Nelder-Mead"], START, 3000, 0).values) == simplex.nfev


@pytest.mark.long
def test_global_methods_find_the_lowest_hollow_of_an_egg_box_where_local_ones_do_not() -> None:
    found = last(search(Rastrigin(), SearchSettings(budget=1500, runs=3), 1e-2, 0))
    rates = {
        kind: np.mean([each.found / each.runs for each in found.tally if each.is_global == kind]) for kind in (0, 1)
    }
    assert rates[True] > 0.7
    assert rates[False] < 0.4
    for each in found.tally:
        assert each.runs == 3
        assert np.isfinite(each.to_found).sum() == each.found


def test_the_first_run_begins_at_the_start() -> None:
    surface = Himmelblau(start_x=1.5, start_y=-2.5)
    found = last(search(surface, SearchSettings(runs=1), 1e-3, 0))
    for run in found.shown:
        if not run.is_global:
            assert run.places[0] == pytest.approx([1.5, -2.5])


@EVERY
def test_a_search_in_pieces_asks_at_the_same_places(method: SearchMethod) -> None:
    whole = search_once(Rastrigin(), method, START, 300, 3)
    *on_the_way, last = in_pieces(partial(search_once, Rastrigin(), method, START, 300, 3), 0.0)
    assert last.result is not None
    np.testing.assert_array_equal(whole.places, last.result.places)
    assert on_the_way
    assert all(0.0 <= piece.share <= 1.0 for piece in on_the_way)


def test_progress_moves_within_a_search_and_never_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.labs.optimizers.search.PIECE_SECONDS", 0.0)
    found = list(search(Rastrigin(), SearchSettings(budget=60, runs=1), 1e-2, 0))
    shares = [progress.share for progress in found]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    within = [progress for progress in found if progress.result is None]
    assert {progress.said for progress in within} == {f"run 1 of 1: {label}" for label in METHODS}


def test_a_search_that_is_stopped_ends_within_a_moment_and_leaves_no_thread() -> None:
    shop = Workshop(Settings())
    settings = SearchSettings(budget=3000, runs=30)
    job = shop.ask("me", "search", 1, lambda: search(Rastrigin(), settings, 1e-2, 0))
    while "annealing" not in job.said:
        shop.look(job)
        shop.wait(job, 0.02, job.version)
    began = time.monotonic()
    shop.stop(job)
    while any(thread.name == "pieces" for thread in threading.enumerate()):
        assert time.monotonic() - began < 2.0
        time.sleep(0.005)
    assert job.status == "stopped"
    assert [run.label for run in job.result.shown] == ["Hill climbing", "Nelder-Mead", "BFGS"]
    shop.close()


@pytest.mark.long
def test_searches_draw_from_their_own_generator_alone() -> None:
    """In a process of its own: other threads of the tests draw at random, too."""
    script = f"""
import random
import numpy as np
from engine.labs.optimizers.surfaces import Rastrigin
from engine.labs.optimizers.search import METHODS, search_once
before = np.random.get_state(), random.getstate()
for method in METHODS.values():
    search_once(Rastrigin(), method, np.array({START.tolist()}), 300, 3)
assert (np.random.get_state()[1] == before[0][1]).all() and np.random.get_state()[2:] == before[0][2:]
assert random.getstate() == before[1]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("label", ["Particle swarm", "Genetic algorithm"])
def test_populations_stay_in_the_picture_and_gather_at_the_lowest_place(label: str) -> None:
    run = search_once(Ravine(condition=2), METHODS[label], START, 1000, 0)
    left, right, low, high = Ravine(condition=2).drawn()
    x, y = run.places.T
    assert left <= x.min() < x.max() <= right
    assert low <= y.min() < y.max() <= high
    away = np.linalg.norm(run.places, axis=1)
    assert np.median(away[-20:]) < 0.1 * np.median(away[:20])
