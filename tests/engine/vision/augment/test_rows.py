"""Every row of the augmentation catalog: what it draws, what it carries along, and what of it comes again."""

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy import ndimage, stats

from engine.choice import catalog
from engine.streams import stream
from engine.vision.augment.augmentation import TRUTHS, AugmentationChoice
from engine.vision.augment.catalog import MOST_ROWS, AnyAugmentation, augmented
from engine.vision.augment.mixing import MixUp
from engine.vision.augment.moves import Affine, Crop, Flip, Pad, Rotate, Scale, Shift
from engine.vision.augment.shading import Brightness, CutOut, Noise
from engine.vision.augment.warp import Warp, field
from engine.vision.images import BACKGROUND, Part, Truth
from tests.engine.vision.augment.parts import extent, part
from tests.rows import defaults_of

ROWS = defaults_of(AnyAugmentation)
every = pytest.mark.parametrize("row", list(ROWS.values()), ids=list(ROWS))
CLASSES = 3
LIKELY = {"probability": 1.0}


def once(row: AugmentationChoice, given: Part, seed: int = 0, step: int = 0) -> Part:
    return augmented((row,), given, CLASSES, seed, step)  # type: ignore[arg-type]


def same(one: Part, other: Part) -> bool:
    pairs = [(one.x, other.x), (one.label, other.label)]
    pairs += [(value, vars(other.truth)[name]) for name, value in vars(one.truth).items() if value is not None]
    return all(torch.equal(*pair) for pair in pairs)


@every
def test_the_same_seed_and_step_give_the_same_pictures_and_others_others(row: AugmentationChoice) -> None:
    given = part(16)
    kept = torch.random.get_rng_state()
    first = once(row, given, 1, 7)
    assert torch.equal(torch.random.get_rng_state(), kept)
    assert same(first, once(row, given, 1, 7))
    if row.kind != "affine":
        assert not torch.equal(first.x, once(row, given, 1, 8).x)
        assert not torch.equal(first.x, once(row, given, 2, 7).x)


@every
def test_what_it_is_given_stays_as_it_was(row: AugmentationChoice) -> None:
    given, again = part(8), part(8)
    once(row, given)
    assert same(given, again)


@every
def test_brightness_stays_from_0_to_1_and_the_shape_stays(row: AugmentationChoice) -> None:
    given = part(12, channels=3)
    found = once(row, given)
    assert found.x.shape == given.x.shape and found.x.dtype == given.x.dtype
    assert float(found.x.min()) >= 0.0 and float(found.x.max()) <= 1.0 + 1e-6


@every
def test_it_is_done_to_the_share_of_pictures_that_its_probability_says(row: AugmentationChoice) -> None:
    given = part(2000, height=8, width=8)
    never = once(row.model_copy(update={"probability": 0.0}), given)
    assert torch.equal(never.x, given.x)
    done = once(row.model_copy(update={"probability": 0.3}), given).x != given.x
    always = once(row.model_copy(update={"probability": 1.0}), given).x != given.x
    share = float(done.flatten(1).any(1).float().mean()) / float(always.flatten(1).any(1).float().mean())
    assert share == pytest.approx(0.3, abs=0.04)


@every
def test_what_it_does_not_carry_is_not_known_afterwards_and_no_head_may_need_it(row: AugmentationChoice) -> None:
    found = once(row, part(6)).truth
    known = {name for name in TRUTHS if getattr(found, name) is not None}
    assert known == set(row.carries)
    for name, called in TRUTHS.items():
        said = row.misfit((name,))
        assert (called in said and row.label in said) if name not in row.carries else said == ""
    assert row.misfit(()) == ""


@every
def test_boxes_that_are_carried_are_the_extents_of_the_mask(row: AugmentationChoice) -> None:
    if "box" not in row.carries or "mask" not in row.carries:
        assert row.kind in {"rotate", "pad", "warp", "affine", "cut_out", "mix_up"}
        return
    found = once(row.model_copy(update=LIKELY), part(30, height=40, width=40))
    for picture in range(30):
        wanted, box = extent(found.truth.mask[picture]), found.truth.box[picture]
        if any(wanted):
            assert box.tolist() == pytest.approx(wanted, abs=0.5 / 40 + 1e-6), picture
        else:
            assert 0 < float((box[2:] - box[:2]).min()) <= 0.5 / 40, (
                "less than half a pixel is left, of which none is read"
            )


def test_a_picture_whose_object_would_leave_stays_as_it_was() -> None:
    given = part(200, height=12, width=12)
    found = once(Shift(most=0.5), given)
    assert ((found.truth.box[:, 2:] - found.truth.box[:, :2]) > 0).all()
    unknown = replace(given, truth=Truth(mask=given.truth.mask))
    gone = (once(Shift(most=0.5), unknown).truth.mask == 0).flatten(1).all(1)
    assert gone.any() and torch.equal(found.x[gone], given.x[gone])
    assert torch.equal(found.truth.mask[gone], given.truth.mask[gone])


