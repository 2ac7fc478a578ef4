"""Still views that ask more of a run: what each unit is worth, hidden space, the same from other seeds."""

import streamlit as st

from charts.ablation import ranking_sentence, removal_bars
from charts.curves import METRICS
from charts.seeds import band_curve, band_sentence
from charts.warp import warp_figure, warp_sentence
from engine import stage
from engine.ablation import ranked, still
from engine.seeds import FEWEST, MOST, Fan, band
from engine.supervised import SupervisedRun
from engine.warp import take, warped
from engine.wording import changes
from ui import session

BUSY = "The network is busy: measure again in a moment."
PLAIN = {"displayModeBar": False}
WATCH_SECONDS = 1.0


@st.fragment
def units(run: SupervisedRun) -> None:
    """Every hidden unit by what its removal costs."""
    if not run.model.layers:
        st.info("There is no hidden unit to remove: this network has no hidden layer.")
        return
    taken = session.look(still)
    st.button("Measure again", icon=":material/refresh:", key="units.again")
    if taken is None:
        st.info(BUSY)
        return
    if not len(taken.x):
        st.info("There is no point to measure on yet: place a few on the boundary.")
        return
    ranking = ranked(taken)
    st.plotly_chart(removal_bars(ranking, run.scene.loss_unit), width="stretch", config=PLAIN)
    st.caption(
        f"{ranking_sentence(ranking)} One unit at a time gives 0 instead of its answer (ablation); all others stay as they "
        "are. Units that stand in for each other can look idle one by one and matter together. Click on a unit in the "
        "diagram to switch it off and go on training without it."
    )


@st.fragment
def hidden_space(run: SupervisedRun) -> None:
    """The input plane and the data as a hidden layer has bent them, over the run."""
    names = run.scene.layer_names[:-1]
    if not names:
        st.info("A network without hidden layers bends nothing: its boundary is straight in the inputs it receives.")
        return
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        layer = st.segmented_control(
            "Layer", range(len(names)), format_func=names.__getitem__, default=len(names) - 1, key="hidden_space"
        )
    right.button("Measure again", icon=":material/refresh:", width="stretch", key="hidden_space.again")
    chosen = len(names) - 1 if layer is None else layer
    kept = tuple(session.entry().checkpoints.kept)
    taken = session.look(lambda shown: take(shown, chosen, kept))
    if taken is None:
        st.info(BUSY)
        return
    warp = warped(taken, chosen)
    st.plotly_chart(warp_figure(warp, run.scene), width="stretch", config=PLAIN)
    st.caption(
        f"{warp_sentence(warp)} The grey mesh is the plane of the decision boundary, the points are training examples. "
        "Each hidden layer bends the plane, so that the next one has less to bend; the output can only cut it straight. "
        f"Of this run {len(warp.moments)} moments are kept to look back at."
    )


@st.fragment
def seeds(run: SupervisedRun) -> None:
    """The same experiment from several seeds."""
    mine = session.visit()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    count = left.slider("Seeds", FEWEST, MOST, 10, key="seeds.count")
    fan = mine.fan
    training = fan is not None and not fan.is_done
    asked = right.button(
        "Stop" if training else f"Train from {count} seeds",
        type="secondary" if training else "primary",
        width="stretch",
    )
    if asked:
        if fan is not None:
            fan.stop(stage.pool())
        mine.fan = None if training else _fan(run, count)
        st.rerun(scope="fragment")
    if fan is None:
        st.caption(
            "One run is one draw of data, split, first weights and batches. Train the same experiment from other seeds to see "
            "how much of its result is chance: the median of all, the half of them in the middle, the extremes. All begin with "
            "the settings as they are now; weights typed and parts switched off by hand are left out."
        )
    elif training:
        _watch()
    else:
        _show_band(fan)


def _fan(run: SupervisedRun, count: int) -> Fan:
    mine = session.visit()
    experiment, view, device = mine.now, mine.view, mine.device
    return Fan(experiment, count, lambda each: stage.recipe(each, (), view, device), run.last_step, mine.token)


@st.fragment(run_every=WATCH_SECONDS)
def _watch() -> None:
    """Look at the seeds in training, now and then."""
    fan = session.visit().fan
    if fan is None:
        return
    fan.look(stage.pool())
    if fan.is_done:
        st.rerun()
    st.progress(len(fan.curves) / fan.count, f"{len(fan.curves)} of {fan.count} seeds are trained")
    if fan.curves:
        _show_band(fan)


def _show_band(fan: Fan) -> None:
    if fan.failure:
        st.warning(fan.failure.replace("$", r"\$").replace("[", r"\["), icon=":material/rule:")
    if not fan.curves:
        return
    if others := changes(fan.experiment, session.visit().now):
        st.info(
            f"These seeds were trained before you changed: {'; '.join(map(str, others))}. Train anew to include that."
        )
    names = fan.measured
    if not names:
        st.caption("No seed has given a number: all scores went out of bounds.")
        return
    default = "validation.loss" if "validation.loss" in names else names[0]
    chosen = st.selectbox("Score", names, index=names.index(default), format_func=_score_title, key="seeds.score")
    part = chosen.split(".")[0]
    found = band(fan.curves, fan.score_names.index(chosen))
    st.plotly_chart(band_curve(found, _score_title(chosen), part), width="stretch", config=PLAIN)
    st.caption(band_sentence(found, _score_title(chosen).lower(), [curve.ending for curve in fan.curves]))


def _score_title(name: str) -> str:
    part, kind = name.split(".")
    title = "loss" if kind == "loss" else METRICS[kind].title
    return f"{'Training' if part == 'train' else part.capitalize()} {title}"
