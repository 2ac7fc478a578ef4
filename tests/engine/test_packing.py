"""Records read back by the documented layout, with nothing but ``struct`` and ``json``."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest

from engine.packing import layout_of, message, named_arrays, pack
from engine.snapshot import Snapshot
from tests.engine.frames import frame

CODES = {"float32": "f", "uint8": "B", "uint32": "I", "image": "B"}
NAMES = tuple(f"score {i}" for i in range(9))


class Reader:
    """Reads arrays one after another, each from the next multiple of 4 bytes."""

    def __init__(self, record: bytes) -> None:
        self.record, self.place = record, 0

    def take(self, code: str, count: int) -> tuple[Any, ...]:
        self.place += -self.place % 4
        form = f"<{count}{CODES[code]}"
        values = struct.unpack_from(form, self.record, self.place)
        self.place += struct.calcsize(form)
        return values


def unpacked(record: bytes, layout: dict[str, Any]) -> tuple[int, dict[str, tuple[Any, ...]], dict[str, str]]:
    """(step, values of each array, sentences) of one record."""
    reader = Reader(record)
    step, detailed, words, nothing = reader.take("uint32", 4)
    assert nothing == 0
    parts = layout["light"] + (layout["detail"] if detailed else [])
    values = {name: reader.take(code, math.prod(shape)) for name, code, shape in parts}
    for name, code, shape in parts:
        if code == "image":
            sums = np.array(values[name], np.int64).reshape(shape).cumsum(-1).cumsum(-2)
            values[name] = tuple((sums % 256).ravel())
    text = bytes(reader.take("uint8", words)).decode()
    assert len(record) == reader.place + -reader.place % 4
    return step, values, json.loads(text) if text else {}


def expected(snapshot: Snapshot) -> dict[str, np.ndarray]:
    found = {
        "clock": np.array([snapshot.epoch, snapshot.rate, snapshot.momentum], np.float32),
        "scores": snapshot.scores,
        "gradient_norm": snapshot.gradient_norm,
        "gradient_mean": snapshot.gradient_mean,
        "update_ratio": snapshot.update_ratio,
        "boundary": snapshot.boundary,
    }
    return found | (vars(snapshot.detail) if snapshot.detail else {})


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize("detailed", [False, True])
@pytest.mark.parametrize("side", [1, 5, 6, 16])
def test_a_record_reads_back_to_the_same_numbers(side: int, detailed: bool, line: bool) -> None:
    snapshot = frame(1234, detailed=detailed, side=side, line=line)
    layout = json.loads(json.dumps(layout_of(frame(0, detailed=True, side=side, line=line), NAMES).as_json()))
    words = {"loss": "The loss fell to 0,1 – a third.", "f": "σ(z) ≤ 1"}
    step, values, sentences = unpacked(pack(snapshot, words), layout)
    assert step == 1234
    assert sentences == words
    assert layout["scores"] == list(NAMES)
    assert list(values) == list(expected(snapshot))
    for name, array in expected(snapshot).items():
        np.testing.assert_array_equal(np.array(values[name], array.dtype), array.ravel(), err_msg=name)


def test_a_record_without_sentences_has_none() -> None:
    layout = layout_of(frame(0, detailed=True), NAMES).as_json()
    plain = json.loads(json.dumps(layout))
    assert unpacked(pack(frame(7)), plain)[2] == {}
    assert unpacked(pack(frame(7), {}), plain)[2] == {}
    assert struct.unpack_from("<4I", pack(frame(7))) == (7, 0, 0, 0)


def test_every_frame_of_a_run_has_the_same_layout_and_a_record_of_the_same_length() -> None:
    frames = [frame(step, detailed=True) for step in range(5)]
    assert len({layout_of(one, NAMES) for one in frames}) == 1
    assert len({len(pack(one)) for one in frames}) == 1
    assert layout_of(frame(1), NAMES).detail == ()


def test_a_message_reads_back_to_its_header_and_records() -> None:
    records = [pack(frame(1)), pack(frame(2, detailed=True), {"a": "ü"}), pack(frame(3))]
    raw = message({"run": "é1", "end": None}, records)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length].decode())
    assert length % 4 == 0
    assert header == {"run": "é1", "end": None, "records": [len(record) for record in records]}
    place = 4 + length
    for record, size in zip(records, header["records"], strict=True):
        assert place % 4 == 0
        assert raw[place : place + size] == record
        place += size
    assert place == len(raw)


def test_named_arrays_are_those_of_the_layout() -> None:
    one = frame(4, detailed=True)
    layout = layout_of(one, NAMES)
    found = named_arrays(one)
    assert [(name, array.shape) for name, array in found.items()] == [
        (name, shape) for name, _, shape in (*layout.light, *layout.detail)
    ]
    for name, array in expected(one).items():
        np.testing.assert_array_equal(found[name], array)
