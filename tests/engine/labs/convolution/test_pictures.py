"""Every picture of the catalog, against its source."""

import io

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits, load_sample_image

from engine.choice import catalog
from engine.data.own.refusal import Refused
from engine.data.own.store import reading_as, store
from engine.labs.convolution.patterns import PATTERNS
from engine.labs.convolution.pictures import (
    Digit,
    Drawing,
    OwnPicture,
    Pattern,
    Photograph,
    Picture,
    PictureChoice,
    channel_names,
    pixels,
)
from engine.labs.convolution.reducing import fitted
from engine.pictures.decode import decode
from tests.rows import defaults_of

ROWS = [row for kind, row in defaults_of(Picture).items() if kind != "own"]


@pytest.mark.parametrize("row", [*ROWS, *(Pattern(shape=name) for name in PATTERNS)], ids=repr)
def test_every_picture_has_brightness_from_0_to_1_in_one_channel_or_three(row: PictureChoice) -> None:
    for in_colour in (False, True):
        found = pixels(row, in_colour, 0)
        assert len(found) == len(channel_names(in_colour))
        assert found.min() >= 0 and found.max() <= 1
        np.testing.assert_array_equal(found, pixels(row, in_colour, 0))


@pytest.mark.parametrize("row", catalog(Picture).values())
def test_every_row_has_its_texts(row: type[PictureChoice]) -> None:
    assert all((row.label, row.formula, row.lesson, row.source)) and row.lesson.endswith(".")


def test_a_digit_is_scikit_learns() -> None:
    np.testing.assert_array_equal(pixels(Digit(index=11), False, 0)[0], load_digits().images[11] / 16)


def test_each_pixel_of_a_photograph_is_the_mean_of_those_it_takes_the_place_of() -> None:
    whole = load_sample_image("china.jpg")[:, 106:533] / 255
    down = whole.repeat(40, axis=0).reshape(40, 427, 427, 3).mean(1)  # each pixel in 40 parts, 427 parts to a new one
    theirs = down.repeat(40, axis=1).reshape(40, 40, 427, 3).mean(2)
    np.testing.assert_allclose(Photograph(side=40).take(0), theirs.transpose(2, 0, 1), atol=1e-9)


def test_grey_is_the_brightness_that_pillow_finds_in_a_colour() -> None:
    colour = Photograph(side=30).take(0)
    image = Image.fromarray(np.rint(colour * 255).astype(np.uint8).transpose(1, 2, 0)).convert("L")
    np.testing.assert_allclose(pixels(Photograph(side=30), False, 0)[0], np.asarray(image) / 255, atol=1.5 / 255)


def test_noise_is_drawn_by_the_seed_alone() -> None:
    row = Pattern(shape="square", noise=0.2)
    assert (row.take(0) == row.take(0)).all() and (row.take(0) != row.take(1)).any()
    inside = row.take(3)[0][Pattern(shape="square").take(3)[0] == 0]
    assert 0.1 < inside[inside > 0].std() < 0.2, "clipped at 0, half of it is gone"


def test_a_drawing_that_is_shorter_or_longer_than_its_grid_is_cut_to_it() -> None:
    assert not Drawing(side="8").take(0).any()
    assert Drawing(side="8", ink="f" * 1024).take(0).all()


def test_a_reduced_picture_keeps_its_mean_and_its_proportions_and_a_small_one_is_left_as_it_is() -> None:
    picture = np.random.default_rng(0).random((3, 30, 20))
    small = fitted(picture, 12)
    assert small.shape == (3, 12, 8)
    assert small.mean() == pytest.approx(picture.mean())
    np.testing.assert_allclose(fitted(picture, 15), picture.reshape(3, 15, 2, 10, 2).mean((2, 4)), atol=1e-12)
    assert fitted(picture, 30) is picture


def test_an_own_picture_opens_for_its_owner_alone() -> None:
    content = io.BytesIO()
    Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5).save(content, "PNG")
    kept = decode(content.getvalue(), "mine.png")
    store().put("me", kept)
    row = OwnPicture(file=kept.digest)
    with reading_as("me"):
        np.testing.assert_allclose(row.take(0) * 255, np.arange(48).reshape(4, 4, 3).transpose(2, 0, 1) * 5)
    for who, file, said in (("you", kept.digest, "stays with its owner"), ("me", "", "No picture has been uploaded")):
        with reading_as(who), pytest.raises(Refused, match=said):
            OwnPicture(file=file).take(0)
    store().release("me")
