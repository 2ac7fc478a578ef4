"""The page of gradient flow, part by part."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from charts import gradient_flow as charts
from engine.activations import Activation
from engine.initializers import Initializer
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.clipping import clipped_runs
from engine.labs.gradient_flow.course import blank, side_by_side
from engine.labs.gradient_flow.cures import CURES, SLOTS, named
from engine.labs.gradient_flow.jacobians import chains
from engine.labs.gradient_flow.outcomes import CRITERION, alone, compare, compared, experiment_at, pairs
from engine.labs.gradient_flow.results import Chains, Comparison, Flow, Record
from engine.labs.gradient_flow.signs import RECORDED, recorded
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.labs.lab import LABS
from engine.optimizers import Optimizer
from ui import knobs, lab
from ui.figure import figure
from ui.plain import bare, escaped

LAB = LABS["gradient_flow"]
VIEWS = {
    "flow": "Before and after",
    "jacobians": "Jacobians",
    "cures": "Cures compared",
    "clipping": "Clipping",
    "signs": "Warning signs",
}
BEFORE, AFTER = "before", "after"
COLUMNS_SAID = "One column per measured update, one row per layer, the first layer on top. Dark is small."


# --- controls -------------------------------------------------------------------------------------------------------


def network(now: GradientFlowLab) -> dict[str, Any]:
    """The network without cures, in the sidebar."""
    form, path = lab.FORM, partial(lab.path, LAB)
    shown = {"depth", "width"}
    every = set(GradientFlowLab.model_fields)
    st.markdown("**The network, before any cure**")
    values = knobs.fields(form, GradientFlowLab, path(), now, skip=sorted(every - shown))
    values["activation"] = knobs.choose(form, Activation, path("activation"), now.activation, "Activation")
    values["initializer"] = knobs.choose(form, Initializer, path("initializer"), now.initializer, "First weights")
    values["optimizer"] = knobs.choose(form, Optimizer, path("optimizer"), now.optimizer, "Optimizer")
    rest = {"data", "batch_size", "updates", "seed"}
    return values | knobs.fields(form, GradientFlowLab, path(), now, skip=sorted(every - rest))


def chosen_view(now: GradientFlowLab) -> dict[str, Any]:
    """Which section is shown."""
    return {"view": _segments("view", now.view, VIEWS, "Section")}


def switches(now: GradientFlowLab) -> dict[str, Any]:
    """Every cure as a switch; of each place at most one."""
    form, chosen, limits = lab.FORM, list[str](), dict[str, float]()
    with st.container(border=True):
        st.markdown("**Cures** of the second network. Everything else, seed and batches included, is the same.")
        columns = [*st.columns([3, 2]), *st.columns(3)]
        for column, (slot, title) in zip(columns, SLOTS.items(), strict=True):
            offered = [id for id, cure in CURES.items() if cure.slot == slot]
            on = next((id for id in now.cures if CURES[id].slot == slot), None)
            with column:
                key = knobs.key_of(lab.path(LAB, "cures", slot))
                if key not in st.session_state:
                    st.session_state[f"{key}/first"] = on
                picked = form.widget(
                    st.pills,
                    title,
                    offered,
                    key=key,
                    # Not set through the session: a browser that draws late would answer that nothing is chosen.
                    default=st.session_state.get(f"{key}/first"),
                    format_func=lambda id: CURES[id].label,
                    help=_help(offered),
                )
            chosen += [picked] if picked else []
        for name in ("clip_norm", "clip_value"):
            if name in chosen:
                limits |= _limit(now, name)
    return {"cures": tuple(chosen), **limits}


def _limit(now: GradientFlowLab, *names: str) -> dict[str, Any]:
    others = [name for name in GradientFlowLab.model_fields if name not in names]
    return knobs.fields(lab.FORM, GradientFlowLab, lab.path(LAB), now, skip=others)


def _help(offered: list[Any]) -> str:
    cures = [CURES[id] for id in offered]
    return "\n\n".join(f"**{cure.label}** $\\;{cure.formula}$  \n{cure.lesson} *({cure.source})*" for cure in cures)


def options(now: GradientFlowLab, view: str) -> dict[str, Any]:
    """What is asked in one section alone."""
    if view == "jacobians":
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            values = _limit(now, "example")
        with right:
            said_of = {"first": "With its first weights", "trained": f"After {now.updates:,} updates"}
            return values | {"moment": _segments("moment", now.moment, said_of, "Moment")}
    if view == "cures":
        left, right = st.columns(2)
        with left:
            modes = {"alone": "Each cure alone, at four depths", "pairs": "All pairs, at one depth"}
            values = {"compared": _segments("compared", now.compared, modes, "Comparison")}
        if values["compared"] == "pairs":
            with right:
                depths = {depth: f"{depth} layers" for depth in ("10", "20", "40", "60")}
                values["compared_depth"] = _segments("compared_depth", now.compared_depth, depths, "Depth")
        return values
    if view == "clipping":
        which = {
            "bursts": "10 tanh layers, weights too large",
            "breaks": "10 ReLU layers, weights too large",
            "own": "The network of the sidebar",
        }
        values = {"clipped": _segments("clipped", now.clipped, which, "Network")}
        return values | _limit(now, "clip_norm", "clip_value")
    if view == "signs":
        titles = {id: item.title for id, item in RECORDED.items()}
        return {"sign": _segments("sign", now.sign, titles, "Recorded run")}
    return {}


def _segments(name: str, value: str, offered: dict[str, str], label: str) -> str:
    key = knobs.keep(knobs.key_of(lab.path(LAB, name)), value)
    picked = lab.FORM.widget(st.segmented_control, label, list(offered), key=key, format_func=offered.__getitem__)
    return str(picked or value)


# --- before and after -----------------------------------------------------------------------------------------------


def flow(now: GradientFlowLab) -> None:
    """Gradient and update of every layer over training, of both networks."""
    pair = ((BEFORE, now.before), (AFTER, now.after))
    asked = (pair, now.updates)
    job = lab.work(LAB, "flow", asked, lambda: side_by_side(pair, now.updates))
    if job is not None:
        lab.watch(job, partial(_show_flow, now), "gradient_flow.flow", first=blank(pair))
    left, right = st.columns(2)
    with left:
        lab.open_in_playground(now.before, "gradient_flow.play.before", "Open the first in the Playground")
    with right:
        lab.open_in_playground(now.after, "gradient_flow.play.after", "Open the second in the Playground")


def _show_flow(now: GradientFlowLab, found: Flow) -> None:
    titles = ("Before: no cure", f"After: {named(now.cures)}")
    st.markdown(
        "**Gradient norm** $\\lVert \\partial L / \\partial W_l \\rVert_2$ of every layer, update by update, before clipping"
    )
    _maps("gradient", found, titles, [course.gradient for course in found.courses], "norm", now.updates)
    st.caption(f"{COLUMNS_SAID} Both have one scale. {said.gradients(found)}")
    st.markdown(
        "**Update-to-weight ratio** $\\lVert \\Delta W_l \\rVert_2 / \\lVert W_l \\rVert_2$: how far one update moves a "
        "layer, as a share of its weights. About $10^{-3}$ is usual."
    )
    _maps("ratio", found, titles, [course.ratio for course in found.courses], "ratio", now.updates)
    st.caption(said.ratios(found))
    figure(charts.loss_lines(found, now.updates), "gradient_flow.loss", "Training loss of both networks", 260)
    st.caption(said.losses(found))


def _maps(id: str, found: Flow, titles: tuple[str, ...], tables: list[Any], of: str, updates: int) -> None:
    scale = charts.decades(tables)
    for place, (column, course, table) in enumerate(zip(st.columns(2), found.courses, tables, strict=False)):
        with column:
            st.markdown(titles[place])
            drawn = charts.layer_heatmap(course.step, table, scale, of, updates)
            figure(drawn, f"gradient_flow.{id}.{place}", f"{of} of every layer over updates, {titles[place]}", 300)


# --- Jacobians ------------------------------------------------------------------------------------------------------


def jacobians(now: GradientFlowLab) -> None:
    """The product of the layers' Jacobians, and its bound."""
    st.markdown(
        "The Jacobian $J_l = \\partial h_l / \\partial h_{l-1}$ holds how each output of layer $l$ changes with each of its "
        "inputs: without norm and shortcut, $J_l = \\operatorname{diag}(\\phi'(z_l))\\, W_l$. The gradient at layer $l$ is the "
        "gradient at the output times $J_L J_{L-1} \\cdots J_{l+1}$. The spectral norm $\\lVert \\cdot \\rVert_2$, the largest "
        "singular value, is the most that a matrix can stretch a vector, and "
        "$\\lVert J_L \\cdots J_l \\rVert_2 \\le \\lVert J_L \\rVert_2 \\cdots \\lVert J_l \\rVert_2$."
    )
    pair = ((BEFORE, now.before), (AFTER, now.after))
    updates = now.updates if now.moment == "trained" else 0
    asked = (pair, now.example, updates)
    job = lab.work(LAB, "jacobians", asked, lambda: chains(pair, now.example, updates))
    if job is not None:
        lab.watch(job, partial(_show_chains, now), "gradient_flow.jacobians")


