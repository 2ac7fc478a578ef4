"""A recorded run and what the doctor sees in it; below it the same run with the fix."""

from functools import partial

import streamlit as st

from charts.gradient_flow.layers import decades, layer_heatmap, losses
from charts.gradient_flow.signs import span, weight_norms
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.results import Record, Sign
from engine.labs.gradient_flow.signs import RECORDED, Recorded, begun, recorded
from engine.labs.gradient_flow.state import GradientFlowLab
from ui import lab
from ui.figure import figure
from ui.labs.gradient_flow.parts import LAB, Values, only, segments
from ui.plain import bare, escaped

LABELS = ("as recorded", "with the fix")


def controls(now: GradientFlowLab) -> Values:
    titles = {id: item.title for id, item in RECORDED.items()}
    return {"sign": segments("sign", now.sign, titles, "Recorded run"), **only(now, "with_fix")}


def show(now: GradientFlowLab) -> None:
    chosen, with_fix = RECORDED[now.sign], now.with_fix
    st.markdown(f"**What to look for.** {chosen.look}")
    st.caption(
        f"A recorded run has a network of its own: the sidebar changes nothing here. The fix: {chosen.fix_said}."
    )
    asked = (now.sign, with_fix)
    job = lab.work(LAB, "signs", asked, lambda: recorded(chosen, with_fix))
    if job is not None:
        lab.watch(LAB, job, partial(_show_records, chosen), "gradient_flow.signs", first=begun(chosen, with_fix))
    left, right = st.columns(2)
    with left:
        lab.open_in_playground(chosen.experiment, "gradient_flow.play.sign", "Open this run in the Playground")
    with right:
        lab.open_in_playground(chosen.fixed, "gradient_flow.play.fixed", "Open it with the fix in the Playground")


def _show_records(chosen: Recorded, found: tuple[Record, ...]) -> None:
    updates = chosen.updates
    tables = [[record.gradient for record in found], [record.ratio for record in found]]
    # Before its running averages know the data, batch norm may multiply by ten at every layer: one column darkens all others.
    begin = 1 if chosen.is_normed else 0
    scales, limits = [decades([table[:, begin:] for table in each]) for each in tables], span(found)
    for place, record in enumerate(found):
        if len(found) > 1:
            st.markdown(f"**With the fix: {chosen.fix_said}**" if place else "**As recorded**")
        columns = st.columns(3)
        for column, table, scale, of, title in (
            (columns[0], record.gradient, scales[0], "norm", "Gradient norm of each layer"),
            (columns[1], record.ratio, scales[1], "ratio", "Update-to-weight ratio of each layer"),
        ):
            with column:
                st.markdown(title)
                drawn = layer_heatmap(record.step, table, scale, of, updates)
                figure(drawn, f"gradient_flow.sign.{of}.{place}", f"{title}, {LABELS[place]}", 280)
        with columns[2]:
            st.markdown("Norm of each layer's weights, 1 at the start")
            drawn = weight_norms(record, limits, updates)
            figure(drawn, f"gradient_flow.sign.weights.{place}", f"Norm of weights, {LABELS[place]}", 280)
        st.caption(said.record(record))
    if len(found) > 1:
        lines = [(LABELS[place], record.step, record.loss) for place, record in enumerate(found)]
        figure(losses(lines, updates), "gradient_flow.sign.losses", "Training loss of both runs", 260)
        st.markdown(said.fixed(*found))
    st.caption(f"{said.RECORD_READ} {said.BATCH_NORM_READ if chosen.is_normed else ''}")
    for place, record in enumerate(found):
        for sign in record.signs:
            _show_sign(sign, f"The doctor on the run {LABELS[place]}" if len(found) > 1 else "The doctor")


def _show_sign(sign: Sign, who: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{who}: {sign.label}**  \n{escaped(bare(sign.sentence, 800))}")
        words, numbers = st.columns(2)
        words.caption(f"{sign.lesson} *({sign.source})*")
        numbers.markdown(lab.table(("evidence", "measured"), sign.evidence))
