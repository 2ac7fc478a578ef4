"""Universal approximation: the construction against direct fits, the side-by-side training against one network alone."""

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.interpolate import PchipInterpolator
from torch import nn

from engine.data.prepare import prepare
from engine.experiment import Experiment
from engine.labs.regularization.proofs import PROOFS, image_network
from engine.labs.regularization.state import RegularizationLab, Universal
from engine.labs.regularization.universal import (
    Bench,
    approximated,
    candidates,
    constructed,
    experiment,
    rmse,
    target,
    with_point,
)

BOTH = [Universal(most=5, seeds=2), Universal(dimensions="two inputs", most=5, seeds=2)]


@pytest.mark.parametrize("asked", BOTH)
def test_the_construction_only_gets_better_and_begins_with_the_best_single_unit(asked: Universal) -> None:
    x, y = target(asked)
    errors = [rmse(fit, y) for fit in constructed(x, y, 8)]
    assert errors == sorted(errors, reverse=True)
    best = min(
        float(np.sqrt(np.mean((np.stack([unit, np.ones(len(y))], 1) @ solved - y) ** 2)))
        for unit in candidates(x).T
        if (solved := np.linalg.lstsq(np.stack([unit, np.ones(len(y))], 1), y, rcond=None)[0]) is not None
    )
    assert errors[0] == pytest.approx(best, rel=1e-6)


def test_a_curve_of_two_points_is_a_line_and_one_unit_is_enough() -> None:
    x, y = target(Universal(points=("-6_-1", "6_1")))
    np.testing.assert_allclose(y, x[:, 0] / 6, atol=1e-12)
    assert rmse(constructed(x, y, 1)[0], y) < 1e-9


def test_the_target_runs_through_the_drawn_points() -> None:
    x, y = target(Universal(points=("-3_0.5", "0_-1", "3_1.25")))
    at = {round(float(place), 1): value for place, value in zip(x[:, 0], y, strict=True)}
    assert (at[-3.0], at[0.0], at[3.0], at[-6.0]) == pytest.approx((0.5, -1, 1.25, 0.5))


@pytest.mark.parametrize("seed", [0, 5])
def test_the_playground_trains_on_the_drawn_curve_as_points_placed_by_hand(seed: int) -> None:
    asked = Universal(points=("-5_1", "0_-1", "4_0.5"), shown=3, steps=200)
    made = experiment(asked, seed)
    assert (made.model.hidden, made.training.epochs, made.training.batch_size) == ((3,), 200, "all")
    found, (x, y) = prepare(made.data, seed), target(asked)
    order = np.argsort(found.train.raw_x[:, 0])
    np.testing.assert_allclose(found.train.raw_x[order], x, atol=1e-3)
    np.testing.assert_allclose(found.train.raw_y[order], y, atol=1e-3)
    assert len(found.validation.x) == 0 and len(found.test.x) == 1
    own = PchipInterpolator([-5, 0, 4], [1, -1, 0.5])
    assert found.test.raw_y[0] == pytest.approx(float(own(np.clip(found.test.raw_x[0, 0], -5, 4))), abs=1e-3)


@pytest.mark.parametrize("asked", BOTH)
def test_networks_trained_side_by_side_learn_as_one_alone_in_pytorch(asked: Universal) -> None:
    bench = Bench(asked, 3)
    at = 2  # the first seed's network of three units
    w, b, v, c = (weight.detach()[at].clone() for weight in bench.weights)
    alone = nn.Sequential(nn.Linear(w.shape[1], 3), nn.ReLU(), nn.Linear(3, 1))
    with torch.no_grad():
        for own, drawn in zip(alone.parameters(), (w[:3], b[:3], v[None, :3], c), strict=True):
            own.copy_(drawn)
    optimizer = torch.optim.Adam(alone.parameters(), lr=asked.rate)
    for _ in range(40):
        bench.step()
        optimizer.zero_grad()
        ((alone(bench.x)[:, 0] - bench.y) ** 2).mean().backward()
        optimizer.step()
    with torch.no_grad():
        torch.testing.assert_close(bench.outputs()[at], alone(bench.x)[:, 0], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("asked", BOTH)
def test_training_lowers_the_error_and_the_known_error_never_rises(asked: Universal) -> None:
    steps = list(approximated(asked.model_copy(update={"steps": 150}), 0))
    first, last = steps[0].result, steps[-1].result
    assert first is not None and last is not None and last.steps == 150
    assert np.median(last.trained) < np.median(first.trained)
    assert (np.diff(last.known) <= 0).all()
    np.testing.assert_allclose(np.sqrt(((last.trained_fits - last.target) ** 2).mean(axis=2)), last.trained)
    np.testing.assert_allclose([rmse(fit, last.target) for fit in last.constructed_fits], last.constructed)


def test_a_click_adds_moves_or_removes_a_point() -> None:
    points = ("-6_0", "0_1", "6_0")
    assert with_point(points, 3, -1) == ("-6_0", "0_1", "3_-1", "6_0")
    assert with_point(points, 0.1, 0.2) == ("-6_0", "0.1_0.2", "6_0")
    assert with_point(points, 0.05, 1.05) == ("-6_0", "6_0")
    assert with_point(("-6_0", "6_0"), 6, 0) == ("-6_0", "6_0")
    assert with_point(points, 99, 99)[-1] == "6_1.5"
    many = tuple(f"{x / 2 - 5.75:g}_0" for x in range(24))
    full = with_point(many, -0.01, 1)
    assert len(full) == 24
    Universal(points=full)


@pytest.mark.parametrize("points", [("0_0", "0.05_1"), ("0_0", "a_b"), ("0_0", "7_0"), ("0_0", "1_nan"), ("0_0",)])
def test_points_that_are_none_are_refused(points: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Universal(points=points)


def test_settings_that_open_in_the_playground_are_experiments() -> None:
    assert isinstance(experiment(RegularizationLab().universal, 0), Experiment)


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_measures(proof) -> None:
    found = proof.run()
    assert any(letter.isdigit() for letter in found.sentence)
    assert all(len(row) == len(found.head) for row in found.rows)
    assert not any("|" in cell for cell in found.head), "a bar divides the cells of a table"


def test_the_image_network_has_the_counted_parameters() -> None:
    sizes = [sum(math.prod(parameter.shape) for parameter in layer.parameters()) for layer in image_network()]
    assert (sum(sizes[:-1]), sizes[-1]) == (426_368, 1_290)
