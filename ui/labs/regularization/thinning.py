"""Dropout."""

from functools import partial

import streamlit as st

from charts.regularization.thinning import ensemble_figure, mask_figure, scaling_figure
from engine.labs.regularization.results.thinning import DropoutRuns
from engine.labs.regularization.state import RegularizationLab, Thinning
from engine.labs.regularization.thinning import SCALING_MASKS, experiment, runs, shown_masks, standard_error
from engine.words import count, number, percent
from ui import lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    return {"thinning": fields("thinning", now.thinning)}


def show(now: RegularizationLab) -> None:
    part = now.thinning
    st.markdown(
        "*Dropout* silences each hidden unit with probability $p$ in every training step, by a *mask* $m$ of zeros and ones, "
        r"and scales the kept ones up: $a \leftarrow m \odot a / (1 - p)$. At *inference* (when the network is used) nothing "
        "is dropped and nothing is scaled. The older form scales by $1 - p$ at inference instead of dividing in training."
    )
    asked = ("dropout", now.seed, part.model_copy(update={"mask": 1}))
    job = lab.work(LAB, "dropout", asked, partial(runs, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_draw, part, now.seed), "regularization.dropout")
    offered = {"with dropout": experiment(part, now.seed, part.rate), "without": experiment(part, now.seed, 0.0)}
    lab.open_one(offered, "regularization.dropout.open")


def _draw(part: Thinning, seed: int, found: DropoutRuns) -> None:
    seen = found.thinned
    if seen is None:
        return
    masks = shown_masks(part, seed)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**The network of mask {part.mask}**")
        figure(mask_figure(seen, masks), "regularization.mask", "The network with its dropped units", 360)
        hidden = sum(len(mask) for mask in masks)
        kept = sum(float(mask.sum()) for mask in masks) / hidden
        st.caption(
            f"After {count(seen.steps)} steps. This mask keeps {percent(kept)} of {hidden} hidden units; the next "
            f"step draws another one. There are $2^{{{hidden}}}$ masks, and all these networks share their weights."
        )
    with right:
        st.markdown("**An ensemble of thinned networks**")
        figure(ensemble_figure(seen), "regularization.ensemble", "Difference of ensemble and scaled network", 360)
        st.caption(
            f"The average of {count(int(seen.counts[-1]))} thinned networks ends {number(float(seen.distance[-1]))} away from "
            "the one network without dropout: not 0, since a mean does not pass through non-linear units unchanged."
        )
    _scaling(part, found)
    rows = [
        ("one thinned network, on average", percent(seen.single), ""),
        (
            f"average of {count(int(seen.counts[-1]))} thinned networks",
            percent(float(seen.accuracy[-1])),
            number(seen.ensemble_loss),
        ),
        ("the one network without dropout (inference)", percent(seen.rest), number(seen.rest_loss)),
        ("trained without dropout", percent(found.plain_accuracy), number(found.plain_loss)),
    ]
    st.markdown(lab.table(("on the test part", "accuracy", "cross-entropy (nats)"), rows))


def _scaling(part: Thinning, found: DropoutRuns) -> None:
    seen = found.thinned
    if seen is None:
        return
    st.markdown(
        f"**Training against inference: unit {seen.unit} of the second hidden layer, on one example**, "
        "the unit whose z lies nearest 0 for its spread"
    )
    left, right = st.columns(2)
    with left:
        figure(
            scaling_figure(seen.before, seen.before_rest, "pre-activation z"),
            "regularization.before",
            "Pre-activation under masks beside inference",
            260,
        )
        st.caption(
            f"Over {count(SCALING_MASKS)} masks of the layer before, z averages {number(float(seen.before.mean()))} (standard "
            f"error {number(standard_error(seen.before))}), and inference gives {number(seen.before_rest)}: in expectation "
            f"the two are equal. Without the division by 1 - p = {1 - part.rate:g} it would average "
            f"{number(seen.unscaled)}."
        )
    with right:
        figure(
            scaling_figure(seen.after, seen.after_rest, "activation tanh(z)"),
            "regularization.after",
            "Activation under masks beside inference",
            260,
        )
        st.caption(
            f"Past the non-linearity the average is {number(float(seen.after.mean()))} (standard error "
            f"{number(standard_error(seen.after))}), inference gives {number(seen.after_rest)}: scaling matches means only "
            "up to the first non-linear unit."
        )
