"""Moved pictures beside SciPy's, NumPy's and what a matrix does to single points; masks and boxes beside each other."""

import math

import numpy as np
import pytest
import torch
from scipy import ndimage

from engine.streams import stream
from engine.vision.augment.plane import PADDING, Fill, boxes_moved, mirrored, moved, slid
from engine.vision.images import NO_OBJECT
from tests.engine.vision.augment.parts import extent, part

FILLS = tuple(PADDING)
MODES = {"black": "constant", "edge": "nearest", "mirror": "reflect"}
"""As SciPy calls them."""
MATRIX = torch.tensor([[0.9, -0.3, 1.3], [0.2, 1.1, -0.7]])


def by_scipy(picture: torch.Tensor, matrix: torch.Tensor, filled: Fill) -> np.ndarray:
    """One channel moved by (A | t), counted from the middle in pixels: SciPy reads out(o) = in(B o + c), rows first."""
    linear, shift = matrix[:, :2].double().numpy(), matrix[:, 2].double().numpy()
    back = np.linalg.inv(linear)[::-1, ::-1]
    middle = (np.array(picture.shape) - 1) / 2
    offset = middle - back @ (middle + shift[::-1])
    # Beyond the middle of its outermost pixels torch fades into what stands outside, as SciPy does on a wider picture.
    wide = np.pad(picture.double().numpy(), 20, {"black": "constant", "edge": "edge", "mirror": "symmetric"}[filled])
    return ndimage.affine_transform(
        wide, back, offset + 20 - back @ np.full(2, 20), wide.shape, order=1, mode=MODES[filled]
    )[20:-20, 20:-20]


@pytest.mark.parametrize("filled", FILLS)
def test_a_moved_picture_is_scipys(filled: Fill) -> None:
    given = part(3, channels=2)
    found = moved(given, MATRIX.expand(3, 2, 3), filled)
    for picture in range(3):
        for channel in range(2):
            there = by_scipy(given.x[picture, channel], MATRIX, filled)
            assert np.abs(found.x[picture, channel].numpy() - there).max() < 2e-5


def test_every_picture_has_its_own_matrix() -> None:
    given = part(2)
    matrices = torch.stack([torch.eye(2, 3), MATRIX])
    found = moved(given, matrices, "black")
    assert torch.allclose(found.x[0], given.x[0], atol=1e-5)
    assert torch.allclose(found.x[1], moved(given.rows(slice(1, 2)), MATRIX[None], "black").x[0])


def test_a_mask_is_read_where_the_matrix_says_pixel_by_pixel() -> None:
    given = part(4)
    found = moved(given, MATRIX.expand(4, 2, 3), "black")
    height, width = given.x.shape[2:]
    back = torch.linalg.inv(MATRIX[:, :2])
    for picture in range(4):
        for row in range(height):
            for column in range(width):
                place = torch.tensor([column + 0.5 - width / 2, row + 0.5 - height / 2])
                x, y = (back @ (place - MATRIX[:, 2])).tolist()
                at = math.floor(y + height / 2), math.floor(x + width / 2)
                inside = 0 <= at[0] < height and 0 <= at[1] < width
                wanted = int(given.truth.mask[picture][at]) if inside else 0
                assert int(found.truth.mask[picture, row, column]) == wanted


@pytest.mark.parametrize("filled", FILLS)
@pytest.mark.parametrize(("across", "down"), [(0, 0), (3, -2), (-5, 4), (11, 0), (-30, 25)])
def test_a_picture_slid_by_whole_pixels_is_a_window_of_numpys_padding_bit_for_bit(
    filled: Fill, across: int, down: int
) -> None:
    given = part(2, channels=3)
    count = torch.ones(2, dtype=torch.int64)
    found = slid(given, across * count, down * count, filled)
    mode = {"black": "constant", "edge": "edge", "mirror": "symmetric"}[filled]
    wide = np.pad(given.x.numpy(), ((0, 0), (0, 0), (40, 40), (40, 40)), mode)
    height, width = given.x.shape[2:]
    window = wide[:, :, 40 - down : 40 - down + height, 40 - across : 40 - across + width]
    assert np.array_equal(found.x.numpy(), window)


def test_a_picture_slid_within_its_black_margin_is_numpys_roll() -> None:
    given = part(1)
    given.x.zero_()
    given.x[0, 0, 4, 5] = 1.0
    found = slid(given, torch.tensor([2]), torch.tensor([-3]), "black")
    assert np.array_equal(found.x.numpy(), np.roll(given.x.numpy(), (-3, 2), (2, 3)))


def test_boxes_of_what_is_slid_or_mirrored_are_the_extents_of_its_mask() -> None:
    given = part(40, seed=3)
    generator = stream(1, "noise")
    across, down = (torch.randint(-4, 5, (40,), generator=generator) for _ in range(2))
    for found in (
        slid(given, across, down, "black"),
        mirrored(given, upside_down=False),
        mirrored(given, upside_down=True),
    ):
        for picture in range(40):
            wanted = extent(found.truth.mask[picture])
            if not any(wanted):
                assert found.truth.objects[picture, 0, 0] == NO_OBJECT
                continue
            assert found.truth.box[picture].tolist() == pytest.approx(wanted, abs=1e-6)
            assert found.truth.objects[picture, 0, 1:].tolist() == pytest.approx(wanted, abs=1e-6)
            assert found.truth.objects[picture, 0, 0] == given.label[picture]
        assert (found.truth.objects[:, 1, 0] == NO_OBJECT).all()


def test_boxes_under_scaling_are_those_of_the_moved_rectangles() -> None:
    box = torch.tensor([[0.25, 0.25, 0.5, 0.75]])
    matrix = torch.tensor([[[2.0, 0.0, 1.0], [0.0, 2.0, 0.0]]])
    # Of a picture of 8 x 4: x from -2 .. 0 to -4 + 1 .. 0 + 1, y from -1 .. 1 to -2 .. 2.
    assert boxes_moved(box, matrix, 4, 8)[0].tolist() == pytest.approx([1 / 8, 0.0, 5 / 8, 1.0])


def test_mirror_images_are_numpys_flips_bit_for_bit() -> None:
    given = part(3, channels=3)
    assert np.array_equal(mirrored(given, upside_down=False).x.numpy(), np.flip(given.x.numpy(), 3))
    assert np.array_equal(mirrored(given, upside_down=True).x.numpy(), np.flip(given.x.numpy(), 2))
    twice = mirrored(mirrored(given, upside_down=False), upside_down=False)
    assert torch.allclose(twice.truth.box, given.truth.box) and torch.equal(twice.truth.mask, given.truth.mask)
    assert torch.allclose(twice.truth.objects, given.truth.objects)


def test_an_object_that_has_left_is_there_no_longer() -> None:
    given = part(1)
    found = slid(given, torch.tensor([12]), torch.tensor([0]), "black")
    assert found.truth.objects[0, 0].tolist() == [NO_OBJECT, 0, 0, 0, 0]
    assert not found.truth.mask.any() and not found.x.any()
