"""The sections of the optimizers' page besides the race."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from charts.optimizers.maps import basins_figure, best_so_far_figure, search_figure
from charts.optimizers.parabola import cost_figure, lines_figure
from charts.optimizers.steps import apart_figure, pair_figure, quantities_figure
from engine.choice import knobs as knobs_of
from engine.labs.lab import Lab
from engine.labs.optimizers.basins import basins
from engine.labs.optimizers.hand import COMMON, FORMULAS, step_table
from engine.labs.optimizers.parabola import parabola
from engine.labs.optimizers.race import labels, load
from engine.labs.optimizers.results import Basins, Ground, Path, Race, Searches, StepTable
from engine.labs.optimizers.search import METHODS, search
from engine.labs.optimizers.state import OptimizersLab
from engine.labs.optimizers.surfaces import ground
from engine.labs.optimizers.variants import pair
from ui import knobs, lab
from ui.figure import figure
from ui.labs import optimizers as race_parts
from ui.labs.optimizers_controls import begin_at

MANY = 12
"""Minima listed at most."""


# --- every step -----------------------------------------------------------------------------------------------------


def show_steps(LAB: Lab, now: OptimizersLab) -> None:
    """Every quantity of every step of one racer, with its formula."""
    job = race_parts.run_race(LAB, now)
    if job is not None:
        lab.watch(job, partial(_steps, LAB, now), "optimizers.steps")


def _steps(LAB: Lab, now: OptimizersLab, found: Race) -> None:
    row, path = now.racers[now.chosen].optimizer, found.paths[now.chosen]
    st.markdown(f"**{path.label}** on {now.surface.label}: $\\displaystyle {row.formula}$")
    if not path.steps:
        st.info("No step was made: f, or its slope, is not a number at the start." if found.steps else "No step yet.")
        return
    table = step_table(row, path)
    knob = next(knob for knob in knobs_of(OptimizersLab) if knob.name == "step")
    knob = replace(knob, high=float(path.steps))
    chosen = min(int(knobs.widget(lab.FORM, knob, lab.path(LAB, "step"), now.step)), path.steps)
    if chosen != now.step:
        lab.take(LAB, now, {"step": chosen})
    st.markdown(f"##### Step {chosen} of {path.steps}")
    st.markdown(numbers_of(row.kind, table, chosen))
    st.caption(
        f"By the formulas alone, from the slopes that the race met. After {path.steps} steps the largest distance from "
        f"the places of PyTorch's own optimizer is {table.off:.1e}."
    )
    figure(quantities_figure(table, chosen), "optimizers.quantities", "Size of every quantity over the steps", 320)
    st.caption("Sizes without their sign: a sharp dip is where a quantity changes from positive to negative, or back.")
    st.dataframe(as_frame(table), height=320, key="optimizers.table")


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


# --- variations -----------------------------------------------------------------------------------------------------


def show_variations(LAB: Lab, now: OptimizersLab) -> None:
    """Two ways to write the same name, beside each other."""
    st.markdown(f"$\\displaystyle {now.variation.formula}$  \n{now.variation.lesson} *({now.variation.source})*")
    under = ground(now.surface)
    if not race_parts.is_drawable(under):
        return
    first, second = pair(now.surface, now.variation, now.race.steps)
    both = min(first.steps, second.steps)
    away = np.linalg.norm(first.places[: both + 1] - second.places[: both + 1], axis=1)
    st.markdown(f"{apart(away, both)} {_ends(first)} {_ends(second)}")
    left, right = st.columns([3, 2])
    with left:
        shown = pair_figure(under, (first, second))
        figure(shown, "optimizers.pair", "Two paths on the surface", 480, partial(begin_at, LAB, now))
        st.caption(race_parts.CLICK)
    with right:
        figure(apart_figure(away, "distance between the two"), "optimizers.apart", "Distance of the two paths", 300)
        st.caption("Zero has no place on a logarithmic axis: where the line is missing, the two are at the same place.")


def apart(away: np.ndarray, steps: int) -> str:
    """How far two paths come apart, in a sentence."""
    largest = float(np.nanmax(away))
    if largest < 1e-9:
        return f"After {steps} steps the two are at the same place: the largest distance on the way is {largest:.1e}."
    return (
        f"The two are {largest:.3g} apart at step {int(np.nanargmax(away))}, where they are furthest, and {away[-1]:.3g} "
        f"after {steps} steps."
    )


def _ends(path: Path) -> str:
    said = "" if path.ending == "ran" else f" It was stopped after {path.steps} steps, far outside of the picture."
    return f"**{path.label}** ends at {race_parts.place_text(path.places[-1])}, f = {path.values[-1]:.4g}.{said}"


# --- search ---------------------------------------------------------------------------------------------------------


def show_search(LAB: Lab, now: OptimizersLab) -> None:
    """Classical search: how many evaluations, and is it the lowest place?"""
    race_parts.formula(now)
    under = ground(now.surface)
    if not race_parts.is_drawable(under):
        return
    asked = ("search", now.surface, now.search.model_copy(update={"shown": "BFGS"}), now.tolerance, now.race.seed)
    job = lab.work(LAB, "search", asked, lambda: search(now.surface, now.search, now.tolerance, now.race.seed))
    if job is not None:
        lab.watch(job, partial(_search, LAB, now, under), "optimizers.search")


def _search(LAB: Lab, now: OptimizersLab, under: Ground, found: Searches) -> None:
    race_parts.follow(LAB, now)
    left, right = st.columns([3, 2])
    run = next((run for run in found.shown if run.label == now.search.shown), found.shown[-1])
    with left:
        label = f"Where {run.label} asked for f"
        figure(search_figure(under, run), "optimizers.searched", label, 480, partial(begin_at, LAB, now))
        best = run.values.min(initial=np.inf)
        st.caption(
            f"{run.label}: {METHODS[run.label].lesson} {len(run.values):,} evaluations and {run.slopes:,} slopes, pale ones "
            f"first; the lowest value met is {best:.4g}. {race_parts.CLICK}"
        )
    with right:
        best_so_far = best_so_far_figure(found.shown, found.lowest)
        figure(best_so_far, "optimizers.best", "Best value so far over the evaluations", 400)
        st.caption("The first run of each method. Dashed: local methods, which go down from the start.")
    st.markdown(lab.table(*_tally(found)))
    local, everywhere = _found(found, False), _found(found, True)
    st.caption(
        f"Within {now.tolerance:g} of {found.lowest:.4g}: local methods in {local} runs, global ones in {everywhere}. "
        "A local method ends in the hollow it began in; a global one pays for looking elsewhere with evaluations."
    )


def _found(found: Searches, is_global: bool) -> str:
    some = [each for each in found.tally if each.is_global == is_global]
    return f"{sum(each.found for each in some)} of {sum(each.runs for each in some)}"


def _tally(found: Searches) -> tuple[list[str], list[list[str]]]:
    head = ["Method", "Looks", "Found", "Evaluations until then", "Evaluations in all", "Slopes", "Best f (median)"]
    rows = []
    for each in found.tally:
        until = f"{np.nanmedian(each.to_found):,.0f}" if each.found else "never"
        numbers = [
            f"{np.median(each.evaluations):,.0f}",
            f"{np.median(each.slopes):,.0f}",
            f"{np.median(each.best):.3g}",
        ]
        looks = "everywhere" if each.is_global else "nearby"
        rows.append([each.label, looks, f"{each.found} of {each.runs}", until, *numbers])
    return head, rows


# --- basins ---------------------------------------------------------------------------------------------------------


def show_basins(LAB: Lab, now: OptimizersLab) -> None:
    """Starts coloured by where they end."""
    race_parts.formula(now)
    load()
    racer = now.racers[now.chosen]
    asked = ("basins", now.surface, racer, now.basins, now.race.noise, now.race.seed)
    work = race_parts.settled(
        lab.work(LAB, "basins", asked, lambda: basins(now.surface, racer, now.basins, now.race.noise, now.race.seed))
    )
    if work is not None:
        lab.watch(work, partial(_basins, LAB, now), "optimizers.basins")


def _basins(LAB: Lab, now: OptimizersLab, found: Basins) -> None:
    if not found.steps:
        st.caption(f"{found.ends.size:,} starts set out.")
    left, right = st.columns([3, 2])
    with left:
        figure(basins_figure(found), "optimizers.map", "Starts coloured by the minimum they end at", 520)
    with right:
        st.markdown(told(now, found))
        rows = [
            [race_parts.place_text(place), race_parts.number_text(value), f"{share:.1%}"]
            for place, value, share in zip(found.minima[:MANY], found.values, found.shares, strict=False)
        ]
        if rows:
            st.markdown(lab.table(["Minimum at", "f there", "Share of starts"], rows))
        if len(found.minima) > MANY:
            st.caption(f"The {MANY} lowest of {len(found.minima)}.")


def told(now: OptimizersLab, found: Basins) -> str:
    """What the map shows, in numbers."""
    names = labels(now.racers)
    lost = {name: (found.ends == code).mean() for code, name in ((-1, "had not arrived"), (-2, "left for good"))}
    said = "; ".join(f"{share:.1%} {name}" for name, share in lost.items() if share)
    known = len(now.surface.minima)
    beside = f" (the function is lowest at {known} place{'s' if known > 1 else ''})" if known else ""
    count = f"{len(found.minima)} minimum" if len(found.minima) == 1 else f"{len(found.minima)} minima"
    return (
        f"**{names[now.chosen]}** from {found.ends.size:,} starts, {found.steps} steps each, all in one batch: "
        f"**{count} found**{beside}{'; ' + said if said else ''}. Each colour is a basin: the starts whose "
        "paths end at the same minimum. Jagged borders mean that long steps jump from one basin into another."
    )


# --- the parabola ---------------------------------------------------------------------------------------------------


def show_parabola(LAB: Lab, now: OptimizersLab) -> None:
    """One parameter: the steps of gradient descent on a squared error."""
    found = parabola(now.parabola)
    rate, factor = now.parabola.rate, 1 - now.parabola.rate * found.curvature
    st.markdown(
        r"$J(\theta) = \frac{1}{2m} \sum_i (y_i - \theta x_i)^2, \quad"
        r" \frac{dJ}{d\theta} = -\frac{1}{m} \sum_i (y_i - \theta x_i) x_i, \quad"
        r" \theta \leftarrow \theta - \eta \frac{dJ}{d\theta}$"
    )
    left, right = st.columns(2)
    with left:
        figure(cost_figure(found), "optimizers.cost", "The cost over the parameter, with the steps", 400)
    with right:
        figure(lines_figure(found), "optimizers.lines", "Examples and the line after each step", 400)
    st.markdown(
        f"The curvature is $h = \\frac{{1}}{{m}} \\sum x_i^2 = {found.curvature:.4g}$ everywhere, so every step multiplies the "
        f"distance from the best $\\theta = {found.best:.4g}$ by $1 - \\eta h = 1 - {rate:g} \\cdot {found.curvature:.4g} = "
        f"{factor:.4g}$: {_manner(factor)} The steps stay bounded up to $\\eta = 2 / h = {2 / found.curvature:.4g}$. "
        f"After {len(found.path) - 1} steps, $\\theta = {found.path[-1]:.6g}$."
    )


def _manner(factor: float) -> str:
    if abs(factor) < 1e-3:
        return "it arrives in one step."
    if abs(factor) > 1:
        return "it goes further away with every step."
    return "it nears from one side." if factor > 0 else "it jumps over the lowest place each time, and nears."
