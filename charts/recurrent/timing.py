"""Seconds by the length of a sequence."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import layout, legend_above
from engine.labs.recurrent.results.timing import Timings

COLOURS = (theme.CLASSES[5], theme.CLASSES[2], theme.CLASSES[0], theme.CLASSES[3])


def time_lines(found: Timings) -> go.Figure:
    """Milliseconds per sequence, both axes logarithmic: the median, with bars from the least to the most."""
    drawn = go.Figure(layout=layout("tokens", "milliseconds per sequence", showlegend=True, legend=legend_above()))
    drawn.update_layout(margin={"t": 62})
    for line, colour in zip(found.lines, COLOURS, strict=True):
        each = 1000 / found.batch
        middle = line.seconds * each
        spread = {
            "type": "data",
            "symmetric": False,
            "array": line.high * each - middle,
            "arrayminus": middle - line.low * each,
            "color": colour,
            "thickness": 1,
        }
        drawn.add_trace(
            go.Scatter(
                x=line.lengths,
                y=np.where(middle > 0, middle, np.nan),
                error_y=spread,
                mode="lines+markers",
                name=line.label,
                line={"color": colour, "width": 2},
            )
        )
    stops = found.lines[0].lengths if found.lines else ()
    drawn.update_xaxes(type="log", tickvals=stops, ticktext=[str(stop) for stop in stops])
    drawn.update_yaxes(type="log", exponentformat="power")
    return drawn
