"""The causal mask, proven: which output changes with which token."""

import streamlit as st

from charts.attention.matrices import matrix_figure, matrix_height
from engine.labs.attention.causality import TRIES, changes
from engine.labs.attention.masks import Causal, NoMask
from engine.labs.attention.said import measured as said
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.tokens import short
from ui.figure import figure
from ui.labs.attention.parts import Values, segments
from ui.labs.attention.sentence import padding, sentence

TITLE = "Causal mask"
VIEWS = {"moved": "By trying other vectors", "derivative": "By autograd"}


def controls(now: AttentionLab) -> Values:
    return {**sentence(now), "removed": padding(now)}


def above(now: AttentionLab) -> Values:
    return {"proven": segments("proven", now.proven, VIEWS, "Measured", is_bare=True)}


def show(now: AttentionLab) -> None:
    st.markdown(
        "A decoder guesses each token from those before it. If an output could see a later token, the answer would be given "
        "away. Here every token is changed in turn, on the head of the first section: a row is an output, a column the token "
        "that was changed."
    )
    names = [short(token) for token in now.tokens]
    for column, mask, title in zip(
        st.columns(2, gap="medium"), (NoMask(), Causal()), ("Without a mask", "With the causal mask"), strict=True
    ):
        with column:
            found = changes(now.model_copy(update={"mask": mask}))
            values = getattr(found, now.proven)
            what = "largest change of the output" if now.proven == "moved" else "norm of the derivative"
            st.markdown(f"**{title}**: {what}")
            drawn = matrix_figure(values, names, names, is_exact=True)
            figure(
                drawn, f"attention.causal.{mask.kind}", f"{title}: {what}", matrix_height(len(names), has_names=True)
            )
            st.caption(said.changed(found, TRIES))
    st.caption(
        "0 stands for exactly 0, to the last bit. The mask acts before the softmax: a weight that is only set to 0 after it "
        "has been in the sum already (the proof below)."
    )
