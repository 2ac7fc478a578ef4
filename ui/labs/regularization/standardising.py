"""Batch norm."""

from collections.abc import Callable
from functools import partial
from typing import get_args

import streamlit as st

from charts.regularization.standardising import (
    axes_figure,
    batch_noise_figure,
    learned_figure,
    modes_figure,
    places_figure,
    rates_figure,
    statistics_figure,
)
from engine.labs.regularization.results.standardising import Place, RateCell, Running
from engine.labs.regularization.standardising import (
    BATCHES,
    LEARNED,
    RATE_STEPS,
    RATES,
    SCALES,
    SETTINGS,
    batch_noise,
    experiment,
    rate_experiment,
    rates,
    running,
    stable_rate,
)
from engine.labs.regularization.standing import AXES, PLACES, groups, place_experiment, places
from engine.labs.regularization.state import RegularizationLab, Standardising
from engine.words import count, number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields

OF_TRAINING = ("momentum", "batch_size", "units", "steps")


def controls(now: RegularizationLab) -> Values:
    part = now.standardising
    views = list(get_args(Standardising.model_fields["view"].annotation))
    key = knobs.keep(knobs.key_of(lab.path(LAB, "standardising.view")), part.view, views)
    view = lab.FORM.widget(st.selectbox, "What to look at", views, key=key, format_func=str.capitalize)
    skip = ("view",) if view == "running statistics" else ("view", *OF_TRAINING)
    return {"standardising": {**fields("standardising", part, skip=skip), "view": view}}


def show(now: RegularizationLab) -> None:
    st.markdown(
        "*Batch norm* standardises each unit's pre-activation over the mini-batch, then lets it learn a new scale γ and "
        r"shift β: $\hat z = \gamma (z - \mu_B) / \sqrt{\sigma_B^2 + \epsilon} + \beta$. At inference there is no batch: "
        "*running* averages, gathered in training, take the place of $\\mu_B$ and $\\sigma_B^2$."
    )
    VIEWS[now.standardising.view](now)


def _statistics(now: RegularizationLab) -> None:
    part = now.standardising
    asked = ("running", now.seed, part.momentum, part.batch_size, part.units, part.steps)
    job = lab.work(LAB, "batch_norm", asked, partial(running, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_running, part), "regularization.running")
    lab.open_in_playground(experiment(part, now.seed), "regularization.batch_norm.open")


def _running(part: Standardising, found: Running) -> None:
    left, right = st.columns(2)
    with left:
        figure(statistics_figure(found, "mean"), "regularization.bn_mean", "Batch means and their running average", 260)
        figure(modes_figure(found), "regularization.bn_modes", "Loss in training mode and inference mode", 260)
    with right:
        figure(statistics_figure(found, "variance"), "regularization.bn_variance", "Batch variances and average", 260)
        figure(learned_figure(found), "regularization.bn_learned", "Gamma and beta of every unit", 260)
    first, last = abs(found.training_loss - found.inference_loss)[[0, -1]]
    st.caption(
        f"Unit {found.unit}, whose mean moved most. After each batch the running mean becomes (1 - m) times itself plus m "
        f"times the batch's mean, m = {part.momentum:g}; it begins at 0 and its memory is about {_batches(1 / part.momentum)}. "
        f"On the same batch the two modes differ by {number(float(first))} nats at the first step and "
        f"{number(float(last))} at step {int(found.steps[-1])}. The running variance takes in the batch's variance with n - 1 "
        "below the line, the forward pass divides by n, as PyTorch does."
    )


def _rates(now: RegularizationLab) -> None:
    job = lab.work(LAB, "rates", ("rates", now.seed), partial(rates, now.seed))
    if job is not None:
        lab.watch(LAB, job, _cells, "regularization.rates")
    offered = {
        f"{label}, rate {rate:g}, first weights {scale:g}": rate_experiment(norm, rate, scale, now.seed)
        for label, norm in SETTINGS
        for scale in SCALES
        for rate in RATES
    }
    lab.open_one(offered, "regularization.rates.open", f"{SETTINGS[-1][0]}, rate 1, first weights 1")


