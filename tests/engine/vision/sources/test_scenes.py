"""Scenes of shapes: every truth agrees with the pixels and with a second way to find it."""

import math

import numpy as np
import pytest
import torch

from engine.vision.images import BACKGROUND, NO_OBJECT
from engine.vision.sources.drawing import Scene, drawn, extent
from engine.vision.sources.outlines import ARROW, CIRCLE, CROSS, DART, SETS, SQUARE, STAR, TRIANGLE, Outline
from engine.vision.sources.scenes import ShapeScenes, hsv

OUTLINES = (CIRCLE, SQUARE, TRIANGLE, STAR, CROSS, ARROW, DART)
CROWDED = ShapeScenes(objects=4, hidden=0.5, shapes="five", samples=200, smallest=0.12, largest=0.25)


def one(outline: Outline, angle: float = 0.0, radius: float = 0.3, size: int = 48) -> Scene:
    """One object in the middle of a black picture."""
    return Scene(
        label=torch.zeros(1, 1, dtype=torch.int64),
        centre=torch.full((1, 1, 2), 0.5),
        radius=torch.full((1, 1), radius),
        angle=torch.full((1, 1), angle),
        colour=torch.ones(1, 1, 3),
        is_there=torch.ones(1, 1, dtype=torch.bool),
        background=torch.zeros(1, 6),
        bar=None,
        hidden=0.0,
    )


@pytest.mark.parametrize("outline", [o for o in OUTLINES if o.corners], ids=lambda o: o.name)
def test_distance_is_that_of_the_nearest_point_of_the_outline(outline):
    rng = np.random.default_rng(0)
    points = rng.uniform(-1.5, 1.5, (300, 2))
    corners = np.array([*outline.corners, outline.corners[0]])
    along = np.linspace(0, 1, 4001)[:, None, None]
    walked = (corners[:-1] + along * (corners[1:] - corners[:-1])).reshape(-1, 2)
    nearest = np.sqrt(((points[:, None] - walked[None]) ** 2).sum(-1)).min(1)
    turns = np.array([winding(point, corners) for point in points])
    found = outline.distance(*torch.tensor(points).T).numpy()
    np.testing.assert_allclose(np.abs(found), nearest, atol=1e-3)
    assert ((found < 0) == (np.abs(turns) > 0.5)).all()


def winding(point: np.ndarray, corners: np.ndarray) -> float:
    """How often the outline goes around a point."""
    away = corners - point
    angle = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
    return float((angle[-1] - angle[0]) / (2 * np.pi))


@pytest.mark.parametrize("outline", OUTLINES, ids=lambda o: o.name)
def test_a_shape_looks_the_same_after_its_turn_and_no_earlier(outline):
    def picture(angle: float) -> torch.Tensor:
        return drawn(one(outline, angle), (outline,), 48).x

    if outline.symmetry == 0:
        assert torch.allclose(picture(0.0), picture(1.0), atol=1e-4)
        return
    assert torch.allclose(picture(0.2), picture(0.2 + outline.turn), atol=1e-3)
    for earlier in range(2, 7):
        assert not torch.allclose(picture(0.2), picture(0.2 + outline.turn / earlier), atol=0.1)


def test_an_arrow_turned_by_a_quarter_points_up():
    right, up = (drawn(one(ARROW, angle), (ARROW,), 48).x[0, 0] for angle in (0.0, math.pi / 2))
    assert torch.allclose(up, torch.rot90(right), atol=1e-3)


def test_a_disc_covers_as_much_as_its_area():
    part = drawn(one(CIRCLE, radius=0.3), (CIRCLE,), 48)
    assert float(part.x[0, 0].mean()) == pytest.approx(math.pi * 0.09, rel=0.01)


def test_the_box_is_the_extent_of_the_mask_of_the_only_object():
    part = ShapeScenes(samples=200, hidden=0.4).build(3).train
    for box, mask in zip(part.truth.box, part.truth.mask, strict=True):
        down, right = np.nonzero(mask.numpy() != BACKGROUND)
        wanted = [right.min(), down.min(), right.max() + 1, down.max() + 1]
        np.testing.assert_allclose(box.numpy() * 32, wanted, atol=1e-5)


def test_each_pixel_of_an_object_has_its_class_and_is_within_its_box():
    part = CROWDED.build(1).train
    for objects, mask in zip(part.truth.objects, part.truth.mask, strict=True):
        there = objects[objects[:, 0] != NO_OBJECT]
        assert len(there) >= 1
        inside = np.zeros(mask.shape, dtype=bool)
        for label, left, top, right, bottom in there.tolist():
            rows, columns = slice(round(top * 32), round(bottom * 32)), slice(round(left * 32), round(right * 32))
            assert (mask[rows, columns] == label + 1).any()
            inside[rows, columns] = True
        assert (mask.numpy()[~inside] == BACKGROUND).all()
        assert set(mask.unique().tolist()) == {BACKGROUND, *(int(label) + 1 for label in there[:, 0])}


def test_pixels_where_two_objects_are_belong_to_the_one_in_front_and_have_its_colour():
    scene = one(SQUARE)
    two = Scene(
        label=torch.tensor([[0, 1]]),
        centre=torch.tensor([[[0.5, 0.5], [0.62, 0.5]]]),
        radius=torch.tensor([[0.2, 0.25]]),
        angle=torch.zeros(1, 2),
        colour=torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]),
        is_there=torch.ones(1, 2, dtype=torch.bool),
        background=scene.background,
        bar=None,
        hidden=0.7,
    )
    part = drawn(two, (SQUARE, CIRCLE), 48)
    assert part.truth.mask[0, 24, 24] == 1
    assert part.x[0, :, 24, 24].tolist() == [1, 0, 0]
    assert part.truth.mask[0, 24, 40] == 2
    first, second = part.truth.objects[0]
    assert first[0] == 0 and second[0] == 1
    assert second[1] * 48 == pytest.approx(int(extent(part.truth.mask[0] == 2)[0] * 48))


