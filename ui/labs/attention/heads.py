"""Several heads at once: the split, a map for each, concatenation, and what each head brings to the output."""

import streamlit as st

from charts.attention.heads import shares_figure
from charts.attention.matrices import matrix_figure, matrix_height
from engine.labs.attention.heads import heads
from engine.labs.attention.matrices import HEADS_MATRICES, UNBANDED
from engine.labs.attention.results.heads import Heads
from engine.labs.attention.said import heads as said
from engine.labs.attention.spelled import broken, summed
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.tokens import short
from engine.labs.attention.views import divisors
from ui import knobs, lab
from ui.figure import figure
from ui.labs.attention.editing import picking
from ui.labs.attention.parts import LAB, Values, part, told
from ui.labs.attention.sentence import looking, pair, sentence
from ui.labs.attention.wall import packed, wall, width_of

TITLE = "Several heads"


def controls(now: AttentionLab) -> Values:
    values = sentence(now)
    offered = divisors(values["d_model"])
    fits = max(count for count in offered if count <= now.heads.heads)
    key = knobs.keep(knobs.key_of(lab.path(LAB, "heads.heads")), fits, offered)
    count = lab.FORM.widget(
        st.segmented_control,
        "Heads h",
        offered,
        key=key,
        required=True,
        help="They share the width: each has d_k = d_model / h columns of its own.",
    )
    mine = {**part("heads", now.heads, "gain"), "heads": count}
    return {**values, **looking(now), "heads": mine}


def above(now: AttentionLab) -> Values:
    return pair(now)


def show(now: AttentionLab) -> None:
    found = heads(now)
    st.markdown(
        "One head makes one map. Several heads share the columns of $Q$, $K$ and $V$ between them, look each by its own "
        "part, and what they bring back is put side by side and mixed by one more matrix:\n\n"
        r"$$O_s = \mathrm{softmax}\!\left(\frac{Q_s K_s^{\top}}{\sqrt{d_k}} + M\right) V_s, \qquad "
        r"O = [O_1, \ldots, O_h] \, W_O = \sum_{s=1}^{h} O_s W_O^{(s)}$$"
    )
    _maps(now, found)
    st.markdown(told(said.beside_multihead(found)))
    _brought(now, found)
    picking(now, {matrix.letter: matrix.values(found) for matrix in HEADS_MATRICES.values() if matrix.letter})
    bands = {id: found.count for id in HEADS_MATRICES if id not in UNBANDED}
    wall(now, found, list(HEADS_MATRICES.values()), bands)


def _maps(now: AttentionLab, found: Heads) -> None:
    i, j = now.at
    names = [short(token) for token in found.tokens]
    height = matrix_height(len(names), has_names=True)
    for row in packed([max(240, width_of(len(names)))] * found.count):
        for column, place in zip(st.columns(max(len(row), 2)), row, strict=False):
            with column:
                st.markdown(f"**Head {place + 1}**: weights $A_{{{place + 1}}}$")
                drawn = matrix_figure(found.weights[place], names, names, is_share=True, marked=i, picked=(i, j))
                figure(drawn, f"attention.heads.{place}", f"Attention weights of head {place + 1}", height)
    st.caption(told(said.heads_apart(found, i)))


def _brought(now: AttentionLab, found: Heads) -> None:
    i, _ = now.at
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**What each head brings to the output of the token that looks**")
        st.markdown(broken(summed(found, i)))
        st.caption(told(said.brought(found, i)))
    with right:
        figure(
            shares_figure(found, i),
            "attention.heads.shares",
            "What each head adds to every number of one token's output",
            240,
        )
