"""Every file that is no picture, or too much of one, is refused in words that say what is wrong and what to do."""

import gzip
import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.data.own.refusal import Refused
from engine.pictures.decode import decode, decode_square, pixels_of
from engine.settings import Settings
from tests.engine.pictures.files import HEAD, chunk, colours, png_of, saved

LIMITS = Settings()
PNG, JPEG = saved(colours()), saved(colours(), "JPEG")
NOISE = np.random.default_rng(0).integers(0, 256, (2000, 1000, 3), np.uint8)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("a.png", PNG)
    return out.getvalue()


def sized(jpeg: bytes, width: int, height: int) -> bytes:
    """The same JPEG, whose frame header says another size."""
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def flipped(content: bytes, place: int) -> bytes:
    """The same with one byte changed."""
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


SAVE = "Save it as PNG or JPEG"
REFUSED: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("The file is empty.", "PNG or JPEG")),
    "a text named .png": (b"hello, I am a picture\n" * 9, ("This is a text, whatever its name says", SAVE)),
    "a text of another language": (("größe " * 200).encode(), ("This is a text, whatever its name says",)),
    "a web page": (b"<!DOCTYPE html><html><body>Log in</body></html>", ("This is a web page or XML", SAVE)),
    "an SVG drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ("This is an SVG drawing", SAVE)),
    "an SVG drawing with a head": (b"<?xml version='1.0'?>\n<svg/>", ("This is an SVG drawing",)),
    "a GIF": (saved(colours(), "GIF"), ("This is a GIF picture; PNG and JPEG can be read", SAVE)),
    "a WebP": (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(9), ("This is a WebP picture",)),
    "a BMP": (saved(colours(), "BMP"), ("This is a BMP picture",)),
    "a TIFF": (saved(colours(), "TIFF"), ("This is a TIFF picture",)),
    "a HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(20), ("This is a HEIC picture, as iPhones take them",)),
    "a film": (b"\x00\x00\x00\x18ftypmp42" + bytes(20), ("This is a film",)),
    "a PNM": (saved(colours(), "PPM"), ("This is a PNM picture",)),
    "a PDF": (b"%PDF-1.7\n" + bytes(90), ("This is a PDF document",)),
    "a zip": (archive(), ("This is a ZIP archive",)),
    "a gzip of a picture": (gzip.compress(PNG), ("This is a gzip file",)),
    "a pickle": (b"\x80\x04\x95\x05\x00\x00\x00", ("This is a Python pickle",)),
    "an array": (b"\x93NUMPY\x01\x00", ("This is a NumPy array",)),
    "NULs": (bytes(500), ("This is no picture that can be read", SAVE)),
    "random bytes": (NOISE.tobytes()[:500], ("This is no picture that can be read",)),
    "a PNG's first bytes alone": (HEAD, ("The header of this PNG is damaged", "save it from there as PNG or JPEG")),
    "a PNG cut within its header": (PNG[:20], ("The header of this PNG is damaged",)),
    "a PNG of no width": (png_of(0, 5), ("The header of this PNG is damaged, or says that it has no pixels",)),
    "a PNG of no height": (png_of(5, 0), ("or says that it has no pixels",)),
    "a PNG of an unknown kind of colour": (png_of(5, 5, 8, 5), ("The header of this PNG is damaged",)),
    "a PNG with a wrong checksum in its header": (flipped(PNG, 18), ("The header of this PNG is damaged",)),
    "a PNG cut among its pixels": (PNG[: len(PNG) // 2], ("This PNG is damaged or cut off", "Upload it again")),
    "a PNG cut in its last bytes": (PNG[:-9], ("This PNG is damaged or cut off",)),
    "a PNG with a wrong byte among its pixels": (flipped(PNG, len(PNG) // 2), ("This PNG is damaged",)),
    "a PNG without pixels": (HEAD + PNG[8:33] + chunk(b"IEND", b""), ("This PNG is damaged",)),
    "a PNG whose pixels are no zlib stream": (HEAD + PNG[8:33] + chunk(b"IDAT", b"x" * 99), ("This PNG is damaged",)),
    "a JPEG's first bytes alone": (b"\xff\xd8\xff", ("The header of this JPEG is damaged",)),
    "a JPEG cut within its header": (JPEG[:100], ("The header of this JPEG is damaged",)),
    "a JPEG of no size": (sized(JPEG, 0, 0), ("The header of this JPEG is damaged, or says that it has no pixels",)),
    "a JPEG cut among its pixels": (JPEG[: len(JPEG) - 60], ("This JPEG is damaged or cut off", "Upload it again")),
    "one pixel more than allowed": (png_of(13_000_001, 1), ("13,000,001 × 1 pixels: more than the 13 million",)),
    "a bomb": (png_of(8000, 8000, 1, 0, bytes(1001 * 8000)), ("8,000 × 8,000 pixels", "Make it smaller first")),
    "a bomb that Pillow warns of": (png_of(12_000, 12_000), ("more than the 13 million that can be read",)),
    "a bomb that Pillow refuses": (png_of(2**31 - 1, 2**31 - 1), ("header asks for more than the 13 million",)),
    "a JPEG bomb": (sized(JPEG, 65_535, 65_535), ("header asks for more than the 13 million",)),
    "a bomb in a comment": (
        png_of(4, 4, more=chunk(b"zTXt", b"x\x00\x00" + zlib.compress(bytes(90_000_000)))),
        ("The header of this PNG is damaged",),
    ),
    "too many bytes": (saved(NOISE), ("The file has 6.0 MB; at most 5 MB can be read", "save it as JPEG")),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_picture_is_refused_with_what_and_what_to_do(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(Refused) as caught:
        decode(content, "bad.png")
    text = str(caught.value)
    missing = [part for part in said if part not in text]
    assert not missing, (missing, text)
    assert len(text) < 300
    with pytest.raises(Refused) as caught:
        decode_square(content, 32)
    assert str(caught.value) == text


def test_there_are_more_than_twenty_of_them() -> None:
    assert len(REFUSED) >= 40


def test_where_warnings_are_only_printed_a_bomb_is_refused_all_the_same() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Refused, match=r"12,000 × 12,000 pixels"):
            decode(png_of(12_000, 12_000))


def test_a_bomb_is_refused_before_any_memory_is_asked_for() -> None:
    content = png_of(8000, 8000, 1, 0, bytes(1001 * 8000))
    pixels_of(PNG)  # Pillow is imported
    tracemalloc.start()
    with pytest.raises(Refused):
        decode(content)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_the_bounds_are_the_servers() -> None:
    small = Settings(own_picture_pixels=24 * 32 - 1)
    with pytest.raises(Refused, match=r"32 × 24 pixels: more than the 0.000767 million"):
        decode(PNG, limits=small)
    assert decode(PNG, limits=Settings(own_picture_pixels=24 * 32)).pixels.shape == (3, 24, 32)


def test_pillows_own_limit_is_left_as_it_is() -> None:
    before = Image.MAX_IMAGE_PIXELS
    decode(PNG)
    assert before == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize("content", [PNG, JPEG, saved(colours(), mode="P"), saved(colours(), mode="RGBA")])
@pytest.mark.parametrize("seed", range(25))
def test_whatever_bytes_come_they_are_read_or_refused(content: bytes, seed: int) -> None:
    """Damaged copies of good files: bytes changed, cut out, doubled."""
    random = np.random.default_rng(seed)
    damaged = bytearray(content)
    for _ in range(int(random.integers(1, 8))):
        place = int(random.integers(4, len(damaged)))
        new = random.integers(0, 256, int(random.integers(4)), np.uint8).tobytes()
        damaged[place : place + int(random.integers(3))] = new
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            decode(bytes(damaged), "damaged.png")
    except Refused as refused:
        assert str(refused)
