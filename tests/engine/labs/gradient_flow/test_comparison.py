"""The comparison of cures: every place from every seed, nothing twice, and how long it will take."""

import math

import pytest

from engine.kept import Kept
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.comparison import Pace, compare, key_of
from engine.labs.gradient_flow.course import Recording
from engine.labs.gradient_flow.outcomes import (
    DEPTHS,
    MEASURED,
    SEEDS,
    UPDATES,
    Place,
    alone,
    experiment_at,
    measured,
    pairs,
)
from engine.labs.gradient_flow.results import Comparison, Measured
from engine.labs.gradient_flow.state import GradientFlowLab

LAB = GradientFlowLab(width=4)
PLACES = [Place("deep", "x", 3, ()), Place("b", "x", 1, ("relu", "he_normal"))]


def shelf() -> Kept[Measured]:
    return Kept(lambda: 1e6)


def pictures(places: list[Place], done: Kept[Measured]) -> list[Comparison]:
    return [step.result for step in compare(LAB, places, done) if step.result is not None]


def test_every_place_is_trained_from_every_seed_the_shallow_ones_first() -> None:
    seen = pictures(PLACES, shelf())
    assert [len(cell.outcomes) for cell in seen[-1].cells] == [SEEDS, SEEDS]
    assert [[cell.row for cell in found.cells] for found in seen[:3]] == [[], ["b"], ["deep", "b"]]
    assert seen[-1].trained == 2 * SEEDS and seen[-1].seconds > 0
    assert f"{2 * SEEDS} runs were trained" in said.comparison(seen[-1])
    assert len({experiment_at(LAB, PLACES[0], number).seed for number in range(SEEDS)}) == SEEDS


def test_a_cell_holds_what_its_runs_come_to() -> None:
    cell = pictures([PLACES[1]], shelf())[-1].cells[0]
    for number in range(SEEDS):
        recording = Recording(experiment_at(LAB, PLACES[1], number), "", UPDATES, UPDATES // MEASURED)
        while not recording.is_over:
            recording.go_on()
        wanted = measured(recording.course, 0.0)
        assert (cell.outcomes[number], cell.ratio[number], cell.accuracy[number]) == (
            wanted.outcome,
            wanted.ratio,
            wanted.accuracy,
        )


def test_what_was_trained_is_not_trained_again_and_says_the_same() -> None:
    done = shelf()
    first, again = pictures(PLACES, done)[-1], pictures(PLACES, done)
    assert len(again) == 1 and again[0].trained == 0
    assert again[0].cells == first.cells
    assert "trained for this picture" not in said.comparison(again[0])


def test_only_the_signs_that_the_cells_show_are_explained() -> None:
    assert "✓ learned. Colour" in said.comparison(Comparison(("row",), tuple("abcd"), (), SEEDS))
    assert "↓ vanished" in said.comparison(Comparison(("row",), tuple("abcde"), (), SEEDS))


def test_a_stopped_comparison_goes_on_where_it_was() -> None:
    done = shelf()
    steps = compare(LAB, PLACES, done)
    while (step := next(steps)).result is None or step.result.trained < 2:
        pass
    assert pictures(PLACES, done)[-1].trained == 2 * SEEDS - 2


def test_two_settings_that_are_one_experiment_are_trained_once() -> None:
    same = [Place("no cure", "x", 1, ()), Place("Xavier", "x", 1, ("xavier_uniform",))]
    found = pictures(same, shelf())[-1]
    assert found.trained == SEEDS
    assert found.cells[0].outcomes == found.cells[1].outcomes and len(found.cells[1].outcomes) == SEEDS


def test_runs_that_differ_are_told_apart() -> None:
    places = [*alone(), *(place for depth in DEPTHS for place in pairs(depth))]
    experiments = {experiment_at(LAB, place, number) for place in places for number in range(SEEDS)}
    assert len({key_of(LAB, place, number) for place in places for number in range(SEEDS)}) == len(experiments)


def test_progress_grows_to_1_and_says_how_long_is_left() -> None:
    steps = list(compare(LAB, PLACES, shelf()))
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert steps[0].said.startswith("6 runs to train. Now seed 1 of 3: ReLU + He normal, 1 layers")
    assert any(step.said.startswith("2 runs left, about ") for step in steps)


def test_the_time_left_is_that_of_what_was_trained() -> None:
    pace, deep, shallow = Pace(), Place("a", "x", 15, ()), Place("a", "y", 5, ())
    assert math.isnan(pace.expected([(deep, 0)]))
    pace.note(shallow, 2.0)
    pace.note(shallow, 4.0)
    assert pace.expected([(shallow, 2)]) == pytest.approx(3.0)
    assert pace.expected([(deep, 0), (shallow, 2)]) == pytest.approx(3.0 * 20 / 10 + 3.0)
    assert (pace.runs, pace.spent) == (2, 6.0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "less than a second"), (44.6, "45 s"), (170.0, "3 min"), (math.nan, "an unknown time")],
)
def test_durations_are_said_in_words(seconds: float, words: str) -> None:
    assert said.duration(seconds) == words