def _show_chains(now: GradientFlowLab, found: Chains) -> None:
    figure(charts.chain_lines(found), "gradient_flow.chain", "Norm of the product of Jacobians and its bound", 380)
    st.caption(
        f"{said.products(found)} Grey: what a factor of 2, or of 0.8, per layer would give. After: {named(now.cures)}."
    )
    figure(charts.factor_bars(found), "gradient_flow.factors", "Spectral norm of each layer's Jacobian", 240)
    st.caption(
        "One bar per layer; above the dotted line a layer can stretch the gradient. Batch norm is taken with the statistics "
        "of the training part, held fixed."
    )


# --- cures compared -------------------------------------------------------------------------------------------------


def cures(now: GradientFlowLab) -> None:
    """Each cure alone and in pairs, where it works and where it fails."""
    depth = int(now.compared_depth)
    places = tuple(alone() if now.compared == "alone" else pairs(depth))
    asked = (tuple(experiment_at(now, place, 0) for place in places), places)
    job = lab.work(LAB, "cures", asked, lambda: compare(now, places))
    st.caption(
        f"The network of the sidebar ({now.activation.label}, {now.initializer.label}, {now.optimizer.label}, "
        f"{now.width} units per layer), with the cures named and the depth given. {CRITERION}"
    )
    if job is not None:
        lab.watch(job, _show_comparison, "gradient_flow.cures", first=compared({place: () for place in places}))


