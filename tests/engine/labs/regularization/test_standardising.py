"""Batch norm's numbers against PyTorch's own module, sampling theory, and direct averages."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.labs.regularization.results.standardising import RateCell
from engine.labs.regularization.standardising import batch_noise, experiment, norm_of, rates, running, stable_rate
from engine.labs.regularization.standing import AXES, PLACES, groups, network, place_experiment, places
from engine.labs.regularization.state import Standardising
from engine.supervised import SupervisedRun


def test_the_running_average_follows_the_batches_as_pytorch_says() -> None:
    asked = Standardising(steps=30, momentum=0.2)
    *_, last = running(asked, 0)
    found = last.result
    assert found is not None
    mean, variance = 0.0, 1.0
    for step in range(30):
        mean = 0.8 * mean + 0.2 * found.batch_mean[step]
        variance = 0.8 * variance + 0.2 * found.batch_variance[step]
        assert found.running_mean[step] == pytest.approx(mean, abs=1e-5)
        assert found.running_variance[step] == pytest.approx(variance, abs=1e-5)


def test_watching_changes_nothing_of_the_run() -> None:
    asked = Standardising(steps=25)
    *_, last = running(asked, 3)
    run = SupervisedRun(experiment(asked, 3))
    run.advance(25)
    norm = norm_of(run)
    assert last.result is not None and norm.running_mean is not None
    assert last.result.running_mean[-1] == float(norm.running_mean[last.result.unit - 1])


def test_the_training_mode_loss_is_the_models_own() -> None:
    asked = Standardising(steps=20)
    first = next(running(asked, 1)).result
    run = SupervisedRun(experiment(asked, 1))
    x, y = run.batches.draw()
    own = float(run.loss.mean(run.model(x), y).detach())
    assert first is not None
    assert first.training_loss[0] == pytest.approx(own, rel=1e-5)
    assert first.inference_loss[0] != pytest.approx(own, rel=1e-3)


def test_the_first_gammas_are_one_and_betas_zero() -> None:
    first = next(running(Standardising(steps=20), 0)).result
    assert first is not None
    assert (first.gamma[0] == 1).all() and (first.beta[0] == 0).all()
    assert (first.gamma[-1] != 1).any()


def test_batch_means_scatter_as_sampling_without_replacement_says() -> None:
    found = batch_noise(0)
    np.testing.assert_allclose(found.measured, found.exact, rtol=0.06)


def test_a_layer_without_batch_norm_is_told() -> None:
    run = SupervisedRun(experiment(Standardising(), 0).patched({"model.norm.kind": "none"}))
    with pytest.raises(TypeError, match="must have batch norm"):
        norm_of(run)


def test_stable_rates_are_the_largest_that_learn() -> None:
    cells = [
        RateCell("with", rate, scale, loss) for rate, scale, loss in ((0.1, 1.0, 0.3), (1.0, 1.0, 0.2), (0.1, 3.0, 0.9))
    ]
    assert stable_rate(cells, "with") == (0.0, 1.0, 2)
    assert stable_rate([], "with") == (0.0, 0.0, 0)


def test_the_rates_begin_with_a_cell_for_each_setting_and_never_stall() -> None:
    steps = rates(0)
    found = ()
    while len(found) < 4:
        found = next(steps).result or found
    assert {cell.setting for cell in found} == {"without", "with batch norm"}
    assert all(np.isfinite(cell.loss) for cell in found)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_the_same_first_weights_and_its_norms(place: str) -> None:
    model = network(place, 0)
    count = sum(isinstance(part, nn.BatchNorm1d) for part in model)
    assert count == {"nowhere": 0, "on the input alone": 1}.get(place, 2)
    own = [part.weight for part in model if isinstance(part, nn.Linear)]
    plain = [part.weight for part in network("nowhere", 0) if isinstance(part, nn.Linear)]
    assert all(torch.equal(a, b) for a, b in zip(own, plain, strict=True))


def test_every_place_is_trained_and_gets_better() -> None:
    *_, last = places(0)
    assert last.result is not None
    assert [place.label for place in last.result] == list(PLACES)
    assert all(place.loss[-1] < place.loss[0] for place in last.result)


@pytest.mark.parametrize("place", ["nowhere", "before each activation"])
def test_the_playground_trains_the_very_network_of_a_place_it_has(place: str) -> None:
    *_, last = places(2)
    asked = place_experiment(place, 2)
    assert last.result is not None and asked is not None
    found = next(item for item in last.result if item.label == place)
    run = SupervisedRun(asked)
    for step in (0, 5, 20):  # at this rate batch norm lets rounding grow later
        run.advance(step - run.steps)
        with torch.no_grad():
            loss = float(run.loss.mean(run.model.train()(run.data.train.x), run.data.train.y))
        assert loss == pytest.approx(found.loss[step], rel=1e-4)


def test_places_that_networks_of_the_engine_have_not_are_no_experiments() -> None:
    assert [place for place in PLACES if place_experiment(place, 0) is None] == [
        "on the input alone",
        "after each activation",
    ]


@pytest.mark.parametrize("norm", AXES)
def test_the_coloured_groups_are_what_pytorchs_norms_average_over(norm: str) -> None:
    x = torch.randn(4, 6, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    modules: dict[str, nn.Module] = {
        "batch norm": nn.BatchNorm1d(6, affine=False),
        "layer norm": nn.LayerNorm((6, 5), elementwise_affine=False),
        "instance norm": nn.InstanceNorm1d(6),
        "group norm": nn.GroupNorm(2, 6, affine=False),
    }
    y = modules[norm].double()(x).numpy()
    number = groups(norm)
    for group in np.unique(number):
        assert y[number == group].mean() == pytest.approx(0, abs=1e-9)
        assert y[number == group].std() == pytest.approx(1, abs=1e-3)
