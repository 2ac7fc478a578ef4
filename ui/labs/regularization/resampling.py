"""Bias and variance."""

from functools import partial

import streamlit as st

from charts.regularization.resampling import errors_figure, fits_figure, sweep_figure
from engine.labs.regularization.resampling import polynomials
from engine.labs.regularization.results.resampling import Sweep
from engine.labs.regularization.sizes import experiment, networks
from engine.labs.regularization.state import SHAPE, RegularizationLab, Resampling, Truth
from engine.words import number
from ui import knobs, lab
from ui.figure import figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    part = now.resampling
    left_out = ("degree",) if part.family == "network" else ("units",)
    truth = type(part.truth)
    apart = [name for name in truth.model_fields if name not in SHAPE]
    chosen = knobs.choose(lab.FORM, Truth, lab.path(LAB, "resampling.truth"), part.truth, "Truth", apart=apart)
    return {"resampling": {**fields("resampling", part, skip=left_out), "truth": chosen}}


def show(now: RegularizationLab) -> None:
    part = now.resampling
    st.markdown(
        "A *training set* is one draw of the same truth with new noise. Fit the same model to K of them: where the "
        "**average** fit misses the truth there is *bias*; how far single fits **scatter** about their average is *variance*. "
        "On new targets the expected error is the sum  \n"
        r"$E(y - \hat f)^2 = \underbrace{(\bar f - f)^2}_{\text{bias}^2} + "
        r"\underbrace{E(\hat f - \bar f)^2}_{\text{variance}} + \underbrace{\sigma^2}_{\text{noise}}$."
    )
    if part.family == "polynomial":
        _draw(part, polynomials(part, now.seed))
        return
    asked = ("sizes", now.seed, part)
    job = lab.work(LAB, "sizes", asked, partial(networks, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_draw, part), "regularization.sizes")
    lab.open_in_playground(experiment(part, part.units, now.seed), "regularization.resampling.open")


def _draw(part: Resampling, sweep: Sweep) -> None:
    chosen = part.degree if part.family == "polynomial" else part.units
    if sweep.shown is not None:
        figure(fits_figure(sweep.shown), "regularization.fits", "Fits to many training sets beside the truth", 340)
    left, right = st.columns(2)
    with left:
        st.markdown("**The error, split**")
        figure(sweep_figure(sweep, chosen), "regularization.sweep", "Squared bias, variance and noise over size")
    with right:
        st.markdown("**Training against validation**")
        figure(errors_figure(sweep, chosen), "regularization.errors", "Training and validation error over size")
    row = next((row for row in sweep.rows if row.size == chosen), None)
    if row is None:
        return
    named = f"At degree {row.size}" if row.exact is not None else f"With {row.size} hidden units"
    found, best = row.measured, min(sweep.rows, key=lambda row: row.measured.total)
    said = (
        f"{named} over {row.sets} training sets: bias² {number(found.bias2)}, variance "
        f"{number(found.variance)}, noise {number(found.noise)}, together {number(found.total)}; measured on new targets "
        f"{number(row.validation)}. The smallest sum so far is at {best.size} ({sweep.title})."
    )
    if row.exact is not None:
        said += (
            f" Lines are the closed form, dots the resampling: variance $\\sigma^2 \\mathrm{{tr}}(HH^T)/n$ = "
            f"{number(row.exact.variance)}, bias² $|(H - I)f|^2/n$ = {number(row.exact.bias2)}, where the fit at the n inputs "
            "is $\\hat y = Hy$. An estimate of bias² from few sets may fall a little below 0."
        )
    else:
        said += (
            " Each training set has inputs and first weights of its own too, so this variance counts them as well; "
            "validation points are few, so the two totals agree only roughly."
        )
    st.caption(said)
