"""Layer by layer: bars, ridges and heat maps hold what PyTorch and NumPy find in the network."""

from copy import deepcopy
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from charts.layers import gradient_bars
from tests.charts.films import drawn, filmed, hand_frame, hand_scene, trace

LAYERS = ("hidden 1", "hidden 2", "output")


def by_layer(bar: Any) -> dict[str, float]:
    return dict(zip(bar.x, map(float, bar.y), strict=True))


def test_gradient_bars_are_norm_and_mean_size_of_what_backward_leaves() -> None:
    run, scene, film = filmed("spiral")
    network = deepcopy(run.model).eval()
    x, y = run.data.train.x[:256], run.data.train.y[:256].float()
    F.binary_cross_entropy_with_logits(network(x)[:, 0], y).backward()
    gradients = [linear.weight.grad for linear in network.linears]
    figure = drawn(scene, "gradient", film.last)
    norms, means = by_layer(trace(figure, "norm")), by_layer(trace(figure, "mean |gradient|"))
    assert tuple(norms) == tuple(means) == LAYERS
    assert list(norms.values()) == pytest.approx([float(g.square().sum().sqrt()) for g in gradients], rel=1e-4)
    assert list(means.values()) == pytest.approx([float(g.abs().sum() / g.numel()) for g in gradients], rel=1e-4)
    assert figure.layout.yaxis.type == "log"


def test_long_names_are_shortened_and_leave_the_height_to_the_bars() -> None:
    names = ("embedding", "layer 1 W_hh", "layer 1 backward W_hh", "W_hy")
    found = gradient_bars(SimpleNamespace(layer_names=names, probe_rows=64)).figure.layout  # type: ignore[arg-type]
    assert found.xaxis.ticktext == ("embedding", "layer 1 W_hh", "layer 1 ← W_hh", "W_hy")
    assert found.yaxis.title.text == "gradient"


def test_saturation_bars_are_saturated_and_dead_shares() -> None:
    frame = hand_frame({"saturated": [0.25, 0.5], "dead": [0.125, 0.75]})
    figure = drawn(hand_scene(), "saturation", frame)
    assert by_layer(trace(figure, "saturated activations")) == {"hidden 1": 0.25, "hidden 2": 0.5}
    assert by_layer(trace(figure, "dead units")) == {"hidden 1": 0.125, "hidden 2": 0.75}


def test_saturation_of_a_run_is_counted_from_its_slopes() -> None:
    run, scene, film = filmed("dying_relu")
    with torch.no_grad():
        first = run.model.linears[0](run.data.train.x[:256])
        second = run.model.linears[1](first.relu())
    figure = drawn(scene, "saturation", film.last)
    flat = [float((z <= 0).float().mean()) for z in (first, second)]
    dead = [float((z <= 0).all(dim=0).float().mean()) for z in (first, second)]
    assert flat != dead
    assert list(trace(figure, "saturated activations").y) == pytest.approx(flat)
    assert list(trace(figure, "dead units").y) == pytest.approx(dead)


@pytest.mark.parametrize("name, array", [("gradient_heatmap", "gradient_norm"), ("updates", "update_ratio")])
def test_heat_maps_have_a_row_per_layer_and_a_column_per_frame(name: str, array: str) -> None:
    rows = {0: [1e-3, 1e-2, 1e-1], 5: [10.0, 100.0, 0.0], 9: [1.0, 1e4, np.nan]}
    other = {"gradient_norm": "update_ratio", "update_ratio": "gradient_norm"}[array]
    frames = [hand_frame(step=step, **{array: row, other: [7.0, 7.0, 7.0]}) for step, row in rows.items()]
    (heat,) = drawn(hand_scene(), name, *frames).data
    assert tuple(heat.y) == LAYERS
    assert list(heat.x) == list(rows)
    np.testing.assert_allclose(heat.z, [[-3, 1, 0], [-2, 2, 4], [-1, np.nan, np.nan]], atol=1e-6)


def values_of(name: str) -> dict[str, np.ndarray]:
    """What the ridges of a spiral are histograms of, by layer."""
    run, _, _ = filmed("spiral")
    with torch.no_grad():
        if name == "weights":
            found = [linear.weight.detach() for linear in run.model.linears]
        else:
            found = [torch.tanh(run.model.linears[0](run.data.train.x[:256]))]
            found.append(torch.tanh(run.model.linears[1](found[0])))
    return {layer: tensor.double().numpy().ravel() for layer, tensor in zip(LAYERS, found, strict=False)}


