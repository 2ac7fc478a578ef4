"""Maxout beside NumPy's maximum, closed forms and difference quotients."""

import numpy as np
import pytest

from engine.labs.activations.maximum import SHAPES, envelope, experiment, folds, gradients_of_pieces, ruled, tangent_gap
from engine.labs.activations.state import MaxoutUnit
from engine.supervised import SupervisedRun


def test_pieces_make_the_absolute_value_relu_and_leaky_relu() -> None:
    x = envelope(SHAPES["|x|"]).x
    np.testing.assert_allclose(envelope(SHAPES["|x|"]).a, np.abs(x))
    np.testing.assert_allclose(envelope(SHAPES["ReLU"]).a, np.maximum(0, x))
    np.testing.assert_allclose(envelope(SHAPES["Leaky ReLU"]).a, np.where(x > 0, x, 0.25 * x))


def test_tangents_of_a_parabola_come_within_an_eighth_of_it() -> None:
    # Two neighbouring tangents at distance 1 meet 1/8 below x²/2.
    assert tangent_gap(envelope(SHAPES["Near x²/2"])) == pytest.approx(1 / 8)


@pytest.mark.parametrize("name", SHAPES)
def test_the_slope_is_that_of_the_piece_on_top(name: str) -> None:
    found = envelope(SHAPES[name])
    np.testing.assert_allclose(found.a, np.max(found.pieces, axis=1))
    slopes = np.array([slope for slope, _ in SHAPES[name].lines])
    corners = [edge for _, low, high in found.ruled for edge in (low, high)]
    away = np.all([np.abs(found.x - corner) > 1e-9 for corner in corners], axis=0)
    np.testing.assert_allclose(found.slope[away], slopes[found.winner[away]])


def test_the_stretches_ruled_are_where_numpy_finds_the_largest() -> None:
    rng = np.random.default_rng(0)
    for _ in range(30):
        count = int(rng.integers(2, 6))
        unit = MaxoutUnit(slopes=tuple(rng.uniform(-4, 4, count)), offsets=tuple(rng.uniform(-4, 4, count)))
        x = rng.uniform(-50, 50, 500)
        winner = np.argmax([s * x + b for s, b in unit.lines], axis=0)
        for place, piece in zip(x, winner, strict=True):
            assert [i for i, low, high in ruled(unit) if low < place < high] == [piece]


def test_a_piece_below_another_of_the_same_slope_rules_nowhere() -> None:
    unit = MaxoutUnit(slopes=(1.0, 1.0, 0.0), offsets=(0.0, -1.0, 0.0))
    assert ruled(unit) == ((2, -np.inf, 0.0), (0, 0.0, np.inf))
    assert len(ruled(MaxoutUnit(slopes=(1.0, 1.0), offsets=(2.0, 2.0)))) == 1


def test_only_the_piece_on_top_learns() -> None:
    np.testing.assert_allclose(gradients_of_pieces(SHAPES["|x|"], 1.5), [0, 1.5])
    np.testing.assert_allclose(gradients_of_pieces(SHAPES["|x|"], -1.5), [-1.5, 0])


def test_missing_offsets_are_zero_and_extra_ones_do_not_count() -> None:
    assert MaxoutUnit(slopes=(1.0, 2.0, 3.0), offsets=(4.0,)).lines == ((1.0, 4.0), (2.0, 0.0), (3.0, 0.0))
    assert len(MaxoutUnit(slopes=(1.0, 2.0), offsets=(1.0, 2.0, 3.0)).lines) == 2


def test_a_unit_of_two_inputs_is_convex_and_another_seed_makes_another() -> None:
    found = folds(4, 0)
    middle = (found.a[:, :-2] + found.a[:, 2:]) / 2
    assert np.all(found.a[:, 1:-1] <= middle + 1e-12)
    assert found.winner.min() >= 0 and found.winner.max() <= 3
    assert not np.allclose(found.a, folds(4, 1).a)


def test_the_playground_gets_one_unit_of_as_many_pieces_that_can_learn_its_parabola() -> None:
    unit = MaxoutUnit(slopes=(-2.0, 0.0, 1.0, 2.0), seed=3)
    run = SupervisedRun(experiment(unit))
    assert run.model.linears[0].weight.shape == (4, 1) and run.model.output.weight.shape == (1, 1)
    first = run.snapshot(detail=False).scores[0]
    run.advance(400)
    assert run.snapshot(detail=False).scores[0] < 0.2 * first
