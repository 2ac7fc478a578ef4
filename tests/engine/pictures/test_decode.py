"""Pictures as they are read, against Pillow's own conversions and against closed forms."""

import io
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.pictures.decode import decode, decode_square, pixels_of
from tests.engine.pictures.files import colours, png_of, saved


def as_image(pixels: np.ndarray) -> np.ndarray:
    """Channels last, as Pillow has them."""
    return pixels.transpose(1, 2, 0)


def test_a_png_in_colour_is_read_as_it_was_saved() -> None:
    found = decode(saved(colours()), "a b.png")
    np.testing.assert_array_equal(as_image(found.pixels), colours())
    assert found.name == "a b.png" and found.notes == ()
    assert found.brightness.dtype == np.float32
    np.testing.assert_allclose(found.brightness, found.pixels / 255.0, atol=1e-7)


def test_a_jpeg_is_read_as_pillow_reads_it() -> None:
    content = saved(colours(), "JPEG")
    found = decode(content)
    assert np.abs(as_image(found.pixels).astype(int) - colours()).max() < 30
    with Image.open(io.BytesIO(content)) as image:
        np.testing.assert_array_equal(as_image(found.pixels), np.asarray(image))


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_a_grey_picture_has_one_channel(mode: str) -> None:
    image = Image.fromarray(colours()).convert(mode)
    found = decode(saved(image))
    np.testing.assert_array_equal(found.pixels[0], np.asarray(image.convert("L")))
    assert len(found.pixels) == 1


def test_a_picture_in_three_equal_channels_is_grey() -> None:
    grey = np.repeat(colours()[..., :1], 3, axis=-1)
    np.testing.assert_array_equal(decode(saved(grey)).pixels, grey.transpose(2, 0, 1)[:1])


@pytest.mark.parametrize("alpha", [0, 51, 128, 255])
def test_transparency_is_laid_over_white(alpha: int) -> None:
    layer = np.concatenate([colours(), np.full((24, 32, 1), alpha, np.uint8)], axis=-1)
    found = decode(saved(layer))
    over = colours() * (alpha / 255) + 255 * (1 - alpha / 255)
    shown = np.broadcast_to(found.pixels, (3, 24, 32))
    assert np.abs(as_image(shown) - over).max() <= 1
    assert found.notes == ("transparent parts are white",)


@pytest.mark.parametrize("transparency", [None, 3, bytes([0, 128] * 128)])
def test_a_palette_is_looked_up_with_its_transparent_colours(transparency: int | bytes | None) -> None:
    image = Image.fromarray(colours()).quantize(16)
    options = {} if transparency is None else {"transparency": transparency}
    found = decode(saved(image, **options))
    layer = np.asarray(image.convert("RGBA")).astype(float)
    codes = np.asarray(image)
    alpha = np.ones(codes.shape)
    if isinstance(transparency, int):
        alpha = np.where(codes == transparency, 0.0, 1.0)
    elif transparency is not None:
        alpha = np.array(list(transparency))[codes] / 255
    over = layer[..., :3] * alpha[..., None] + 255 * (1 - alpha[..., None])
    assert np.abs(as_image(found.pixels) - over).max() <= 1


def test_one_transparent_colour_of_a_picture_without_a_palette_is_white() -> None:
    values = colours()
    values[3:9, 4:8] = (10, 20, 30)
    found = decode(saved(values, transparency=(10, 20, 30)))
    assert (found.pixels[:, 3:9, 4:8] == 255).all() and (found.pixels[2] != 255).any()


def test_sixteen_bits_are_brought_to_eight_instead_of_cut_off() -> None:
    deep = np.linspace(0, 65_535, 24 * 32).astype(np.uint16).reshape(24, 32)
    found = decode(saved(deep))
    assert np.abs(found.brightness[0] - deep / 65_535).max() < 1 / 200
    assert found.pixels.min() == 0 and found.pixels.max() == 255


