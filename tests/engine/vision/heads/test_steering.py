"""Steering: a mixture says both ways, least squares their mean."""

import math

import pytest
import torch
from torch import distributions as D

from engine.vision.heads.steering import FIRST_WIDTH, Steer
from engine.vision.images import Part, Truth

Y = torch.tensor([0.4, -0.4, 0.4, -0.4])


def test_the_loss_of_a_mixture_is_torchs_negative_log_likelihood():
    head = Steer(components=3)
    told = torch.randn(4, 9, generator=torch.Generator().manual_seed(0))
    score, mean, width = told[:, :3], told[:, 3:6], told[:, 6:]
    wide = FIRST_WIDTH * (3.5 * torch.tanh(width / 3.5)).exp()
    theirs = D.MixtureSameFamily(D.Categorical(logits=score), D.Normal(mean + torch.tensor([0.3, 0.0, -0.3]), wide))
    assert float(head.loss(told, Y)) == pytest.approx(float(-theirs.log_prob(Y).mean()), rel=1e-5)


def best(head: Steer) -> torch.Tensor:
    """The same outputs for every picture, fitted to ``Y``."""
    told = 0.1 * torch.randn(1, head.outputs(2), generator=torch.Generator().manual_seed(1))
    told.requires_grad_()
    optimizer = torch.optim.Adam([told], lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        head.loss(told.expand(4, -1), Y).backward()
        optimizer.step()
    return told.detach().expand(4, -1)


def test_least_squares_answers_the_mean_of_two_ways():
    head = Steer(answers="number")
    assert float(head.angle(best(head))[0]) == pytest.approx(0, abs=1e-3)
    assert head.scores(best(head), Y) == pytest.approx([math.degrees(0.4), 0], abs=0.1)
    assert float(head.loss(best(head), Y)) == pytest.approx(head.constant_loss(Y), rel=1e-3)


@pytest.mark.parametrize("answers", ["gaussians", "von mises"])
def test_a_mixture_has_a_peak_at_each_of_two_ways(answers):
    head = Steer(answers=answers, components=2)
    told = best(head)
    assert sorted(head.mixture(told).mean[0].tolist()) == pytest.approx([-0.4, 0.4], abs=0.02)
    assert abs(float(head.angle(told)[0])) == pytest.approx(0.4, abs=0.02)
    assert head.scores(told, Y)[1] == 0.5
    assert float(head.mixture(told).expected()[0]) == pytest.approx(0, abs=0.05)


def test_the_constant_loss_of_a_density_is_that_of_one_gaussian():
    head = Steer(components=1)
    y = torch.tensor([0.1, 0.5, -0.3, 0.2])
    theirs = D.Normal(y.mean(), y.std(correction=0))
    assert head.constant_loss(y) == pytest.approx(float(-theirs.log_prob(y).mean()), rel=1e-5)


def test_one_number_is_no_density():
    with pytest.raises(ValueError, match="choose gaussians or von mises"):
        Steer(answers="number").mixture(torch.zeros(1, 1))


def test_the_target_is_the_steering_of_the_truth():
    part = Part(torch.zeros(4, 3, 8, 8), torch.zeros(4, dtype=torch.int64), Truth(steering=Y))
    assert torch.equal(Steer().target(part), Y)
