"""What a network makes of each answer of one example."""

import numpy as np
import plotly.graph_objects as go

from charts import theme
from charts.live import Binding, LiveFigure, layout, plain
from charts.sequences.pictures import visible
from engine.sequences.scene import SequenceScene
from engine.snapshot import Measured
from engine.words import number, percent


def right_answers(scene: SequenceScene) -> LiveFigure:
    """The probability of the right answer at each token that asks for one, or the number that is answered."""
    names = [f"{place} {plain(visible(answer))}" for place, answer in enumerate(scene.answers, start=1)]
    unit = "probability" if scene.classes else scene.target_unit
    figure = go.Figure(layout=layout("right answer, by its place", unit))
    figure.add_trace(go.Bar(x=names, marker={"color": theme.GRADIENT}, hovertemplate="%{x}: %{y:.3f}<extra></extra>"))
    if scene.classes:
        figure.update_yaxes(range=[0, 1.02])
    text = [name.partition(" ")[2] for name in names]
    figure.update_xaxes(type="category", tickangle=0, nticks=24)
    if len(names) <= 24:
        figure.update_xaxes(tickvals=list(range(len(names))), ticktext=text)
    help = (
        "The probability that the network gives each right answer of one validation example; nothing stands where "
        "nothing is asked for."
        if scene.classes
        else "What the network answers to one validation example; beside it, what is right."
    )
    return LiveFigure("right", "Right answers", "more", figure, (Binding("frame", 0, "right"),), help)


def right_sentence(scene: SequenceScene, detail: Measured) -> str:
    """How sure it is of what is right, and where least."""
    right = detail.arrays["right"]
    if not scene.classes:
        return f"It answers {number(float(right[0]))}; right is {scene.answers[0]}."
    asked = np.flatnonzero(np.isfinite(right))
    if not len(asked):
        return ""
    if len(asked) == 1:
        place = int(asked[0])
        return f"The right answer, {visible(scene.answers[place])}, gets {percent(float(right[place]))}."
    least = int(asked[right[asked].argmin()])
    mean = percent(float(right[asked].mean()))
    return (
        f"A right answer gets {mean} on average, the least sure of them {percent(float(right[least]))}: "
        f"{visible(scene.answers[least])}, answer {least + 1}."
    )


def attention_sentence(scene: SequenceScene, detail: Measured, group: str) -> str:
    """Which head looks at few tokens, and which at many: entropy over the rows, in nats."""
    found = {}
    for picture in scene.pictures:
        if picture.group == group:
            maps = detail.arrays[picture.array] * picture.scale
            rows = maps[maps.sum(1) > 0.5]
            found[picture.title] = float(-(rows * np.log(np.maximum(rows, 1e-9))).sum(1).mean()) if len(rows) else 0.0
    low, high = min(found, key=found.__getitem__), max(found, key=found.__getitem__)
    if low == high:
        return f"Entropy of a row: {number(found[low])} nats on average."
    return (
        f"The narrowest look has {low} (entropy of a row {number(found[low])} nats on average), the widest {high} "
        f"({number(found[high])})."
    )


def state_sentence(scene: SequenceScene, detail: Measured) -> str:
    """How much of the state is near its bounds."""
    states = [detail.arrays[picture.array] for picture in scene.pictures if picture.group == "Hidden state"]
    share = float(np.mean([np.mean(np.abs(state) > 0.9) for state in states]))
    moved = float(np.mean([np.abs(np.diff(state, axis=1)).mean() if state.shape[1] > 1 else 0.0 for state in states]))
    return f"From token to token a unit moves by {number(moved)} on average; {percent(share)} of all values lie beyond ±0.9."


def sequence_sentences(scene: SequenceScene, detail: Measured) -> dict[str, str]:
    """By chart id."""
    groups = dict.fromkeys(picture.group for picture in scene.pictures)
    found = {"right": right_sentence(scene, detail)}
    for group in groups:
        if group.endswith("attention"):
            found[f"pictures.{group}"] = attention_sentence(scene, detail, group)
    if "Hidden state" in groups:
        found["pictures.Hidden state"] = state_sentence(scene, detail)
    return found
