"""Clips: each motion moves as it is called; no frame of its own, nor the frames without their order, tell more than said."""

import numpy as np
import pytest
import torch

from engine.streams import stream
from engine.vision.clips import FASTEST, MOTIONS, SLOWEST, WIDEST, Clips, paths, shapes

STILL = Clips(samples=600, noise=0.0, pixels=16)


def middles(x: torch.Tensor) -> np.ndarray:
    """(clips, frames) complex: where the light is, as two angles round the field, in pixels."""
    size = x.shape[-1]
    turn = torch.exp(2j * torch.pi * torch.arange(size) / size)
    across = torch.angle((x.sum(-2) * turn).sum(-1)) * size / (2 * torch.pi)
    down = torch.angle((x.sum(-1) * turn).sum(-1)) * size / (2 * torch.pi)
    return torch.stack([across, down], -1)[:, :, 0].numpy()


def test_each_shape_moves_as_its_class_says() -> None:
    part = STILL.draw(0).train
    moved = np.diff(middles(part.x), axis=1)
    moved = (moved + 8) % 16 - 8
    for label, (name, way) in enumerate(zip(MOTIONS, [(-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)], strict=False)):
        steps = moved[part.label.numpy() == label]
        pace = (steps * way).sum(-1)
        assert np.allclose(steps - pace[..., None] * way, 0, atol=0.12), name
        if name != "still":
            assert SLOWEST - 0.15 < pace.min() < pace.max() < FASTEST + 0.15
    round_it = middles(part.x)[part.label.numpy() == MOTIONS.index("circling")]
    far = (round_it - round_it[:, :1] + 8) % 16 - 8
    assert np.abs(far).max() <= 2 * WIDEST + 0.2 and np.linalg.norm(far, axis=-1).max(1).min() > 1


def test_a_shape_is_as_likely_at_any_place_in_any_frame_of_any_class() -> None:
    part = Clips(samples=2400, noise=0.0, pixels=8).draw(1).train
    for label in range(len(MOTIONS)):
        mine = part.x[part.label == label][:, :, 0]
        for frame in (0, 3, 7):
            light = mine[:, frame].mean(0)
            assert light.std() / light.mean() < 0.16, "as bright everywhere, but for chance"


def test_a_clip_to_the_left_backwards_is_one_to_the_right() -> None:
    label = torch.zeros(20, dtype=torch.int64)
    left, right = paths(label, 8, stream(0, "data")), paths(label + 1, 8, stream(0, "data"))
    assert torch.allclose(left.flip(-1) - left[..., -1:], right, atol=1e-6)


def test_shapes_are_a_disc_a_square_and_a_diamond() -> None:
    far = torch.arange(-8, 8.0)
    across, down = far[None, None, None, :], far[None, None, :, None]
    area = [
        float(shapes(torch.full((1, 1, 1, 1), kind), across, down, torch.full((1, 1, 1, 1), 4.0)).sum())
        for kind in range(3)
    ]
    assert area == pytest.approx([np.pi * 16, 64, 2 * 16], rel=0.12)


def test_a_shape_that_leaves_comes_in_at_the_other_side_whole() -> None:
    light = STILL.draw(0).train.x.sum((2, 3, 4))
    assert float((light.std(1) / light.mean(1)).max()) < 0.2


def test_parts_have_as_many_of_each_motion_and_the_seed_decides() -> None:
    drawn = Clips(samples=120).draw(0)
    assert [len(part) for part in (drawn.train, drawn.validation, drawn.test)] == [72, 24, 24]
    assert [np.bincount(part.label).tolist() for part in (drawn.train, drawn.test)] == [[12] * 6, [4] * 6]
    again, other = Clips(samples=120).draw(0), Clips(samples=120).draw(1)
    assert torch.equal(drawn.test.x, again.test.x) and not torch.equal(drawn.test.x, other.test.x)
    hiss = Clips(samples=600, noise=0.4, pixels=16).draw(0).train.x - STILL.draw(0).train.x
    assert float(hiss.std()) == pytest.approx(0.4, rel=0.01)
