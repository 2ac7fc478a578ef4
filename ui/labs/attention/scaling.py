"""What dividing by the square root of d_k is good for."""

from functools import partial

import streamlit as st

from charts.attention.scaling import entropy_figure, example_figure, jacobian_figure, variance_figure
from engine.labs.attention.entries import Entries
from engine.labs.attention.results.measured import Scaled
from engine.labs.attention.said import measured as said
from engine.labs.attention.scaling import QUERIES, example, sweep
from engine.labs.attention.state import AttentionLab
from ui import knobs, lab
from ui.figure import figure
from ui.labs.attention.parts import LAB, Values, only, part

TITLE = "Scaling"


def controls(now: AttentionLab) -> Values:
    mine = part("scaling", now.scaling, "keys", "most", "seeds", "shown")
    path = lab.path(LAB, "scaling.entries")
    mine["entries"] = knobs.choose(lab.FORM, Entries, path, now.scaling.entries, "Entries of q and k")
    return {"scaling": mine, **only(now, "seed")}


def above(now: AttentionLab) -> Values:
    return {}


def show(now: AttentionLab) -> None:
    st.markdown(
        "A dot product adds $d_k$ products. Where the entries are independent, of mean 0 and variance 1, each product has "
        "variance 1, and variances of independent terms add up:\n\n"
        r"$$\mathrm{Var}(q \cdot k) = \sum_{c=1}^{d_k} \mathrm{Var}(q_c k_c) = d_k, \qquad "
        r"\mathrm{Var}\!\left(\frac{q \cdot k}{\sqrt{d_k}}\right) = 1$$"
        "\n\nScores that spread wider make a softmax that is surer of itself: its *entropy* $H = -\\sum_j a_j \\ln a_j$ falls "
        "towards 0, and in the end so does its derivative, the *Jacobian* $J = \\mathrm{diag}(a) - a a^{\\top}$, through which "
        "the gradient has to pass. Its size here is the Frobenius norm, the root of the sum of its squared entries."
    )
    asked = now.scaling.model_copy(update={"shown": 1})
    job = lab.work(LAB, "scaling", ("scaling", asked, now.seed), lambda: sweep(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_measured, now), "attention.scaling")
    found = example(now.scaling, now.seed)
    st.markdown(f"**One query at d_k = {found.width}**")
    figure(example_figure(found), "attention.scaling.example", "Weights of one query without and with scaling", 280)
    st.caption(said.example(found))


def _measured(now: AttentionLab, found: Scaled) -> None:
    for column, drawn, key, title, words in zip(
        st.columns(3),
        (variance_figure(found), entropy_figure(found), jacobian_figure(found)),
        ("variance", "entropy", "jacobian"),
        ("Variance of a score", "Entropy of the weights", "Gradient through the softmax"),
        (said.variance(found), said.entropy(found), said.jacobian(found)),
        strict=True,
    ):
        with column:
            st.markdown(f"**{title}**")
            figure(drawn, f"attention.scaling.{key}", f"{title} over d_k", 320)
            st.caption(words)
    st.caption(
        f"Lines: medians of {now.scaling.seeds} seeds; bands: from the lowest to the highest. Each seed has {QUERIES} queries "
        f"for each width, each with {now.scaling.keys} keys of its own."
    )
