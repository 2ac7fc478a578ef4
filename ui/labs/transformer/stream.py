"""The residual stream: what the network would answer if it stopped after each block."""

from functools import partial

import streamlit as st

from charts.transformer.stream import lens_figure, lens_height, stream_figure
from engine.labs.transformer import said
from engine.labs.transformer.state import TransformerLab
from engine.labs.transformer.trained import Known
from ui.figure import figure
from ui.labs.transformer.parts import Values, pick_example, shown, watched

INTRO = (
    "Each block *adds* what it has found to the numbers of a token, $x \\leftarrow x + f(x)$: what flows past the blocks is "
    "the *residual stream*. So the output layer can read it anywhere, not only at the end: what would the network answer if it "
    "stopped here? (*Logit lens*.) A row per block, a column per token; above each column the token read and, in bold, what is "
    "asked for; in the cell the answer, bright where the right one is likely."
)
NO_RESIDUALS = (
    "Residuals are off in this network: a block then replaces what it was given, and there is no stream to read."
)


def controls(now: TransformerLab) -> Values:
    return {"looking": pick_example(now)}


def show(now: TransformerLab) -> None:
    st.markdown(INTRO)
    if not now.model.residual:
        st.caption(NO_RESIDUALS)
    watched(now, partial(_show, now), "transformer.stream")


def _show(now: TransformerLab, known: Known) -> None:
    st.markdown(said.training(known.course))
    seen = shown(now, known)
    figure(lens_figure(seen), "transformer.lens", "What each block would answer, token by token", lens_height(seen))
    if known.trained is not None:
        found, unit = known.trained.stream, known.course.unit
        figure(stream_figure(found, unit), "transformer.stream.loss", "Validation loss read out after each block", 260)
        st.caption(said.stream(found, unit))
