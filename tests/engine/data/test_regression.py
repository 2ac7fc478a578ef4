"""Surfaces and curves beside their formulas, and what noise adds."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.data.regression import Curve, Plane, Polynomial, Sine, Step, Surface, TwoBumps


def bumps(x: np.ndarray) -> np.ndarray:
    near, far = ((x - 2.5) ** 2).sum(axis=1), ((x + 2.5) ** 2).sum(axis=1)
    return np.exp(-near / 4) - np.exp(-far / 4)


def chebyshev(degree: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.cos(degree * np.arccos(x[:, 0] / 6))


FORMULAS: list[tuple[Surface | Curve, Callable[[np.ndarray], np.ndarray]]] = [
    (Plane(noise=0.0), lambda x: x.sum(axis=1) / 12),
    (TwoBumps(noise=0.0), bumps),
    (Sine(noise=0.0), lambda x: np.sin(np.pi * 2 * x[:, 0] / 6)),
    (Sine(noise=0.0, waves=4.5), lambda x: np.sin(np.pi * 4.5 * x[:, 0] / 6)),
    (Step(noise=0.0), lambda x: np.where(x[:, 0] > 0, 1.0, -1.0)),
    *((Polynomial(noise=0.0, degree=degree), chebyshev(degree)) for degree in (1, 2, 3, 6, 9)),
]
rows = pytest.mark.parametrize(
    ("row", "formula"), FORMULAS, ids=[f"{row.kind}-{i}" for i, (row, _) in enumerate(FORMULAS)]
)


@rows
def test_the_clean_target_matches_its_formula(
    row: Surface | Curve, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    table = row.model_copy(update={"samples": 500}).draw(4)
    np.testing.assert_allclose(table.y, formula(table.x), rtol=1e-9, atol=1e-9)
    assert np.abs(table.y).max() <= 1 + 1e-9
    assert table.classes == ()


@rows
def test_inputs_fill_the_range_from_minus_six_to_six(
    row: Surface | Curve, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    x = row.model_copy(update={"samples": 2000}).draw(0).x
    assert x.shape[1] == len(row.draw(0).columns) == (1 if isinstance(row, Curve) else 2)
    assert (np.abs(x) <= 6).all()
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=0.35)
    np.testing.assert_allclose(x.std(axis=0), 6 / np.sqrt(3), rtol=0.04)


@rows
def test_noise_is_added_to_the_target_alone_with_its_own_spread(
    row: Surface | Curve, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    row = row.model_copy(update={"samples": 3000})
    clean, noisy = row.draw(1), row.model_copy(update={"noise": 0.3}).draw(1)
    np.testing.assert_array_equal(clean.x, noisy.x)
    added = noisy.y - clean.y
    assert added.std() == pytest.approx(0.3, rel=0.05)
    assert abs(added.mean()) < 0.02
    half = row.model_copy(update={"noise": 0.15}).draw(1).y - clean.y
    np.testing.assert_allclose(half * 2, added, rtol=1e-6, atol=1e-9)


@rows
def test_the_test_part_may_have_noise_of_its_own(
    row: Surface | Curve, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    table = row.model_copy(update={"test_noise": 0.4}).draw(1)
    np.testing.assert_allclose(table.y, formula(table.x), atol=1e-9)
    np.testing.assert_array_equal(table.test_y, row.model_copy(update={"noise": 0.4}).draw(1).y)
    default = row.draw(1)
    np.testing.assert_array_equal(default.test_y, default.y)
