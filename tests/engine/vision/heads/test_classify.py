"""The head that names what a picture shows, beside scikit-learn and by hand."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from engine.vision.heads.classify import Classify


def test_its_loss_is_the_mean_of_minus_the_log_probability() -> None:
    outputs, y = torch.randn(20, 4), torch.arange(20) % 4
    wanted = log_loss(y, outputs.double().softmax(1), labels=range(4))
    assert float(Classify().loss(outputs, y)) == pytest.approx(wanted, rel=1e-6)


def test_smoothing_spreads_a_share_of_each_target() -> None:
    outputs, y = torch.randn(20, 4), torch.arange(20) % 4
    share = torch.nn.functional.one_hot(y, 4) * 0.8 + 0.2 / 4
    by_hand = -(share * outputs.log_softmax(1)).sum(1).mean()
    assert float(Classify(smoothing=0.2).loss(outputs, y)) == pytest.approx(float(by_hand), rel=1e-6)
    mixed = Classify().loss(outputs, share)
    assert float(mixed) == pytest.approx(float(by_hand), rel=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_no_constant_answer_is_better_than_the_best_one(smoothing: float) -> None:
    head, y = Classify(smoothing=smoothing), torch.tensor([0, 0, 0, 1, 1, 2])
    share = np.array([3, 2, 1]) / 6 * (1 - smoothing) + smoothing / 3
    best = torch.tensor(np.log(share), dtype=torch.float32).expand(6, 3)
    assert head.constant_loss(y) == pytest.approx(float(head.loss(best, y)), rel=1e-5)
    worse = best + torch.tensor([0.1, 0.0, -0.1])
    assert head.constant_loss(y) < float(head.loss(worse, y))
