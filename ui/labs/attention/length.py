"""What attention costs over the number of tokens."""

import streamlit as st

from charts.attention.cost import memory_figure, operations_figure, time_figure
from engine.labs.attention.cost import REPEATS, cost, timed
from engine.labs.attention.results.measured import Timed
from engine.labs.attention.said import measured as said
from engine.labs.attention.state import AttentionLab
from ui import lab
from ui.figure import figure
from ui.labs.attention.parts import LAB, Values, part

TITLE = "Cost"


def controls(now: AttentionLab) -> Values:
    return {"length": part("length", now.length, "width", "heads", "most")}


def above(now: AttentionLab) -> Values:
    return {}


def show(now: AttentionLab) -> None:
    asked = now.length
    found = cost(asked)
    st.markdown(
        "Every token looks at every token: $n^2$ scores, each a sum of $d_k$ products, and as many products again for "
        "$A V$. The four matrices $W_Q, W_K, W_V, W_O$ act on one token at a time. Counted for one layer, all heads:\n\n"
        r"$$\text{looking: } 2 \, n^2 d_{model}, \qquad \text{matrices: } 4 \, n \, d_{model}^2$$"
    )
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Multiply-adds**")
        figure(operations_figure(found), "attention.cost.operations", "Multiply-adds over tokens", 320)
        st.caption(said.operations(found, asked.width))
    with right:
        st.markdown("**Memory of the weights**")
        figure(memory_figure(found), "attention.cost.memory", "Memory of the attention weights over tokens", 320)
        st.caption(said.memory(found, asked.heads))
    st.markdown(f"**Measured on this server**, one thread, single precision, one sentence; medians of {REPEATS} runs")
    job = lab.work(LAB, "cost", ("cost", asked, now.seed), lambda: timed(asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, _clock, "attention.cost")


def _clock(found: Timed) -> None:
    figure(time_figure(found), "attention.cost.time", "Measured time over tokens", 340)
    st.caption(said.clock(found))