def test_sixteen_bits_in_colour_are_brought_to_eight_too() -> None:
    deep = np.random.default_rng(0).integers(0, 65_536, (6, 5, 3)).astype(">u2")
    rows = b"".join(b"\x00" + deep[row].tobytes() for row in range(6))
    found = decode(png_of(5, 6, 16, 2, rows))
    np.testing.assert_array_equal(as_image(found.pixels), deep >> 8)


def test_print_colours_become_those_of_a_screen() -> None:
    image = Image.fromarray(colours()).convert("CMYK")
    found = decode(saved(image, "JPEG", quality=100))
    assert np.abs(as_image(found.pixels).astype(int) - colours()).max() < 20


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_turned_as_the_camera_was_held(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(colours(), kind, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        upright = np.asarray(ImageOps.exif_transpose(image))
    found = decode(content)
    np.testing.assert_array_equal(as_image(found.pixels), upright)
    assert found.notes == (() if orientation == 1 else ("turned upright",))
    assert decode_square(content, 16).shape == (3, 16, 16)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exif", [b"Exif\x00\x00nonsense", b"Exif\x00\x00MM\x00*\x00\x00\xff\xff", b""])
def test_damaged_exif_does_not_cost_the_picture(exif: bytes) -> None:
    assert decode(saved(colours(), "JPEG", exif=exif)).pixels.shape == (3, 24, 32)


def test_of_an_animation_the_first_frame_is_read() -> None:
    first, second = Image.fromarray(colours()), Image.fromarray(255 - colours())
    found = decode(saved(first, save_all=True, append_images=[second]))
    np.testing.assert_array_equal(as_image(found.pixels), colours())
    assert found.notes == ("the first of its 2 frames",)


def test_a_side_is_made_no_longer_than_asked_for() -> None:
    found = decode(saved(colours(90, 300)), longest=60)
    assert found.pixels.shape == (3, 18, 60)
    assert decode(saved(colours(1, 300)), longest=60).pixels.shape[1:] == (1, 60)
    assert decode(saved(colours(9, 7)), longest=60).pixels.shape == (3, 9, 7)


def test_making_a_picture_smaller_keeps_its_mean() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (256, 256), np.uint8)
    found = decode(saved(noise), longest=16)
    assert abs(found.pixels.mean() - noise.mean()) < 1.5
    assert found.pixels.std() < noise.std() / 8  # what is averaged varies less: nothing is skipped


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_photograph_becomes_the_same_small_picture_whatever_its_format(kind: str) -> None:
    found = decode(saved(colours(900, 1200), kind), longest=100)
    assert found.pixels.shape == (3, 75, 100)
    assert np.abs(as_image(found.pixels).astype(int) - colours(75, 100)).max() < 12


@pytest.mark.parametrize("size", [(40, 100), (100, 40), (64, 64), (5, 9)])
def test_a_square_is_the_middle_of_a_picture(size: tuple[int, int]) -> None:
    values = colours(*size)
    edge = min(size)
    top, left = (size[0] - edge) // 2, (size[1] - edge) // 2
    middle = Image.fromarray(values[top : top + edge, left : left + edge])
    expected = np.asarray(middle.resize((20, 20), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(as_image(decode_square(saved(values), 20)), expected)


def test_pixels_are_counted_by_the_header_alone() -> None:
    assert pixels_of(png_of(3000, 4000)) == 12_000_000


def test_what_is_kept_can_not_be_changed_and_its_digest_tells_pictures_apart() -> None:
    one, same, other = (decode(saved(colours(seed=seed))) for seed in (1, 1, 2))
    assert one.digest == same.digest != other.digest and len(one.digest) == 16
    with pytest.raises(ValueError, match="read-only"):
        one.pixels[0, 0, 0] = 1
    assert one.nbytes >= one.pixels.nbytes


def test_many_threads_read_each_their_own() -> None:
    wrong: list[int] = []

    def work(seed: int) -> None:
        for _ in range(5):
            if (decode(saved(colours(seed=seed))).pixels[2] != 40 + seed * 20).any():
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_pillow_is_imported_only_when_a_picture_comes() -> None:
    asked = "import sys, engine.pictures.decode; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
