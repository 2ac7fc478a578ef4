"""Snapshots as bytes: a fixed layout per run, so that a frame is its numbers and nothing else.

A record is four uint32 (step, 1 if details follow, bytes of sentences, 0), then the light arrays, then the
details, then the sentences as UTF-8 JSON. Every array starts at a multiple of 4 bytes, little-endian. Images are written
as differences between neighbours, which compress to half: see ``differences``.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engine.snapshot import Snapshot, arrays_of

IMAGE = "image"
"""The type of the uint8 arrays (..., side, side) that are written as differences."""
LIGHT = ("clock", "scores", "gradient_norm", "gradient_mean", "update_ratio", "boundary")


@dataclass(frozen=True)
class Layout:
    """Names, types (NumPy's, or ``IMAGE``) and shapes of a run's arrays: what a reader of records needs."""

    score_names: tuple[str, ...]
    light: tuple[tuple[str, str, tuple[int, ...]], ...]
    detail: tuple[tuple[str, str, tuple[int, ...]], ...]

    def as_json(self) -> dict[str, object]:
        """The layout as plain lists, for a reader in another language."""
        return {
            "scores": list(self.score_names),
            "light": [[name, code, list(shape)] for name, code, shape in self.light],
            "detail": [[name, code, list(shape)] for name, code, shape in self.detail],
        }


def layout_of(snapshot: Snapshot, score_names: tuple[str, ...]) -> Layout:
    """The layout of a run, read off a frame that has its details."""
    detail = () if snapshot.detail is None else tuple(_described(arrays_of(snapshot.detail).items()))
    return Layout(score_names, tuple(_described(_light_arrays(snapshot))), detail)


def pack(snapshot: Snapshot, sentences: Mapping[str, str] | None = None) -> bytes:
    """One record, whose layout is ``layout_of`` any frame of the same run; ``sentences`` say what each chart shows."""
    words = json.dumps(dict(sentences), ensure_ascii=False).encode() if sentences else b""
    head = np.array([snapshot.step, snapshot.detail is not None, len(words), 0], dtype="<u4").tobytes()
    arrays = [array for _, array in _light_arrays(snapshot)]
    if snapshot.detail is not None:
        arrays += arrays_of(snapshot.detail).values()
    return b"".join([head, *(_padded(_written(array)) for array in arrays), _padded(words)])


def differences(images: np.ndarray) -> np.ndarray:
    """uint8 (..., side, side): each cell less its left neighbour, then less its upper one, modulo 256.

    Sums along both axes, modulo 256, give the images back.
    """
    across = images.copy()
    across[..., 1:] -= images[..., :-1]
    both = across.copy()
    both[..., 1:, :] -= across[..., :-1, :]
    return both


def message(header: dict[str, object], records: list[bytes]) -> bytes:
    """One delivery to the browser: length of the header, the header as JSON, then the records one after another."""
    text = _padded(json.dumps({**header, "records": [len(record) for record in records]}).encode(), fill=b" ")
    return b"".join([np.uint32(len(text)).tobytes(), text, *records])


def named_arrays(snapshot: Snapshot) -> dict[str, np.ndarray]:
    """All arrays of a frame by the names a layout gives them; the details only where the frame has them."""
    return dict([*_light_arrays(snapshot), *(arrays_of(snapshot.detail).items() if snapshot.detail else [])])


def _light_arrays(snapshot: Snapshot) -> Iterator[tuple[str, np.ndarray]]:
    yield "clock", np.array([snapshot.epoch, snapshot.rate, snapshot.momentum], dtype=np.float32)
    for name in LIGHT[1:]:
        yield name, getattr(snapshot, name)


def _described(arrays: Iterable[tuple[str, np.ndarray]]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    return ((name, IMAGE if _is_image(array) else array.dtype.name, array.shape) for name, array in arrays)


def _is_image(array: np.ndarray) -> bool:
    return array.dtype == np.uint8 and array.ndim > 1 and array.shape[-1] == array.shape[-2]


def _written(array: np.ndarray) -> bytes:
    return (differences(array) if _is_image(array) else array).tobytes()


def _padded(raw: bytes, fill: bytes = b"\0") -> bytes:
    return raw + fill * (-len(raw) % 4)
