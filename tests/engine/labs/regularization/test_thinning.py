"""Dropout's pictures against PyTorch, full enumeration of masks, and closed forms."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.dropout import Dropout
from engine.labs.regularization.state import Thinning
from engine.labs.regularization.thinning import (
    cross_entropy,
    exact_mean_variance,
    experiment,
    look,
    runs,
    shown_masks,
    standard_error,
    thinned_outputs,
)
from engine.streams import stream
from engine.supervised import SupervisedRun


def test_the_mean_over_masks_is_that_of_inference_before_the_activation() -> None:
    run = SupervisedRun(experiment(Thinning(), 0, 0.5))
    run.advance(100)
    seen = look(run, Thinning(masks=10), 0)
    assert abs(seen.before.mean() - seen.before_rest) < 4 * standard_error(seen.before)
    first, second = run.model.layers
    with torch.no_grad():
        a = first.activation(first.linear(run.data.train.x[:1]))[0].double().numpy()
        weights = second.linear.weight[seen.unit - 1].double().numpy()
        bias = float(second.linear.bias[seen.unit - 1])
    mean, variance = exact_mean_variance(weights, a, 0.5, bias)
    assert mean == pytest.approx(seen.before_rest, abs=1e-5)
    assert seen.before.var() == pytest.approx(variance, rel=0.1)
    assert seen.unscaled == pytest.approx((seen.before.mean() - bias) * 0.5 + bias, abs=1e-4)


def test_the_mean_past_the_activation_is_not_that_of_inference() -> None:
    run = SupervisedRun(experiment(Thinning(), 0, 0.5))
    run.advance(300)
    seen = look(run, Thinning(masks=10), 0)
    assert abs(seen.after.mean() - seen.after_rest) > 5 * standard_error(seen.after)


def test_closed_form_of_mean_and_variance_over_every_mask() -> None:
    rng = np.random.default_rng(0)
    w, a, rate = rng.standard_normal(8), rng.standard_normal(8), 0.3
    masks = (np.arange(2**8)[:, None] >> np.arange(8)) & 1
    chance = np.prod(np.where(masks == 1, 1 - rate, rate), axis=1)
    z = masks @ (w * a) / (1 - rate) + 0.7
    mean = float(chance @ z)
    assert exact_mean_variance(w, a, rate, 0.7) == pytest.approx((mean, float(chance @ (z - mean) ** 2)))


def test_a_thinned_network_is_the_model_in_training_mode_with_one_mask() -> None:
    run = SupervisedRun(experiment(Thinning(units=6), 1, 0.4))
    x = run.data.test.x[:1]
    ours = thinned_outputs(run.model, x, 0.4, 5, seed=9)[:, 0]
    generator = stream(9, "dropout", 100)
    for layer in run.model.layers:
        layer.dropout.generator = generator
    run.model.train()
    with torch.no_grad():
        theirs = torch.stack([run.model(x)[0, 0] for _ in range(5)])
    torch.testing.assert_close(ours, theirs)


def test_the_drawn_mask_drops_about_the_asked_share_and_differs_from_step_to_step() -> None:
    kept = [np.concatenate(shown_masks(Thinning(rate=0.3, units=32, mask=number), 0)) for number in range(1, 40)]
    assert np.mean(kept) == pytest.approx(0.7, abs=0.05)
    assert any((kept[0] != other).any() for other in kept[1:])
    assert set(np.unique(kept)) <= {0.0, 1.0}


def test_inverted_dropout_keeps_the_expected_sum() -> None:
    dropped = Dropout(0.25, stream(0, "dropout"))(torch.ones(4000, 8))
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)


def test_cross_entropy_is_pytorchs() -> None:
    p, y = torch.tensor([0.2, 0.9, 0.6]).double(), torch.tensor([0, 1, 0])
    assert cross_entropy(p.numpy(), y.numpy()) == pytest.approx(float(F.binary_cross_entropy(p, y.double())))


def test_the_job_ends_with_both_networks() -> None:
    steps = list(runs(Thinning(units=4, masks=10), 0))
    shares = [step.share for step in steps]
    assert shares == sorted(shares) and shares[-1] == 1.0
    last = steps[-1].result
    assert last is not None and last.thinned is not None
    assert 0.5 < last.plain_accuracy <= 1.0
    assert last.thinned.counts[-1] == 10