def _cells(found: tuple[RateCell, ...]) -> None:
    for column, (label, _) in zip(st.columns(2), SETTINGS, strict=True):
        with column:
            st.markdown(f"**{label.capitalize()}**" if label != "without" else "**Without batch norm**")
            words = f"Final loss over learning rate and first weights, {label}"
            figure(rates_figure(found, label), f"regularization.rates.{label}", words, 300)
    rows = [(label, *(number(float(value)) for value in stable_rate(found, label))) for label, _ in SETTINGS]
    head = (
        "",
        "largest stable rate, worst first weights",
        "largest stable rate, best first weights",
        "settings that learn",
    )
    st.markdown(lab.table(head, rows))
    st.caption(
        f"Three hidden layers of 16 tanh units, {RATE_STEPS} steps of plain descent on all examples. A setting counts as "
        f"stable where it ends below a training loss of {LEARNED:g} nats (guessing costs 0.69): dark is low, losses above 1 "
        "share the brightest colour. Look for how many rows and columns work in each picture."
    )


def _batch_size(now: RegularizationLab) -> None:
    found = batch_noise(now.seed)
    figure(batch_noise_figure(found), "regularization.batch_noise", "Scatter of the batch's mean over its size", 360)
    st.caption(
        f"One standardised input of 300 points, {count(BATCHES)} batches of each size drawn without replacement. The mean over "
        r"a batch scatters by $\frac{\sigma}{\sqrt B}\sqrt{\frac{N - B}{N - 1}}$: measured "
        f"{number(float(found.measured[0]))} at B = {found.sizes[0]} and {number(float(found.measured[-1]))} at B = "
        f"{found.sizes[-1]}. Batch norm hands this noise to every example of the batch: small batches regularize more, and "
        "disturb more."
    )


def _standing(now: RegularizationLab) -> None:
    job = lab.work(LAB, "places", ("places", now.seed), partial(places, now.seed))
    if job is not None:
        lab.watch(LAB, job, _places, "regularization.places")
    offered = {place: found for place in PLACES if (found := place_experiment(place, now.seed)) is not None}
    lab.open_one(offered, "regularization.places.open", "before each activation")
    st.caption("In the Playground's networks batch norm stands before the activation, or nowhere.")


def _places(found: tuple[Place, ...]) -> None:
    figure(places_figure(found), "regularization.places.figure", "Loss for each place of batch norm", 360)
    ends = "; ".join(f"{place.label} {number(float(place.loss[-1]))}" for place in found)
    st.caption(
        "Two hidden layers of 16 tanh units with small first weights (deviation 0.15), inputs that are not scaled, the same "
        f"first weights and rate 0.3 for all. Training loss at the end, in nats: {ends}. One seed: change it and compare."
    )


def _axes(now: RegularizationLab) -> None:
    for column, (name, words) in zip([*st.columns(2), *st.columns(2)], AXES.items(), strict=True):
        with column:
            numbers = groups(name)
            figure(axes_figure(numbers), f"regularization.axes.{name}", f"Groups of {name} in a tensor", 230)
            st.caption(f"**{name.capitalize()}**: {words}; {int(numbers.max()) + 1} groups.")
    st.caption(
        "A tensor of 4 examples, 6 channels (units) and 5 positions. Entries of one colour share one mean and one variance. "
        "In a plain network there is one position: batch norm then averages over examples, layer norm over units."
    )


VIEWS: dict[str, Callable[[RegularizationLab], None]] = {
    "running statistics": _statistics,
    "rate and first weights": _rates,
    "batch size": _batch_size,
    "where it stands": _standing,
    "axes": _axes,
}


def _batches(many: float) -> str:
    return "1 batch" if f"{many:.3g}" == "1" else f"{many:.3g} batches"