def test_another_row_behind_it_or_another_knob_before_it_shifts_no_draws() -> None:
    given = part(8)
    one, two = Shift(whole=True), Noise(deviation=0.2)
    alone = augmented((one,), given, CLASSES, 0, 3)
    both = augmented((one, two), given, CLASSES, 0, 3)
    assert torch.equal(both.x, two.apply(alone, stream(0, "augmentation", 3 * MOST_ROWS + 1)).x)


# --- moves ------------------------------------------------------------------------------------------------------------


def test_shifts_are_even_and_within_their_bounds() -> None:
    given = part(4000, height=10, width=20)
    given.x.zero_()
    given.x[:, 0, 5, 10] = 1.0
    places = torch.nonzero(once(Shift(most=0.2), given).x[:, 0])
    down, across = places[:, 1] - 5, places[:, 2] - 10
    assert set(down.tolist()) == set(range(-2, 3)) and set(across.tolist()) == set(range(-4, 5))
    assert stats.chisquare(np.bincount(across + 4)).pvalue > 1e-3
    assert abs(float(torch.corrcoef(torch.stack([down, across]).float())[0, 1])) < 0.06


def test_a_shift_by_parts_of_a_pixel_is_scipys() -> None:
    given = part(1)
    found = once(Shift(most=0.3, whole=False), given)
    draws = stream(0, "augmentation", 0)
    torch.rand(1, generator=draws)
    x, y = (float((2 * torch.rand(1, generator=draws) - 1) * 0.3 * size) for size in (12, 9))
    wide = np.pad(given.x[0, 0].double().numpy(), 10)
    assert np.abs(found.x[0, 0].numpy() - ndimage.shift(wide, (y, x), order=1)[10:-10, 10:-10]).max() < 1e-5


def test_rotation_by_a_quarter_turn_is_numpys_and_anticlockwise(monkeypatch: pytest.MonkeyPatch) -> None:
    given = part(2, height=9, width=9)
    monkeypatch.setattr("engine.vision.augment.moves.uniform", lambda n, *_: torch.full((n,), math.pi / 2))
    found = once(Rotate(), given)
    assert np.abs(found.x.numpy() - np.rot90(given.x.numpy(), 1, (2, 3))).max() < 1e-5
    assert np.array_equal(found.truth.mask.numpy(), np.rot90(given.truth.mask.numpy(), 1, (1, 2)))
    assert torch.allclose(found.truth.angle, given.truth.angle + math.pi / 2)


def test_rotation_is_scipys_at_the_angles_that_were_drawn() -> None:
    given = part(5, height=11, width=11)
    found = once(Rotate(most=90.0), given)
    turned = (found.truth.angle - given.truth.angle).rad2deg()
    assert float(turned.abs().max()) <= 90.0
    for picture in range(5):
        wide = np.pad(given.x[picture, 0].double().numpy(), 12)
        there = ndimage.rotate(wide, float(turned[picture]), reshape=False, order=1)[12:-12, 12:-12]
        assert np.abs(found.x[picture, 0].numpy() - there).max() < 2e-5


@pytest.mark.parametrize(("axis", "number"), [("left and right", 3), ("top and bottom", 2)])
def test_a_flip_is_numpys_for_half_of_the_pictures(axis: str, number: int) -> None:
    given = part(400)
    found = once(Flip(axis=axis), given)  # type: ignore[arg-type]
    turned = torch.from_numpy(np.flip(given.x.numpy(), number).copy())
    is_turned = (found.x == turned).flatten(1).all(1)
    assert ((found.x == given.x).flatten(1).all(1) ^ is_turned).all()
    assert float(is_turned.float().mean()) == pytest.approx(0.5, abs=0.08)
    if axis == "left and right":
        assert torch.equal(found.truth.steering, torch.where(is_turned, -given.truth.steering, given.truth.steering))


def test_scaling_keeps_the_middle_and_is_even_on_a_log_scale() -> None:
    given = part(3000, height=16, width=16)
    given.truth.box[:] = torch.tensor([0.375, 0.375, 0.625, 0.625])
    found = once(Scale(least=0.5, most=2.0), given).truth.box
    assert torch.allclose((found[:, :2] + found[:, 2:]) / 2, torch.tensor(0.5), atol=1e-5)
    factor = np.log2((found[:, 2] - found[:, 0]).numpy() / 0.25)
    assert stats.kstest(factor, stats.uniform(-1, 2).cdf).pvalue > 1e-3


