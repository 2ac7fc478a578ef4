"""Films stay bounded and even, keep their ends, and run forward."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.film import MAX_BYTES, MAX_FRAMES, Film, crowded, frames_within
from tests.engine.frames import frame


def filmed(steps: list[int], limit: int, detailed: int = 0) -> Film:
    """A film of ``steps``, every ``detailed``-th frame with details."""
    film = Film(limit)
    for place, step in enumerate(steps):
        film.append(frame(step, detailed=bool(detailed) and place % detailed == 0, side=1))
    return film


def steps_of(film: Film) -> list[int]:
    return [one.step for one in film]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=90), st.integers(3, 25))
def test_a_film_is_bounded_in_order_and_keeps_its_first_and_its_last_frame(gaps: list[int], limit: int) -> None:
    steps = np.cumsum(gaps).tolist()
    film = filmed(steps, limit, detailed=3)
    kept = steps_of(film)
    assert len(film) == min(len(steps), limit)
    assert kept == sorted(set(kept))
    assert set(kept) <= set(steps)
    assert (kept[0], kept[-1], film.last.step) == (steps[0], steps[-1], steps[-1])


@pytest.mark.parametrize("length", [21, 100, 399, 1000, 1357])
def test_evenly_spaced_frames_stay_even_however_long_the_run(length: int) -> None:
    film = filmed(list(range(0, 5 * length, 5)), 20)
    gaps = np.diff(steps_of(film))
    assert gaps.max() <= 4 * gaps.min()
    assert gaps.max() <= 4 * gaps.mean()


def test_a_run_filmed_first_finely_then_coarsely_has_no_gap_far_above_the_mean() -> None:
    gaps = np.diff(steps_of(filmed([*range(300), *range(300, 6000, 20)], 40)))
    assert gaps.max() <= 4 * gaps.mean()


def test_of_two_equally_crowded_frames_the_one_without_details_goes() -> None:
    film = filmed([0, 10, 20, 30, 40], 5)
    film.frames[1] = frame(10, detailed=True, side=1)
    film.append(frame(50, side=1))
    assert steps_of(film) == [0, 10, 30, 40, 50]


def test_the_most_crowded_is_the_inner_one_whose_removal_leaves_the_smallest_gap() -> None:
    assert crowded([0, 10, 12, 30, 50], [1.0] * 5) == 1
    assert crowded([0, 10, 20, 30], [1.0] * 4) == 1
    assert crowded([0, 10, 20, 30], [1.0, 2.0, 1.0, 1.0]) == 2
    rng = np.random.default_rng(0)
    for _ in range(200):
        steps = np.cumsum(rng.integers(1, 20, 9)).tolist()
        weights = rng.choice([1.0, 2.0], 9).tolist()
        costs = {i: (steps[i + 1] - steps[i - 1]) * weights[i] for i in range(1, 8)}
        assert crowded(steps, weights) == next(i for i, cost in costs.items() if cost == min(costs.values()))


def test_a_frame_at_the_same_step_takes_the_place_of_the_older_one() -> None:
    film = filmed([0, 10], 5)
    newer = frame(10, detailed=True)
    film.append(newer)
    assert steps_of(film) == [0, 10]
    assert film.last is newer


def test_a_frame_older_than_the_last_is_refused() -> None:
    film = filmed([0, 10], 5)
    with pytest.raises(ValueError, match="a film runs forward: step 9 after step 10"):
        film.append(frame(9))
    assert steps_of(film) == [0, 10]


def test_a_cut_forgets_what_came_after_and_filming_goes_on_from_there() -> None:
    film = filmed([0, 10, 20, 30], 10)
    film.cut(10)
    film.append(frame(15))
    assert steps_of(film) == [0, 10, 15]


def test_a_step_is_shown_by_the_newest_frame_at_or_before_it() -> None:
    film = filmed([5, 10, 20, 30], 10, detailed=2)
    assert [film.at(step).step for step in (0, 5, 9, 10, 29, 30, 999)] == [5, 5, 5, 10, 20, 30, 30]
    assert [film.detailed(step).step for step in (0, 5, 19, 20, 999)] == [5, 5, 5, 20, 20]
    with pytest.raises(IndexError):
        Film().at(3)
    with pytest.raises(IndexError):
        _ = Film().last


def test_the_bytes_of_a_film_are_those_of_its_frames() -> None:
    film = filmed([0, 10, 20], 10, detailed=2)
    assert film.nbytes == sum(one.nbytes for one in film.frames) > 0


@pytest.mark.parametrize("size", [0, 1, 5_000, 20_971, 20_972, 50_000, 200_000])
def test_a_film_within_the_budget_holds_at_most_four_mebibytes(size: int) -> None:
    allowed = frames_within(size)
    assert 20 <= allowed <= MAX_FRAMES
    assert allowed * size <= MAX_BYTES
    assert allowed == MAX_FRAMES or (allowed + 1) * size > MAX_BYTES


def test_even_very_large_frames_leave_a_film_of_twenty() -> None:
    assert frames_within(10**9) == 20
