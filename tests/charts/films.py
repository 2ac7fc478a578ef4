"""Films to draw: short ones of presets, and frames whose numbers are chosen by hand."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from charts.board import board
from charts.live import LiveFigure, filled
from engine.film import Film
from engine.presets import preset
from engine.scene import LayerNames, Scene
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from tests.engine.frames import detail as random_detail
from tests.engine.frames import frame


@cache
def filmed(id: str) -> tuple[SupervisedRun, Scene, Film]:
    """A short film of a preset."""
    run = SupervisedRun(preset(id).experiment)
    film = Film()
    for _ in range(6):
        film.append(run.snapshot())
        run.advance(15)
    film.append(run.snapshot())
    return run, run.scene, film


def chart(scene: Scene, name: str) -> LiveFigure:
    """The board's chart of that id."""
    return next(live for live in board(scene) if live.id == name)


def drawn(scene: Scene, name: str, *frames: Snapshot, step: int | None = None) -> go.Figure:
    """The chart as it stands at ``step`` (default: the last) of a film of ``frames``."""
    film = Film()
    for taken in frames:
        film.append(taken)
    return filled(chart(scene, name), film, step)


def trace(figure: go.Figure, name: str) -> Any:
    """The one trace of that name, as the legend says it."""
    (found,) = (trace for trace in figure.data if trace.name == name)
    return found


def hand_scene(hidden: int = 2, **changes: Any) -> Scene:
    """A scene of two classes on a plane with so many hidden layers, and what else is to be different."""
    layers = tuple(LayerNames(f"layer {i}", 4, 4) for i in range(hidden + 1))
    return replace(filmed("spiral")[1], layers=layers, held="", **changes)


def hand_frame(detail: Mapping[str, Any] | None = None, hidden: int = 2, **changes: Any) -> Snapshot:
    """A frame of so many hidden layers with these numbers; lists become float32 arrays. Without ``detail`` it has none."""
    layers = np.full(hidden + 1, 0.5, np.float32)
    light = {"gradient_norm": layers, "gradient_mean": layers, "update_ratio": layers, "momentum": 0.9}
    right = {"outcome": np.eye(2, dtype=np.float32)}
    taken = None if detail is None else replace(random_detail(hidden=hidden), **_arrays({**right, **detail}))
    return replace(frame(90), detail=taken, **_arrays({**light, **changes}))


def scores(scene: Scene, values: Mapping[str, float]) -> list[float]:
    """Scores by name in the order of the scene; NaN where none is given."""
    return [values.get(name, float("nan")) for name in scene.score_names]


def _arrays(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: np.array(value, np.float32) if isinstance(value, list) else value for name, value in values.items()}
