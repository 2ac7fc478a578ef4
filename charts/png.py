"""A small picture as PNG bytes: one byte per pixel and a table of colours, as the shades of a boundary are."""

import base64
import struct
import zlib

import numpy as np
from jaxtyping import UInt8


def indexed_png(codes: UInt8[np.ndarray, "rows columns"], colours: UInt8[np.ndarray, "256 3"]) -> bytes:
    """The picture whose first row is the upper one (PNG specification, colour type 3)."""
    rows, columns = codes.shape
    head = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), codes], axis=1)
    body = [(b"IHDR", head), (b"PLTE", colours.tobytes()), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in body)


def data_url(png: bytes) -> str:
    """The picture as an address of its own."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
