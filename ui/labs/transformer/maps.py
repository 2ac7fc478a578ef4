"""Attention maps of every layer and head, while the network trains and after it."""

from functools import partial

import streamlit as st

from charts.transformer.course import loss_figure, score_figure
from charts.transformer.heads import spread_figure
from charts.transformer.lines import STEPS, TIGHT, lines_figure, lines_height
from charts.transformer.wall import tile_at, wall_figure, wall_height
from engine.labs.transformer import said
from engine.labs.transformer.results import Shown
from engine.labs.transformer.state import TransformerLab
from engine.labs.transformer.trained import Known
from ui.figure import Spot, figure
from ui.labs.transformer.parts import (
    Values,
    large,
    pick_example,
    put_head,
    segments,
    shown,
    watched,
)
from ui.plain import bare, escaped

WALL_READ = (
    "Every tile is one head's *attention map* for one example: row = the token that looks (*query*), column = what it looks at "
    "(*key*), bright = much of its weight. The weights of a row sum to 1. Click a tile to see it large."
)
LINES = {"head": "this head", "attention": "all heads of this attention"}


def controls(now: TransformerLab) -> Values:
    values = pick_example(now, heads=True)
    if now.model.heads > 1:
        values["lines"] = segments("looking.lines", now.looking.lines, LINES, "Lines of", is_bare=True)
    return {"looking": values}


def show(now: TransformerLab) -> None:
    watched(now, partial(_show, now), "transformer.maps")


def _show(now: TransformerLab, known: Known) -> None:
    course, seen = known.course, shown(now, known)
    st.markdown(said.training(course))
    if seen.note:
        st.caption(escaped(bare(seen.note, 300)))
    _wall(now, seen)
    head = now.picked
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{head[0].capitalize()}, head {head[1]}**: click a row for the lines of one token")
        large(now, seen, head, "transformer.large")
    with right:
        _lines(now, seen)
    st.caption(said.head(course, seen, head))
    left, right = st.columns(2)
    with left:
        st.markdown(
            "**Every head: how far it looks, and at how many tokens.** Entropy $H = -\\sum_k a_k \\ln a_k$ of a row's weights "
            "$a$, averaged over rows: 0 is one token, $\\ln n$ is evenly over $n$."
        )
        figure(spread_figure(seen, head), "transformer.spread", "Entropy and mean distance of every head", 320)
    with right:
        st.markdown("**The loss while it learned**")
        figure(loss_figure(course), "transformer.loss", "Training and validation loss over updates", 200)
        figure(score_figure(course), "transformer.score", "Shares of validation examples over updates", 180)


def _wall(now: TransformerLab, seen: Shown) -> None:
    def clicked(spot: Spot) -> None:
        put_head(now, tile_at(seen, spot.x, spot.y))

    st.caption(WALL_READ)
    figure(
        wall_figure(seen, now.picked),
        "transformer.wall",
        "Attention maps of all layers and heads",
        wall_height(seen),
        on_click=clicked,
    )


def _lines(now: TransformerLab, seen: Shown) -> None:
    name, number = now.picked
    rows, columns = seen.down(name), seen.across(name)
    query = min(now.looking.query, len(rows)) or (len(rows) if len(rows) >= TIGHT else 0)
    numbers = [number] if now.looking.lines == "head" else list(range(1, now.model.heads + 1))
    heads = [(f"head {each}", each, seen.map_of((name, each))) for each in numbers]
    whose = f"{escaped(bare(rows[query - 1], 20))} (place {query})" if query else "all tokens"
    st.markdown(f"**Lines** from {whose} to what is looked at: as strong as the weight")
    drawn = lines_figure(heads, rows, columns, query)
    figure(drawn, "transformer.lines", f"Lines between tokens, {name}", lines_height(max(len(rows), len(columns))))
    looked = [each[query - 1] if query else each for _, _, each in heads]
    if not any((each >= STEPS[0]).any() for each in looked):
        st.caption(f"No weight reaches {STEPS[0]:.0%}: no line is drawn.")
