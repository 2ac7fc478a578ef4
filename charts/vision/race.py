"""Networks of one size on one task: accuracy while they train, at the end, and class by class."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.vision.results.race import Entrant, Standing

COLOURS = (theme.CLASSES[0], theme.CLASSES[2], theme.CLASSES[1], theme.CLASSES[5], theme.CLASSES[3], theme.CLASSES[4])
LOWER = 0.24
"""How far below the scores those of a random order stand."""


def accuracy_lines(found: Standing) -> go.Figure:
    """Validation accuracy over updates: the median of the seeds, and the band from lowest to highest."""
    drawn = go.Figure(layout=layout("updates", "validation accuracy", showlegend=True, legend=legend_above()))
    drawn.update_layout(margin={"t": 62})
    for entrant, colour in zip(found.entrants, COLOURS, strict=False):
        curves = np.array([trial.accuracy for trial in found.of(entrant.label)]).reshape(-1, len(found.looks))
        _line(drawn, np.array(found.looks), curves, plain(entrant.label), colour)
    drawn.add_hline(y=1 / len(found.classes), line={"dash": "dot", "width": 1, "color": theme.NEUTRAL})
    drawn.update_yaxes(range=[-0.02, 1.03])
    drawn.update_xaxes(range=[0, found.looks[-1]])
    return drawn


def _line(
    drawn: go.Figure, looks: np.ndarray, curves: Float[np.ndarray, "seeds looks"], name: str, colour: str
) -> None:
    """The line and the band of a network; before it is trained only its name, in the legend."""
    seen = np.isfinite(curves).any(0)
    looks, curves = looks[seen], curves[:, seen]
    if len(curves) > 1:
        low, high = np.nanmin(curves, axis=0), np.nanmax(curves, axis=0)
        drawn.add_trace(
            go.Scatter(
                x=np.concatenate([looks, looks[::-1]]),
                y=np.concatenate([high, low[::-1]]),
                fill="toself",
                line={"width": 0, "color": colour},
                opacity=0.18,
                hoverinfo="skip",
                showlegend=False,
                legendgroup=name,
            )
        )
    drawn.add_trace(
        go.Scatter(
            x=looks if len(looks) else [None],
            y=np.nanmedian(curves, axis=0) if len(looks) else [None],
            mode="lines",
            name=name,
            legendgroup=name,
            line={"color": colour, "width": 2.5},
            hovertemplate=f"{name}, %{{x}} updates: %{{y:.1%}}<extra></extra>",
        )
    )


def score_marks(found: Standing) -> go.Figure:
    """Test accuracy of every seed, the median as a bar; below, hollow, the same examples read in a random order."""
    drawn = go.Figure(layout=layout("test accuracy", "", margin={"l": 152, "t": 8, "r": 24}))
    for place, (entrant, colour) in enumerate(zip(found.entrants, COLOURS, strict=False)):
        name = plain(entrant.label)
        _marks(drawn, found.scores(entrant.label), place, colour, f"{name}, seed %{{customdata}}: %{{x:.1%}}", "circle")
        if entrant.has_order:
            said = f"{name}, seed %{{customdata}}, in a random order: %{{x:.1%}}"
            _marks(drawn, found.upset(entrant.label), place + LOWER, colour, said, "circle-open")
    names = [plain(entrant.label) for entrant in found.entrants]
    drawn.add_vline(x=1 / len(found.classes), line={"dash": "dot", "width": 1, "color": theme.NEUTRAL})
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False)
    drawn.update_xaxes(range=[0, 1.03], tickformat=".0%")
    return drawn


def _marks(drawn: go.Figure, values: list[float], place: float, colour: str, said: str, symbol: str) -> None:
    """A mark for each seed, a bar at their median."""
    drawn.add_trace(
        go.Scatter(
            x=values,
            y=[place] * len(values),
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": symbol, "opacity": 0.8},
            customdata=list(range(1, len(values) + 1)),
            hovertemplate=f"{said}<extra></extra>",
        )
    )
    middle = [float(np.median(values))] if values else []
    bar = {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": colour}}
    drawn.add_trace(go.Scatter(x=middle, y=[place] * len(middle), mode="markers", marker=bar, hoverinfo="skip"))


def score_height(found: Standing) -> int:
    """Pixels of that picture."""
    return 56 + 58 * len(found.entrants)


def answer_maps(found: Standing, entrant: Entrant) -> go.Figure:
    """What one network answers to each class, over all seeds: shares of a row."""
    table = found.answers(entrant.label)
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    names = [plain(name) for name in found.classes]
    drawn = go.Figure(layout=layout("answered", "", margin={"l": 96, "r": 12, "t": 8, "b": 84}))
    drawn.add_trace(
        go.Heatmap(
            z=share.astype(np.float32),
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale=theme.share_scale(),
            showscale=False,
            text=[[f"{cell:.0%}".rstrip("%") if cell >= 0.005 else "" for cell in row] for row in share],
            texttemplate="%{text}",
            textfont={"size": 10},
            customdata=table,
            hovertemplate="%{y} answered %{x}: %{customdata} (%{z:.1%})<extra></extra>",
        )
    )
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(showgrid=False, tickangle=-45)
    return drawn
