"""Bias and variance of polynomials against closed forms, scikit-learn and plain resampling."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from engine.data.regression import Polynomial, Sine, Step
from engine.labs.regularization.resampling import clean, degree_row, design, exact, hat, polynomials, training_sets
from engine.labs.regularization.sizes import experiment, networks
from engine.labs.regularization.state import Resampling
from engine.supervised import SupervisedRun


@pytest.mark.parametrize("degree", [0, 3, 11])
def test_variance_of_least_squares_is_noise_times_weights_over_points(degree: int) -> None:
    asked = Resampling(noise=0.4, points=25)
    x, f, _ = training_sets(asked, 0)
    found = exact(design(x, degree), f, asked.noise, 0.0)
    assert found.variance == pytest.approx(0.4**2 * (degree + 1) / 25, rel=1e-10)


def test_a_polynomial_of_the_truths_degree_has_no_bias() -> None:
    asked = Resampling(truth=Polynomial(degree=3))
    x, f, _ = training_sets(asked, 0)
    assert exact(design(x, 3), f, 0.3, 0.0).bias2 < 1e-25
    assert exact(design(x, 2), f, 0.3, 0.0).bias2 > 0.05


@pytest.mark.parametrize("ridge", [0.0, 0.02, 1.0])
def test_resampling_comes_out_at_the_closed_form(ridge: float) -> None:
    asked = Resampling(sets=300, ridge=ridge, points=20)
    for seed in range(3):
        row = degree_row(asked, seed, 5)
        assert row.exact is not None
        assert row.measured.variance == pytest.approx(row.exact.variance, rel=0.12)
        assert row.measured.bias2 == pytest.approx(row.exact.bias2, abs=0.002)
        assert row.validation == pytest.approx(row.exact.total, rel=0.08)


def test_predictions_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    x, y, grid = np.linspace(-6, 6, 30), rng.standard_normal(30), np.linspace(-6, 6, 7)
    phi, at = design(x, 6), design(grid, 6)
    least = LinearRegression(fit_intercept=False).fit(phi, y).predict(at)
    np.testing.assert_allclose(hat(phi, at, 0.0) @ y, least, atol=1e-10)
    ridge = Ridge(alpha=30 * 0.3, fit_intercept=False).fit(phi, y).predict(at)
    np.testing.assert_allclose(hat(phi, at, 0.3) @ y, ridge, atol=1e-10)


def test_training_error_falls_with_the_degree_and_validation_error_does_not() -> None:
    rows = polynomials(Resampling(), 0).rows
    train = [row.train for row in rows]
    assert train == sorted(train, reverse=True)
    assert min(rows, key=lambda row: row.validation).size < 11


@pytest.mark.parametrize("truth", [Sine(), Step(), Polynomial()])
def test_the_shown_fits_are_those_of_the_first_training_sets(truth: Sine | Step | Polynomial) -> None:
    asked = Resampling(truth=truth, sets=3, degree=2)
    shown = polynomials(asked, 4).shown
    assert shown is not None
    own = np.polyval(np.polyfit(shown.points_x, shown.points_y, 2), shown.x)
    np.testing.assert_allclose(shown.fits[0], own, atol=1e-9)
    np.testing.assert_allclose(shown.truth, clean(truth, shown.x))


def test_networks_are_runs_of_the_engine_over_drawn_training_sets() -> None:
    asked = Resampling(family="network", sets=2, units=2, points=12)
    run = SupervisedRun(experiment(asked, 2, 5))
    assert len(run.data.train.x) == 12
    alone = next(step.result for step in networks(asked, 5) if step.result is not None)
    assert alone.shown is not None and (alone.shown.deviation == 0).all() and alone.rows == ()
    first = next(step.result for step in networks(asked, 5) if step.result is not None and step.result.rows)
    assert first.shown is not None and first.shown.fits.shape[0] == 2
    row = first.rows[0]
    assert (row.size, row.sets) == (2, 2)
    apart = first.shown.fits[0] - first.shown.fits[1]
    assert row.measured.variance == pytest.approx(float(np.mean(apart**2) / 2), rel=1e-9)
