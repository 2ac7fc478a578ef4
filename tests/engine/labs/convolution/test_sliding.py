"""A window that slides, against PyTorch, SciPy and a loop that does what the page says."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from scipy import ndimage, signal

from engine.labs.convolution.bank import bank
from engine.labs.convolution.changes import with_weights
from engine.labs.convolution.edits import Edit, Place
from engine.labs.convolution.kernels import RandomKernel, SobelX
from engine.labs.convolution.pictures import pixels
from engine.labs.convolution.settings.window import Window
from engine.labs.convolution.sliding import beside, convolved, slid, slide
from engine.labs.convolution.state import ConvolutionLab
from engine.refusal import Refusal
from tests.engine.labs.convolution.drawn import labs


def of_torch(lab: ConvolutionLab) -> np.ndarray:
    """The same by PyTorch from the unpadded picture, with PyTorch's own padding."""
    window = lab.window
    x = torch.from_numpy(pixels(lab.picture, lab.colour, lab.seed).copy())[None]
    weights = bank(window, lab.channels)
    w = torch.from_numpy((weights[..., ::-1, ::-1] if window.flip else weights).copy())
    around = window.dilation * (window.size - 1)
    sides = [around // 2, around - around // 2] * 2
    if window.padding == "reflect":
        x = torch.nn.functional.pad(x, sides, mode="reflect")
    elif window.padding == "same":
        x = torch.nn.functional.pad(x, sides)
    return torch.nn.functional.conv2d(x, w, None, window.stride, 0, window.dilation, window.groups)[0].numpy()


@given(labs())
@settings(max_examples=60, deadline=None)
def test_every_output_is_pytorchs_and_scipys(lab: ConvolutionLab) -> None:
    try:
        found = slid(lab)
    except Refusal:
        with pytest.raises(RuntimeError):
            of_torch(lab)
        return
    np.testing.assert_allclose(found.output, of_torch(lab), atol=1e-6)
    others = beside(found)
    assert max(others.torch, others.correlate, others.convolve) < 1e-6


@given(labs())
@settings(max_examples=30, deadline=None)
def test_each_number_is_the_sum_of_patch_times_kernel_where_the_window_stands(lab: ConvolutionLab) -> None:
    try:
        found = slid(lab)
    except Refusal:
        assume(False)
    _, rows, columns = found.output.shape
    assert (rows, columns) == (found.down.places, found.across.places)
    for out, row, column in ((0, 0, 0), (found.outs - 1, rows - 1, columns - 1), (0, rows // 2, columns // 3)):
        total = (found.patch(out, row, column) * found.weights[out]).sum()
        assert found.output[out, row, column] == pytest.approx(total, abs=1e-9)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_padding_same_is_pytorchs_own_also_for_even_kernels() -> None:
    generator = np.random.default_rng(0)
    x = generator.random((1, 9, 9))
    for size in range(1, 8):
        w = generator.random((1, 1, size, size))
        theirs = torch.nn.functional.conv2d(torch.from_numpy(x)[None], torch.from_numpy(w), padding="same")[0].numpy()
        np.testing.assert_allclose(slide(x, w, padding="same").output, theirs, atol=1e-12)


def test_mirrored_padding_repeats_no_edge_as_scipys_mirror() -> None:
    x = np.arange(36.0).reshape(1, 6, 6)
    w = np.random.default_rng(1).random((1, 1, 3, 3))
    theirs = ndimage.correlate(x[0], w[0, 0], mode="mirror")
    np.testing.assert_allclose(slide(x, w, padding="reflect").output[0], theirs, atol=1e-12)


def test_a_flip_makes_scipys_convolution_of_it() -> None:
    plain = ConvolutionLab(window=Window(kernels=(SobelX(),)))
    turned = plain.model_copy(update={"window": plain.window.model_copy(update={"flip": True})})
    picture = pixels(plain.picture, False, 0)[0]
    kernel = SobelX().matrix(3)
    np.testing.assert_allclose(slid(turned).output[0], signal.convolve2d(picture, kernel, mode="valid"), atol=1e-12)
    np.testing.assert_allclose(slid(plain).output[0], signal.correlate2d(picture, kernel, mode="valid"), atol=1e-12)
    np.testing.assert_allclose(convolved(slid(plain))[0], slid(turned).output[0], atol=1e-12)
    assert beside(slid(plain)).unflipped > 1


def test_a_grey_picture_comes_to_the_same_in_one_channel_or_three() -> None:
    for kind in ("sobel_x", "gaussian", "identity"):
        grey = ConvolutionLab.model_validate({"window": {"kernels": [{"kind": kind}]}})
        colour = grey.model_copy(update={"colour": True})
        np.testing.assert_allclose(slid(grey).output, slid(colour).output, atol=1e-12)


def test_with_groups_each_output_sees_its_own_channels_alone() -> None:
    lab = ConvolutionLab(
        picture={"kind": "photograph", "side": 16},
        colour=True,
        window=Window(kernels=tuple(RandomKernel(draw=draw) for draw in range(6)), groups=3),
    )
    found = slid(lab)
    assert [list(found.seen(out)) for out in range(6)] == [[0], [0], [1], [1], [2], [2]]
    changed = found.picture.copy()
    changed[1] = 0
    again = slide(changed, found.weights, groups=3).output
    same = [np.allclose(again[out], found.output[out]) for out in range(6)]
    assert same == [True, True, False, False, True, True]


def test_a_weight_set_by_hand_is_the_one_that_slides() -> None:
    lab = with_weights(ConvolutionLab(), [Edit(Place(1, 1, 2, 3), 7.5)])
    assert slid(lab).weights[0, 0, 1, 2] == 7.5
    turned = lab.model_copy(update={"window": lab.window.model_copy(update={"flip": True})})
    assert slid(turned).weights[0, 0, 1, 0] == 7.5
