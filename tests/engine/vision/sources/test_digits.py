"""Pictures from scikit-learn, in three parts."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from engine.refusal import Refusal
from engine.vision.images import Part
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits
from engine.vision.sources.split import split


def test_every_digit_stands_in_one_part_in_proportion() -> None:
    images = Digits().build(0)
    pictures = torch.cat([images.train.x, images.validation.x, images.test.x])
    raw = np.rint(load_digits().images / 16 * 255) / 255
    order = np.lexsort(pictures.flatten(1).numpy().T)
    wanted = np.lexsort(raw.reshape(len(raw), -1).astype(np.float32).T)
    np.testing.assert_allclose(pictures.flatten(1).numpy()[order], raw.reshape(len(raw), -1)[wanted], atol=1e-7)
    counts = np.bincount(load_digits().target)
    for part in (images.validation, images.test):
        np.testing.assert_array_equal(np.bincount(part.label), np.round(counts * 0.2))


def test_it_is_what_it_says_without_its_pictures() -> None:
    row, images = Digits(), Digits().build(3)
    assert row.shape == images.shape and row.classes == images.classes
    assert images.mean == pytest.approx((float(images.train.x.mean()),), rel=1e-5)


def test_the_seed_decides_the_parts_and_runs_share_them() -> None:
    assert torch.equal(Digits().build(1).train.x, Digits().build(1).train.x)
    assert not torch.equal(Digits().build(1).train.x, Digits().build(2).train.x)
    assert built(Digits(), 1) is built(Digits(), 1)


def test_a_class_of_two_is_too_small_to_be_split() -> None:
    part = Part(torch.zeros(7, 1, 2, 2), torch.tensor([0, 0, 0, 0, 0, 1, 1]))
    with pytest.raises(Refusal, match="The class cat has 2 pictures: at least 3 are needed"):
        split(part, ("dog", "cat"), 0)
    kept = split(part.first(5), ("dog", "cat"), 0)
    assert [len(each) for each in (kept.train, kept.validation, kept.test)] == [3, 1, 1]
