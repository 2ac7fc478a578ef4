"""Pictures in a wider frame and shuffled: the same pixels, elsewhere, in the same way for all."""

import pytest
import torch

from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits
from engine.vision.sources.rearranged import Rearranged, permutation, shuffle
from engine.vision.sources.scenes import ShapeScenes


def test_a_frame_is_black_and_the_picture_stands_in_its_middle() -> None:
    plain, framed = built(Digits(), 3), built(Rearranged(border=4), 3)
    assert framed.shape == Rearranged(border=4).shape == (1, 16, 16)
    assert torch.equal(framed.test.x[:, :, 4:12, 4:12], plain.test.x)
    assert framed.test.x.sum() == pytest.approx(float(plain.test.x.sum()))
    assert torch.equal(framed.test.label, plain.test.label)


def test_every_picture_is_shuffled_in_the_same_way_and_keeps_its_pixels() -> None:
    framed, mixed = built(Rearranged(border=1), 0), built(Rearranged(border=1, shuffled=True), 0)
    assert not torch.equal(framed.train.x, mixed.train.x)
    order = permutation(framed.train.x, 0)
    assert sorted(order.tolist()) == list(range(100))
    for part in ("train", "validation", "test"):
        one, other = getattr(framed, part).x.flatten(2), getattr(mixed, part).x.flatten(2)
        for place in (0, 17, 99):
            assert torch.equal(other[:, :, place], one[:, :, order[place]])
    assert framed.mean == pytest.approx(mixed.mean, abs=1e-6) and framed.std == pytest.approx(mixed.std, abs=1e-6)


def test_the_shuffle_is_its_seed_s_and_colours_go_together() -> None:
    x = torch.rand((2, 3, 4, 4), generator=torch.Generator().manual_seed(0))
    assert torch.equal(permutation(x, 1), permutation(x, 1)) and not torch.equal(permutation(x, 1), permutation(x, 2))
    mixed = shuffle(x, permutation(x, 1))
    pixels = {tuple(pixel.tolist()) for pixel in x[0].flatten(1).T}
    assert {tuple(pixel.tolist()) for pixel in mixed[0].flatten(1).T} == pixels


def test_fewer_training_pictures_leave_the_others_as_they_are() -> None:
    few, all_of_them = built(Rearranged(pictures=60), 0), built(Rearranged(), 0)
    assert len(few.train) == 60 and torch.equal(few.train.x, all_of_them.train.x[:60])
    assert torch.equal(few.test.x, all_of_them.test.x)


def test_scenes_are_framed_too_and_what_stood_where_is_not_claimed() -> None:
    row = Rearranged(of=ShapeScenes(size=16, samples=100), border=2)
    data = built(row, 0)
    assert data.shape == row.shape == (3, 20, 20) and data.classes == row.classes
    assert data.train.truth.box is None and not row.truths
