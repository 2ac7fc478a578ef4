"""Pictures of codes, read back by Pillow."""

import base64
from io import BytesIO

import numpy as np
from PIL import Image

from charts.png import data_url, indexed_png, picture_png


def test_a_picture_of_codes_has_each_codes_colour_at_its_place() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(0, 256, (7, 11), dtype=np.uint8)
    colours = random.integers(0, 256, (256, 3), dtype=np.uint8)
    raw = indexed_png(codes, colours)
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(raw)).convert("RGB")), colours[codes])
    head, _, text = data_url(raw).partition(",")
    assert head == "data:image/png;base64" and base64.b64decode(text) == raw


def test_a_picture_with_colours_of_its_own_has_each_where_it_was() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 9), np.uint8)
    found = np.asarray(Image.open(BytesIO(picture_png(pixels))))
    np.testing.assert_array_equal(found, pixels.transpose(1, 2, 0))


def test_a_picture_of_one_channel_is_grey() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1, 5, 9), np.uint8)
    image = Image.open(BytesIO(picture_png(pixels)))
    assert image.mode == "L"
    np.testing.assert_array_equal(np.asarray(image), pixels[0])
