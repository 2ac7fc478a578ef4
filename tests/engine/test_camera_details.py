"""Details of a frame: activations, weights and the diagram beside a forward pass written out and NumPy's counts."""

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.camera import drawn_units
from engine.experiment import Experiment
from engine.initializers import Normal
from engine.supervised import SupervisedRun
from tests.engine.filmed import ALL, DIGITS, NORMED, TWO, WIDE, every, filmed, probe
from tests.engine.reference import forward, plane, weights_of

LAYERED = {name: row for name, row in ALL.items() if row.model.hidden}
every_layered = pytest.mark.parametrize("experiment", LAYERED.values(), ids=LAYERED.keys())


# --- what the layers give -------------------------------------------------------------------------------------------


def assert_histogram(shares: np.ndarray, ends: np.ndarray, values: np.ndarray, astray: int = 0) -> None:
    """Counts of NumPy in 32 equal bins, as shares of the fullest; so many values may fall beyond a bin's edge."""
    np.testing.assert_allclose(ends, [values.min(), values.max()], rtol=1e-4, atol=1e-5)
    counts, _ = np.histogram(values, 32)
    np.testing.assert_allclose(shares, counts / counts.max() * 255, rtol=0, atol=255 * astray / counts.max() + 0.6)
    assert shares.max() == 255