def _show_comparison(found: Comparison) -> None:
    height = 140 + 38 * len(found.rows)
    figure(charts.outcome_matrix(found), "gradient_flow.matrix", "What each cure came to", height)
    st.caption(said.comparison(found))


# --- clipping -------------------------------------------------------------------------------------------------------


def clipping(now: GradientFlowLab) -> None:
    """Gradient norms over a run, without and with clipping."""
    runs = clipped_runs(now)
    asked = (runs, now.updates)
    job = lab.work(LAB, "clipping", asked, lambda: side_by_side(runs, now.updates, columns=now.updates))
    if job is not None:
        lab.watch(job, partial(_show_clipping, now), "gradient_flow.clipping", first=blank(runs))
    lab.open_in_playground(runs[1][1], "gradient_flow.play.clipped", "Open the one clipped by norm in the Playground")


def _show_clipping(now: GradientFlowLab, found: Flow) -> None:
    limits = (now.clip_norm, now.clip_norm, None)
    for place, (column, course) in enumerate(zip(st.columns(3), found.courses, strict=False)):
        with column:
            st.markdown(f"{course.label[:1].upper()}{course.label[1:]}")
            drawn = charts.norm_histogram(course, limits[place])
            figure(drawn, f"gradient_flow.norms.{place}", f"Distribution of gradient norms, {course.label}", 260)
            st.caption(said.clipped(course, place, now.clip_norm))
    left, right = st.columns(2)
    with left:
        figure(charts.loss_lines(found, now.updates), "gradient_flow.clip.loss", "Training loss of the three runs", 280)
        st.caption(said.losses(found))
    with right:
        figure(charts.angle_lines(found.courses[1:]), "gradient_flow.angle", "Angle by which clipping turned", 280)
        st.caption(said.angles(found))


# --- warning signs --------------------------------------------------------------------------------------------------


def signs(now: GradientFlowLab) -> None:
    """A recorded run, and what the doctor sees in it."""
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
            drawn = charts.layer_heatmap(found.step, table, charts.decades([table]), of, updates)
            figure(drawn, f"gradient_flow.sign.{of}", title, 280)
    with columns[2]:
        st.markdown("Norm of each layer's weights, 1 at the start")
        figure(charts.weight_norms(found), "gradient_flow.sign.weights", "Norm of weights over the run", 280)
    st.caption(said.record(found))
    for sign in found.signs:
        with st.container(border=True):
            st.markdown(f"**The doctor: {sign.label}**  \n{escaped(bare(sign.sentence, 800))}")
            words, numbers = st.columns(2)
            words.caption(f"{sign.lesson} *({sign.source})*")
            numbers.markdown(lab.table(("evidence", "measured"), sign.evidence))


SECTIONS: dict[str, Callable[[GradientFlowLab], None]] = {
    "flow": flow,
    "jacobians": jacobians,
    "cures": cures,
    "clipping": clipping,
    "signs": signs,
}