def test_a_scaled_picture_is_scipys() -> None:
    given = part(2, height=12, width=12)
    given.truth.box[:] = torch.tensor([0.4, 0.4, 0.6, 0.6])
    found = once(Scale(least=0.6, most=1.4), given)
    for picture in range(2):
        factor = float(found.truth.box[picture, 2] - found.truth.box[picture, 0]) / 0.2
        wide = np.pad(given.x[picture, 0].double().numpy(), 12)
        middle = np.full(2, (len(wide) - 1) / 2)
        there = ndimage.affine_transform(wide, np.eye(2) / factor, middle - middle / factor, order=1)[12:-12, 12:-12]
        assert np.abs(found.x[picture, 0].numpy() - there).max() < 2e-5


def test_a_crop_shows_nothing_from_outside_and_enlarges_what_it_shows() -> None:
    given = part(500, height=16, width=16)
    given.x.fill_(0.7)
    given.truth.box[:] = torch.tensor([0.0, 0.0, 1.0, 1.0])
    found = once(Crop(least=0.5), given)
    assert torch.allclose(found.x, given.x, atol=1e-6)
    assert (found.truth.box == torch.tensor([0.0, 0.0, 1.0, 1.0])).all()
    given.truth.box[:] = torch.tensor([0.45, 0.45, 0.55, 0.55])
    sides = once(Crop(least=0.5), given).truth.box
    factor = (sides[:, 2] - sides[:, 0]) / 0.1
    assert float(factor.min()) >= 1.0 and float(factor.max()) <= 2.0 + 1e-4


def test_black_padding_is_a_shift_and_a_mirrored_one_a_window_of_numpys() -> None:
    given = part(300, height=8, width=8)
    black = once(Pad(pixels=2, empty="black"), given)
    wide = np.pad(given.x.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)), "symmetric")
    mirror = once(Pad(pixels=2, empty="mirror"), given)
    offsets = set()
    for picture in range(300):
        windows = {
            (i, j): wide[picture, 0, i : i + 8, j : j + 8]
            for i in range(5)
            for j in range(5)
            if np.array_equal(mirror.x[picture, 0].numpy(), wide[picture, 0, i : i + 8, j : j + 8])
        }
        assert windows
        offsets.add(next(iter(windows)))
        down, across = (2 - place for place in next(iter(windows)))
        assert np.array_equal(black.x[picture, 0], ndimage.shift(given.x[picture, 0].numpy(), (down, across), order=0))
    assert len(offsets) == 25


def test_an_affine_matrix_puts_each_point_where_it_says() -> None:
    row = Affine(a=0.5, b=-0.25, c=0.3, d=0.8, e=0.2, f=-0.1)
    size = 65
    x = torch.zeros(1, 1, size, size)
    row_of, column_of = 20, 44
    x[0, 0, row_of - 1 : row_of + 2, column_of - 1 : column_of + 2] = 1.0
    found = row.change(Part(x, torch.zeros(1, dtype=torch.int64)), stream(0, "noise")).x[0, 0]
    right, up = (column_of - 32) / 32.5, -(row_of - 32) / 32.5
    there = 0.5 * right - 0.25 * up + 0.2, 0.3 * right + 0.8 * up - 0.1
    down, across = ndimage.center_of_mass(found.numpy())
    assert ((across - 32) / 32.5, -(down - 32) / 32.5) == pytest.approx(there, abs=0.01)


def test_an_affine_matrix_that_makes_a_line_is_refused_with_its_determinant() -> None:
    with pytest.raises(ValidationError, match=r"a line: a d - b c = 0"):
        Affine(a=1.0, b=2.0, c=0.5, d=1.0)
    assert Affine(b=0.0, c=0.0).carries == ("mask", "box", "objects")
    assert Affine(b=0.1).carries == ("mask",)


# --- warp -------------------------------------------------------------------------------------------------------------


def test_a_warps_moves_have_the_spread_and_the_smoothness_that_its_knobs_say() -> None:
    sigma = 2.0
    moves = field(60, 32, 32, sigma, stream(0, "noise"))
    assert float(moves.mean()) == pytest.approx(0.0, abs=0.05)
    assert float(moves.std()) == pytest.approx(1.0, abs=0.05)
    # White noise under a bell curve of deviation s: correlation exp(-d^2 / 4 s^2) at distance d.
    for apart in (1, 2, 4):
        pairs = torch.stack([moves[:, :, apart:].flatten(), moves[:, :, :-apart].flatten()])
        assert float(torch.corrcoef(pairs)[0, 1]) == pytest.approx(math.exp(-(apart**2) / (4 * sigma**2)), abs=0.05)
    assert abs(float(torch.corrcoef(moves.reshape(-1, 2).T)[0, 1])) < 0.05


