"""The U-Net: its plan is what is built, a skip brings a map across, and what doesn't fit is said."""

import pytest
import torch
from torch import nn

from engine.streams import stream
from engine.vision.experiment import VisionExperiment
from engine.vision.heads.segment import Segment
from engine.vision.network import PER_BLOCK, Asked
from engine.vision.norms import MapGroupNorm, NoMapNorm
from engine.vision.shapes import CannotFit
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.unet import UNet

ASKED = Asked((3, 16, 24), 4, per_pixel=True, mean=(0.5, 0.4, 0.3), std=(0.2, 0.2, 0.1))


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("skips", [True, False])
def test_the_plan_is_what_is_built(depth, skips):
    row = UNet(depth=depth, width=4, skips=skips)
    network, plan = row.build(ASKED, 0).eval(), row.plan(ASKED)
    assert sum(stage.parameters for stage in plan) == sum(parameter.numel() for parameter in network.parameters())
    x = torch.rand(2, 3, 16, 24)
    features = network.features(x)
    assert [tuple(values.shape[1:]) for values in features] == [stage.after for stage in plan[:-1]]
    assert network(x).shape == (2, *plan[-1].after) == (2, 4, 16, 24)
    torch.testing.assert_close(network(x), network.head(features[-1]))
    assert network.names == tuple(stage.named for stage in plan[:-1])
    assert len(network.matrices) == 2 * len(features) + 1


def test_multiply_adds_are_those_of_its_convolutions():
    row = UNet(depth=2, width=3)
    network = row.build(ASKED, 0).eval()
    counted = []
    hooks = [
        module.register_forward_hook(lambda m, _, out: counted.append(m.weight.numel() * out[0, 0].numel()))
        for module in network.modules()
        if isinstance(module, nn.Conv2d)
    ]
    network(torch.rand(1, 3, 16, 24))
    for hook in hooks:
        hook.remove()
    assert sum(stage.multiply_adds for stage in row.plan(ASKED)) == sum(counted)


def test_it_is_the_composition_that_its_formula_says():
    network = UNet(depth=1, width=4, norm=NoMapNorm()).build(ASKED, 0)
    x = network.standardized(torch.rand(2, 3, 16, 24))
    first = network.down[0](x)
    bottom = network.down[1](nn.functional.max_pool2d(first, 2))
    doubled = bottom.repeat_interleave(2, 2).repeat_interleave(2, 3)
    wanted = network.head(network.up[0](torch.cat([first, doubled], 1)))
    torch.testing.assert_close(network.head(network.last(x)), wanted)


def test_without_its_bottom_only_a_skip_still_brings_the_picture_across():
    for skips in (True, False):
        network = UNet(depth=2, width=4, skips=skips).build(ASKED, 0).eval()
        for parameter in network.down[2].parameters():
            nn.init.zeros_(parameter)
        a, b = network(torch.rand(1, 3, 16, 24)), network(torch.rand(1, 3, 16, 24))
        assert torch.equal(a, b) is not skips


def test_first_weights_are_the_initializers_from_streams_of_their_own():
    network = UNet(depth=1, width=4).build(ASKED, 5)
    wanted = torch.empty_like(network.down[1][0].weight)
    nn.init.kaiming_normal_(wanted, nonlinearity="relu", generator=stream(5, "weights", PER_BLOCK * 2))
    assert torch.equal(network.down[1][0].weight, wanted)
    assert all((p == 0).all() for name, p in network.named_parameters() if name.endswith("0.bias"))
    deeper = UNet(depth=2, width=4).build(ASKED, 5)
    assert torch.equal(network.down[1][0].weight, deeper.down[1][0].weight)


def test_a_head_with_one_answer_a_picture_does_not_fit():
    with pytest.raises(CannotFit, match="asks for one answer a picture: choose another network"):
        UNet().plan(Asked((3, 16, 16), 4))
    with pytest.raises(ValueError, match="asks for one answer a picture"):
        VisionExperiment(data=ShapeScenes(), model=UNet())


def test_a_picture_that_cannot_be_halved_so_often_is_refused_at_the_depth():
    with pytest.raises(CannotFit, match="the picture is 12x12, which can't be halved 3 times") as caught:
        UNet(depth=3).plan(Asked((1, 12, 12), 4, per_pixel=True))
    assert UNet().field_of(caught.value) == "depth"
    with pytest.raises(CannotFit, match="shared out evenly among 8 groups") as caught:
        UNet(width=4, norm=MapGroupNorm(groups=8)).plan(ASKED)
    assert UNet().field_of(caught.value) == "norm"


def test_a_head_that_needs_masks_is_refused_where_there_are_none():
    with pytest.raises(ValueError, match="mask of these pictures"):
        VisionExperiment(model=UNet(depth=1), head=Segment())
