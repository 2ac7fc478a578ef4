"""The sentence, cut by four tokenizers side by side."""

from functools import partial

import streamlit as st

from charts.tokens.cutting import SHOWN_CHARACTERS, cuts_figure
from engine.labs.tokens.cutting import sides
from engine.labs.tokens.results.cutting import Side
from engine.labs.tokens.state import LONGEST_SENTENCE, TokensLab
from engine.text.vocabulary import SPECIAL
from engine.words import percent
from ui import lab
from ui.figure import figure
from ui.labs.tokens.coloured import tokens_html
from ui.labs.tokens.parts import LAB, Values, fields, sentence, text_of

__all__ = ["sentence", "show", "side"]
PARTS = ("characters", "pairs", "pieces", "words")
"""The settings of each tokenizer, in the order in which they are shown."""


def side(now: TokensLab) -> Values:
    """The knobs of all four."""
    values: Values = {}
    for name, row in zip(PARTS, now.tokenizers, strict=True):
        with st.expander(row.label, expanded=name == "pairs"):
            st.caption(f"{row.lesson} *({row.source})*")
            values |= fields(name, row)
    return values


def show(now: TokensLab) -> None:
    """Tokens, ids and numbers of the sentence, four times."""
    text = text_of(now)
    if text is None:
        return
    st.markdown(
        "A network reads numbers. A **tokenizer** cuts text into *tokens*, and its **vocabulary** gives each token it knows an "
        f"*id*: the text becomes a list of whole numbers (*numericalization*). All four learn their vocabulary from the chosen "
        f"text; ids 0 to {len(SPECIAL) - 1} are kept for {', '.join(f'`{token}`' for token in SPECIAL)}: "
        "padding, unknown, beginning and end of a text."
    )
    rows = now.tokenizers
    job = lab.work(LAB, "cut", (text.digest, rows), lambda: sides(rows, text))
    if job is not None:
        lab.watch(LAB, job, partial(_show_sides, now), "tokens.cut")


def _show_sides(now: TokensLab, found: tuple[Side, ...]) -> None:
    encoded = [(side.label, side.encode(now.sentence)) for side in found]
    figure(cuts_figure(encoded), "tokens.cuts", "Where each tokenizer cuts the sentence", 230)
    more = f" Its first {SHOWN_CHARACTERS} characters are shown." if len(now.sentence) > SHOWN_CHARACTERS else ""
    st.caption(f"The same characters, four times: a border is a cut, grey is unknown.{more}")
    for side, (_, tokens) in zip(found, encoded, strict=True):
        st.markdown(f"**{side.label}**: {len(tokens.ids)} token{'' if len(tokens.ids) == 1 else 's'}")
        st.html(tokens_html(tokens))
    rows = [
        (
            side.label,
            f"{len(tokens.ids)}",
            f"{len(now.sentence) / max(1, len(tokens.ids)):.1f}",
            percent(tokens.unknown_share),
            f"{side.vocabulary.size:,}",
            "yes" if side.vocabulary.decode(tokens.ids) == now.sentence else "no",
        )
        for side, (_, tokens) in zip(found, encoded, strict=True)
    ]
    head = ("", "tokens", "characters per token", "unknown", "vocabulary", "comes back whole")
    st.markdown(lab.table(head, rows))
    st.caption(
        "The small number is the token's id; · is a space. *Comes back whole*: whether the ids, decoded, give the sentence "
        "again, letter by letter."
    )
    if lost := _lost(now.sentence, found):
        st.markdown(lab.table(("", "comes back as"), lost, LONGEST_SENTENCE))


def _lost(sentence: str, found: tuple[Side, ...]) -> list[tuple[str, str]]:
    """What the tokenizers that lose something give back."""
    back = [(side.label, side.vocabulary.decode(side.encode(sentence).ids)) for side in found]
    return [(label, text) for label, text in back if text != sentence]
