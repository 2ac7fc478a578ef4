"""Every step of one racer."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from charts.optimizers.steps import quantities_figure
from engine.choice import knobs as knobs_of
from engine.labs.optimizers.hand import COMMON, FORMULAS, step_table
from engine.labs.optimizers.results import Race, StepTable
from engine.labs.optimizers.state import OptimizersLab
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.optimizers.parts import LAB
from ui.labs.optimizers.race import run_race


def show(now: OptimizersLab) -> None:
    """Every quantity of every step of one racer, with its formula."""
    job = run_race(now)
    if job is not None:
        lab.watch(LAB, job, partial(_steps, now), "optimizers.steps")


def _steps(now: OptimizersLab, found: Race) -> None:
    row, path = now.racers[now.chosen].optimizer, found.paths[now.chosen]
    st.markdown(f"**{path.label}** on {now.surface.label}: $\\displaystyle {row.formula}$")
    if not path.steps:
        st.info("No step was made: f, or its slope, is not a number at the start." if found.steps else "No step yet.")
        return
    table = step_table(row, path)
    chosen = _step(now, path.steps)
    if chosen != now.step:
        lab.take(LAB, now, {"step": chosen})
    st.markdown(f"##### Step {chosen} of {path.steps}")
    steps = "1 step" if path.steps == 1 else f"{path.steps} steps"
    st.markdown(numbers_of(row.kind, table, chosen))
    st.caption(
        f"By the formulas alone, from the slopes that the race met. After {steps} the largest distance from "
        f"the places of PyTorch's own optimizer is {number(table.off)}."
    )
    figure(quantities_figure(table, chosen), "optimizers.quantities", "Size of every quantity over the steps", 320)
    st.caption("Sizes without their sign: a sharp dip is where a quantity changes from positive to negative, or back.")
    st.dataframe(as_frame(table), height=320, key="optimizers.table")


def _step(now: OptimizersLab, steps: int) -> int:
    """Which of the ``steps`` is looked at."""
    if steps == 1:
        return 1  # nothing to choose: a slider needs two ends
    knob = next(knob for knob in knobs_of(OptimizersLab) if knob.name == "step")
    knob = replace(knob, high=float(steps))
    return min(int(knobs.widget(lab.FORM, knob, lab.path(LAB, "step"), now.step)), steps)


def numbers_of(kind: str, table: StepTable, step: int) -> str:
    """One step as a Markdown table: quantity, formula, its number for x and for y."""
    formulas = {**COMMON, **FORMULAS[kind], "w'": r"w + \Delta w"}
    lines = ["| | formula | x | y |", "|:--|:--|--:|--:|"]
    for name, (x, y) in zip(table.names, table.values[step - 1], strict=True):
        lines.append(f"| ${name}$ | ${formulas[name]}$ | {x:.6g} | {y:.6g} |")
    return "\n".join(lines)


def as_frame(table: StepTable) -> pd.DataFrame:
    """All steps: a row each, every quantity for x and for y."""
    columns = {"t": np.arange(1, len(table.values) + 1)}
    for place, name in enumerate(table.columns):
        for axis, letter in enumerate("xy"):
            columns[f"{name} ({letter})"] = table.values[:, place, axis]
    return pd.DataFrame(columns).set_index("t")
