"""Grad-CAM, beside its formula written out; what is blocked where there is no map."""

import pytest
import torch
import torch.nn.functional as F

from engine.vision.attribution.layers import GradCam, layers_with_maps
from engine.vision.blocks import Activate, Dense
from tests.engine.vision.attribution.small import BLOCKS, question


@pytest.mark.parametrize("layer", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("keeps_sign", [True, False])
def test_grad_cam_weighs_each_map_of_the_layer_with_its_mean_gradient(layer: int, keeps_sign: bool) -> None:
    asked = question()
    blocks = list(asked.network.parts)
    signal = asked.network.standardized(asked.x)
    for block in blocks[:layer]:
        signal = block(signal)
    maps = signal.detach().requires_grad_()
    rest = maps
    for block in blocks[layer:]:
        rest = block(rest)
    asked.network.head(rest).gather(1, asked.answer[:, None]).sum().backward()
    small = torch.stack(
        [sum(maps.grad[n, k].mean() * maps[n, k] for k in range(maps.shape[1])) for n in range(len(asked.x))]
    )
    if not keeps_sign:
        small = small.clamp(min=0)
    by_hand = F.interpolate(small[:, None].detach(), (8, 6), mode="bilinear")[:, 0]
    method = GradCam(layer=layer, keeps_sign=keeps_sign)
    torch.testing.assert_close(method.map(asked), by_hand, atol=1e-6, rtol=0)


def test_its_maps_and_weights_add_up_to_the_map() -> None:
    asked, method = question(), GradCam(keeps_sign=True)
    maps, weights = method.parts(asked)
    assert maps.shape == (3, 6, 4, 3)
    small = (maps * weights[..., None, None]).sum(1, keepdim=True)
    torch.testing.assert_close(
        F.interpolate(small, (8, 6), mode="bilinear")[:, 0], method.map(asked), atol=1e-6, rtol=0
    )


def test_the_last_layer_with_maps_is_taken_where_the_one_asked_for_has_none() -> None:
    asked = question()
    assert layers_with_maps(asked.network, asked.x) == [1, 2, 3, 4, 5]
    assert [GradCam(layer=layer).layer_of(asked) for layer in (0, 2, 6, 40)] == [5, 2, 5, 5]
    flat = question(blocks=(Dense(units=5), Activate()))
    with pytest.raises(ValueError, match="needs a convolution"):
        GradCam().map(flat)


def test_its_hooks_are_gone_also_after_a_failure() -> None:
    asked = question()
    GradCam().map(asked)
    GradCam().parts(asked)
    broken = question(blocks=BLOCKS)
    broken.network.head = torch.nn.Linear(3, 3)
    for method in (GradCam().map, GradCam().parts):
        with pytest.raises(RuntimeError):
            method(broken)
    hooks = [
        [*module._forward_hooks, *module._forward_pre_hooks, *module._backward_hooks, *module._backward_pre_hooks]
        for network in (asked.network, broken.network)
        for module in network.modules()
    ]
    assert not any(hooks)
