"""A surface under paths: from above with lines of equal height, or as a landscape."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout
from engine.labs.optimizers.results import Ground, Path

BEYOND = 5.0
"""A path that leaves is drawn to so many picture sizes beyond the border: its direction there stays right."""


STRETCH = 0.3
"""Power of the height that is drawn: a deep hole and a high wall fit into one scale."""


def heights(ground: Ground) -> Float[np.ndarray, "rows columns"]:
    """From 0 at the lowest drawn place to 1 at the highest, low differences stretched."""
    return lifted(ground, ground.z)


def lifted(ground: Ground, values: Float[np.ndarray, " *shape"]) -> Float[np.ndarray, " *shape"]:
    """``values`` of f on the scale of ``heights``."""
    if not ground.is_defined:
        return np.full_like(values, np.nan)
    low, high = float(np.nanmin(ground.z)), float(np.nanmax(ground.z))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.clip((values / 2 - low / 2) / max(high / 2 - low / 2, 1e-300), 0.0, 1.0) ** STRETCH


def from_above(ground: Ground, **more: Any) -> go.Figure:
    """Lines of equal height, dark where it is low, and a star at each known minimum."""
    left, right, low, high = ground.sides
    figure = go.Figure(
        layout=layout(
            "x",
            "y",
            showlegend=True,
            xaxis={"range": [left, right], "showgrid": False},
            yaxis={"range": [low, high], "showgrid": False},
            **{"margin": {"t": 56}, **more},
        )
    )
    figure.add_trace(
        go.Contour(
            x=ground.x,
            y=ground.y,
            z=heights(ground).astype(np.float32),
            customdata=_lighter(ground.z),
            colorscale=theme.value_scale(),
            contours={"start": 0.06, "end": 0.98, "size": 0.06, "coloring": "heatmap"},
            line={"width": 0.5, "color": "rgba(255,255,255,0.35)"},
            showscale=False,
            opacity=0.75,
            hovertemplate="x %{x:.3g}, y %{y:.3g}<br>f = %{customdata:.4g}<extra></extra>",
            name="f",
        )
    )
    if len(ground.minima):
        figure.add_trace(_minima(ground))
    return figure


def _minima(ground: Ground) -> go.Scatter:
    star = {"symbol": "star", "size": 13, "color": theme.LIGHT, "line": {"color": theme.DARK, "width": 1}}
    name = "lowest place" if len(ground.minima) == 1 else "lowest places"
    return go.Scatter(
        x=ground.minima[:, 0], y=ground.minima[:, 1], mode="markers", marker=star, name=name, hoverinfo="skip"
    )


def landscape(ground: Ground) -> go.Figure:
    """The surface in three dimensions; the height is that of ``heights``."""
    figure = go.Figure(
        layout=layout(
            "x",
            "y",
            showlegend=True,
            margin={"t": 56, "l": 0, "r": 0, "b": 0},
            scene={
                "xaxis": {"title": {"text": "x"}, "range": list(ground.sides[:2])},
                "yaxis": {"title": {"text": "y"}, "range": list(ground.sides[2:])},
                "zaxis": {
                    "title": {"text": "height"},
                    "showticklabels": False,
                    "range": [-0.05, 1.05],
                },
                "aspectratio": {"x": 1, "y": 1, "z": 0.6},
                "camera": {"eye": {"x": 1.1, "y": -1.3, "z": 0.9}},
            },
        )
    )
    figure.add_trace(
        go.Surface(
            x=ground.x,
            y=ground.y,
            z=heights(ground).astype(np.float32),
            customdata=_lighter(ground.z),
            colorscale=theme.value_scale(),
            showscale=False,
            opacity=0.85,
            hovertemplate="x %{x:.3g}, y %{y:.3g}<br>f = %{customdata:.4g}<extra></extra>",
            name="f",
        )
    )
    return figure


def within(ground: Ground, places: Float[np.ndarray, "places 2"]) -> Float[np.ndarray, "places 2"]:
    """``places`` no further from the picture than a browser can draw."""
    left, right, low, high = ground.sides
    across, up = BEYOND * (right - left), BEYOND * (high - low)
    return np.clip(places, [left - across, low - up], [right + across, high + up])


def path_trace(ground: Ground, path: Path, colour: str, upto: int, solid: bool, most: int = 400) -> dict[str, Any]:
    """The first ``upto`` steps of ``path`` as a trace; with more than ``most`` places, an even choice of them."""
    end = min(upto, path.steps)
    chosen = np.unique(np.linspace(0, end, min(end + 1, most)).astype(int))
    places = within(ground, path.places[chosen])
    line = {"color": colour, "width": 4 if solid else 2}
    trace: dict[str, Any] = {"x": _short(places[:, 0]), "y": _short(places[:, 1]), "name": path.label, "line": line}
    if not solid:
        return {**trace, "type": "scatter", "mode": "lines"}
    z = lifted(ground, path.values[chosen]) + 0.012  # a little above the surface, so that it is seen
    inside = (path.places[chosen] == _inside(ground, path.places[chosen])).all(axis=1)
    return {**trace, "z": _short(np.where(inside, z, np.nan)), "type": "scatter3d", "mode": "lines"}


def head_trace(ground: Ground, path: Path, colour: str, upto: int, solid: bool) -> dict[str, Any]:
    """Where ``path`` stands after ``upto`` steps: a ball."""
    end = min(upto, path.steps)
    place = within(ground, path.places[end : end + 1])[0]
    marker = {"color": colour, "size": 5 if solid else 11, "line": {"color": theme.LIGHT, "width": 1.5}}
    said = f"{path.label}<br>step {end}: f = {path.values[end]:.4g}"
    trace: dict[str, Any] = {"x": _short(place[:1]), "y": _short(place[1:]), "mode": "markers", "marker": marker}
    trace |= {"showlegend": False, "name": path.label, "hovertext": [said], "hoverinfo": "text"}
    if not solid:
        return {**trace, "type": "scatter"}
    is_inside = bool((path.places[end] == _inside(ground, path.places[end : end + 1])[0]).all())
    z = lifted(ground, path.values[end : end + 1]) + 0.012 if is_inside else np.array([np.nan])
    return {**trace, "z": _short(z), "type": "scatter3d"}


def _inside(ground: Ground, places: Float[np.ndarray, "places 2"]) -> Float[np.ndarray, "places 2"]:
    left, right, low, high = ground.sides
    return np.clip(places, [left, low], [right, high])


def _lighter(values: Float[np.ndarray, " *shape"]) -> Float[np.ndarray, " *shape"]:
    """Half the bytes, with as many digits as are shown; as they are where one is too large for that."""
    return values if (np.abs(values) > 1e38).any() else values.astype(np.float32)


def _short(values: Float[np.ndarray, " values"]) -> list[float | None]:
    """Five digits are more than a screen shows, and a fraction of the bytes."""
    known = np.isfinite(values)
    size = np.abs(values, where=known & (values != 0), out=np.ones_like(values))
    shift = np.clip(4 - np.floor(np.log10(size)), -300, 300)
    powers = 10.0 ** np.abs(shift)  # an integer over a power of ten is the number that a reader would write
    with np.errstate(over="ignore", invalid="ignore"):
        whole = np.rint(np.where(shift > 0, values * powers, values / powers))
        rounded = np.where(shift > 0, whole / powers, whole * powers).tolist()
    return [value if is_known else None for value, is_known in zip(rounded, known.tolist(), strict=True)]


def colour_of(index: int) -> str:
    """The colour of a racer, the same in every picture: bright ones, as the ground is dark."""
    return RACERS[index % len(RACERS)]


RACERS: Sequence[str] = tuple(theme.CLASSES[place] for place in (5, 4, 3, 2, 1, 0, 7, 9))
"""Vermilion, sky blue, pink, green, orange, blue, brown, wine: told apart by colour-blind eyes, and from the ground."""
