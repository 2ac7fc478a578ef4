"""A small picture as PNG bytes: with a table of colours, as the shades of a boundary are, or with colours of its own."""

import base64
import struct
import zlib
from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8


def indexed_png(codes: UInt8[np.ndarray, "rows columns"], colours: UInt8[np.ndarray, "256 3"]) -> bytes:
    """The picture whose first row is the upper one (PNG specification, colour type 3)."""
    return _png(codes, 3, codes.shape[1], [(b"PLTE", colours.tobytes())])


def picture_png(pixels: UInt8[np.ndarray, "channels rows columns"]) -> bytes:
    """The picture in grey of one channel, in red, green and blue of three; a fourth is its opacity (colour types 0, 2, 6)."""
    channels, rows, columns = pixels.shape
    return _png(pixels.transpose(1, 2, 0).reshape(rows, columns * channels), {1: 0, 3: 2, 4: 6}[channels], columns)


def data_url(png: bytes) -> str:
    """The picture as an address of its own."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _png(
    bytes_of: UInt8[np.ndarray, "rows bytes"], colour_type: int, columns: int, more: Sequence[tuple[bytes, bytes]] = ()
) -> bytes:
    """``bytes_of`` each row; no row is told by the one above it (filter 0)."""
    rows = len(bytes_of)
    head = struct.pack(">IIBBBBB", columns, rows, 8, colour_type, 0, 0, 0)
    lines = np.concatenate([np.zeros((rows, 1), np.uint8), bytes_of], axis=1)
    body = [(b"IHDR", head), *more, (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in body)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
