"""What the server sends a player, read as the browser reads it (``engine/packing.py`` packs it)."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass(frozen=True)
class Frame:
    """One frame on the wire."""

    step: int
    detailed: bool
    nbytes: int


@dataclass(frozen=True)
class Delivery:
    """One message for the player."""

    component: str
    """Streamlit's name of the player on the page."""
    fragment: str
    """Streamlit's name of the part of the page that answers the player."""
    header: dict[str, Any]
    """Empty where there was nothing new."""
    frames: tuple[Frame, ...]


def player_message(message: ForwardMsg) -> Delivery | None:
    """The delivery in a message of Streamlit; None where it is about something else."""
    if not message.HasField("delta") or not message.delta.new_element.HasField("bidi_component"):
        return None
    component = message.delta.new_element.bidi_component
    header, frames = _unpacked(component.bytes)
    return Delivery(component.id, message.delta.fragment_id, header, frames)


def _unpacked(packed: bytes) -> tuple[dict[str, Any], tuple[Frame, ...]]:
    if not packed:
        return {}, ()
    offset = 4 + int.from_bytes(packed[:4], "little")
    header = json.loads(packed[4:offset])
    frames = []
    for length in header["records"]:
        step, detailed = np.frombuffer(packed, "<u4", 2, offset)
        frames.append(Frame(int(step), bool(detailed), length))
        offset += length
    return header, tuple(frames)


class Film:
    """The frames of one player since ``clear``, each once: what is not confirmed in time is sent again."""

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
        if delivery.header and (delivery.header["run"] != self.run or delivery.header["reset"]):
            self.run, self.newest = delivery.header["run"], -1
        new = [frame for frame in delivery.frames if frame.step > self.newest]
        self.frames += new
        self.repeated += len(delivery.frames) - len(new)
        self.newest = max([self.newest, *(frame.step for frame in new)])
        return len(new)
