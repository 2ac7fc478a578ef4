"""Generated tables: their stated formulas recomputed from the columns that came out."""

import numpy as np
import pytest
import torch
from scipy.optimize import brentq
from scipy.special import expit

from engine.data.table import Table
from engine.data.tables import CreditRisk, Fraud, HousePrices
from engine.streams import stream


def fraud_score(x: np.ndarray) -> np.ndarray:
    amount, hour, distance, abroad, attempts = x.T
    return 2 * np.log(amount) + 0.15 * distance + 3 * abroad + 4 * (hour < 6) + 1.5 * attempts


def credit_score(x: np.ndarray) -> np.ndarray:
    income, debt, late, age, employed = x.T
    return -0.04 * income + 5 * debt + 0.9 * late - 0.03 * (age - 18) - 0.1 * employed


def test_a_house_price_without_noise_is_its_formula() -> None:
    table = HousePrices(noise=0.0, samples=600).draw(8)
    bedrooms, age, distance, pool = table.x.T
    expected = 120 + 65 * bedrooms - 1.5 * age + 180 * np.exp(-distance / 5) + 45 * pool
    np.testing.assert_allclose(table.y, expected, rtol=1e-12)
    assert set(bedrooms) == {1, 2, 3, 4, 5, 6}
    assert set(pool) == {0, 1}
    assert pool.mean() == pytest.approx(0.25, abs=0.06)
    assert (age.min() >= 0, age.max() <= 80, distance.min() >= 0, distance.max() <= 30) == (True,) * 4


def test_the_noise_of_a_house_price_has_its_deviation_and_moves_no_column() -> None:
    clean, noisy = (HousePrices(noise=noise, samples=4000).draw(8) for noise in (0.0, 35.0))
    np.testing.assert_array_equal(clean.x, noisy.x)
    assert (noisy.y - clean.y).std() == pytest.approx(35.0, rel=0.05)


def probabilities(score: np.ndarray, share: float) -> np.ndarray:
    """sigmoid(score - c), with c found by root search so that their mean is the share."""
    c = brentq(lambda c: expit(score - c).mean() - share, score.min() - 30, score.max() + 30, xtol=1e-13)
    return expit(score - c)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("row", "score"),
    [
        (Fraud(samples=5000), fraud_score),
        (Fraud(samples=5000, share=0.4), fraud_score),
        (CreditRisk(samples=5000), credit_score),
        (CreditRisk(samples=5000, share=0.1), credit_score),
    ],
    ids=["fraud", "fraud-often", "credit", "credit-rarely"],
)
def test_labels_are_drawn_with_the_stated_probabilities(row: Fraud | CreditRisk, score, seed: int) -> None:
    table = row.draw(seed)
    p = probabilities(score(table.x), row.share)
    # Calibrated overall, and among the least and the most likely: within 4.5 standard deviations of a Bernoulli sum.
    order = np.argsort(p)
    for rows in (order, *np.array_split(order, 10)):
        off = (table.y[rows] - p[rows]).sum()
        assert abs(off) <= 4.5 * np.sqrt((p[rows] * (1 - p[rows])).sum()) + 1
    # And no surer than drawn: the log-loss is the entropy.
    surprise = -np.log(np.where(table.y == 1, p, 1 - p))
    entropy = -(p * np.log(p) + (1 - p) * np.log1p(-p))
    deviation = np.sqrt((p * (1 - p) * np.log(p / (1 - p)) ** 2).sum())
    assert abs((surprise - entropy).sum()) <= 4.5 * deviation


@pytest.mark.parametrize(
    ("row", "score"),
    [(Fraud(samples=5000, share=0.4), fraud_score), (CreditRisk(samples=5000), credit_score)],
    ids=["fraud", "credit"],
)
def test_a_label_is_one_draw_from_the_noise_stream_below_its_probability(row: Fraud | CreditRisk, score) -> None:
    """Exact where the test above is statistical: a coefficient off by a few percent flips some labels."""
    table = row.draw(0)
    draws = torch.rand(len(table.y), generator=stream(0, "noise"), dtype=torch.float64).numpy()
    np.testing.assert_array_equal(table.y, draws < probabilities(score(table.x), row.share))


@pytest.mark.parametrize("row", [Fraud(samples=5000, share=0.02), Fraud(samples=5000, share=0.5)], ids=str)
def test_the_rare_class_is_as_rare_as_asked(row: Fraud) -> None:
    assert row.draw(0).y.mean() == pytest.approx(row.share, abs=4 * np.sqrt(row.share * (1 - row.share) / 5000))


def test_another_share_moves_no_column() -> None:
    for row in (Fraud, CreditRisk):
        np.testing.assert_array_equal(row(share=0.1).draw(1).x, row(share=0.4).draw(1).x)


def test_columns_keep_to_what_can_be() -> None:
    amount, hour, distance, abroad, attempts = Fraud(samples=5000).draw(0).x.T
    assert amount.min() > 0
    assert set(hour) == set(range(24))
    assert distance.min() >= 0
    assert set(abroad) == {0, 1}
    assert set(attempts) == {1, 2, 3, 4}
    income, debt, late, age, employed = CreditRisk(samples=5000).draw(0).x.T
    assert income.min() > 0
    assert (debt.min() >= 0, debt.max() <= 1) == (True, True)
    assert late.mean() == pytest.approx(0.8, abs=0.06)
    assert (age.min() >= 18, age.max() <= 75) == (True, True)
    assert ((employed >= 0) & (employed <= age - 18)).all()


@pytest.mark.parametrize("row", [HousePrices(), Fraud(), CreditRisk()], ids=lambda row: row.kind)
def test_every_column_has_a_name_and_a_unit(row: HousePrices | Fraud | CreditRisk) -> None:
    table: Table = row.draw(0)
    assert len(table.columns) == len(table.units) == table.x.shape[1]
    assert len(table.classes) == row.class_count
    assert all(table.columns)
