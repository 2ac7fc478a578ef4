"""A recorded run, and what the doctor sees in it."""

from functools import partial

import streamlit as st

from charts.gradient_flow.layers import decades, layer_heatmap
from charts.gradient_flow.signs import weight_norms
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.results import Record
from engine.labs.gradient_flow.signs import RECORDED, recorded
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.parts import LAB, Values, segments
from ui.plain import bare, escaped


def controls(now: GradientFlowLab) -> Values:
    titles = {id: item.title for id, item in RECORDED.items()}
    return {"sign": segments("sign", now.sign, titles, "Recorded run")}


def show(now: GradientFlowLab) -> None:
    chosen = RECORDED[now.sign]
    job = lab.work(LAB, "signs", now.sign, lambda: recorded(chosen.experiment, chosen.updates))
    st.markdown(f"**What to look for.** {chosen.look}")
    if job is not None:
        lab.watch(job, partial(_show_record, chosen.updates), "gradient_flow.signs")
    left, right = st.columns(2)
    with left:
        lab.open_in_playground(chosen.experiment, "gradient_flow.play.sign", "Open this run in the Playground")
    with right:
        fixed = chosen.experiment.patched(dict(chosen.fix))
        lab.open_in_playground(fixed, "gradient_flow.play.fixed", f"Open it with the fix: {chosen.fix_said}")


def _show_record(updates: int, found: Record) -> None:
    columns = st.columns(3)
    for column, table, of, title in (
        (columns[0], found.gradient, "norm", "Gradient norm of each layer"),
        (columns[1], found.ratio, "ratio", "Update-to-weight ratio of each layer"),
    ):
        with column:
            st.markdown(title)
            drawn = layer_heatmap(found.step, table, decades([table]), of, updates)
            figure(drawn, f"gradient_flow.sign.{of}", title, 280)
    with columns[2]:
        st.markdown("Norm of each layer's weights, 1 at the start")
        figure(weight_norms(found), "gradient_flow.sign.weights", "Norm of weights over the run", 280)
    st.caption(said.record(found))
    for sign in found.signs:
        with st.container(border=True):
            st.markdown(f"**The doctor: {sign.label}**  \n{escaped(bare(sign.sentence, 800))}")
            words, numbers = st.columns(2)
            words.caption(f"{sign.lesson} *({sign.source})*")
            numbers.markdown(lab.table(("evidence", "measured"), sign.evidence))
