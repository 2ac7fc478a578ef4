"""``Picture``: a visitor's own picture, as it is kept."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, UInt8


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture, upright and without transparency."""

    name: str
    """Of the file, fit to be shown."""
    pixels: UInt8[np.ndarray, "channels height width"]
    """Read-only. One channel where there is no colour in it, else red, green, blue."""
    notes: tuple[str, ...] = ()
    """What was done to it on the way, where that is worth a word."""

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)

    @property
    def brightness(self) -> Float[np.ndarray, "channels height width"]:
        """32 bits for each value, 0 to 1."""
        return self.pixels.astype(np.float32) / np.float32(255)

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits of its content: what links know of it."""
        content = hashlib.blake2b(repr(self.pixels.shape).encode(), digest_size=8)
        content.update(self.pixels.tobytes())
        return content.hexdigest()

    @property
    def nbytes(self) -> int:
        """Memory it takes, about."""
        return self.pixels.nbytes + 500
