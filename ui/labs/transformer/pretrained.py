"""Maps of networks that others have trained, for the visitor's sentence."""

from functools import partial

import streamlit as st

from charts.transformer.heads import spread_figure
from charts.transformer.large import large_figure, large_height, query_at
from charts.transformer.lines import lines_figure, lines_height
from charts.transformer.wall import tile_at, wall_figure, wall_height
from engine.labs.transformer import said
from engine.labs.transformer.pretrained import missing, read, sources
from engine.labs.transformer.results import Head, Shown
from engine.labs.transformer.state import TransformerLab
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.transformer.parts import LAB, Values
from ui.plain import bare, escaped

INTRO = (
    "Large networks that others have trained on much text, read through the `transformers` library: the same maps, of your "
    "sentence. Networks like BERT read both ways, those like GPT from left to right. Here, too, a map is not an explanation: "
    "much of the weight may rest on a token that says nothing, such as the first one."
)


def controls(now: TransformerLab) -> Values:
    if missing():
        return {}
    part, offered, path = now.pretrained, list(sources()), lab.path(LAB, "pretrained")
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    with left:
        first = part.model if part.model in offered else offered[0]
        key = knobs.keep(knobs.key_of(f"{path}.model"), first, offered)
        model = lab.FORM.widget(st.selectbox, "Network", offered, key=key)
    with right:
        key = knobs.keep(knobs.key_of(f"{path}.text"), part.text)
        text = lab.FORM.widget(st.text_input, "Your sentence", key=key, max_chars=400)
    return {"pretrained": {**part.model_dump(), "model": model, "text": text}}


def show(now: TransformerLab) -> None:
    st.markdown(INTRO)
    if why := missing():
        paragraphs = [escaped(bare(each, 400)) for each in why.split("\n\n")]
        st.info("\n\n".join(paragraphs), icon=":material/download:")
        return
    source, text = sources().get(now.pretrained.model), now.pretrained.text.strip()
    if source is None or not text:
        st.caption("Type a sentence.")
        return
    job = lab.work(LAB, "pretrained", (source, text), lambda: read(source, text))
    if job is not None:
        lab.watch(LAB, job, partial(_show, now), "transformer.pretrained")


def _show(now: TransformerLab, seen: Shown) -> None:
    head = _picked(now, seen)
    if seen.note:
        st.caption(seen.note)

    def tile_clicked(spot: Spot) -> None:
        if (found := tile_at(seen, spot.x, spot.y)) is not None:
            _put(now, layer=int(found[0].split()[1]), head=found[1])

    figure(
        wall_figure(seen, head), "transformer.pre.wall", "All attention maps", wall_height(seen), on_click=tile_clicked
    )
    rows, columns = seen.down(head[0]), seen.across(head[0])
    query = min(now.pretrained.query, len(rows))

    def row_clicked(spot: Spot) -> None:
        chosen = query_at(spot.y, len(rows))
        _put(now, query=0 if chosen == query else chosen)

    st.markdown(escaped(said.resting(seen)))
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{head[0].capitalize()}, head {head[1]}**: click a row for the lines of one token")
        drawn = large_figure(seen.map_of(head), rows, columns, query)
        height = large_height(len(rows), len(columns))
        figure(drawn, "transformer.pre.large", "One attention map", height, on_click=row_clicked)
    with right:
        st.markdown("**Lines** to what is looked at: as strong as the weight")
        drawn = lines_figure([(f"head {head[1]}", head[1], seen.map_of(head))], rows, columns, query)
        figure(drawn, "transformer.pre.lines", "Lines between tokens", lines_height(len(rows)))
    st.markdown("**Every head: how far it looks, and at how many tokens** (layer.head)")
    figure(spread_figure(seen, head), "transformer.pre.spread", "Entropy and mean distance of every head", 360)


def _picked(now: TransformerLab, seen: Shown) -> Head:
    """The head that was chosen, or the first of the first layer that is shown."""
    wanted = [head for head in seen.heads if head == (_named(seen, now.pretrained.layer), now.pretrained.head)]
    return wanted[0] if wanted else seen.heads[0]


def _named(seen: Shown, layer: int) -> str:
    return f"{seen.attentions[0].split()[0]} {layer}"


def _put(now: TransformerLab, **changes: int) -> None:
    part = now.pretrained.model_copy(update=changes)
    lab.put(LAB, now.model_copy(update={"pretrained": part}))
