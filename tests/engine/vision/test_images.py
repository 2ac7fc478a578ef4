"""Pictures are kept in bytes and read as brightness."""

import numpy as np
import pytest
import torch

from engine.vision.images import Part, images_of

LABEL = torch.tensor([0, 1])


def test_a_set_of_pictures_keeps_the_nearest_255ths() -> None:
    x = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    part = Part(x, LABEL)
    images = images_of(part, part, part, ("a", "b"))
    assert images.train.pixels.dtype == torch.uint8 and images.shape == (3, 4, 5)
    np.testing.assert_allclose(images.train.x, np.rint(x.numpy().astype(float) * 255) / 255, atol=1e-7)
    assert images.mean == pytest.approx(images.train.x.double().mean((0, 2, 3)).tolist(), abs=1e-6)
    assert images.std == pytest.approx(np.std(images.train.x.double().numpy(), axis=(0, 2, 3)).tolist(), abs=1e-6)


def test_bytes_are_as_light_as_they_are_and_are_not_packed_again() -> None:
    packed = Part(torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)), LABEL).packed
    images = images_of(packed, packed, packed, ("a", "b"))
    assert images.train is packed and images.nbytes == 2 * 64 + 2 * 8


def test_rows_of_bytes_are_rows_of_brightness() -> None:
    packed = Part(torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0)), LABEL).packed
    assert torch.equal(packed.rows(torch.tensor([1])).x, packed.x[1:]) and torch.equal(packed.first(1).x, packed.x[:1])
    whole = Part(packed.x, LABEL)
    assert whole.x is whole.pixels and torch.equal(whole.packed.pixels, packed.pixels)
