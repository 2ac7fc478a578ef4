"""One picture on its way through a network, beside forward hooks; what a place sees, by formula and by gradient."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.kept import Kept
from engine.labs.vision.course import Course, course
from engine.labs.vision.features import drawing_of, field, kernels, passed, picture_of
from engine.vision.block import BlockChoice
from engine.vision.blocks import Activate, Convolution, Dense, GlobalPool, Pool
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn
from engine.vision.residual import Residual


def trained(*blocks: BlockChoice) -> Course:
    experiment = VisionExperiment(model=Cnn(blocks=blocks)).patched({"training.epochs": 1})
    *_, last = course(experiment, Kept(lambda: 1e6))
    assert last.result is not None
    return last.result


BLOCKS = (Convolution(channels=5), Activate(), Pool(), Dense(units=9), Activate())


def test_maps_are_what_the_modules_give() -> None:
    found = trained(*BLOCKS)
    x, label = picture_of(found, 7)
    assert label == str(int(found.data.validation.label[6]))
    network, seen = found.network(-1), []

    def see(_: nn.Module, __: object, given: Tensor) -> None:
        seen.append(given[0].detach().clone())

    for block in network.blocks:  # type: ignore[attr-defined]
        block.register_forward_hook(see)
    with torch.no_grad():
        answer = network(x)[0].double().exp()
    shown = passed(found, len(found.moments) - 1, x, label)
    assert len(shown.blocks) == len(seen) == 5
    for block, values in zip(shown.blocks, seen, strict=True):
        np.testing.assert_allclose(block.maps.reshape(values.shape), values, atol=1e-6)
    np.testing.assert_allclose(shown.answer, answer / answer.sum(), rtol=1e-5)
    assert np.allclose(shown.blocks[0].spread, seen[0].flatten(1).numpy().std(1), atol=1e-6)


def test_kernels_are_the_weights_of_the_convolution_before() -> None:
    found = trained(Convolution(channels=3), Activate(), Residual(channels=4, kernel=3), Dense(units=4))
    first, second = kernels(found, 0, 1), kernels(found, 0, 4)
    assert first is not None and first.named == "1 conv" and first.of == (3, 1)
    np.testing.assert_array_equal(first.weights, found.network(0).matrices["1 conv"].detach().numpy())
    assert second is not None and second.named == "3 residual skip"
    assert kernels(trained(Dense(units=3)), 0, 1) is None


STACKS: dict[str, tuple[BlockChoice, ...]] = {
    "one window": (Convolution(channels=3, kernel=5),),
    "strides and pools": (Convolution(channels=3, kernel=3, stride=2), Activate(), Pool(size=2, stride=1)),
    "holes": (Convolution(channels=3, kernel=3, dilation=2, padding="none"), Convolution(channels=3)),
    "averages": (Convolution(channels=3), Pool(mode="average"), Activate(), Convolution(channels=2, kernel=5)),
    "residual": (Pool(mode="average"), Residual(channels=3)),
}
SMOOTH = ("one window", "averages")
"""Nothing in them stops a gradient at a single pixel, as a maximum or a ReLU does."""


@pytest.mark.parametrize("stack", STACKS)
def test_the_frame_of_the_formula_holds_exactly_what_has_a_gradient(stack: str) -> None:
    blocks = tuple(
        block if not isinstance(block, Activate) else Activate.model_validate({"activation": {"kind": "tanh"}})
        for block in STACKS[stack]
    )
    found = trained(*blocks)
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(3))
    rows, columns = found.experiment.plan()[len(blocks) - 1].after[1:]
    for cell in ((0, 0), (rows // 2, columns // 2), (rows - 1, 0)):
        seen = field(found, 0, x, len(blocks), cell)
        assert seen is not None
        top, bottom, left, right = seen.box
        outside = seen.strength.copy()
        outside[top : bottom + 1, left : right + 1] = 0
        assert not outside.any()
        if stack in SMOOTH:
            down, across = seen.strength.any(1).nonzero()[0], seen.strength.any(0).nonzero()[0]
            assert (down[0], down[-1], across[0], across[-1]) == seen.box


def test_behind_a_dense_block_there_are_no_places() -> None:
    found = trained(Convolution(channels=2), GlobalPool(), Dense(units=4))
    x, _ = picture_of(found, 1)
    assert field(found, 0, x, 2, (0, 0)) is None and field(found, 0, x, 3, (0, 0)) is None


def test_a_drawing_is_grey_in_every_channel_and_stands_at_the_upper_left() -> None:
    x, label = drawing_of(trained(Dense(units=3)), "0f8")
    assert x.shape == (1, 1, 8, 8) and label == ""
    np.testing.assert_allclose(x[0, 0, 0, :3], [0, 1, 8 / 15], atol=1e-6)
    assert float(x.sum()) == pytest.approx(1 + 8 / 15)
