"""The section of batch size and gradient noise."""

from typing import Any

import numpy as np
import streamlit as st

from charts.descent.noise import cloud_figure, error_figure, runs_figure
from engine.experiment import Training
from engine.labs.descent.noise import batch_noise
from engine.labs.descent.results import BatchRun, NoiseResult
from engine.labs.descent.state import BatchNoise, DescentLab
from engine.labs.descent.training import loss_unit
from engine.optimizers import SGD
from ui import lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, figures, number, settings, whole


def controls(now: DescentLab) -> dict[str, Any]:
    """The batch size, and when the gradients are measured."""
    return {"noise": whole(now.noise, settings(BatchNoise, now.noise, "noise"))}


def show(now: DescentLab) -> None:
    """The scatter of batch gradients, its closed form, and what it does to training."""
    asked = now.noise
    st.markdown(
        "**Stochastic** descent takes one example per update, **batch** descent all of them, **mini-batch** descent B. A "
        "batch's gradient $g_B$ is an estimate of $g$, the gradient over all N examples. With $g_i$ the gradient of example i "
        r"and $\operatorname{tr}\Sigma = \frac{1}{N} \sum_i |g_i - g|^2$:"
        r" $\;E|g_B - g|^2 = \frac{\operatorname{tr}\Sigma}{B} \cdot \frac{N - B}{N - 1}$ without replacement; the second "
        "factor is 1 with it."
    )
    training = Training(optimizer=SGD(lr=asked.lr), batch_size=asked.batch_size, epochs=100_000)
    experiment = now.experiment(training)
    job = begun("noise", (experiment, asked), lambda: batch_noise(experiment, asked))
    if job is None:
        return
    unit = loss_unit(experiment)

    def shown(found: NoiseResult) -> None:
        left, right = figures(2)
        with left:
            figure(cloud_figure(found), "descent.cloud", "Batch gradients around the full gradient", 360)
            st.caption(_of_cloud(found, asked.draws))
        with right:
            figure(error_figure(found), "descent.errors", "Gradient error over the batch size", 360)
            st.caption(_of_errors(found))
        if found.runs:
            left, right = figures(2)
            with left:
                figure(runs_figure(found, unit, over_epochs=False), "descent.by_updates", "Loss over updates", 320)
                st.caption("The same number of updates: a larger batch is never noisier, and each update costs more.")
            with right:
                figure(runs_figure(found, unit, over_epochs=True), "descent.by_epochs", "Loss over epochs", 320)
                st.caption(_of_runs(found))

    lab.watch(LAB, job, shown, "descent.noise")
    lab.open_in_playground(experiment.patched({"training.epochs": 100}), "descent.noise.open")


def _of_cloud(found: NoiseResult, draws: int) -> str:
    wrong = float((found.cloud[:, 0] < 0).mean())
    return (
        f"{draws} batches of {found.size} from {found.rows} examples; the network has {found.parameters} parameters. "
        f"{wrong:.0%} of them point against g (left of 0). Noise scale "
        rf"$\operatorname{{tr}}\Sigma / |g|^2$ = {number(found.scale)}: at about this batch size both are equally long"
        + (", more than there are examples." if found.scale > found.rows else ".")
    )


def _of_errors(found: NoiseResult) -> str:
    measured = [item for item in found.sizes if 1 <= item.size < found.rows and item.theory > 0]
    if not measured:
        return "With one example in all there is no noise."
    off = max(abs(item.error / item.theory - 1) for item in measured)
    said = f"Farthest from the closed form: {off:.0%}, over batches of {measured[0].size} to {measured[-1].size}."
    mine = next((item for item in found.sizes if item.size == found.size), None)
    if mine is not None:
        said += (
            f" At B = {mine.size} the median cosine of the angle between a batch's gradient and g is {mine.cosine:.2f}."
        )
    return f"{said} A batch of all, drawn without replacement, has no error."


def _of_runs(found: NoiseResult) -> str:
    last = ", ".join(f"{found.named(run.size)}: {_reached(run)}" for run in found.runs)
    return (
        "The same runs over their first passes through the data: small batches make more updates of each. At the end of all "
        f"updates, {last}."
    )


def _reached(run: BatchRun) -> str:
    last = float(run.losses[-1])
    return number(last) if np.isfinite(last) else "diverged"
