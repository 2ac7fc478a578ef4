"""The section of the race."""

from typing import Any

import numpy as np
import streamlit as st

from charts.descent.race import finish_figure, race_figure
from engine.choice import catalog, knobs
from engine.experiment import Training
from engine.labs.descent.race import last_losses, race, spread
from engine.labs.descent.results import RaceResult, Spread
from engine.labs.descent.state import DescentLab, Race
from engine.labs.descent.training import loss_unit
from engine.optimizers import Optimizer
from ui import knobs as widgets
from ui import lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, figures, number, settings, whole


def controls(now: DescentLab) -> dict[str, Any]:
    """Who races, with which settings, and how often."""
    asked, rows = now.race, catalog(Optimizer)
    key = widgets.keep(widgets.key_of(lab.path(LAB, "race", "kinds")), list(asked.kinds))
    kinds = lab.FORM.widget(
        st.multiselect, "Optimizers", list(rows), key=key, format_func=lambda kind: rows[kind].label
    )
    if not kinds:
        st.warning("Optimizers: got none, choose at least one. The last choice stays.", icon=":material/rule:")
        kinds = list(asked.kinds)
    values: dict[str, Any] = {"kinds": tuple(kinds), **settings(Race, asked, "race", skip=("kinds",))}
    for kind in (kind for kind in rows if kind in kinds):
        with st.expander(f"{rows[kind].label}: η = {getattr(asked, kind).lr:g}"):
            own = getattr(asked, kind)
            path = lab.path(LAB, "race", kind)
            values[kind] = {"kind": kind} | {
                knob.name: widgets.widget(lab.FORM, knob, f"{path}.{knob.name}", getattr(own, knob.name))
                for knob in knobs(rows[kind])
            }
    return {"race": whole(asked, values)}


def show(now: DescentLab) -> None:
    """The race, and whose doing its end is."""
    asked = now.race
    st.markdown(
        "For each seed all optimizers start from **the same first weights** and see **the same batches in the same order**; "
        "another seed draws other data, another split, other weights and batches. The line is the median over the seeds, the "
        "band goes from the lowest to the highest. If the bands overlap, one seed would not have told you who is better."
    )
    training = Training(batch_size=asked.batch_size, epochs=asked.epochs)
    experiment = now.experiment(training)
    job = begun("race", (experiment, asked), lambda: race(experiment, asked))
    if job is None:
        return
    unit = loss_unit(experiment)

    def shown(found: RaceResult) -> None:
        losses, on_validation = last_losses(found)
        part = "validation" if on_validation or not found.runs else "training"
        left, right = figures(2)
        with left:
            figure(race_figure(found, unit, "training"), "descent.race.train", "Training loss, median and band", 400)
            st.caption(f"Training loss, {len({run.seed for run in found.runs})} of {found.seeds} seeds.")
        with right:
            figure(
                race_figure(found, unit, "validation"), "descent.race.valid", "Validation loss, median and band", 400
            )
            st.caption("Validation loss: examples that no update has seen.")
        figure(finish_figure(found, losses, unit, part), "descent.race.end", "The last loss of every run", 340)
        _end(found, losses, part)

    lab.watch(LAB, job, shown, "descent.race")
    rates = job.result.rates if job.result is not None else [racer.lr for racer in asked.racers]
    offered = {
        racer.label: experiment.patched({"training.optimizer": {**racer.model_dump(), "lr": rate}})
        for racer, rate in zip(asked.racers, rates, strict=True)
    }
    lab.open_one(offered, "descent.race.open")


def _end(found: RaceResult, losses: np.ndarray, part: str) -> None:
    whose = spread(losses)
    st.caption(_whose(whose, part))
    rows = []
    for place, name in enumerate(found.optimizers):
        own = losses[place][np.isfinite(losses[place])]
        cells = [number(float(f(own))) for f in (np.median, np.min, np.max)] if len(own) else ["diverged"] * 3
        wins = str(whose.wins[place]) if whose else ""
        rows.append((name, f"{found.rates[place]:.3g}", *cells, f"{len(own)} of {losses.shape[1]}", wins))
    head = ("Optimizer", "η", f"median {part} loss", "lowest", "highest", "came to their end", "seeds won")
    st.markdown(lab.table(head, rows))
    if found.tuning:
        st.caption(_tuning(found))


def _whose(whose: Spread | None, part: str) -> str:
    if whose is None:
        return "Two optimizers that come to their end on two seeds are needed to tell one's doing from the other's."
    ratio = whose.optimizers / whose.seeds if whose.seeds > 0 else float("inf")
    verdict = "mostly the optimizer" if ratio > 2 else "mostly the seed" if ratio < 0.5 else "both alike"
    return (
        f"The last {part} loss in decades (log10), a grey line for each seed, {whose.paired} seeds: standard deviation between "
        f"the optimizers {number(whose.optimizers)}, between the seeds {number(whose.seeds)}, and {number(whose.rest)} that "
        f"neither explains. Optimizer to seed: **{number(ratio)}**, so {verdict}. Lines that cross are seeds that would have "
        "named different winners."
    )


def _tuning(found: RaceResult) -> str:
    said = []
    for name, rates, losses in zip(found.optimizers, found.tried, found.tuning, strict=False):
        tried = ", ".join(
            f"{rate:.3g}: {number(loss) if loss < float('inf') else 'diverged'}"
            for rate, loss in zip(rates, losses, strict=True)
        )
        said.append(f"{name} ({tried})")
    return (
        "Rates tried on two seeds that do not race, with the mean (of logarithms) training loss: "
        + "; ".join(said)
        + "."
    )
