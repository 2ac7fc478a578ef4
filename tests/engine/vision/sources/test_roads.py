"""Ways to steer along: where they lead, and that a fork has two of them."""

import math

import numpy as np
import torch

from engine.vision.sources.drawn import HELD_BACK
from engine.vision.sources.roads import WAY, Roads


def test_a_way_reaches_the_upper_edge_under_its_angle():
    source = Roads(noise=0.0, forks=0.0, samples=100, size=48)
    data = source.build(0)
    top = data.test.x[:, :, 0]
    is_way = (top - torch.tensor(WAY)[:, None]).abs().sum(1) < (
        top - torch.tensor((0.16, 0.30, 0.14))[:, None]
    ).abs().sum(1)
    at = (np.arange(48) + 0.5) / 48
    for row, angle in zip(is_way.numpy(), data.test.truth.steering.tolist(), strict=True):
        if row.argmax() > 0 and row[::-1].argmax() > 0:
            assert math.isclose(0.5 - at[row].mean(), math.tan(angle) * (1 - 0.5 / 48) ** 2, abs_tol=0.02)


def test_steering_is_one_of_the_two_ways_and_each_of_them_half_of_the_time():
    source = Roads(forks=1.0, samples=1000)
    data = source.build(2)
    ways, is_fork = source.ways(2 * HELD_BACK + 1000, 2)
    assert is_fork.all() and (ways[:, 0] > 0).all() and (ways[:, 1] < 0).all()
    taken = data.train.truth.steering[:, None] == ways[2 * HELD_BACK :]
    assert taken.any(1).all()
    assert 0.45 < float(taken[:, 0].double().mean()) < 0.55


def test_without_a_fork_there_is_one_way_and_angles_go_to_both_sides():
    source = Roads(forks=0.0, samples=500)
    ways, is_fork = source.ways(500, 0)
    assert not is_fork.any() and torch.equal(ways[:, 0], ways[:, 1])
    assert abs(float(ways.mean())) < 0.03
    assert float(ways.abs().max()) <= math.radians(source.sharpest)


def test_the_class_says_whether_it_is_a_fork():
    source = Roads(forks=0.5, samples=200)
    data = source.build(1)
    _, is_fork = source.ways(2 * HELD_BACK + 200, 1)
    assert torch.equal(data.train.label, is_fork[2 * HELD_BACK :].long())
    assert data.shape == source.shape and data.classes == source.classes
    assert data.train.x.min() >= 0 and data.train.x.max() <= 1


def test_the_same_seed_gives_the_same_ways():
    first, again, other = (Roads(samples=100).build(seed) for seed in (4, 4, 5))
    assert torch.equal(first.train.x, again.train.x)
    assert not torch.equal(first.train.x, other.train.x)
