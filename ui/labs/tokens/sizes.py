"""Vocabulary size against length, and what is unknown."""

import streamlit as st

from charts.tokens.cutting import size_figure
from engine.labs.tokens.results.cutting import SizeLine, Sizes
from engine.labs.tokens.sizes import CAPS, HELD_OUT, sizes
from engine.labs.tokens.state import TokensLab
from engine.words import percent
from ui import lab
from ui.figure import figure
from ui.labs.tokens.cut import PARTS
from ui.labs.tokens.parts import LAB, Values, fields, seed, text_of

__all__ = ["show", "side"]


def side(now: TokensLab) -> Values:
    """The knobs of all tokenizers but the cap, which grows here."""
    values: Values = {}
    for name, row in zip(PARTS, now.tokenizers, strict=True):
        st.markdown(f"**{row.label}**")
        values |= fields(name, row, skip=("size",))
    return values | seed(now)


def show(now: TokensLab) -> None:
    """All tokenizers under growing caps."""
    text = text_of(now)
    if text is None:
        return
    st.markdown(
        "A larger vocabulary makes texts shorter: fewer steps for the network, but more rows in its table of embeddings, and "
        "fewer examples for each row. What the cap leaves out is `<unk>`. Each tokenizer learns from four fifths of the text "
        "under every cap, and is measured on the other fifth, which it has not seen."
    )
    rows = now.tokenizers
    asked = (text.digest, tuple(row.model_copy(update={"size": CAPS[-1]}) for row in rows), now.seed)
    job = lab.work(LAB, "sizes", asked, lambda: sizes(rows, text, now.seed))
    if job is not None:
        lab.watch(LAB, job, _show_sizes, "tokens.sizes")


def _show_sizes(found: Sizes) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown("**Length**: how much of the text one token takes")
        figure(size_figure(found, unknown=False), "tokens.length", "Characters per token over vocabulary size", 360)
        st.caption(
            f"Of {found.held_out:,} held-out characters. A line ends where nothing is left to learn. Where much is unknown, "
            "a token seems to take much: for WordPiece a word that it can't make up is one unknown token."
        )
    with right:
        st.markdown("**Unknown**: what the vocabulary has no token for")
        figure(size_figure(found, unknown=True), "tokens.unknown", "Unknown share over vocabulary size", 360)
        st.caption(_unknown(found))
    head = ("at the largest cap", "vocabulary", "characters per token", "unknown")
    rows = [
        (line.label, f"{end.size:,}", f"{end.per_token:.2f}", percent(end.unknown))
        for line in found.lines
        if (end := line.points[-1] if line.points else None)
    ]
    if rows:
        st.markdown(lab.table(head, rows))


def _unknown(found: Sizes) -> str:
    measured = [line for line in found.lines if line.points]
    if not measured:
        return f"One line in {HELD_OUT} is held out."
    worst = max(measured, key=_last_unknown)
    best = min(measured, key=_last_unknown)
    if _last_unknown(worst) == _last_unknown(best):
        return f"All of them end with {percent(_last_unknown(best))} unknown."
    return (
        f"With the largest vocabularies so far, {worst.label} leaves {percent(_last_unknown(worst))} of its tokens unknown, "
        f"{best.label} {percent(_last_unknown(best))}. A word that was never seen is made of pieces that were."
    )


def _last_unknown(line: SizeLine) -> float:
    return line.points[-1].unknown
