"""The section of the schedules."""

from typing import Any

import streamlit as st

from charts.descent.schedules import loss_figure, rate_figure
from engine.experiment import Training
from engine.labs.descent.results import ScheduleResult
from engine.labs.descent.scheduling import compare
from engine.labs.descent.state import DescentLab, ScheduleTest
from engine.labs.descent.training import loss_unit
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from ui import lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, figures, number, row, settings, whole


def controls(now: DescentLab) -> dict[str, Any]:
    """The schedule that is looked at, and the run it is for."""
    asked = now.schedules
    schedule = row(Schedule, asked.schedule, "Schedule", "schedules", "schedule")
    optimizer = row(Optimizer, asked.optimizer, "Optimizer", "schedules", "optimizer")
    own = settings(ScheduleTest, asked, "schedules")
    return {"schedules": whole(asked, {"schedule": schedule, "optimizer": optimizer, **own})}


def show(now: DescentLab) -> None:
    """Rates, momenta and losses of the same run under every schedule."""
    asked = now.schedules
    st.markdown(
        "A **schedule** changes the learning rate while the network learns. All runs begin with the same weights, see the same "
        f"batches and have the same base rate η = {asked.optimizer.lr:g}; yours is the thick line, the others are set to fit "
        f"the run's length. Yours: ${asked.schedule.formula}$."
    )
    if asked.schedule.needs_momentum and not asked.optimizer.has_momentum:
        st.warning(
            f"Schedule: {asked.schedule.label} moves the momentum, and {asked.optimizer.label} has none. Choose Momentum, "
            "Nesterov or Adam as the optimizer, or another schedule.",
            icon=":material/rule:",
        )
        return
    training = Training(
        optimizer=asked.optimizer, schedule=asked.schedule, batch_size=asked.batch_size, epochs=asked.epochs
    )
    experiment = now.experiment(training)
    job = begun("schedules", experiment, lambda: compare(experiment))
    if job is None:
        return
    unit = loss_unit(experiment)

    def shown(found: ScheduleResult) -> None:
        left, right = figures(2)
        with left:
            figure(rate_figure(found), "descent.rates", "Learning rate and momentum over the steps", 420)
            st.caption(_of_rates(found))
        with right:
            figure(loss_figure(found, unit), "descent.schedule_losses", "Training loss under every schedule", 420)
            st.caption(_of_losses(found))
        done = [run for run in found.runs if run.is_done]
        rows = [
            (
                run.label + (" (yours)" if run.is_chosen else ""),
                *_ends(run.has_diverged, run.losses[-1], run.validation),
            )
            for run in done
        ]
        if rows:
            st.markdown(lab.table(("Schedule", "last training loss", "last validation loss"), rows))

    lab.watch(LAB, job, shown, "descent.schedules")
    lab.open_in_playground(experiment, "descent.schedules.open")


def _ends(has_diverged: bool, train: float, validation: float) -> tuple[str, str]:
    return ("diverged", "diverged") if has_diverged else (number(train), number(validation))


def _of_rates(found: ScheduleResult) -> str:
    cycled = [run for run in found.runs if run.label == "One-cycle" and run.is_done and not run.has_diverged]
    said = "Read from the optimizer at every update."
    if cycled:
        run = cycled[0]
        said += (
            f" One-cycle raises the rate to {number(run.rates.max())} while momentum falls to {number(run.momenta.min())}, "
            "then the other way: large steps keep less of the old velocity."
        )
    chosen = found.runs[0] if found.runs else None
    if chosen is not None and chosen.is_done and chosen.label != "Constant" and len(set(chosen.rates)) == 1:
        said += f" Yours never moves: the run has only {found.horizon} steps."
    return f"{said} {found.left_out}." if found.left_out else said


def _of_losses(found: ScheduleResult) -> str:
    done = [run for run in found.runs if run.is_done and not run.has_diverged]
    if len(done) < 2:
        return "The loss of the whole training part, not of a batch: the wiggle is the network's own."
    best, worst = (choose(done, key=lambda run: run.losses[-1]) for choose in (min, max))
    return (
        f"Lowest at the end: {best.label}, {number(best.losses[-1])}; highest: {worst.label}, {number(worst.losses[-1])}. "
        "One seed and one base rate: a schedule with a low average rate often only asks for a higher base."
    )
