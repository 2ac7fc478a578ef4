"""Early stopping, and noise as augmentation."""

from functools import partial

import streamlit as st

from charts.regularization.stopping import curves_figure, jitter_figure, stopped_figure
from engine.labs.regularization.results.stopping import JitterSweep, Stopped
from engine.labs.regularization.state import RegularizationLab, Stopping
from engine.labs.regularization.stopping import EPOCHS, experiment, jittered, recorded, replayed
from engine.stopping import Patience
from engine.words import number
from ui import lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    return {"stopping": fields("stopping", now.stopping)}


def show(now: RegularizationLab) -> None:
    part = now.stopping
    st.markdown(
        "*Early stopping* ends training when the validation loss has not fallen for $p$ epochs (the *patience*) and takes the "
        "weights of the best epoch back. Here training goes on to the end, so that you see what the rule spares you."
    )
    asked = ("stopping", now.seed, part.model_copy(update={"jitter": 0.0, "patience": 1}))
    job = lab.work(LAB, "stopping", asked, partial(recorded, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_stopped, part), "regularization.stopping")
    chosen = experiment(part, now.seed, stops=True)
    lab.open_in_playground(chosen, "regularization.stopping.open")
    st.subheader("Augmentation by noise", anchor=False)
    st.markdown(
        r"*Augmentation* trains on changed copies of the examples. Here every step moves each input, $x + s\,\varepsilon$, "
        r"$\varepsilon \sim N(0, 1)$ drawn anew each time: the network cannot follow single points more closely than $s$. "
        r"For a linear model with squared error this is L2 with $\lambda = s^2$ on average (Bishop 1995)."
    )
    asked_noise = ("jitter", now.seed, part.model_copy(update={"epochs": EPOCHS, "patience": 1}))
    noisy = lab.work(LAB, "jitter", asked_noise, partial(jittered, part, now.seed))
    if noisy is not None:
        lab.watch(LAB, noisy, partial(_jittered, part), "regularization.jitter")
    quiet = experiment(part.model_copy(update={"epochs": EPOCHS}), now.seed, stops=False)
    lab.open_in_playground(quiet, "regularization.jitter.open", "Open the one with s = 0 in the Playground")


def _stopped(part: Stopping, found: Stopped) -> None:
    chosen, stopped = replayed(Patience(epochs=part.patience), found.validation.tolist())
    figure(
        stopped_figure(found, chosen, stopped),
        "regularization.stopped",
        "Training, validation and test loss over the epochs",
        340,
    )
    best, last = chosen - 1, len(found.epochs) - 1
    rule = (
        f"With patience {part.patience} training stops after epoch {stopped} and goes back to epoch {chosen}"
        if stopped is not None
        else f"Patience {part.patience} has not run out; the best epoch so far is {chosen}"
    )
    st.caption(
        f"{rule}: test loss {number(float(found.test[best]))}, against {number(float(found.test[last]))} at epoch "
        f"{found.epochs[last]}, where the training loss is {number(float(found.train[last]))}. The lowest validation loss of "
        f"all {found.epochs[last]} epochs, {number(float(found.validation.min()))}, came at epoch "
        f"{int(found.epochs[found.validation.argmin()])}."
    )


def _jittered(part: Stopping, found: JitterSweep) -> None:
    left, right = st.columns(2)
    chosen = next((row for row in found.rows if row.noise == part.jitter), found.rows[0])
    with left:
        figure(
            curves_figure(found, chosen), "regularization.jitter.curves", "The network's curve with noisy inputs", 320
        )
    with right:
        figure(jitter_figure(found), "regularization.jitter.losses", "Losses over the strength of the noise", 320)
    best = min(found.rows, key=lambda row: row.validation)
    st.caption(
        f"After {EPOCHS} epochs with s = {chosen.noise:g} (inputs have deviation 1): training loss {number(chosen.train)}, "
        f"validation {number(chosen.validation)}, test {number(chosen.test)}. Of the strengths so far the validation loss is "
        f"lowest at s = {best.noise:g}. Losses are measured on inputs without added noise."
    )
