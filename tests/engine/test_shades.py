"""Shades of the boundary: there and back, within half a level."""

import numpy as np
import pytest

from engine.shades import Shades

RNG = np.random.default_rng(1)


def test_a_probability_comes_back_within_half_a_level() -> None:
    p = np.concatenate([np.linspace(0, 1, 1001), [1e-9, 1 - 1e-9]])[:, None]
    shades = Shades("probability")
    codes = shades.encode(p)
    assert codes.dtype == np.uint8
    winner, back = shades.decode(codes)
    assert np.abs(back - p[:, 0]).max() <= 0.5 / 255 + 1e-12
    assert not winner.any()
    assert set(codes.tolist()) == set(range(256))


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-6.5, 120.0), (1e-3, 2e-3), (-9.0, -4.0)])
def test_a_value_comes_back_within_half_a_level_and_is_clipped_at_the_ends(low: float, high: float) -> None:
    values = np.linspace(low, high, 777)[:, None]
    shades = Shades("value", low, high)
    _, back = shades.decode(shades.encode(values))
    assert np.abs(back - values[:, 0]).max() <= 0.5 * (high - low) / 255 * (1 + 1e-9)
    beyond = np.array([[low - 100.0], [high + 100.0]])
    assert shades.encode(beyond).tolist() == [0, 255]
    np.testing.assert_allclose(shades.decode(shades.encode(beyond))[1], [low, high], rtol=1e-12)


@pytest.mark.parametrize("classes", range(2, 11))
def test_a_class_and_its_probability_come_back_within_half_a_level(classes: int) -> None:
    shades = Shades("classes", classes=classes)
    p = RNG.dirichlet(np.full(classes, 0.4), size=3000)
    p = np.concatenate([p, np.eye(classes), np.full((1, classes), 1 / classes)])
    codes = shades.encode(p)
    winner, back = shades.decode(codes)
    np.testing.assert_array_equal(winner, p.argmax(axis=1))
    half_level = 0.5 * (1 - 1 / classes) / (256 // classes - 1)
    assert np.abs(back - p.max(axis=1)).max() <= half_level * (1 + 1e-6)
    for label in range(classes):
        assert codes[3000 + label] == label * (256 // classes) + 256 // classes - 1
    assert codes[-1] == 0


@pytest.mark.parametrize("classes", range(2, 11))
def test_every_code_that_is_used_decodes_to_itself(classes: int) -> None:
    shades = Shades("classes", classes=classes)
    codes = np.arange(classes * shades.levels, dtype=np.uint8)
    winner, sure = shades.decode(codes)
    others = (1 - sure) / (classes - 1)
    p = np.repeat(others[:, None], classes, axis=1)
    p[np.arange(len(codes)), winner] = sure + 1e-9
    np.testing.assert_array_equal(shades.encode(p), codes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_single_and_double_precision_give_codes_of_the_same_shape(dtype: type) -> None:
    p = RNG.dirichlet(np.ones(4), size=50).astype(dtype)
    assert Shades("classes", classes=4).encode(p).shape == (50,)
    winner, sure = Shades("classes", classes=4).decode(np.arange(200, dtype=np.uint8).reshape(10, 20))
    assert winner.shape == sure.shape == (10, 20)
