"""What is explained, and pictures that show nothing, by hand."""

import numpy as np
import pytest
import torch

from engine.vision.attribution.question import baseline_of
from tests.engine.vision.attribution.small import question


def test_one_brightness_is_black_white_or_each_channel_s_own_mean() -> None:
    x = question(2).x
    assert not baseline_of("black", x).any() and bool((baseline_of("white", x) == 1).all())
    means = baseline_of("mean", x)
    for picture in range(2):
        for channel in range(2):
            assert means[picture, channel].unique().tolist() == pytest.approx([float(x[picture, channel].mean())])


def test_blurred_is_the_mean_of_what_is_near_and_within_the_picture() -> None:
    x = question(1).x
    found, values, reach = baseline_of("blurred", x)[0, 1], x[0, 1].numpy(), 6 // 4
    for row, column in ((0, 0), (3, 2), (7, 5)):
        near = values[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        assert float(found[row, column]) == pytest.approx(float(near.mean()), abs=1e-6)


def test_the_score_of_each_picture_s_own_class_is_explained() -> None:
    asked = question(3)
    with torch.no_grad():
        scores = asked.network(asked.x).numpy()
    assert asked.explained().tolist() == pytest.approx(scores[np.arange(3), [0, 1, 2]])
    assert asked.explained(torch.zeros_like(asked.x)).tolist() != asked.explained().tolist()


def test_asking_leaves_the_pictures_and_the_network_as_they_were() -> None:
    asked = question(2)
    asked.answers(asked.leaf()).sum().backward()
    assert not asked.x.requires_grad and asked.x.grad is None
