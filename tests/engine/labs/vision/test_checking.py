"""The check with random weights: what is compared, with what, and what it says."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from engine.labs.vision import said_of_looked as said
from engine.labs.vision.checking import check, likeness
from engine.labs.vision.looked import answered, subject
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.results.looked import Cascade
from engine.labs.vision.training import first_weights
from engine.vision.attribution.gradients import InputTimesGradient, IntegratedGradients
from tests.engine.labs.vision.small import EXPERIMENT, digits

ASKED = Looked(pictures=4, integrated=IntegratedGradients(steps=4))


@pytest.fixture(scope="module")
def found() -> Cascade:
    fresh = first_weights(EXPERIMENT, digits().data, 9)
    steps = [step.result for step in check(subject(digits()), fresh, ASKED)]
    assert steps[-1].is_done and not steps[0].is_done
    assert np.isnan(steps[0].rank[1:]).all(), "what was shown before stays as it was"
    return steps[-1]


def test_the_trained_network_s_maps_are_their_own_likes_and_then_less(found: Cascade) -> None:
    assert found.stages == ("as trained", "output", "6 dense 16", "4 convolution 3x3", "1 convolution 3x3")
    known = found.rank[:, 0][np.isfinite(found.rank[:, 0])]
    assert known == pytest.approx(1) and found.ssim[:, 0] == pytest.approx(1)
    assert np.nanmedian(found.rank[0, -1]) < 0.6


def test_the_network_knows_less_and_less_and_at_the_end_nothing(found: Cascade) -> None:
    assert found.accuracy[0] == pytest.approx(digits().moments[-1].scores["test.accuracy"])
    assert found.accuracy[-1] < 0.3 < found.accuracy[0]
    last = first_weights(EXPERIMENT, digits().data, 9)
    assert found.accuracy[-1] == pytest.approx(answered(last, digits().data.test).is_right.mean())


def test_a_likeness_at_the_end_is_scipy_s_of_the_two_networks_maps(found: Cascade) -> None:
    mine = subject(digits())
    part = mine.part.first(4)
    answers = [int(k) for k in answered(mine.network, part).guess]
    method = InputTimesGradient()
    before = method.map(mine.question(range(4), answers)).numpy()
    fresh = mine.question(range(4), answers).with_network(first_weights(EXPERIMENT, digits().data, 9))
    after = method.map(fresh).numpy()
    place = found.methods.index(method.label)
    for picture in range(4):
        a, b, x = before[picture].ravel(), after[picture].ravel(), part.x[picture].numpy().ravel()
        assert found.rank[place, -1, picture] == pytest.approx(spearmanr(abs(a), abs(b)).statistic, abs=1e-9)
        assert found.signed_rank[place, -1, picture] == pytest.approx(spearmanr(a, b).statistic, abs=1e-9)
        assert found.picture[place, -1, picture] == pytest.approx(spearmanr(abs(b), x).statistic, abs=1e-9)


def test_a_map_turned_around_is_alike_in_size_and_opposite_with_its_signs() -> None:
    maps = np.random.default_rng(0).normal(size=(2, 8, 8)).astype(np.float32)
    mirrored = likeness(maps, -maps, np.abs(maps))
    assert mirrored.rank == pytest.approx(1) and mirrored.signed_rank == pytest.approx(-1)
    assert mirrored.ssim == pytest.approx(1) and mirrored.picture == pytest.approx(1)


def test_what_is_said_names_the_maps_that_stay(found: Cascade) -> None:
    text = said.verdict(found)
    ends = {m: np.nanmedian(row[-1]) for m, row in zip(found.methods, found.rank, strict=True)}
    kept = [method for method, value in ends.items() if value > said.HIGH]
    assert "Input × gradient" in kept and all(method in text.split("Above")[1] for method in kept)
    assert f"{ends['Input × gradient']:.2f}" in said.alike(found)[found.methods.index("Input × gradient")][1]
    assert len(said.alike(found)[0]) == len(said.HEAD) and said.alike(found)[0][2] == "no signs"
    with_signs = np.median(found.signed_rank[found.methods.index("Input × gradient"), -1])
    assert f"Input × gradient {with_signs:.2f}" in text
