"""What a data set says without a network: each number by another way."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from scipy.stats import entropy
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from engine.data.bundled import Wine
from engine.data.catalog import Data
from engine.data.prepare import prepare
from engine.data.regression import Polynomial, Sine
from engine.data.tables import Fraud, HousePrices
from engine.data.toy import Circle, Spiral
from engine.doctor.facts import FACT_ROWS, NEIGHBOURS, facts_of, held_back
from engine.losses import BCE, MAE, MSE, CrossEntropy, Hinge, Huber


@pytest.mark.parametrize("balance", [0.5, 0.2])
def test_the_best_constant_answer_of_two_classes_costs_their_entropy(balance: float) -> None:
    data = Circle(samples=200, balance=balance)
    share = np.bincount(prepare(data, 0).train.raw_y) / len(prepare(data, 0).train.raw_y)
    assert facts_of(data, 0, BCE()).constant_loss == pytest.approx(entropy(share), rel=1e-4)
    assert facts_of(data, 0, CrossEntropy()).constant_loss == pytest.approx(entropy(share), rel=1e-4)


def test_of_many_classes_too() -> None:
    data = Spiral(arms=4, samples=200, balance=0.8)
    share = np.bincount(prepare(data, 3).train.raw_y) / len(prepare(data, 3).train.raw_y)
    assert facts_of(data, 3, CrossEntropy()).constant_loss == pytest.approx(entropy(share), rel=1e-4)
    signs = np.where(np.eye(4)[prepare(data, 3).train.raw_y] > 0, 1.0, -1.0)
    assert facts_of(data, 3, MSE()).constant_loss == pytest.approx(signs.var(axis=0).mean(), rel=1e-4)


def test_of_numbers_it_is_the_spread_about_mean_median_or_huber_centre() -> None:
    data = Polynomial(samples=50, noise=0.5)
    y = prepare(data, 0).train.y.numpy().astype(float)
    assert facts_of(data, 0, MSE()).constant_loss == pytest.approx(y.var(), rel=1e-4)
    assert facts_of(data, 0, MAE()).constant_loss == pytest.approx(np.abs(y - np.median(y)).mean(), rel=1e-4)

    def huber(centre: float) -> float:
        r = np.abs(y - centre)
        return float(np.where(r <= 0.5, r**2 / 2, 0.5 * (r - 0.25)).mean())

    best = minimize_scalar(huber, bounds=(y.min(), y.max()), method="bounded").fun
    assert facts_of(data, 0, Huber(delta=0.5)).constant_loss == pytest.approx(best, rel=1e-3)


def test_of_the_hinge_loss_it_is_twice_the_smaller_share() -> None:
    data = Circle(samples=200, balance=0.3)
    share = np.bincount(prepare(data, 0).train.raw_y) / len(prepare(data, 0).train.raw_y)
    assert facts_of(data, 0, Hinge()).constant_loss == pytest.approx(2 * share.min(), rel=1e-3)


@pytest.mark.parametrize("data", [Spiral(samples=200), Wine(), Fraud(samples=600)], ids=lambda data: data.kind)
def test_neighbours_vote_as_scikit_learns_do(data: Data) -> None:
    found = prepare(data, 1)
    held = held_back(found)
    centre, width = found.train.raw_x.mean(axis=0), found.train.raw_x.std(axis=0)
    known, asked = ((part.raw_x[:FACT_ROWS] - centre) / width for part in (found.train, held))
    peer = KNeighborsClassifier(NEIGHBOURS).fit(known, found.train.raw_y[:FACT_ROWS])
    expected = peer.score(asked, held.raw_y[:FACT_ROWS])
    assert facts_of(data, 1, CrossEntropy()).neighbour_score == pytest.approx(expected, abs=1.5 / len(asked))


@pytest.mark.parametrize("data", [Sine(samples=150), HousePrices(samples=200)], ids=lambda data: data.kind)
def test_neighbours_are_averaged_as_scikit_learns_are(data: Data) -> None:
    found = prepare(data, 1)
    centre, width = found.train.raw_x.mean(axis=0), found.train.raw_x.std(axis=0)
    peer = KNeighborsRegressor(NEIGHBOURS).fit((found.train.raw_x - centre) / width, found.train.raw_y)
    expected = peer.score((found.validation.raw_x - centre) / width, found.validation.raw_y)
    assert facts_of(data, 1, MSE()).neighbour_score == pytest.approx(expected, abs=1e-6)


def test_sizes_are_those_of_what_the_network_receives() -> None:
    scaled, raw = facts_of(Wine(), 0, CrossEntropy()), facts_of(Wine(scaling="none"), 0, CrossEntropy())
    np.testing.assert_allclose(scaled.size, 1, rtol=1e-5)
    x = prepare(Wine(), 0).train.raw_x
    np.testing.assert_allclose(raw.size, np.sqrt(x.var(axis=0) + x.mean(axis=0) ** 2), rtol=1e-5)
    priced = facts_of(HousePrices(samples=100, scaling="none"), 0, MSE())
    prices = prepare(HousePrices(samples=100), 0).train.raw_y
    assert priced.target_size == pytest.approx(np.sqrt((prices**2).mean()), rel=1e-5)


def test_counts_and_the_rarest_class() -> None:
    facts = facts_of(Fraud(samples=600, share=0.1), 0, BCE())
    assert facts.counts == tuple(np.bincount(prepare(Fraud(samples=600, share=0.1), 0).train.raw_y))
    assert facts.classes[facts.rarest] == "fraud"
    assert logsumexp(np.log(facts.counts)) == pytest.approx(np.log(360))


def test_without_a_validation_part_the_test_part_is_held_back() -> None:
    assert held_back(prepare(Circle(samples=100, validation_share=0.0), 0)).raw_y.size == 20
