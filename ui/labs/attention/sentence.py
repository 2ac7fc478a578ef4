"""The sentence, its vectors, who may look where: what several sections share, in the sidebar."""

import streamlit as st

from engine.labs.attention.masks import Mask
from engine.labs.attention.state import MAX_TEXT, AttentionLab
from engine.labs.attention.tokens import MAX_TOKENS, numbered, refused
from ui import knobs, lab
from ui.labs.attention.parts import LAB, Values, only, tell, told


def sentence(now: AttentionLab) -> Values:
    """The text and the width of a token's vector."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "text")), now.text)
    text = lab.FORM.widget(
        st.text_input,
        "Sentence",
        key=key,
        before=lambda: tell("text", st.session_state[key]),
        max_chars=MAX_TEXT,
        help=f"Split into tokens at spaces and between words and signs; at most {MAX_TOKENS} tokens.",
    )
    if wrong := refused(text):
        lab.FORM.say(
            st.warning, told(f"Sentence: got ‘{text}’; {wrong}. The one before stays."), icon=":material/rule:"
        )
        text = now.text
    return {"text": text, **only(now, "d_model", "seed")}


def looking(now: AttentionLab) -> Values:
    """Who may look where."""
    return {
        "mask": knobs.choose(lab.FORM, Mask, lab.path(LAB, "mask"), now.mask, "Mask"),
        "removed": padding(now),
    }


def padding(now: AttentionLab) -> tuple[int, ...]:
    """The tokens at which nobody may look."""
    names = numbered(now.tokens)
    options = list(range(1, len(names) + 1))
    key = knobs.key_of(lab.path(LAB, "removed"))
    if any(place not in options for place in st.session_state.get(key, ())):
        knobs.forget(lab.path(LAB, "removed"))
        key = knobs.key_of(lab.path(LAB, "removed"))
    knobs.keep(key, [place for place in now.removed if place in options])
    chosen = lab.FORM.widget(
        st.multiselect,
        "Padding: nobody looks at",
        options,
        key=key,
        format_func=lambda place: names[place - 1],
        placeholder="no token",
        help="Sentences of a batch are filled up to one length; what was filled in is masked.",
    )
    return tuple(sorted(chosen))


def pair(now: AttentionLab) -> Values:
    """The query and the key that are followed through the numbers."""
    with st.container(horizontal=True):
        return {
            name: _token(now, name, title, at + 1)
            for name, title, at in (("query", "Token that looks, i", now.at[0]), ("key", "Looked at, j", now.at[1]))
        }


def _token(now: AttentionLab, name: str, title: str, shown: int) -> int:
    names = numbered(now.tokens)
    options = list(range(1, len(names) + 1))
    key = knobs.keep(knobs.key_of(lab.path(LAB, name)), shown, options)
    chosen = lab.FORM.widget(
        st.selectbox, title, options, key=key, format_func=lambda place: names[place - 1], width=190
    )
    return int(chosen)
