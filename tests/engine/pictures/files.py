"""Picture files, good and bad, as people and their enemies send them."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

HEAD = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, depth: int = 8, colour: int = 0, data: bytes = b"", more: bytes = b"") -> bytes:
    """A PNG whose header says what it likes; ``data`` is what its pixels are unzipped from, ``more`` stands before them."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return HEAD + header + more + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def saved(values: Any, kind: str = "PNG", mode: str | None = None, **options: Any) -> bytes:
    """An array or an image as a file."""
    image = values if isinstance(values, Image.Image) else Image.fromarray(values)
    out = io.BytesIO()
    (image.convert(mode) if mode else image).save(out, kind, **options)
    return out.getvalue()


def colours(height: int = 24, width: int = 32, seed: int = 0) -> np.ndarray:
    """Smooth colours, so that a JPEG of them is close; red grows to the right, green downwards."""
    down, right = np.mgrid[:height, :width]
    blue = np.full((height, width), 40 + seed * 20 % 200)
    return np.stack([right * 255 // max(width - 1, 1), down * 255 // max(height - 1, 1), blue], -1).astype(np.uint8)
