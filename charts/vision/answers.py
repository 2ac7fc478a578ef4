"""What a network that names pictures answers to some of them, along the film."""

import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, plain
from charts.vision.pictures import picture_url
from engine.snapshot import Measured
from engine.vision.scene import VisionScene
from engine.words import percent

LONGEST = 12
"""Characters of a class's name below a chart."""


def probabilities(scene: VisionScene) -> LiveFigure:
    """How sure it is of every class for each of the shown pictures, which stand to the left."""
    names = [plain(name, LONGEST) for name in scene.classes]
    count = len(scene.shown)
    figure = go.Figure(layout=layout("class", "", margin={"l": 44, "r": 8, "t": 8, "b": 40}))
    figure.add_trace(
        go.Heatmap(
            x=names,
            zmin=0,
            zmax=1,
            colorscale=theme.value_scale(),
            colorbar={"thickness": 10},
            hovertemplate="%{x}: %{z:.0%}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", tickangle=0)
    figure.update_yaxes(visible=False, range=[count - 0.5, -0.5])
    for place, (picture, label) in enumerate(zip(scene.shown, scene.shown_labels, strict=True)):
        figure.add_layout_image(
            source=picture_url(picture),
            xref="paper",
            yref="y",
            x=-0.01,
            y=place,
            sizex=0.12,
            sizey=0.9,
            xanchor="right",
            yanchor="middle",
        )
        mark = {"color": theme.CLASSES[5], "width": 2}
        figure.add_shape(type="rect", x0=label - 0.5, x1=label + 0.5, y0=place - 0.5, y1=place + 0.5, line=mark)
    text = "The probability of every class for some validation pictures; the frame marks the right one."
    binding = Binding("frame", 0, "probability", key="z", scale=1 / 255)
    return LiveFigure("answers", "Answers", "more", figure, (binding,), text)


def answers_sentence(scene: VisionScene, detail: Measured) -> str:
    """How many of the shown pictures it gets right, and of which it is least sure."""
    sure = detail.arrays["probability"] / 255
    right = [float(sure[place, label]) for place, label in enumerate(scene.shown_labels)]
    wins = sum(int(sure[place].argmax()) == label for place, label in enumerate(scene.shown_labels))
    least = min(range(len(right)), key=right.__getitem__)
    name = scene.classes[scene.shown_labels[least]]
    return (
        f"{wins} of {len(right)} are right; of the right answer it is least sure for {name}: {percent(right[least])}."
    )
