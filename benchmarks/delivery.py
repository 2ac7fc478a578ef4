"""What the server sends a player, read as the browser reads it (``engine/packing.py`` packs it)."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.feed import COMPRESSION


@dataclass(frozen=True)
class Frame:
    """One frame on the wire."""

    step: int
    detailed: bool
    record: bytes

    @property
    def nbytes(self) -> int:
        """What it comes to on a connection, compressed by itself."""
        return len(zlib.compress(self.record, COMPRESSION))


@dataclass(frozen=True)
class Delivery:
    """One message for the player."""

    header: dict[str, Any]
    frames: tuple[Frame, ...]


def unpacked(message: bytes) -> Delivery:
    """An answer of the feed."""
    offset = 4 + int.from_bytes(message[:4], "little")
    header = json.loads(message[4:offset])
    frames = []
    for length in header["records"]:
        step, detailed = np.frombuffer(message, "<u4", 2, offset)
        frames.append(Frame(int(step), bool(detailed), message[offset : offset + length]))
        offset += length
    return Delivery(header, tuple(frames))


class Film:
    """The frames of one player since ``clear``, each once."""

    def __init__(self) -> None:
        self.run = ""
        self.newest = -1
        self.clear()

    def clear(self) -> None:
        """Begin to count."""
        self.frames: list[Frame] = []
        self.repeated = 0

    def take(self, delivery: Delivery) -> int:
        """Count its new frames; returns how many they are."""
        if delivery.header["run"] != self.run or delivery.header["reset"]:
            self.run, self.newest = delivery.header["run"], -1
        new = [frame for frame in delivery.frames if frame.step > self.newest]
        self.frames += new
        self.repeated += len(delivery.frames) - len(new)
        self.newest = max([self.newest, *(frame.step for frame in new)])
        return len(new)
