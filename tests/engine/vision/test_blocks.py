"""The blocks of networks on pictures: shapes, parameters and work by formula, as PyTorch's modules have them."""

import pytest
import torch
from torch import nn

from engine.choice import catalog
from engine.vision.block import BlockChoice
from engine.vision.blocks import (
    Activate,
    AnyBlock,
    Convolution,
    Dense,
    Drop,
    GlobalPool,
    Normalize,
    Pool,
)
from engine.vision.network import weighted
from engine.vision.norms import MapBatchNorm, MapGroupNorm, NoMapNorm
from engine.vision.residual import Residual
from engine.vision.shapes import CannotFit, Shape, shape_text

MAP: Shape = (8, 11, 9)
VARIANTS: list[BlockChoice] = [
    *(row() for row in catalog(AnyBlock).values()),
    Convolution(channels=12, kernel=5, stride=2),
    Convolution(channels=12, kernel=3, padding="none", dilation=2),
    Convolution(channels=16, groups=4, kernel=7, stride=3, dilation=2),
    Pool(mode="average", size=3, stride=1),
    Pool(size=4, stride=3),
    GlobalPool(mode="max"),
    Normalize(norm=MapGroupNorm(groups=2)),
    Normalize(norm=NoMapNorm()),
    Residual(channels=8),
    Residual(channels=8, stride=2, norm=NoMapNorm()),
    Residual(channels=20, skip=False, norm=MapGroupNorm(groups=5)),
]


def built(block: BlockChoice, before: Shape) -> nn.Module:
    """With some numbers in its weights."""
    made = block.build(before, torch.Generator())
    for _, layer in weighted(made):
        nn.init.normal_(layer.weight, std=0.1, generator=torch.Generator().manual_seed(1))
        nn.init.zeros_(layer.bias)
    return made


@pytest.mark.parametrize("block", VARIANTS, ids=lambda block: block.named)
def test_it_gives_the_shape_it_says(block: BlockChoice) -> None:
    given = built(block, MAP)(torch.randn(3, *MAP))
    assert tuple(given.shape[1:]) == block.shape(MAP)


@pytest.mark.parametrize("block", VARIANTS, ids=lambda block: block.named)
def test_its_parameters_are_those_of_its_module(block: BlockChoice) -> None:
    assert block.parameters(MAP) == sum(parameter.numel() for parameter in built(block, MAP).parameters())


@pytest.mark.parametrize("block", VARIANTS, ids=lambda block: block.named)
def test_its_multiply_adds_are_counted_place_by_place(block: BlockChoice) -> None:
    counted = 0

    def count(layer: nn.Module, _: object, given: torch.Tensor) -> None:
        nonlocal counted
        each = layer.weight[0].numel()  # type: ignore[index, operator]
        counted += given[0].numel() * each

    made = built(block, MAP)
    for _, layer in weighted(made):
        layer.register_forward_hook(count)
    made(torch.randn(2, *MAP))
    assert block.multiply_adds(MAP) == counted


@pytest.mark.parametrize("block", [Dense(), Activate(), Drop(), Normalize()], ids=lambda block: block.named)
def test_what_needs_no_places_takes_units_too(block: BlockChoice) -> None:
    assert tuple(built(block, (10,))(torch.randn(4, 10)).shape[1:]) == block.shape((10,))


@pytest.mark.parametrize(
    ("block", "before", "why"),
    [
        (Pool(), (4, 1, 1), "the picture is 1x1 already"),
        (Pool(size=5), (4, 3, 3), "its window spans 5x5, and the picture is 3x3"),
        (Convolution(kernel=5, padding="none"), (4, 4, 4), "a smaller window or padding would fit"),
        (Convolution(kernel=3, padding="none", dilation=3), (4, 6, 6), "its window spans 7x7, and the picture is 6x6"),
        (Convolution(groups=3), (4, 6, 6), "4 channels to 16 can't be shared out evenly among 3 groups"),
        (Convolution(), (64,), "a convolution needs places side by side, and what comes is flat (64 numbers)"),
        (Residual(), (64,), "a residual block needs places"),
        (GlobalPool(), (64,), "a global pool needs places"),
        (Normalize(norm=MapGroupNorm(groups=3)), (4, 6, 6), "4 channels can't be shared out evenly among 3 groups"),
        (Normalize(norm=MapGroupNorm(groups=4)), (4,), "each group would be a single number"),
        (Activate.model_validate({"activation": {"kind": "maxout"}}), (4, 6, 6), "choose another activation"),
        (Residual(norm=MapGroupNorm(groups=3)), (4, 6, 6), "16 channels can't be shared out evenly among 3 groups"),
    ],
)
def test_what_cannot_fit_says_what_came_and_why(block: BlockChoice, before: Shape, why: str) -> None:
    with pytest.raises(CannotFit) as caught:
        block.shape(before)
    assert why in str(caught.value)


def test_a_residual_block_adds_what_came_in() -> None:
    row = Residual(channels=8, norm=NoMapNorm())
    made, x = built(row, MAP), torch.randn(2, *MAP)
    with torch.no_grad():
        for _, layer in weighted(made):
            layer.weight.zero_()
    torch.testing.assert_close(made(x), x.relu())
    without = built(row.model_copy(update={"skip": False}), MAP)
    with torch.no_grad():
        for _, layer in weighted(without):
            layer.weight.zero_()
    assert not without(x).any()


def test_a_batch_norm_standardizes_each_channel_over_pictures_and_places() -> None:
    x = torch.randn(5, *MAP) * 3 + 2
    given = MapBatchNorm().build(MAP)(x)
    torch.testing.assert_close(given.mean((0, 2, 3)), torch.zeros(8), atol=1e-5, rtol=0)
    torch.testing.assert_close(given.std((0, 2, 3), correction=0), torch.ones(8), atol=1e-4, rtol=0)


def test_shapes_are_written_as_channels_then_sides() -> None:
    assert shape_text((16, 8, 4)) == "16 x 8x4" and shape_text((64,)) == "64"