def test_no_more_of_an_object_is_hidden_than_allowed():
    source = ShapeScenes(objects=4, hidden=0.3, samples=300, smallest=0.12, largest=0.25)
    scene = source.scene(300, 5)
    part = drawn(scene, source.kinds, source.size)
    hidden = 0
    for row, (objects, mask) in enumerate(zip(part.truth.objects, part.truth.mask, strict=True)):
        alone = Scene(**{**vars(scene.rows(slice(row, row + 1))), "bar": None})
        for slot in range(4):
            only = Scene(**{**vars(alone), "is_there": alone.is_there & (torch.arange(4) == slot)})
            if not only.is_there.any():
                continue
            whole = Scene(
                **{
                    **vars(only),
                    "label": only.label[:, [slot]],
                    "centre": only.centre[:, [slot]],
                    "radius": only.radius[:, [slot]],
                    "angle": only.angle[:, [slot]],
                    "colour": only.colour[:, [slot]],
                    "is_there": only.is_there[:, [slot]],
                }
            )
            full = drawn(whole, source.kinds, source.size).truth.mask[0] > 0
            label = int(alone.label[0, slot])
            seen = (full & (mask == label + 1)).sum() / full.sum()
            is_drawn = bool((objects[:, 0] == label).any())
            hidden += bool(is_drawn and seen < 0.98)
            if is_drawn and sum(objects[:, 0] == label) == sum(alone.label[0][alone.is_there[0]] == label) == 1:
                assert seen >= 0.69
    assert hidden > 10


def test_without_hiding_no_two_objects_touch():
    part = ShapeScenes(objects=4, samples=200, smallest=0.12, largest=0.2).build(2).train
    for objects in part.truth.objects:
        boxes = objects[objects[:, 0] != NO_OBJECT][:, 1:]
        assert ((boxes[:, 2:] - boxes[:, :2]) > 0).all()
    counts = (part.truth.objects[..., 0] != NO_OBJECT).sum(1)
    assert counts.min() == 1 and counts.max() == 4


def test_the_largest_object_names_the_picture():
    part = CROWDED.build(4).train
    for label, box, objects in zip(part.label, part.truth.box, part.truth.objects, strict=True):
        mine = objects[(objects[:, 1:] == box).all(1)]
        assert len(mine) and label in mine[:, 0]


@pytest.mark.parametrize("shapes", sorted(SETS))
def test_angles_are_within_the_turn_of_their_shape(shapes):
    source = ShapeScenes(shapes=shapes, samples=300)
    part = source.build(0).train
    turns = torch.tensor([kind.turn for kind in source.kinds])[part.label]
    assert ((part.truth.angle >= 0) & (part.truth.angle <= turns)).all()
    assert part.truth.angle.max() > 0.9 * turns.max()
    assert (ShapeScenes(shapes=shapes, samples=100, turned=False).build(0).train.truth.angle == 0).all()


def test_hues_are_those_of_the_standard_library():
    import colorsys

    rng = np.random.default_rng(0)
    given = rng.uniform(size=(50, 3))
    wanted = [colorsys.hsv_to_rgb(*one) for one in given]
    np.testing.assert_allclose(hsv(*torch.tensor(given).T).numpy(), wanted, atol=1e-6)


def test_colours_by_shape_tell_the_class_and_grey_ones_do_not():
    coloured = ShapeScenes(colours="by shape", samples=300, noise=0.0).scene(300, 0)
    assert [int(coloured.colour[coloured.label[:, 0] == 0][:, 0].mean(0).argmax())] == [0]
    grey = ShapeScenes(colours="grey", samples=300).scene(300, 0)
    assert (grey.colour[..., 0] == grey.colour[..., 2]).all()


def test_objects_stand_out_from_every_background():
    for background in ("plain", "gradient", "stripes"):
        part = ShapeScenes(background=background, noise=0.0, samples=200).build(0).train
        mask = part.truth.mask > 0
        bright = part.x.amax(1)
        assert min(float(bright[i][mask[i]].max() - bright[i][~mask[i]].median()) for i in range(len(part))) > 0.2


def test_the_same_seed_gives_the_same_pictures_and_more_of_them_leave_the_held_back_ones():
    few, again, more = (ShapeScenes(samples=n).build(7) for n in (100, 100, 300))
    assert torch.equal(few.train.x, again.train.x)
    assert torch.equal(few.test.truth.mask, more.test.truth.mask)
    assert torch.equal(few.train.truth.angle, more.train.truth.angle[:100])
    assert torch.equal(few.validation.x, more.validation.x)
    assert not torch.equal(few.train.x, ShapeScenes(samples=100).build(8).train.x)


def test_what_is_known_beforehand_holds_of_the_pictures():
    source = ShapeScenes(size=16, shapes="five", objects=3, samples=100)
    made = source.build(0)
    assert made.shape == source.shape and made.classes == source.classes
    assert all(getattr(made.train.truth, name) is not None for name in source.truths)
    assert made.train.x.min() >= 0 and made.train.x.max() <= 1
    assert made.train.x.mean((0, 2, 3)).tolist() == pytest.approx(made.mean, abs=1e-5)
    assert made.train.label.max() == 4


def test_the_largest_radius_may_not_be_below_the_smallest():
    with pytest.raises(ValueError, match=r"must not be below the smallest radius, 0\.3"):
        ShapeScenes(smallest=0.3, largest=0.2)
