"""Kernels that a small CNN has learned, against the same run made by hand."""

import numpy as np
import pytest

from engine.labs.convolution import said
from engine.labs.convolution.kernels import LearnedKernel
from engine.labs.convolution.learned import FILTERS, UPDATES, experiment, filters, known, learning
from engine.vision.run import VisionRun

pytestmark = pytest.mark.long


def test_learned_kernels_are_those_of_the_first_layer_after_its_updates() -> None:
    run = VisionRun(experiment(3, 5))
    first = run.network.blocks[0].weight
    before = first.detach().numpy().copy()
    run.advance(UPDATES)
    progress = list(learning(3, 5))
    found = progress[-1].result
    assert found is not None and [each.result for each in progress[:-1]] == [None] * (len(progress) - 1)
    np.testing.assert_array_equal(found.weights, first.detach().double().numpy()[:, 0])
    assert np.abs(found.weights - before[:, 0]).max() > 0.1
    assert known(3, 5) is found and filters(3, 5) is found
    x, label = run.data.test.x, run.data.test.label
    right = (run.network.eval()(x).argmax(1) == label).double().mean()
    assert found.accuracy == pytest.approx(float(right), abs=1e-6)
    assert found.accuracy > 0.9 and "%" in said.learned(found)


def test_each_kernel_of_the_row_is_one_of_the_layer_and_shared_by_all_channels() -> None:
    every = [LearnedKernel(number=number, seed=5).weights(3, 3, 0) for number in range(1, FILTERS + 1)]
    np.testing.assert_allclose(np.stack([each.sum(0) for each in every]), filters(3, 5).weights)
