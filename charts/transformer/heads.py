"""What each head is like, and what it is worth."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from charts import theme
from charts.live import layout, legend_above, plain
from engine.labs.transformer.results import Ablation, Changed, Head, Shown, kind_of

COLOURS = {"encoder": theme.CLASSES[4], "decoder": theme.CLASSES[0], "cross": theme.CLASSES[1]}
BAR = 22


def spread_figure(shown: Shown, picked: Head) -> go.Figure:
    """A dot for each head: how far it looks, and at how many tokens."""
    figure = go.Figure(
        layout=layout(
            "mean distance (places)",
            "entropy H (nats)",
            showlegend=True,
            legend=legend_above(),
            margin={"t": 34},
            meta={"sparse": True},
        )
    )
    for kind in dict.fromkeys(kind_of(name) for name in shown.attentions):
        heads = [head for head in shown.heads if kind_of(head[0]) == kind]
        at = [(shown.attentions.index(name), head - 1) for name, head in heads]
        entropy = [float(shown.entropy[place]) for place in at]
        figure.add_trace(
            go.Scatter(
                x=[float(shown.distance[place]) for place in at],
                y=entropy,
                mode="markers+text",
                text=[f"{name.split()[1]}.{head}" for name, head in heads],
                textposition="top center",
                textfont={"size": 10},
                marker={
                    "size": 11,
                    "color": COLOURS[kind],
                    "line": {"width": [3 if head == picked else 0 for head in heads], "color": theme.CLASSES[5]},
                },
                customdata=[[name, head, float(np.exp(h))] for (name, head), h in zip(heads, entropy, strict=True)],
                hovertemplate="%{customdata[0]}, head %{customdata[1]}<br>distance %{x:.2f} places<br>"
                "entropy %{y:.2f} nats: as even as over %{customdata[2]:.1f} tokens<extra></extra>",
                name=kind,
            )
        )
    figure.update_yaxes(rangemode="tozero")
    figure.update_xaxes(rangemode="tozero")
    return figure


def ablation_height(found: Ablation) -> int:
    """Pixels."""
    return 70 + BAR * min(len(found.ranked), 24)


def ablation_figure(found: Ablation, picked: Head, unit: str) -> go.Figure:
    """Bars: by how much the loss rises without each head, ranked. Diamonds: how sure its map looks."""
    ranked = found.ranked[:24]
    names = [f"{name}, head {head}" for (name, head), _ in ranked]
    figure = go.Figure(
        layout=layout(
            f"rise of the loss without it ({unit})",
            "",
            margin={"l": 128, "t": 62, "b": 40},
            showlegend=True,
            legend=legend_above(),
        )
    )
    line = {"color": theme.CLASSES[5], "width": [3 if head == picked else 0 for head, _ in ranked]}
    figure.add_trace(
        go.Bar(
            x=[rise for _, rise in ranked],
            y=names,
            orientation="h",
            marker={"color": [COLOURS[kind_of(head[0])] for head, _ in ranked], "line": line},
            hovertemplate="%{y}: %{x:+.4f}<extra></extra>",
            name="loss without it",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[found.sure(head) for head, _ in ranked],
            y=names,
            mode="markers",
            marker={"symbol": "diamond-open", "size": 9, "color": theme.NEUTRAL, "line": {"width": 2}},
            xaxis="x2",
            hovertemplate="%{y}: its strongest look is %{x:.0%} on average<extra></extra>",
            name="sureness of its map",
        )
    )
    figure.update_layout(
        xaxis2={
            "overlaying": "x",
            "side": "top",
            "range": [0, 1.02],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"size": 10},
        }
    )
    figure.update_layout(legend={"y": 1.12})
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure


def changed_figure(found: Changed, is_changed: bool = True) -> go.Figure:
    """The probability of each right answer (or of the first guess) without and with the change."""
    names, before, after = answers_of(found)
    figure = go.Figure(layout=layout("answer", "probability", showlegend=True, legend=legend_above(), margin={"t": 34}))
    places = np.arange(len(names))
    bars = [("as trained", before, theme.CLASSES[0]), ("with the change", after, theme.CLASSES[1])]
    for name, values, colour in bars if is_changed else bars[:1]:
        figure.add_trace(go.Bar(x=places, y=values, name=name, marker={"color": colour}))
    figure.update_xaxes(tickvals=places, ticktext=[plain(name, 10) for name in names], showgrid=False)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure


def answers_of(found: Changed) -> tuple[Sequence[str], Float[np.ndarray, " answers"], Float[np.ndarray, " answers"]]:
    """(answer, its probability before, after): of the places where one is asked for, else of all guesses."""
    before, after = found.before, found.after
    asked = [place for place, name in enumerate(before.asked) if name]
    if asked:
        return [before.asked[place] for place in asked], before.right[-1, asked], after.right[-1, asked]
    places = list(range(len(before.guesses[-1])))
    same = np.array([after.guesses[-1][p] == before.guesses[-1][p] for p in places])
    return list(before.guesses[-1]), before.sureness[-1], np.where(same, after.sureness[-1], np.nan)
