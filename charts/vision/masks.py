"""Masks beside the truth, and how well each class agrees."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above, plain
from charts.vision.gallery import ANSWERS, add_picture, coloured, gallery, key_of, mask_colours, say
from engine.labs.vision.heads.results import Pictures
from engine.words import number


def masks_figure(
    pictures: Pictures,
    chosen: Sequence[int],
    answers: Mapping[str, np.ndarray],
    agreement: Mapping[str, Float[np.ndarray, " chosen"]],
) -> go.Figure:
    """The chosen pictures, the true masks, and those of each network with its mean IoU on that picture below."""
    classes = len(pictures.classes)
    figure = gallery(len(chosen), ["picture", "truth", *answers], legend=True)
    for column, picture in enumerate(chosen):
        add_picture(figure, pictures.pixels[picture], column, 0)
        add_picture(figure, coloured(pictures.truth["mask"][picture], classes), column, 1)
        for row, (name, masks) in enumerate(answers.items(), start=2):
            add_picture(figure, coloured(masks[picture], classes), column, row)
            say(figure, f"IoU {agreement[name][column]:.2f}", column, row)
    for name, colour in zip(("background", *pictures.classes), mask_colours(classes), strict=True):
        key_of(figure, name, colour)
    return figure


def class_bars(classes: Sequence[str], each: Mapping[str, Float[np.ndarray, " classes"]]) -> go.Figure:
    """IoU of every class, a bar for each network."""
    figure = go.Figure(layout=layout("", "IoU", barmode="group", bargap=0.25, showlegend=True, margin={"t": 34}))
    figure.update_layout(legend=legend_above())
    for (name, values), colour in zip(each.items(), (theme.NEUTRAL, *ANSWERS), strict=False):
        told = ["" if np.isnan(value) else number(float(value)) for value in values]
        figure.add_trace(
            go.Bar(
                x=[plain(label) for label in classes],
                y=np.nan_to_num(values),
                marker={"color": colour},
                name=plain(name),
                customdata=told,
                hovertemplate="%{x}: %{customdata}<extra>" + plain(name) + "</extra>",
            )
        )
    figure.update_yaxes(range=[0, 1.02])
    return figure
