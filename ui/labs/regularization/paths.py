"""L1 and L2."""

from functools import partial

import numpy as np
import streamlit as st

from charts.regularization.paths import histograms_figure, path_errors_figure, path_figure, zeros_figure
from engine.labs.regularization.paths import path
from engine.labs.regularization.penalised import ROWS, compared, experiment
from engine.labs.regularization.results.paths import Penalised
from engine.labs.regularization.state import Paths, RegularizationLab
from engine.penalties import L1Proximal
from engine.words import number
from ui import lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    return {"paths": fields("paths", now.paths)}


def show(now: RegularizationLab) -> None:
    part = now.paths
    found = path(part, now.seed)
    st.markdown(
        "A *penalty* adds the size of the weights to the loss. Linear regression on ten inputs of which three matter:  \n"
        r"$\frac{1}{2n} \lVert y - Xw \rVert^2 + \lambda \left( \alpha \lVert w \rVert_1 + "
        r"\frac{1 - \alpha}{2} \lVert w \rVert_2^2 \right)$"
        f", with $\\alpha$ = {part.l1_share:g} now. $\\lVert w \\rVert_1$ is the sum of sizes (L1, lasso), "
        r"$\lVert w \rVert_2^2$ the sum of squares (L2, ridge)."
    )
    figure(path_figure(found, part.strength), "regularization.path", "Weights along the strength of the penalty", 340)
    left, right = st.columns(2)
    with left:
        figure(zeros_figure(found, part.strength), "regularization.zeros", "Weights that are exactly 0", 260)
    with right:
        figure(path_errors_figure(found, part.strength), "regularization.path_errors", "Errors along the strength", 260)
    at = int(np.abs(np.log(found.strengths / part.strength)).argmin())
    best = int(found.validation.argmin())
    st.caption(
        f"At λ = {number(found.strengths[at])}, {found.zeros[at]} of {len(found.true)} weights are exactly 0 and the error on "
        f"new examples is {number(found.validation[at])}; it is lowest, {number(found.validation[best])}, at λ = "
        f"{number(found.strengths[best])} where {found.zeros[best]} of them are 0. L1 subtracts the same from every weight and "
        "stops at 0 (soft-thresholding); L2 divides, so a weight shrinks and never arrives."
    )
    _networks(part, now.seed)


def _networks(part: Paths, seed: int) -> None:
    st.subheader("The same penalties on a network", anchor=False)
    st.markdown(
        "A penalty that is only *added to the loss* gives gradient steps that jump back and forth over 0: no weight is exactly "
        r"0. The *proximal* step, $w \leftarrow \mathrm{sign}(w) \max(|w| - \eta\lambda, 0)$ after the update, stops there. "
        r"*Weight decay* multiplies the weights by $1 - \eta\lambda$ before the update: for plain SGD that is L2, "
        "for Adam it is not."
    )
    asked = ("penalised", seed, part.network_strength, part.optimizer)
    job = lab.work(LAB, "penalised", asked, partial(compared, part, seed))
    if job is not None:
        lab.watch(LAB, job, partial(_compared, part), "regularization.penalised")
    offered = {row.label: experiment(part, seed, row) for row in ROWS}
    lab.open_one(offered, "regularization.paths.open", L1Proximal.label)


def _compared(part: Paths, found: tuple[Penalised, ...]) -> None:
    figure(histograms_figure(found), "regularization.weights", "Histogram of the weights under each penalty", 420)
    rows = [
        (
            item.label,
            f"{item.zeros} of {len(item.weights)}",
            number(item.train),
            number(item.validation),
            number(item.from_l2),
        )
        for item in found
    ]
    st.markdown(lab.table(("penalty", "exact zeros", "training loss", "validation loss", "difference to L2"), rows))
    said = f"All with λ = {part.network_strength:g}, the same first weights and data. Bars have heights by the square root."
    decay = next((item for item in found if item.label == "Decoupled weight decay"), None)
    if decay is not None:
        name = "plain SGD" if part.optimizer == "sgd" else "Adam"
        said += f" With {name} the largest difference between a weight under decay and under L2 is {decay.from_l2:.2g}."
    diverged = [item.label for item in found if item.ending == "diverged"]
    if diverged:
        said += f" Diverged, so its last finite weights are shown: {', '.join(diverged)}."
    st.caption(said)
