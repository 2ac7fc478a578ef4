"""The input plane as a hidden layer has bent it, over the moments of a run."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout
from engine.insights import Moment, Warp
from engine.scene import Scene

MARGIN = 0.05
FRAME_MS = 250
MESH = "rgba(127,127,127,0.55)"


def warp_figure(warp: Warp, scene: Scene) -> go.Figure:
    """The mesh over the plane and the training examples where the layer puts them; a slider and a button go through time."""
    last = warp.moments[-1]
    figure = go.Figure(data=_traces(last, warp, scene), layout=layout(*_axes(warp)))
    figure.frames = [go.Frame(data=_traces(moment, warp, scene), name=str(moment.step)) for moment in warp.moments]
    figure.update_layout(height=470, margin={"l": 56, "r": 12, "t": 12, "b": 96}, uirevision=None)
    places = np.concatenate([np.concatenate([m.mesh.reshape(-1, 2), m.points]) for m in warp.moments])
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.where(high > low, (high - low) * MARGIN, 1.0)
    figure.update_xaxes(range=[float(low[0] - room[0]), float(high[0] + room[0])], showgrid=False)
    figure.update_yaxes(range=[float(low[1] - room[1]), float(high[1] + room[1])], showgrid=False)
    if len(warp.moments) > 1:
        _add_player(figure, warp)
    return figure


def _axes(warp: Warp) -> tuple[str, str]:
    if warp.units == 1:
        return "unit 1", ""
    return ("unit 1", "unit 2") if warp.units == 2 else ("component 1", "component 2")


def _traces(moment: Moment, warp: Warp, scene: Scene) -> list[go.Scatter]:
    lines = np.full((len(moment.mesh), moment.mesh.shape[1] + 1, 2), np.nan, np.float32)
    lines[:, :-1] = moment.mesh
    flat = lines.reshape(-1, 2)
    mesh = go.Scatter(x=flat[:, 0], y=flat[:, 1], mode="lines", line={"color": MESH, "width": 1}, hoverinfo="skip")
    traces = [mesh]
    if scene.classes:
        for index, name in enumerate(scene.classes):
            mine = moment.points[warp.label == index]
            traces.append(_points(mine, name, theme.CLASSES[index % len(theme.CLASSES)]))
    else:
        scale = {"colorscale": theme.value_scale(), "cmin": scene.shades.low, "cmax": scene.shades.high}
        traces.append(_points(moment.points, scene.target, warp.label.astype(np.float32), scale))
    line = {"color": theme.NEUTRAL, "width": 2, "dash": "dash"}
    ends = moment.boundary
    traces.append(go.Scatter(x=ends[:, 0], y=ends[:, 1], mode="lines", line=line, hoverinfo="skip"))
    return traces


def _points(places: np.ndarray, name: str, colour: object, scale: dict[str, object] | None = None) -> go.Scatter:
    marker = {"color": colour, "size": 6, "line": {"color": "#ffffff", "width": 0.5}, **(scale or {})}
    plain = name.replace("<", "&lt;")
    return go.Scatter(x=places[:, 0], y=places[:, 1], mode="markers", marker=marker, name=plain, hoverinfo="name")


def _add_player(figure: go.Figure, warp: Warp) -> None:
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    steps = [
        {"label": f"{moment.step:,}", "method": "animate", "args": [[str(moment.step)], at_once]}
        for moment in warp.moments
    ]
    slider = {
        "active": len(steps) - 1,
        "steps": steps,
        "currentvalue": {"prefix": "step "},
        "pad": {"t": 36},
        "x": 0.12,
        "len": 0.88,
    }
    moving = {"fromcurrent": False, "frame": {"duration": FRAME_MS, "redraw": False}, "transition": {"duration": 0}}
    button = {"label": "Play", "method": "animate", "args": [None, moving]}
    place = {
        "type": "buttons",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 48},
    }
    figure.update_layout(sliders=[slider], updatemenus=[{**place, "buttons": [button]}])


def warp_sentence(warp: Warp) -> str:
    """How much of the layer the picture holds, and what the dashed line is."""
    said = f"{warp.layer.capitalize()}: {warp.units} unit{'s' if warp.units != 1 else ''}."
    if warp.units > 2:
        said += f" The two directions hold {warp.share:.0%} of the variance over all {len(warp.moments)} moments."
    if len(warp.moments[-1].boundary):
        said += " The dashed line is where the output is undecided: straight here, bent in the input plane."
    return said