@pytest.mark.parametrize("name", ["activations", "weights"])
def test_a_ridge_is_numpys_histogram_between_the_lowest_and_the_highest_value(name: str) -> None:
    _, scene, film = filmed("spiral")
    figure = drawn(scene, name, film.last)
    expected = values_of(name)
    assert {ridge.name for ridge in figure.data} == set(expected)
    feet = dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))
    for layer, values in expected.items():
        ridge = trace(figure, layer)
        counts, edges = np.histogram(values, bins=32, range=(values.min(), values.max()))
        assert (ridge.x[0], ridge.x[-1]) == pytest.approx((values.min(), values.max()), rel=1e-5)
        np.testing.assert_allclose(ridge.x[1:-1], (edges[:-1] + edges[1:]) / 2, atol=1e-5)
        heights = (np.asarray(ridge.y) - feet[layer]) / (max(ridge.y) - feet[layer])
        assert heights[0] == heights[-1] == 0
        np.testing.assert_allclose(heights[1:-1], counts / counts.max(), atol=0.5 / 255 + 1e-6)


@pytest.mark.parametrize("name", ["activations", "weights"])
def test_ridges_stand_one_above_the_other_with_the_first_layer_on_top(name: str) -> None:
    _, scene, film = filmed("spiral")
    figure = drawn(scene, name, film.last)
    layers = LAYERS[:2] if name == "activations" else LAYERS
    spans = [(min(trace(figure, layer).y), max(trace(figure, layer).y)) for layer in layers]
    for (foot, _), (_, top) in pairwise(spans):
        assert foot > top, "ridges overlap, or the first layer is not on top"
    low, high = figure.layout.yaxis.range
    assert low < spans[-1][0] < spans[0][1] < high


def test_an_older_step_has_the_bars_and_ridges_of_its_own_frame() -> None:
    frames = [
        hand_frame({"saturated": [share, 0.0], "dead": [0.0, share]}, step=step, gradient_mean=[share] * 3)
        for step, share in ((0, 0.1), (10, 0.2), (20, 0.3))
    ]
    figure = drawn(hand_scene(), "saturation", *frames, step=14)
    assert list(trace(figure, "dead units").y) == pytest.approx([0, 0.2])
    bars = drawn(hand_scene(), "gradient", *frames, step=3)
    assert list(trace(bars, "mean |gradient|").y) == pytest.approx([0.1] * 3)


@pytest.mark.parametrize(("names", "angle"), [(LAYERS, 0), (("layer 1 W_xh", "layer 1 W_hh", "W_hy"), -45)])
def test_long_names_of_layers_are_slanted_even_if_they_are_few(names: tuple[str, ...], angle: int) -> None:
    shown = gradient_bars(SimpleNamespace(layer_names=names, probe_rows=256))  # type: ignore[arg-type]
    assert shown.figure.layout.xaxis.tickangle == angle


def block_names(layers: int, *, encoder: bool) -> tuple[str, ...]:
    """The matrices of a transformer, in their order."""
    attention, forward = ("query", "key", "value", "out"), ("up", "down")
    parts = [(f"encoder {layer}", (*attention, *forward)) for layer in range(1, layers + 1) if encoder]
    for layer in range(1, layers + 1):
        cross = [(f"cross {layer}", attention)] if encoder else []
        parts += [(f"decoder {layer}", attention), *cross, (f"decoder {layer}", forward)]
    return ("embedding", *(f"{part} {matrix}" for part, matrices in parts for matrix in matrices), "output")


@pytest.mark.parametrize(
    ("layers", "encoder", "named"),
    [
        (2, True, "enc 1, dec 1, dec 2"),
        (4, False, "dec 1, dec 2, dec 3, dec 4"),
        (6, True, "enc 1, dec 1, dec 4, out"),
    ],
)
def test_many_matrices_are_named_by_their_block_level_and_apart(layers: int, encoder: bool, named: str) -> None:
    names = block_names(layers, encoder=encoder)
    shown = gradient_bars(SimpleNamespace(layer_names=names, probe_rows=256))  # type: ignore[arg-type]
    axis = shown.figure.layout.xaxis
    assert ", ".join(axis.ticktext) == named and axis.tickangle == 0
    assert all(list(bars.customdata) == list(names) for bars in shown.figure.data), "a bar does not tell its matrix"


def test_many_layers_without_blocks_keep_their_names() -> None:
    names = tuple(f"hidden {layer}" for layer in range(1, 13))
    shown = gradient_bars(SimpleNamespace(layer_names=names, probe_rows=256))  # type: ignore[arg-type]
    assert shown.figure.layout.xaxis.ticktext is None
