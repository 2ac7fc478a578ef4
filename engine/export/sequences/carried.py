"""Numbers that a script carries as text: what no formula draws, such as the tokens of a text."""

import base64
import textwrap
import zlib

import numpy as np
import torch
from jaxtyping import Shaped
from torch import Tensor

WIDE = 110
"""Characters of a line."""


def unpacked(text: str, kind: str, shape: tuple[int, ...]) -> Shaped[Tensor, "..."]:
    """Numbers of a NumPy ``kind`` from text (base85 of zlib): ids as int64, all else as it is."""
    raw = zlib.decompress(base64.b85decode("".join(text.split())))
    numbers = np.frombuffer(raw, kind).reshape(shape)
    return torch.from_numpy(numbers.astype(np.float32 if kind == "<f4" else np.int64))


def packed(numbers: Shaped[Tensor, "..."]) -> tuple[str, str]:
    """(text, kind) from which ``unpacked`` gives the same numbers again."""
    kind = "<f4" if numbers.is_floating_point() else _smallest(int(numbers.min()), int(numbers.max()))
    raw = numbers.contiguous().numpy().astype(kind).tobytes()
    return base64.b85encode(zlib.compress(raw, 9)).decode(), kind


def block(text: str) -> list[str]:
    """Lines of a script that say ``text`` between three quotation marks."""
    return ['"""', *textwrap.wrap(text, WIDE, break_on_hyphens=False), '"""']


def _smallest(low: int, high: int) -> str:
    """The smallest kind of whole number that has both."""
    for kind in ("|u1", "|i1", "<u2", "<i2"):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return kind
    return "<i4"


def numbered(count: int) -> tuple[str, ...]:
    """Names of tokens where none are known."""
    return tuple(str(number) for number in range(count))
