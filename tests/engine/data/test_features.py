"""Derived inputs beside the functions their names spell."""

import math
from typing import get_args

import numpy as np
import pytest

from engine.data.features import FORMULAS, Feature, derive

X = np.random.default_rng(0).uniform(-6, 6, (30, 2))
BY_HAND = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1^2": lambda a, b: a**2,
    "x2^2": lambda a, b: b**2,
    "x1*x2": lambda a, b: a * b,
    "sin x1": lambda a, b: math.sin(a),
    "sin x2": lambda a, b: math.sin(b),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_feature_is_the_function_its_name_spells(name: str) -> None:
    np.testing.assert_allclose(derive(X, (name,))[:, 0], [BY_HAND[name](a, b) for a, b in X], rtol=1e-12)


def test_features_stand_in_the_order_they_are_named() -> None:
    found = derive(X, ("sin x2", "x1", "x1*x2"))
    np.testing.assert_allclose(found, np.stack([np.sin(X[:, 1]), X[:, 0], X[:, 0] * X[:, 1]], axis=1), rtol=1e-12)


def test_every_feature_that_can_be_chosen_has_a_formula() -> None:
    assert list(get_args(Feature)) == list(FORMULAS) == list(BY_HAND)
