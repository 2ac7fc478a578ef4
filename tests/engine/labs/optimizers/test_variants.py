"""Pairs of formulas beside torch.optim, and beside closed forms."""

import numpy as np
import pytest
import torch

from engine.choice import catalog
from engine.labs.optimizers.surfaces import Beale, Ravine, Typed
from engine.labs.optimizers.variants import (
    Conventions,
    Correction,
    DecayPlace,
    EpsilonPlace,
    RateInside,
    Variation,
    pair,
)
from tests.engine.labs.optimizers.test_race import bare

SURFACE = Ravine(start_x=-3.0, start_y=1.0)
STEPS = 80


@pytest.mark.parametrize(
    ("variation", "way", "make"),
    [
        (Conventions(), 0, lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (Conventions(rescale=True), 1, lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (RateInside(drop=0), 1, lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (DecayPlace(), 0, lambda w: torch.optim.Adam(w, lr=0.05, weight_decay=0.3)),
        (DecayPlace(), 1, lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.3)),
        (EpsilonPlace(), 0, lambda w: torch.optim.Adam(w, lr=0.1, eps=1e-2)),
        (Correction(), 0, lambda w: torch.optim.Adam(w, lr=0.1)),
    ],
)
def test_a_way_that_pytorch_has_takes_its_path(variation, way: int, make) -> None:  # type: ignore[no-untyped-def]
    np.testing.assert_allclose(pair(SURFACE, variation, STEPS)[way].places, bare(SURFACE, make, STEPS), atol=1e-6)


@pytest.mark.parametrize("variation", [row() for row in catalog(Variation).values()], ids=lambda row: row.kind)
def test_the_two_ways_differ_by_default(variation) -> None:  # type: ignore[no-untyped-def]
    first, second = pair(SURFACE, variation, STEPS)
    assert np.abs(first.places - second.places).max() > 1e-3
    assert (first.label, second.label) == variation.names


def test_averaged_momentum_is_that_of_dampening_from_the_second_step_on() -> None:
    _, averaged = pair(SURFACE, Conventions(beta=0.5), 1)
    assert averaged.places[1] - averaged.places[0] == pytest.approx(-0.02 * 0.5 * np.array([-3.0, 25.0]))


def test_the_first_step_of_adam_is_one_rate_long_or_three_without_the_correction() -> None:
    corrected, raw = pair(SURFACE, Correction(lr=0.1), 1)
    assert np.abs(corrected.places[1] - corrected.places[0]) == pytest.approx([0.1, 0.1], rel=1e-6)
    assert np.abs(raw.places[1] - raw.places[0]) == pytest.approx(0.1 * 0.1 / np.sqrt(0.001) * np.ones(2), rel=1e-5)


def test_epsilon_inside_counts_as_its_root_where_the_slope_vanishes() -> None:
    flat = Typed(text="1e-6*x + 1e-6*y", start_x=0.0, start_y=0.0)
    outside, inside = pair(flat, EpsilonPlace(lr=0.1, eps=1e-2), 1)
    ratio = outside.places[1] / inside.places[1]
    assert ratio == pytest.approx([10.0, 10.0], rel=1e-3)


def test_a_pair_that_diverges_stops() -> None:
    first, _ = pair(Beale(start_x=4.5, start_y=4.5), Conventions(lr=5.0), 50)
    assert first.ending == "left"
    assert first.steps < 50
    assert len(first.rates) == len(first.gradients) == first.steps