def test_a_warped_picture_is_scipys_at_the_moved_places() -> None:
    given, row = part(2, height=10, width=14), Warp(strength=1.2)
    found = row.change(given, stream(5, "noise"))
    moves = row.strength * field(2, 10, 14, row.smoothness, stream(5, "noise")).double().numpy()
    rows, columns = np.mgrid[:10, :14]
    for picture in range(2):
        wide = np.pad(given.x[picture, 0].double().numpy(), 10)
        places = [rows + moves[picture, ..., 1] + 10, columns + moves[picture, ..., 0] + 10]
        assert np.abs(found.x[picture, 0].numpy() - ndimage.map_coordinates(wide, places, order=1)).max() < 2e-5


# --- light, noise, holes ----------------------------------------------------------------------------------------------


def test_brightness_and_contrast_leave_the_order_of_pixels_and_move_the_mean_within_bounds() -> None:
    given = part(500)
    given.x.mul_(0.2).add_(0.4)
    found = once(Brightness(brightness=0.1, contrast=0.5), given)
    moved = found.x.mean((1, 2, 3)) - given.x.mean((1, 2, 3))
    assert float(moved.abs().max()) <= 0.1 + 1e-6 and float(moved.abs().mean()) == pytest.approx(0.05, abs=0.01)
    spread = found.x.std((1, 2, 3)) / given.x.std((1, 2, 3))
    assert float(spread.min()) >= 0.5 - 1e-4 and float(spread.max()) <= 1.5 + 1e-4
    assert stats.kstest(spread.numpy(), stats.uniform(0.5, 1).cdf).pvalue > 1e-3


def test_noise_has_its_deviation_and_is_other_noise_in_each_pixel() -> None:
    given = part(300)
    given.x.fill_(0.5)
    added = once(Noise(deviation=0.1), given).x - 0.5
    assert float(added.std()) == pytest.approx(0.1, rel=0.03)
    assert stats.kstest(added.flatten()[:5000].numpy() / 0.1, "norm").pvalue > 1e-3


def test_a_hole_is_a_square_anywhere_and_the_mask_does_not_see_through_it() -> None:
    given = part(3000, height=8, width=8)
    given.x.fill_(0.5)
    found = once(CutOut(side=0.4, brightness=0.9), given)
    holes = (found.x[:, 0] == 0.9).numpy()
    for hole in holes[:200]:
        rows, columns = np.nonzero(hole)
        tall, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert hole.sum() == tall * wide and max(tall, wide) <= 3
        is_inside = rows.min() > 0 and rows.max() < 7 and columns.min() > 0 and columns.max() < 7
        assert not is_inside or tall == wide == 3
    wanted = torch.where(torch.from_numpy(holes), BACKGROUND, given.truth.mask)
    assert torch.equal(found.truth.mask, wanted)
    # Centres are even over the pixels, so a pixel in the middle is hidden by 9 of 64 centres.
    assert holes[:, 2:6, 2:6].mean() == pytest.approx(9 / 64, abs=0.01)


# --- mix-up -----------------------------------------------------------------------------------------------------------


def test_mixed_pictures_and_shares_come_of_the_same_two_and_of_a_beta_distribution() -> None:
    given = part(4000, height=8, width=8)
    given.x[:] = torch.arange(4000)[:, None, None, None] / 4000
    found = once(MixUp(alpha=0.5), given)
    shares = found.truth.shares
    assert torch.allclose(shares.sum(1), torch.ones(4000), atol=1e-6)
    own = shares[torch.arange(4000), given.label]
    other = shares.clone()
    other[torch.arange(4000), given.label] = 0.0
    is_mixed = other.amax(1) > 0
    kept = own[is_mixed].double().numpy()
    assert stats.kstest(kept, stats.beta(0.5, 0.5).cdf).pvalue > 1e-3
    # From the brightness of each follows its partner, which has the class of the other share.
    first = torch.arange(4000)[is_mixed]
    partner = ((found.x[is_mixed, 0, 0, 0] - own[is_mixed] * first / 4000) / (1 - own[is_mixed]) * 4000).round()
    is_sure = own[is_mixed] < 0.9
    assert torch.equal(given.label[partner[is_sure].long()], other[is_mixed].argmax(1)[is_sure])


def test_only_mixed_batches_have_shares() -> None:
    assert once(Shift(), part(4)).truth.shares is None
    both = augmented((MixUp(), Shift()), part(4), CLASSES, 0, 0)
    assert both.truth.shares is not None and both.truth.shares.shape == (4, CLASSES)
    with pytest.raises(ValueError, match=r"Truth\.shares"):
        MixUp().apply(part(4), stream(0, "augmentation"))


def test_the_catalog_has_what_the_page_promises() -> None:
    assert set(catalog(AnyAugmentation)) == {
        "shift", "rotate", "flip", "scale", "crop", "pad", "warp", "affine", "brightness", "noise", "cut_out", "mix_up",
    }  # fmt: skip
    assert len(get_args(get_args(AnyAugmentation)[0])) == len(ROWS)
