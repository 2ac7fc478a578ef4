"""The section of the learning-rate range test."""

from typing import Any

import streamlit as st

from charts.descent.range_test import range_figure, trials_figure
from engine.experiment import Training
from engine.labs.descent.range_test import BREAKS_AT, range_test
from engine.labs.descent.results import RangeResult
from engine.labs.descent.state import DescentLab, RangeTest
from engine.labs.descent.training import loss_unit
from engine.optimizers import Optimizer
from ui import lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, figures, number, row, settings, whole


def controls(now: DescentLab) -> dict[str, Any]:
    """Its optimizer, and from where to where the rate goes."""
    optimizer = row(Optimizer, now.sweep.optimizer, "Optimizer", "sweep", "optimizer", apart=("lr",))
    return {"sweep": whole(now.sweep, {"optimizer": optimizer, **settings(RangeTest, now.sweep, "sweep")})}


def show(now: DescentLab) -> None:
    """The test, and what its suggestion is worth."""
    asked = now.sweep
    training = Training(optimizer=asked.optimizer, batch_size=asked.batch_size, epochs=100_000)
    experiment = now.experiment(training)
    st.markdown(
        "How large may the **learning rate** η be, the factor between the gradient and the step? One short run finds out: "
        rf"update $t$ of $T$ has the rate $\eta_t = \eta_0 (\eta_{{T-1}} / \eta_0)^{{t / (T - 1)}}$. The loss first hardly "
        f"moves, then falls, then breaks out. The test ends where the loss is {BREAKS_AT:g} times its lowest."
    )
    job = begun("sweep", (experiment, asked), lambda: range_test(experiment, asked))
    if job is None:
        return
    unit = loss_unit(experiment)

    def shown(found: RangeResult) -> None:
        left, right = figures(2)
        with left:
            figure(range_figure(found, unit), "descent.range", "Training loss over the rate of each update", 360)
            st.caption(_read(found))
        with right:
            if found.trials:
                label = "Training loss after a run at each constant rate"
                figure(trials_figure(found, unit, asked.steps), "descent.trials", label, 360)
                st.caption(_judged(found))

    lab.watch(LAB, job, shown, "descent.sweep")
    if job.result is not None and job.result.suggested is not None:
        rate = min(max(job.result.suggested, 1e-6), 10.0)
        taken = experiment.patched({"training.optimizer.lr": float(f"{rate:.2g}"), "training.epochs": 300})
        lab.open_in_playground(taken, "descent.sweep.open", f"Open in the Playground at η = {rate:.2g}")


def _read(found: RangeResult) -> str:
    if found.suggested is None:
        return "The loss broke out at once: begin at a smaller rate."
    broke = f"It broke out at {number(found.broke)}." if found.broke else "It never broke out: go on to a larger rate."
    return (
        f"Lowest (smoothed) at η = {number(found.lowest or 0)}. {broke} The usual rule takes a tenth of the lowest, "
        f"{number(found.suggested)}; another takes the steepest fall, {number(found.steepest or 0)}."
    )


def _judged(found: RangeResult) -> str:
    best = found.best
    if best is None or found.suggested is None:
        return "A cross: the loss became infinite."
    share = best.rate / found.suggested
    said = (
        "the same as"
        if 0.8 < share < 1.25
        else f"{number(max(share, 1 / share))} times {'above' if share > 1 else 'below'}"
    )
    return (
        f"What the suggestion is worth: runs from the same first weights, each at one rate. The best here is η = "
        f"{number(best.rate)}, {said} the suggestion. In the test all rates share one network, so it cannot tell what a "
        "whole run at one rate does."
    )
