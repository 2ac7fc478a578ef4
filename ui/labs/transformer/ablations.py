"""Ablations in one click: the page's network with one part left out, from several seeds."""

import streamlit as st

from charts.transformer.leaving import alone_dots, leaving_height, loss_dots
from engine.labs.transformer import said
from engine.labs.transformer.leaving import blank, leave_out
from engine.labs.transformer.results import Leaving
from engine.labs.transformer.state import TransformerLab
from ui import lab, own_text
from ui.figure import figure
from ui.labs.transformer.parts import LAB, Values, only

INTRO = (
    "What is each part for? Leave it out, train again, and see. Every row is the network of the sidebar with one change; each "
    "dot is a run from another seed (other first weights, other examples), the bar their median. *Residuals* add what went "
    "into a part to what comes out of it; *scaling* divides the scores by $\\sqrt{d_k}$; the *feed-forward* is each token's "
    "own hidden layer; the *causal mask* hides what comes after a token."
)
READ = {
    "exact": "**By itself** the network writes its answer token by token, each from those that it wrote before; in training "
    "it is given the right ones.",
    "loss": "**By itself**: the text is cut off after each of a few places, so that nothing that comes after can be looked at.",
}


def controls(now: TransformerLab) -> Values:
    left, right = st.columns(2)
    with left:
        values = only(now.ablating, "ablating", ("updates",))
    with right:
        values["seeds"] = only(now.ablating, "ablating", ("seeds",))["seeds"]
    return {"ablating": values}


def show(now: TransformerLab) -> None:
    st.markdown(INTRO)
    if not own_text.is_here(now.experiment.task):
        return
    asked = (now.experiment, now.ablating)
    job = lab.work(LAB, "ablations", asked, lambda: leave_out(now.experiment, now.ablating))
    if job is not None:
        lab.watch(LAB, job, _show, "transformer.ablations", first=blank(now.experiment, now.ablating))


def _show(found: Leaving) -> None:
    height = leaving_height(found)
    left, right = st.columns(2)
    with left:
        st.markdown("**Validation loss** (dotted: who knows only how often each answer occurs)")
        figure(loss_dots(found), "transformer.leaving.loss", "Validation loss of each variant and seed", height)
    if found.alone_name:
        with right:
            st.markdown(READ[found.alone_name])
            figure(alone_dots(found), "transformer.leaving.alone", "Answers given and by itself, each variant", height)
    st.markdown(said.leaving(found))
    if text := said.cheating(found):
        st.markdown(text)
    rows = [
        [label, f"{parameters:,}" if parameters else "", *_cells(found, place)]
        for place, (label, parameters) in enumerate(zip(found.labels, found.parameters, strict=True))
    ]
    with st.expander("Every number"):
        seeds = found.loss.shape[1]
        st.markdown(lab.table(("", "parameters", *(f"loss, seed {n + 1}" for n in range(seeds))), rows))


def _cells(found: Leaving, place: int) -> list[str]:
    return ["" if value != value else f"{value:.4f}" for value in found.loss[place]]
