"""A window that slides over a picture, drawn and played by the browser; its weights are typed into it."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from charts import theme
from engine.labs.convolution.results.sliding import Slid
from ui.component import component
from ui.number_grid import cells_of, given, heard_of

_COMPONENT = component("gradient_sliding", "sliding.js", "gp-slide")
FULL = 65535
"""The code of brightness 1."""

Weight = tuple[int, int, int, float]
"""Input channel, row and column, from 0, and the number typed there."""


@dataclass(frozen=True)
class Stand:
    """Where the window stands, and which input channel is looked at, all from 0."""

    row: int
    column: int
    channel: int


@dataclass(frozen=True)
class Words:
    """What the parts are called."""

    picture: str
    kernel: str
    output: str
    channels: Sequence[str]


def sliding(
    found: Slid,
    out: int,
    stand: Stand,
    words: Words,
    key: str,
    *,
    reach: tuple[float, float],
    set_by_hand: Sequence[tuple[int, int, int]],
    on_typed: Callable[[list[Weight]], None],
    on_stood: Callable[[Stand], None],
) -> None:
    """Output ``out`` (from 0) of ``found``: the window at ``stand``.

    ``on_typed`` is called with weights that were typed, ``on_stood`` when the window has come to rest elsewhere, both before
    the page is drawn anew. ``reach`` are the lowest and the highest weight that is taken; those ``set_by_hand`` are marked.
    """
    inputs, size, _ = found.weights[out].shape
    name = f"{out}.{size}"

    def typed() -> None:
        letter = st.session_state[key].get("typed")
        weights = [
            (channel, row, column, value)
            for channel in range(inputs)
            for row, column, value in cells_of(letter, f"{name}.{channel}", (size, size), reach)
        ]
        if weights:
            on_typed(weights)

    def stood() -> None:
        told = stand_of(st.session_state[key].get("stood"), found, inputs)
        if told is not None:
            on_stood(told)

    data = {
        "plan": {**_plan(found, out, words), "name": name},
        "padded": _packed(np.rint(np.clip(found.padded, 0.0, 1.0) * FULL).astype("<u2")),
        "weights": _packed(found.weights[out].astype("<f4")),
        "output": _packed(found.output[out].astype("<f4")),
        "at": [stand.row, stand.column],
        "channel": stand.channel,
        "grid": {**given((), words.kernel, reach, (), name, heard_of(key)), "set": [list(at) for at in set_by_hand]},
    }
    _COMPONENT(key=key, data=data, on_typed_change=typed, on_stood_change=stood)


def _plan(found: Slid, out: int, words: Words) -> dict[str, Any]:
    """Sizes and names."""
    channels, height, width = found.picture.shape
    return {
        "names": list(words.channels[:channels]),
        "height": height,
        "width": width,
        "padded": list(found.padded.shape[1:]),
        "before": [found.down.before, found.across.before],
        "inputs": found.weights.shape[1],
        "first": found.seen(out).start,
        "size": found.down.size,
        "stride": found.down.stride,
        "dilation": found.down.dilation,
        "rows": found.down.places,
        "columns": found.across.places,
        "picture": words.picture,
        "kernel": words.kernel,
        "output": words.output,
        "scale": [theme.NEGATIVE, theme.MIDDLE, theme.POSITIVE],
        "frame": theme.CLASSES[5],
    }


def _packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def stand_of(sent: object, found: Slid, inputs: int) -> Stand | None:
    """Where a browser says that the window stands, if there is such a place: it may send anything."""
    if not isinstance(sent, dict):
        return None
    bounds = {"row": found.down.places, "column": found.across.places, "channel": inputs}
    if all(isinstance(sent.get(name), int) and 0 <= sent[name] < most for name, most in bounds.items()):
        return Stand(**{name: int(sent[name]) for name in bounds})
    return None
