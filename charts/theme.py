"""Every colour of every chart. Chosen for colour-blind eyes: classes follow Okabe and Ito (2008)."""

import base64

import numpy as np
from jaxtyping import Float, UInt8

from engine.shades import Shades

CLASSES = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#A0522D",
    "#332288",
    "#882255",
)
PARTS = {"train": "#0072B2", "validation": "#E69F00", "test": "#CC79A7"}
"""Training, validation and test: the same three colours in every curve."""
NEGATIVE, POSITIVE = CLASSES[0], CLASSES[1]
GRADIENT = "#009E73"
NEUTRAL = "#7F7F7F"
"""Guides and what does not matter: seen on light and on dark pages."""
MIDDLE = "#B8B8B8"
"""0 in a scale that goes both ways, where a picture is drawn alike on light and on dark pages."""
RATIO = "#CC79A7"
PICKED = CLASSES[6]
"""What a person has picked to look at or to change."""
LIGHT, DARK = "#FFFFFF", "#171614"
"""The page's backgrounds, which the shades fade into: ``.streamlit/config.toml`` sets the same."""
UNDERWAY, GONE = "#9A9A9A", "#404040"
"""What has not arrived anywhere yet, and what never will."""
CIVIDIS = ("#00224E", "#35456C", "#666970", "#948E77", "#C8B866", "#FEE838")
STRENGTH = 0.62
"""How much of a class's colour its surest cells take, so that points stay visible on them."""


def rgb(colour: str) -> Float[np.ndarray, "3"]:
    """``#rrggbb`` as three numbers 0..255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=float)


def ramp(colours: tuple[str, ...], steps: int) -> Float[np.ndarray, "steps 3"]:
    """``steps`` colours evenly along the line through ``colours``."""
    stops = np.linspace(0, 1, len(colours))
    table = np.array([rgb(colour) for colour in colours])
    at = np.linspace(0, 1, steps)
    return np.stack([np.interp(at, stops, table[:, channel]) for channel in range(3)], axis=1)


def toward(background: str, colour: str, share: float = STRENGTH) -> str:
    """``colour`` laid over ``background`` with the given opacity, as ``#rrggbb``."""
    mixed = np.rint(rgb(background) * (1 - share) + rgb(colour) * share).astype(int)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def shade_colours(shades: Shades, background: str, *, scores: bool = False) -> UInt8[np.ndarray, "256 3"]:
    """The colour of every boundary code on ``background``; ``scores`` for a value scale that stands for two classes."""
    if shades.scale == "classes":
        rows = [_fading(CLASSES[k % len(CLASSES)], background, shades.levels) for k in range(shades.classes)]
        table = np.concatenate(rows)
        return _as_bytes(np.vstack([table, np.repeat(table[-1:], 256 - len(table), axis=0)]))
    if shades.scale == "probability" or scores:
        ends = toward(background, NEGATIVE), background, toward(background, POSITIVE)
        return _as_bytes(ramp(ends, 256))
    return _as_bytes(ramp(CIVIDIS, 256))


def diverging_colours(background: str) -> UInt8[np.ndarray, "256 3"]:
    """From negative over the background (0) to positive: for what each neuron computes."""
    return _as_bytes(ramp((NEGATIVE, background, POSITIVE), 256))


def diverging_scale(background: str = MIDDLE) -> list[list[object]]:
    """The same as a Plotly colorscale."""
    return [[0, NEGATIVE], [0.5, background], [1, POSITIVE]]


def value_scale() -> list[list[object]]:
    """The value scale as a Plotly colorscale, for points that carry a value."""
    return [[i / (len(CIVIDIS) - 1), colour] for i, colour in enumerate(CIVIDIS)]


def share_scale() -> list[list[object]]:
    """A Plotly colorscale of shares, so pale that a number in its cell is read on light and on dark pages; nearly none at 0."""
    return [[0, "rgba(0,114,178,0.04)"], [0.02, "rgba(0,114,178,0.25)"], [1, "rgba(0,114,178,0.95)"]]


def packed(table: UInt8[np.ndarray, "256 3"]) -> str:
    """A colour table as base64 text."""
    return base64.b64encode(table.tobytes()).decode()


def _fading(colour: str, background: str, levels: int) -> Float[np.ndarray, "levels 3"]:
    return ramp((toward(background, colour, 0.12), toward(background, colour)), levels)


def _as_bytes(table: Float[np.ndarray, "rows 3"]) -> UInt8[np.ndarray, "rows 3"]:
    return np.rint(table).astype(np.uint8)
