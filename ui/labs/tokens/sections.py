"""The table of sections."""

from typing import cast

import streamlit as st

from engine.labs.tokens.state import Section as Kind
from engine.labs.tokens.state import TokensLab
from ui import knobs, lab
from ui.labs.tokens import counts, cut, merges, onehot, ratings, sizes, skipgram, vectors
from ui.labs.tokens.parts import LAB, Section, nothing, sentence

SECTIONS: dict[Kind, Section] = {
    "cut": Section("Tokens", cut.side, sentence, cut.show),
    "merges": Section("Merges", merges.side, merges.top, merges.show),
    "sizes": Section("Vocabulary size", sizes.side, nothing, sizes.show),
    "onehot": Section("One-hot", onehot.side, onehot.top, onehot.show),
    "skipgram": Section("Skip-gram", skipgram.side, skipgram.top, skipgram.show),
    "counts": Section("Counts", counts.side, counts.top, counts.show),
    "vectors": Section("Vectors in use", vectors.side, vectors.top, vectors.show),
    "ratings": Section("Ratings", ratings.side, nothing, ratings.show, reads_text=False),
}


def chosen(now: TokensLab) -> Kind:
    """Which section is shown."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section, list(SECTIONS))
    picked = lab.FORM.widget(
        st.segmented_control,
        "What to look at",
        list(SECTIONS),
        key=key,
        format_func=lambda kind: SECTIONS[kind].label,
        label_visibility="collapsed",
        required=True,
    )
    return cast(Kind, picked)
