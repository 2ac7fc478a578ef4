"""From the bytes of a PNG or JPEG to pixels: told by content, measured before it is decoded; what is neither is refused.

Pillow decodes. Its header comes first, with Pillow's own check for bombs and then ours, which is stricter, so that a
small file can't ask for much memory. Formats other than these two are not even tried.
"""

import io
import threading
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.names import plain_name
from engine.pictures.kinds import kind_of
from engine.pictures.picture import Picture
from engine.settings import Settings, settings

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 256
"""Pixels of the longer side of a picture that is kept, unless the caller wants another."""
ORIENTATION = 0x0112
"""The tag of EXIF that says how the camera was held: 1 upright, 2 to 8 as in ``_upright``."""
ANEW = "Open it in a program that shows pictures, and save it from there as PNG or JPEG."
_ONE_AT_A_TIME = threading.Lock()
"""A picture in the making takes up to eight bytes for each pixel of the file: never two at once."""


def decode(content: bytes, name: str = "", longest: int = LONGEST, limits: Settings | None = None) -> Picture:
    """The picture in a file's bytes, made smaller where a side has more than ``longest`` pixels.

    Raises Refused, saying what is wrong and what to do, for what can't be used.
    """
    with _ONE_AT_A_TIME:
        image, notes = _upright_on_white(content, longest, limits or settings())
        width, height = image.size
        if max(width, height) > longest:
            share = longest / max(width, height)
            image = _resized(image, max(1, round(width * share)), max(1, round(height * share)))
        return Picture(plain_name(name) or "your picture", _pixels(image), notes)


def decode_square(content: bytes, side: int, limits: Settings | None = None) -> UInt8[np.ndarray, "channels side side"]:
    """The largest square in the middle of a picture, made ``side`` pixels wide and high. Raises Refused as ``decode``."""
    with _ONE_AT_A_TIME:
        image, _ = _upright_on_white(content, side, limits or settings())
        width, height = image.size
        edge = min(width, height)
        left, top = (width - edge) // 2, (height - edge) // 2
        return _pixels(_resized(image.crop((left, top, left + edge, top + edge)), side, side))


def pixels_of(content: bytes, limits: Settings | None = None) -> int:
    """How many pixels a picture has, by its header alone. Raises Refused as ``decode`` does for a bad header."""
    width, height = _opened(content, limits or settings()).size
    return width * height


# --- from bytes to an image -----------------------------------------------------------------------------------------


def _opened(content: bytes, limits: Settings) -> "Image":
    """Its header, read and within bounds; no pixel is decoded yet."""
    from PIL import Image

    if len(content) > limits.own_picture_mb * MEGABYTE:
        size = f"{len(content) / MEGABYTE:,.1f} MB"
        raise Refused(
            f"The file has {size}; at most {limits.own_picture_mb} MB can be read. Make it smaller, or save it as JPEG."
        )
    kind = kind_of(content)
    most = limits.own_picture_pixels
    try:
        image = Image.open(io.BytesIO(content), formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(f"The picture's header asks for {_many(most)} Make it smaller first.") from None
    except Exception:  # whatever Pillow stumbles over in a file that somebody has made up
        raise Refused(f"The header of this {kind} is damaged, or says that it has no pixels. {ANEW}") from None
    width, height = image.size
    if width * height > most:
        raise Refused(f"The picture has {width:,} × {height:,} pixels: {_many(most)} Make it smaller first.")
    return image


def _many(most: int) -> str:
    return f"more than the {most / 1e6:g} million that can be read."


def _loaded(content: bytes, smallest: int, limits: Settings) -> "Image":
    """Its pixels decoded; a JPEG at once at an eighth, a quarter or half its size, where both sides stay above ``smallest``."""
    image = _opened(content, limits)
    try:
        if image.format == "PNG":
            _opened(content, limits).verify()  # checksums: a cut in the last bytes would else go unnoticed
        else:
            image.draft(None, (smallest, smallest))
        image.load()
    except Exception:  # as above
        raise Refused(
            f"This {kind_of(content)} is damaged or cut off: its pixels can't all be read. Upload it again. {ANEW}"
        ) from None
    return image


def _upright_on_white(content: bytes, smallest: int, limits: Settings) -> tuple["Image", tuple[str, ...]]:
    """(the first frame in grey or in colour, upright, on white; what was done to it)."""
    image = _loaded(content, smallest, limits)
    frames, turned = int(getattr(image, "n_frames", 1)), _orientation(image)
    is_clear = image.has_transparency_data and not image.mode.startswith("I")
    notes = [f"the first of its {frames} frames"] * (frames > 1)
    notes += ["transparent parts are white"] * is_clear + ["turned upright"] * (turned is not None)
    plain = _shrunk(_with_transparency(image) if is_clear else _in_eight_bits(image), smallest)
    plain = _on_white(plain) if is_clear else plain
    return plain if turned is None else plain.transpose(turned), tuple(notes)


def _in_eight_bits(image: "Image") -> "Image":
    """Grey or colour with eight bits a channel, from a palette, from print's four colours or from sixteen bits."""
    from PIL import Image

    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).clip(0, 0xFFFF) >> 8).astype(np.uint8))
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _with_transparency(image: "Image") -> "Image":
    return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")


def _shrunk(image: "Image", smallest: int) -> "Image":
    """Means over blocks of pixels, while both sides stay twice as long as ``smallest``: what follows needs less memory."""
    factor = min(image.size) // smallest // 2
    return image.reduce(factor) if factor > 1 else image


def _on_white(image: "Image") -> "Image":
    from PIL import Image

    layer = image.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _orientation(image: "Image") -> "Image.Transpose | None":  # type: ignore[name-defined]
    """How it has to be turned; None where it stands upright or says nothing that can be read."""
    from PIL.Image import Transpose

    try:
        said = image.getexif().get(ORIENTATION)
    except Exception:  # EXIF has many ways to be wrong, and none of them is worth the picture
        return None
    ways = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return ways.get(said) if isinstance(said, int) else None


# --- from an image to pixels ----------------------------------------------------------------------------------------


def _resized(image: "Image", width: int, height: int) -> "Image":
    """Each new pixel weighs the old ones below it (Pillow's bilinear filter, which widens as a picture shrinks)."""
    from PIL.Image import Resampling

    return image if image.size == (width, height) else image.resize((width, height), Resampling.BILINEAR)


def _pixels(image: "Image") -> UInt8[np.ndarray, "channels height width"]:
    """Its values, channels first; one channel where the three say the same."""
    values = np.asarray(image)
    if values.ndim == 2:
        return values[None].copy()
    grey = bool((values == values[..., :1]).all())
    return np.ascontiguousarray(values[..., :1] if grey else values, np.uint8).transpose(2, 0, 1).copy()
