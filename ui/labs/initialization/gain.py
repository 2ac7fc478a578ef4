"""The gain on all weights, and where it neither starves nor explodes."""

import numpy as np
import streamlit as st

from charts.initialization import gain_figure
from engine.labs.initialization import compare
from engine.labs.initialization.fates import fate
from engine.labs.initialization.results import Comparison, Sweep
from engine.labs.initialization.state import InitializationLab
from engine.labs.lab import Lab
from ui import lab
from ui.figure import figure
from ui.labs.initialization.profiles import followed, no_loss, notes, pair, short


def gain(of: Lab, now: InitializationLab) -> None:
    """Both ends against the gain, and the layers at the chosen one."""
    network, asked, how = now.network, now.gain, now.measuring
    st.markdown(
        "The gain $g$ multiplies every weight. Below a certain gain the signal dies out; above it the gradient explodes, "
        "and with tanh the network is called *chaotic*: inputs that hardly differ end far apart. Between them lies the "
        "**edge of chaos**, where $\\chi = g^2\\, n \\sigma^2\\, E[\\phi'(\\sqrt{q}\\, Z)^2] = 1$: each layer hands the "
        "gradient on as it came."
    )
    sweep = lab.work(
        of,
        "gain",
        (network, asked.initializer, how),
        lambda: compare.swept(network, asked.initializer, how),
    )
    if sweep is not None:
        lab.watch(of, sweep, lambda found: _sweep(now, found), "initialization.gain.work", first=compare.NO_SWEEP)
    steps = compare.with_gain(network, asked.initializer, asked.gain, how)
    followed(of, "gain.layers", (network, asked, how), steps, lambda found: _at_gain(now, found))
    if (row := compare.times(asked.initializer, asked.gain)) is not None:
        experiment = compare.experiment_of(network, row, how)
        lab.open_in_playground(
            experiment, "initialization.gain.open", f"{compare.name_of(row)}: open in the Playground"
        )
        no_loss(how)


def _sweep(now: InitializationLab, found: Sweep) -> None:
    edge = compare.edge(found)
    left, right = st.columns(2)
    with left:
        drawn = gain_figure(found, "last", now.gain.gain, edge)
        figure(drawn, "initialization.gain.last", "Variance at the last layer against the gain", 320)
    with right:
        drawn = gain_figure(found, "first", now.gain.gain, edge)
        figure(drawn, "initialization.gain.first", "Gradient at the first layer against the gain", 320)
    where = (
        f"By theory $\\chi$ at the last layers of a network this deep crosses 1 at a gain of about **{edge:.2f}**, the "
        "dotted line; deeper networks bring it closer to where it stays."
        if np.isfinite(edge)
        else "The gains are measured one after the other."
        if len(found.gains) < len(compare.GAINS)
        else "In this range theory has no gain at which $\\chi$ crosses 1."
    )
    silent = f" It is silent here: {found.silent}." if found.silent else ""
    st.caption(
        f"{where}{silent} The thick line marks the chosen gain; the pictures below follow it layer by layer. The axis counts "
        "powers of ten, which have no place for numbers of exactly 0; those more than 20 powers below the largest are left out."
    )


def _at_gain(now: InitializationLab, found: Comparison) -> None:
    profile = found.profiles[0]
    if not len(profile.pre):
        return
    ends = fate(profile)
    chi = profile.theory.chi
    theory = f" Theory: $\\chi = {chi:.3f}$ at the last layers." if np.isfinite(chi) else ""
    st.markdown(
        f"**At gain {now.gain.gain:g}**: the signal's variance at the last layer is {short(ends.forward)} times that of the "
        f"first, the gradient's mean square at the first layer {short(ends.backward)} times that of the last.{theory}"
    )
    pair(now, found, "gain.layers")
    notes(found)