@every_layered
def test_activations_have_the_mean_the_deviation_and_the_histogram_of_the_probe_rows(experiment: Experiment) -> None:
    run, _, detail = filmed(experiment)
    given = forward(run, probe(run, run.scene.probe_rows)[0]).activations
    np.testing.assert_allclose(detail.activation_mean, [a.numpy().mean() for a in given], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(detail.activation_std, [a.numpy().std(ddof=1) for a in given], rtol=1e-4)
    for a, shares, ends in zip(given, detail.activation_histogram, detail.activation_range, strict=True):
        assert_histogram(shares, ends, a.numpy(), astray=1)


SLOPES = {
    "tanh": (lambda z: 1 - np.tanh(z) ** 2, 1.0),
    "sigmoid": (lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, 0.25),
    "relu": (lambda z: (z > 0).astype(float), 1.0),
    "linear": (np.ones_like, 1.0),
}
"""Derivatives and the largest of them."""


@pytest.mark.parametrize("kind", SLOPES)
def test_saturated_activations_and_dead_units_are_counted_by_the_derivative(kind: str) -> None:
    tree = {"model.activation.kind": kind, "model.hidden": (6, 5), "model.initializer": Normal(scale=2.0).model_dump()}
    run = SupervisedRun(TWO.patched(tree))
    with torch.no_grad():
        run.model.linears[0].bias[2] = -1000.0
        run.model.linears[1].bias[:2] = 1000.0
    detail = run.snapshot().detail
    assert detail is not None
    slope, largest = SLOPES[kind]
    with np.errstate(over="ignore", invalid="ignore"):
        slopes = [np.nan_to_num(slope(z.numpy())) for z in forward(run, probe(run)[0]).received]
    saturated = [(s <= 0.05 * largest).mean() for s in slopes]
    dead = [(s == 0).all(axis=0).mean() for s in slopes]
    np.testing.assert_allclose(detail.saturated, saturated, rtol=0, atol=1e-3)
    np.testing.assert_allclose(detail.dead, dead, rtol=1e-6)
    if kind != "linear":
        assert dead[0] < saturated[0] < 1


def test_a_maxout_unit_is_never_saturated_and_never_dead() -> None:
    _, _, detail = filmed(WIDE)
    assert not detail.saturated.any()
    assert not detail.dead.any()


@every
def test_weights_have_the_norm_the_zeros_and_the_histogram_of_numpy(experiment: Experiment) -> None:
    run = SupervisedRun(experiment)
    with torch.no_grad():
        for layer, linear in enumerate(run.model.linears, start=1):
            linear.weight.view(-1)[: layer % 3] = 0.0
    detail = run.snapshot().detail
    assert detail is not None
    weights = [w.numpy() for w in weights_of(run)]
    np.testing.assert_allclose(detail.weight_norm, [np.sqrt((w**2).sum()) for w in weights], rtol=1e-5)
    zeros = [layer % 3 / w.size for layer, w in enumerate(weights, start=1)]
    np.testing.assert_allclose(detail.weight_zeros, zeros, rtol=1e-6)
    for w, shares, ends in zip(weights, detail.weight_histogram, detail.weight_range, strict=True):
        assert_histogram(shares, ends, w)


# --- the diagram ----------------------------------------------------------------------------------------------------


def drawn(run: SupervisedRun, layer: int) -> int:
    """How many units of a layer (from 0) are drawn at most: of the output those of ten classes."""
    return 10 if layer == len(run.model.layers) else 8


def by_unit(run: SupervisedRun, layer: int, rows: Tensor) -> Tensor:
    """(wide, ...) numbers of the affine functions of a layer -> their mean over the pieces that each unit chooses from.

    Which pieces are a unit's is found by raising one at a time and looking which unit rises.
    """
    if layer == len(run.model.layers):
        return rows
    activation = run.model.layers[layer].activation
    raised = activation(torch.eye(len(rows)))
    still = activation(torch.zeros(len(rows), len(rows)))
    units = [torch.nonzero(row > unmoved).item() for row, unmoved in zip(raised, still, strict=True)]
    return torch.stack([rows[[u == unit for u in units]].mean(dim=0) for unit in range(raised.shape[1])])


@every
def test_an_edge_is_what_its_target_gains_when_its_source_gives_1_more(experiment: Experiment) -> None:
    run, _, detail = filmed(experiment)
    linears, place = run.model.linears, 0
    for layer, linear in enumerate(linears):
        sources = linear.in_features
        with torch.no_grad():
            nothing = linear(torch.zeros(1, sources))
            gains = by_unit(run, layer, (linear(torch.eye(sources)) - nothing).T)
        for target in range(min(drawn(run, layer), len(gains))):
            for source in range(min(8, sources)):
                assert detail.edges[place] == pytest.approx(float(gains[target, source]), abs=1e-5)
                place += 1
    assert place == len(detail.edges)


@every
def test_a_bias_is_what_a_unit_receives_from_nothing(experiment: Experiment) -> None:
    run = SupervisedRun(experiment)
    with torch.no_grad():
        for linear in run.model.linears:
            if linear.bias is not None:
                linear.bias.copy_(torch.linspace(-3, 5, len(linear.bias)) ** 2)
        expected = [
            by_unit(run, layer, linear(torch.zeros(1, linear.in_features))[0])[: drawn(run, layer)]
            for layer, linear in enumerate(run.model.linears)
        ]
    detail = run.snapshot().detail
    assert detail is not None
    np.testing.assert_allclose(detail.biases, torch.cat(expected).numpy(), rtol=1e-5)


def assert_maps(maps: np.ndarray, ends: np.ndarray, given: Tensor) -> None:
    """Map [unit][row, column] is what the unit gives at that point, between its own lowest and highest there."""
    np.testing.assert_allclose(ends[:, 0], given.min(dim=0).values, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(ends[:, 1], given.max(dim=0).values, rtol=1e-4, atol=1e-5)
    low, high = (end.astype(float)[:, None, None] for end in ends.T)
    wanted = given.T.numpy().reshape(len(maps), -1, 16)
    shown = low + maps / 255 * (high - low)
    room = 0.5 / 85 * (high - low) + 1e-4 * (1 + np.abs(wanted))
    assert (np.abs(shown - wanted) <= room).all()


@every
def test_a_map_is_what_its_unit_gives_over_the_plane(experiment: Experiment) -> None:
    run, _, detail = filmed(experiment)
    layers = forward(run, plane(run, 16)).outputs
    given = torch.cat([layer[:, : drawn(run, i)] for i, layer in enumerate(layers)], dim=1)
    assert detail.maps.shape == (given.shape[1], 16, 16)
    assert_maps(detail.maps, detail.map_range, given)


@every
def test_a_map_of_an_input_is_the_input_over_the_plane(experiment: Experiment) -> None:
    run, _, _ = filmed(experiment)
    inputs = plane(run, 16)[:, :8]
    assert_maps(run.scene.input_maps, run.scene.input_range, inputs)
    assert run.scene.inputs == run.data.feature_names[:8]
    assert run.scene.more_inputs == max(0, len(run.data.columns) - 8)


def test_a_layer_is_named_and_counted_as_it_was_chosen() -> None:
    layers = filmed(NORMED)[0].scene.layers
    assert [(layer.units, layer.drawn) for layer in layers] == [(6, 6), (6, 6), (3, 3), (1, 1)]
    assert [layer.label for layer in layers] == ["6 ReLU", "6 ReLU", "3 Sigmoid", "output"]
    assert [(layer.units, layer.drawn) for layer in filmed(WIDE)[0].scene.layers] == [(10, 8), (9, 8), (3, 3)]
    assert [(layer.units, layer.drawn) for layer in filmed(DIGITS)[0].scene.layers] == [(9, 8), (10, 10)]


@pytest.mark.parametrize(("depth", "each"), [(1, 8), (12, 8), (13, 7), (16, 6), (24, 4), (48, 2), (61, 2)])
def test_deeper_networks_are_drawn_with_fewer_hidden_units_but_at_least_two_and_with_ten_outputs(
    depth: int, each: int
) -> None:
    assert drawn_units((128,) * depth) == (*(each,) * (depth - 1), 10)
    assert drawn_units((1,) * depth) == (1,) * depth
