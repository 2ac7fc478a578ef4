"""Mini-batch gradients beside autograd and the closed forms of sampling."""

import itertools

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from engine.data.bundled import Iris
from engine.data.regression import Sine
from engine.labs.descent.noise import _cloud, batch_noise, batches, example_gradients, noise_at, theory
from engine.labs.descent.state import BatchNoise, DescentLab
from engine.optimizers import SGD
from tests.engine.labs.descent.runs import TINY, experiment, run


@pytest.mark.parametrize("data", [TINY.data, Sine(samples=40), Iris()], ids=lambda data: data.kind)
def test_the_mean_of_example_gradients_is_the_gradient_that_a_step_takes(data: object) -> None:
    made = run(TINY.model_copy(update={"data": data}))
    each = example_gradients(made)
    chosen = np.array([3, 1, 7])
    x, y = made.data.train.x[chosen], made.data.train.y[chosen]
    loss = made.loss.mean(made.model(x), y)
    g = torch.cat([part.reshape(-1) for part in torch.autograd.grad(loss, made.parameters)])
    assert np.allclose(each[chosen].mean(axis=0), g.numpy(), atol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_closed_form_without_replacement_is_the_mean_over_all_batches_that_there_are(size: int) -> None:
    each = np.random.default_rng(0).standard_normal((5, 3))
    g = each.mean(axis=0)
    trace = ((each - g) ** 2).sum(axis=1).mean()
    errors = [((each[list(chosen)].mean(axis=0) - g) ** 2).sum() for chosen in itertools.combinations(range(5), size)]
    assert theory(trace, size, 5)[0] == pytest.approx(np.mean(errors), abs=1e-12)
    replaced = [
        ((each[list(chosen)].mean(axis=0) - g) ** 2).sum() for chosen in itertools.product(range(5), repeat=size)
    ]
    assert theory(trace, size, 5)[1] == pytest.approx(np.mean(replaced))


def test_measured_errors_come_to_the_closed_forms() -> None:
    each = np.random.default_rng(1).standard_normal((40, 20))
    for size in (1, 5, 20):
        found = noise_at(each, size, 2000, 0)
        assert found.error == pytest.approx(found.theory, rel=0.1)
        assert found.error_replaced == pytest.approx(found.theory_replaced, rel=0.1)
    assert noise_at(each, 40, 50, 0).error == pytest.approx(0.0, abs=1e-20)


def test_batches_hold_no_example_twice_and_all_have_their_size() -> None:
    drawn = batches(17, 5, 60, 0)
    assert drawn.shape == (60, 5)
    assert all(len(set(row)) == 5 for row in drawn.tolist())


def test_the_noise_of_a_network_is_measured_from_one_example_to_all_and_three_sizes_train() -> None:
    asked = BatchNoise(batch_size=7, epochs=1, draws=60)
    results = [
        item.result
        for item in batch_noise(experiment(optimizer=SGD(lr=0.1), batch_size=7, epochs=100_000), asked)
        if item.result is not None
    ]
    found = results[-1]
    assert (found.sizes[0].size, found.sizes[-1].size) == (1, found.rows)
    assert 7 in [item.size for item in found.sizes]
    assert [run.size for run in found.runs] == [1, 7, found.rows]
    assert found.scale == pytest.approx(found.trace / found.squared)
    cosines = [item.cosine for item in found.sizes]
    assert cosines[-1] == pytest.approx(1.0) and cosines[0] < cosines[-1]
    assert found.cloud.mean(axis=0)[0] == pytest.approx(np.sqrt(found.squared), abs=4 * found.cloud[:, 0].std() / 7)


def test_the_second_axis_of_the_cloud_is_the_first_principal_component_across_the_gradient() -> None:
    each = np.random.default_rng(3).standard_normal((30, 8)) * np.arange(1, 9)
    g = each.mean(axis=0)
    along = g / np.linalg.norm(g)
    across = each - g - np.outer((each - g) @ along, along)
    reference = PCA(n_components=1).fit(across).components_[0]
    draws = batches(30, 4, 50, 0)
    cloud = _cloud(each, g, draws)
    means = each[draws].mean(axis=1)
    assert np.allclose(cloud[:, 0], means @ along)
    assert np.allclose(np.abs(cloud[:, 1]), np.abs(means @ reference), atol=1e-2)


def test_a_batch_larger_than_the_data_is_a_batch_of_all() -> None:
    asked = BatchNoise(batch_size=3000, epochs=0, draws=50)
    *_, last = batch_noise(experiment(DescentLab(data=TINY.data, width=2, depth=1), batch_size=3000), asked)
    assert last.result is not None
    assert last.result.size == last.result.rows
    assert np.allclose(last.result.cloud[:, 1], 0, atol=1e-9)
