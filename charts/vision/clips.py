"""Clips: all frames beside each other, and played; sounds of every kind, as spectrograms."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, UInt8

from charts import theme
from charts.live import layout, plain
from engine.labs.vision.results.clips import Pictured, Shown

GAP = 1
"""Pixels between two frames."""
MILLISECONDS = 220
"""So long a frame is shown."""
BRIGHTEST = 255
ACROSS, BETWEEN = 4, 0.13
"""Spectrograms in a row; the share of the height above each for its name."""


def strips(found: Shown) -> go.Figure:
    """A row for each motion, its frames in the order of time."""
    count, frames, height, width = found.frames.shape
    wide, high = width + GAP, height + GAP
    sheet = np.full((count * high - GAP, frames * wide - GAP), np.nan, dtype=np.float32)
    for row, clip in enumerate(found.frames):
        for place, frame in enumerate(clip):
            sheet[row * high : row * high + height, place * wide : place * wide + width] = frame
    drawn = _picture(sheet, layout("frame", "", margin={"l": 66, "r": 8, "t": 8}))
    middles = [place * wide + (width - 1) / 2 for place in range(frames)]
    drawn.update_xaxes(tickvals=middles, ticktext=[str(place + 1) for place in range(frames)])
    rows = [row * high + (height - 1) / 2 for row in range(count)]
    drawn.update_yaxes(tickvals=rows, ticktext=[plain(name) for name in found.motions], tickangle=0)
    return drawn


def player(found: Shown) -> go.Figure:
    """One frame of every motion, beside each other, with a button to play ``player_frames``."""
    count, frames, _, width = found.frames.shape
    drawn = _picture(moment(found, 0), layout("", "", margin={"l": 8, "r": 8, "t": 8, "b": 74}))
    middles = [place * (width + GAP) + (width - 1) / 2 for place in range(count)]
    drawn.update_xaxes(tickvals=middles, ticktext=[plain(name) for name in found.motions])
    drawn.update_yaxes(showticklabels=False, ticks="")
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {**at_once, "frame": {"duration": MILLISECONDS, "redraw": True}, "fromcurrent": True}
    names = [str(place + 1) for place in range(frames)]
    drawn.update_layout(
        updatemenus=[
            {
                "type": "buttons",
                "direction": "left",
                "x": 0,
                "y": -0.2,
                "xanchor": "left",
                "yanchor": "top",
                "showactive": False,
                "buttons": [
                    {"label": "Play", "method": "animate", "args": [None, playing]},
                    {"label": "Pause", "method": "animate", "args": [[None], at_once]},
                ],
            }
        ],
        sliders=[
            {
                "active": 0,
                "x": 0.4,
                "len": 0.6,
                "y": -0.2,
                "pad": {"t": 0},
                "currentvalue": {"prefix": "frame ", "xanchor": "right"},
                "steps": [{"label": name, "method": "animate", "args": [[name], at_once]} for name in names],
                "ticklen": 0,
                "minorticklen": 0,
                "font": {"size": 11},
            }
        ],
    )
    return drawn


def player_frames(found: Shown) -> list[dict[str, Any]]:
    """What ``player`` shows at each moment."""
    return [
        {"name": str(place + 1), "data": [{"type": "heatmap", "z": moment(found, place)}], "traces": [0]}
        for place in range(found.frames.shape[1])
    ]


def moment(found: Shown, place: int) -> Float[np.ndarray, "height across"]:
    """The frame number ``place`` of every motion, side by side."""
    return side_by_side(found.frames[:, place])


def side_by_side(pictures: UInt8[np.ndarray, "pictures height width"]) -> Float[np.ndarray, "height across"]:
    """Pictures in a row, with nothing between two of them."""
    count, height, width = pictures.shape
    sheet = np.full((height, count * (width + GAP) - GAP), np.nan, dtype=np.float32)
    for number, picture in enumerate(pictures):
        sheet[:, number * (width + GAP) : number * (width + GAP) + width] = picture
    return sheet


def sound_pictures(found: Pictured) -> go.Figure:
    """A spectrogram of every kind, four in a row."""
    count, height = found.pictures.shape[:2]
    rows = -(-count // ACROSS)
    drawn = go.Figure(layout=layout("", "", margin={"l": 8, "r": 8, "t": 26, "b": 8}))
    for place, (kind, picture) in enumerate(zip(found.kinds, found.pictures, strict=True)):
        row, column = divmod(place, ACROSS)
        name = "" if place == 0 else str(place + 1)
        left, top = column / ACROSS, 1 - row / rows
        bottom = top - 1 / rows + (BETWEEN if row < rows - 1 else 0)
        hidden = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
        drawn.update_layout(
            {
                f"xaxis{name}": {**hidden, "anchor": f"y{name}", "domain": [left, left + (1 - 0.04) / ACROSS]},
                f"yaxis{name}": {
                    **hidden,
                    "anchor": f"x{name}",
                    "domain": [bottom, top],
                    "range": [height - 0.5, -0.5],
                },
            }
        )
        drawn.add_trace(
            go.Heatmap(
                z=picture,
                zmin=0,
                zmax=BRIGHTEST,
                colorscale=theme.value_scale(),
                showscale=False,
                xaxis=f"x{name}",
                yaxis=f"y{name}",
                hoverinfo="skip",
            )
        )
        drawn.add_annotation(
            text=plain(kind),
            x=left,
            y=top,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    return drawn


def _picture(sheet: Float[np.ndarray, "rows columns"], heading: dict[str, Any]) -> go.Figure:
    drawn = go.Figure(layout=heading)
    drawn.add_trace(
        go.Heatmap(z=sheet, zmin=0, zmax=BRIGHTEST, colorscale=theme.value_scale(), showscale=False, hoverinfo="skip")
    )
    drawn.update_xaxes(showgrid=False, constrain="domain")
    drawn.update_yaxes(showgrid=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return drawn
