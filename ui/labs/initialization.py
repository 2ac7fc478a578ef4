"""Parts of the page of initialization: its controls, and its four sections."""

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import streamlit as st

from charts.initialization import Way as Shown
from charts.initialization import apart_figure, gain_figure, histogram_figure, profile_figure, weights_figure
from engine.activations import Activation
from engine.choice import catalog
from engine.choice import knobs as knobs_of
from engine.initializers import Initializer
from engine.labs.initialization import compare, symmetry
from engine.labs.initialization.fates import fate
from engine.labs.initialization.inputs import Source
from engine.labs.initialization.results import Comparison, Profile, Sweep, Twins
from engine.labs.initialization.state import (
    Compared,
    Gain,
    InitializationLab,
    Measuring,
    Network,
    Section,
    Symmetry,
    Widths,
    widths_of,
)
from engine.labs.lab import Lab
from ui import knobs, lab
from ui.figure import figure

TITLES: dict[str, str] = {
    "layers": "Layer by layer",
    "gain": "Find the gain",
    "widths": "Widths that differ",
    "symmetry": "Symmetry",
}
ALIKE = ("zeros", "constant")
CAVEAT = (
    "The theory is for infinitely wide layers and gives the mean over all draws. Real networks scatter about it, the more "
    "the deeper and the narrower they are (Hanin and Rolnick 2018), and where a few large draws make the mean, the median "
    "lies below the dashed line."
)


# --- controls -------------------------------------------------------------------------------------------------------


def section(of: Lab, now: InitializationLab) -> Section:
    """Which part of the page is shown."""
    key = knobs.keep(knobs.key_of(lab.path(of, "section")), now.section)
    chosen: Section | None = lab.FORM.widget(
        st.segmented_control,
        "Section",
        list(get_args(Section)),
        key=key,
        format_func=lambda name: TITLES[name],
        label_visibility="collapsed",
    )
    return chosen or now.section


def controls(of: Lab, now: InitializationLab, shown: Section) -> dict[str, Any]:
    """The controls of the section that is shown."""
    if shown == "symmetry":
        return {"symmetry": _symmetry(of, now.symmetry)}
    if shown == "widths":
        network = {"depth": _one(of, Network, "network", "depth", now.network)}
        rest = {"widths": _widths(of, now.widths), "network": {**now.network.model_dump(), **network}}
    elif shown == "gain":
        rest = {"gain": _gain(of, now.gain), "network": _network(of, now.network)}
    else:
        rest = {"compared": _compared(of, now.compared), "network": _network(of, now.network)}
    if shown != "gain":
        rest["quantity"] = _one(of, InitializationLab, "", "quantity", now)
    return {**rest, "measuring": _measuring(of, now.measuring)}


def _one(of: Lab, model: Any, place: str, name: str, current: Any) -> Any:
    """The control of one field."""
    knob = next(knob for knob in knobs_of(model) if knob.name == name)
    below = [part for part in (place, name) if part]
    return knobs.widget(lab.FORM, knob, lab.path(of, *below), getattr(current, name))


def _row(of: Lab, union: Any, place: str, current: Any, title: str, offered: Any = None) -> dict[str, Any]:
    return knobs.choose(lab.FORM, union, lab.path(of, *place.split("/")), current, title, offered)


def _network(of: Lab, now: Network) -> dict[str, Any]:
    rest = {"activation": _row(of, Activation, "network/activation", now.activation, "Activation")}
    return {**rest, **knobs.fields(lab.FORM, Network, lab.path(of, "network"), now)}


def _compared(of: Lab, now: Compared) -> dict[str, Any]:
    count = _one(of, Compared, "compared", "count", now)
    found: dict[str, Any] = {"count": count}
    for name in ("first", "second", "third"):
        current = getattr(now, name)
        place = f"compared/{name}"
        is_shown = len(found) <= count
        found[name] = _row(of, Initializer, place, current, f"{name.title()} initializer") if is_shown else current
    return found


def _gain(of: Lab, now: Gain) -> dict[str, Any]:
    row = _row(of, Initializer, "gain/initializer", now.initializer, "Initializer")
    return {"gain": _one(of, Gain, "gain", "gain", now), "initializer": row}


def _widths(of: Lab, now: Widths) -> dict[str, Any]:
    row = _row(of, Activation, "widths/activation", now.activation, "Activation")
    return {"activation": row, **knobs.fields(lab.FORM, Widths, lab.path(of, "widths"), now)}


def _measuring(of: Lab, now: Measuring) -> dict[str, Any]:
    row = _row(of, Source, "measuring/source", now.source, "Inputs")
    return {"source": row, **knobs.fields(lab.FORM, Measuring, lab.path(of, "measuring"), now)}


def _symmetry(of: Lab, now: Symmetry) -> dict[str, Any]:
    drawn = [kind for kind in catalog(Initializer) if kind not in ALIKE]
    return {
        "equal": _row(of, Initializer, "symmetry/equal", now.equal, "Equal first weights", ALIKE),
        "drawn": _row(of, Initializer, "symmetry/drawn", now.drawn, "Drawn first weights", drawn),
        "activation": _row(of, Activation, "symmetry/activation", now.activation, "Activation"),
        **knobs.fields(lab.FORM, Symmetry, lab.path(of, "symmetry"), now),
    }


# --- layer by layer -------------------------------------------------------------------------------------------------


def layers(of: Lab, now: InitializationLab) -> None:
    """The chosen initializers side by side."""
    network, asked, how = now.network, now.compared, now.measuring
    st.markdown(
        "Each layer computes $z = W a + b$ and $a = \\phi(z)$. If that shrinks or grows the signal a little, many layers "
        "do so by a power. **Left**: the signal on its way forward. **Right**: the gradient on its way back, which is "
        "what the layers learn from. Both should stay level."
    )
    job = lab.work(of, "layers", (network, asked, how), lambda: compare.compared(network, asked, how))
    if job is not None:
        lab.watch(job, lambda found: _layers(now, found), "initialization.layers.work")
    _playground(now)


def _layers(now: InitializationLab, found: Comparison) -> None:
    _pair(now, found, "layers")
    if not len(found.profiles[0].pre):
        return
    st.markdown(_ends(found.profiles, _spreads(now, found)))
    _notes(found)
    if any(profile.histograms for profile in found.profiles):
        st.markdown(
            "**The activations themselves**, of the first network: a needle is a signal that all but vanished; tanh piled "
            "up at -1 and 1 is *saturated*, its slope there is near 0; a spike at 0 under ReLU is units that are silent."
        )
        label = "Histograms of the activations of the first, the middle and the last layer"
        height = 60 + 140 * len(found.profiles)
        figure(histogram_figure(found.profiles), "initialization.histograms", label, height)


def _pair(now: InitializationLab, found: Comparison, key: str) -> None:
    """Forward and backward, beside each other."""
    way: Shown = "post" if now.quantity == "activations" else "pre"
    left, right = st.columns(2)
    with left:
        figure(profile_figure(found, way), f"initialization.{key}.forward", "Signal of each layer, with theory", 360)
    with right:
        gradient = profile_figure(found, "gradient")
        figure(gradient, f"initialization.{key}.backward", "Gradient of each layer, with theory", 360)
    seeds = len(found.profiles[0].pre)
    of = "No network is measured yet." if not seeds else "One network so far." if seeds == 1 else (
        f"Line: the median of {seeds} networks. Band: from the least to the largest of them.")  # fmt: skip
    st.caption(f"{of} Dashed: theory. The axis counts powers of ten.")


def _spreads(now: InitializationLab, found: Comparison) -> list[str]:
    """n_in times the variance of a weight, in the last hidden layer, for each initializer."""
    network, how = now.network, now.measuring
    fans = compare.fans_of(how.source.batch(how.examples, how.seed), widths_of(network), network.activation)
    at = -2
    rows = [row.variance(*fans[at]) for row in now.compared.chosen]
    return ["not drawn" if variance is None else f"{fans[at][0] * variance:.3g}" for variance in rows]


def _ends(profiles: tuple[Profile, ...], spreads: list[str]) -> str:
    """What became of both, as a table."""
    rows = []
    for profile, spread in zip(profiles, spreads, strict=True):
        found = fate(profile)
        last = _median(profile.post[:, -1])
        rows.append([profile.label, spread, last, short(found.forward), short(found.backward), found.said])
    head = (
        "First weights",
        "$n_{in} \\sigma^2$",
        "variance of $a$, last layer",
        "signal, last / first layer",
        "gradient, first / last layer",
        "so",
    )
    return lab.table(head, rows)


def _notes(found: Comparison) -> None:
    """The recursion behind the dashed lines, and where it is silent."""
    with st.expander("What the dashed lines are", icon=":material/function:"):
        st.markdown(
            "With weights of variance $\\sigma_l^2$, biases of 0, layers of $n_l$ units and $Z \\sim N(0, 1)$, the mean "
            "square $q_l$ of the pre-activations and $g_l$ of $\\partial L / \\partial z_l$ follow\n\n"
            "$$q_{l+1} = n_l\\, \\sigma_{l+1}^2\\, E[\\phi(\\sqrt{q_l}\\, Z)^2], \\qquad "
            "g_l = n_{l+1}\\, \\sigma_{l+1}^2\\, E[\\phi'(\\sqrt{q_l}\\, Z)^2]\\; g_{l+1}.$$\n\n"
            "The factor on the gradient is called $\\chi$. It begins with the inputs' mean square on one side, the mean "
            "square of the gradient at the outputs on the other (Poole et al. 2016, Schoenholz et al. 2017). For linear "
            "layers $E[\\phi'^2] = 1$, so $n \\sigma^2 = 1$ keeps both (Glorot and Bengio 2010); ReLU passes half, so "
            "$n \\sigma^2 = 2$ (He et al. 2015). The variance of $a$ is $E[\\phi^2] - E[\\phi]^2$. $E$ is computed by "
            "numerical integration on either side of the kink at 0.\n\n" + CAVEAT
        )
    for profile in found.profiles:
        if profile.theory.silent:
            st.caption(f":material/info: **{profile.label}** has no theory, or not all of it: {profile.theory.silent}.")
        if not np.all(np.isfinite(profile.gradient)) or not np.all(np.isfinite(profile.pre)):
            st.caption(f":material/info: **{profile.label}**: numbers beyond 1e308 are left out.")
        elif not np.all(profile.gradient):
            st.caption(
                f":material/info: **{profile.label}**: a logarithmic axis has no place for gradients of exactly 0."
            )


def _playground(now: InitializationLab) -> None:
    chosen = now.compared.chosen
    st.markdown("**Does it train?** See the same network learn:")
    for place, (column, row) in enumerate(zip(st.columns(3), chosen, strict=False), start=1):
        with column:
            experiment = compare.experiment_of(now.network, row, now.measuring)
            label = f"{compare.name_of(row)}: open in the Playground"
            lab.open_in_playground(experiment, f"initialization.open.{place}", label)
    if now.measuring.source.kind == "normal":
        st.caption("Random inputs have nothing to learn: the Playground opens these networks on the spiral.")


# --- the gain -------------------------------------------------------------------------------------------------------


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
        lab.watch(sweep, lambda found: _sweep(now, found), "initialization.gain.work")
    job = lab.work(
        of, "gain.layers", (network, asked, how), lambda: compare.with_gain(network, asked.initializer, asked.gain, how)
    )
    if job is not None:
        lab.watch(job, lambda found: _at_gain(now, found), "initialization.gain.layers.work")


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
        f"By theory $\\chi$ at the last layers crosses 1 at a gain of about **{edge:.2f}**, the dotted line."
        if np.isfinite(edge)
        else "In this range theory has no gain at which $\\chi$ crosses 1."
    )
    silent = f" It is silent here: {found.silent}." if found.silent else ""
    st.caption(f"{where}{silent} The thick line marks the chosen gain; the pictures below follow it layer by layer.")


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
    _pair(now, found, "gain.layers")
    _notes(found)


# --- widths that differ ---------------------------------------------------------------------------------------------


def widths(of: Lab, now: InitializationLab) -> None:
    """1 / n_in, 1 / n_out and Xavier's compromise."""
    asked, depth, how = now.widths, now.network.depth, now.measuring
    st.markdown(
        "Forward, a unit adds up $n_{in}$ inputs: $n_{in} \\sigma^2 = 1$ keeps the signal. Backward, it adds up the "
        "gradients of $n_{out}$ units: $n_{out} \\sigma^2 = 1$ keeps the gradient. Where the widths differ both cannot "
        "hold. Xavier takes $\\sigma^2 = 2 / (n_{in} + n_{out})$, between the two."
    )
    job = lab.work(of, "widths", (asked, depth, how), lambda: compare.ruled(asked, depth, how))
    if job is not None:
        lab.watch(job, lambda found: _widths_shown(now, found), "initialization.widths.work")


def _widths_shown(now: InitializationLab, found: Comparison) -> None:
    _pair(now, found, "widths")
    if not len(found.profiles[0].pre):
        return
    rows = [[each.label, short(fate(each).forward), short(fate(each).backward)] for each in found.profiles]
    st.markdown(lab.table(("Variance of a weight", "signal, last / first layer", "gradient, first / last layer"), rows))
    shown = ", ".join(str(width) for width in found.widths)
    apart = found.widths[0] / found.widths[-1]
    st.caption(
        f"Widths: {shown}. From first to last they change by a factor of {max(apart, 1 / apart):.3g}: in a linear network "
        "each one-sided rule pays that factor on its other side, and Xavier about its square root on both."
    )
    _notes(found)


# --- symmetry -------------------------------------------------------------------------------------------------------


def twins(of: Lab, now: InitializationLab) -> None:
    """Units that stay equal, beside units that do not."""
    asked = now.symmetry
    st.markdown(
        "Units of a layer with the same weights give the same outputs, get the same gradients, and take the same steps: "
        "however many there are, they stay copies of one. Random first weights break that symmetry. Both networks learn "
        "the circle by gradient descent on all examples; nothing else is random."
    )
    job = lab.work(of, "symmetry", asked, lambda: symmetry.twins(asked))
    if job is not None:
        lab.watch(job, lambda found: _twins(now, found), "initialization.symmetry.work")
    for column, row, name in zip(st.columns(2), (asked.equal, asked.drawn), ("equal", "drawn"), strict=True):
        with column:
            label = f"{compare.name_of(row)}: open in the Playground"
            lab.open_in_playground(symmetry.experiment_of(asked, row), f"initialization.open.{name}", label)


def _twins(now: InitializationLab, found: Twins) -> None:
    figure(weights_figure(found), "initialization.weights", "Weights of every unit over the updates", 400)
    st.caption(
        "First hidden layer. Solid: the weight from input 1, dotted: from input 2. Unit 1 is drawn thickest, so that "
        "units on one line show as stripes of one cord."
    )
    left, right = st.columns([3, 2])
    with left:
        figure(apart_figure(found), "initialization.apart", "Largest difference between two units, over updates", 280)
    with right:
        st.markdown(_ranks(found))
        st.caption(
            "The rank counts how many of a matrix's rows are not combinations of the others: equal units make equal rows, "
            "and a rank of 1."
        )
    st.markdown(_sentence(now.symmetry, found))


def _ranks(found: Twins) -> str:
    both = [units for units in (found.equal, found.drawn) if units is not None]
    rows = [
        [f"layer {place + 1}: rank, of at most {full}", *(str(units.rank[place]) for units in both)]
        for place, full in enumerate(found.equal.full)
    ]
    rows.append(["training examples right", *(f"{units.right:.0%}" for units in both)])
    return lab.table(("After the updates so far", *(units.label for units in both)), rows)


def _sentence(asked: Symmetry, found: Twins) -> str:
    """What was measured, in words."""
    largest = float(found.equal.apart.max())
    steps = f"{found.equal.steps[-1]:.0f}"
    if largest == 0:
        said = f"Over {steps} updates the units with equal first weights differ by **exactly 0**."
    elif largest < 1e-4:
        said = f"Over {steps} updates the units with equal first weights differ by at most {largest:.1g}: rounding."
    elif asked.dropout > 0:
        said = (
            f"Dropout silences other units in every update: after {steps} of them those that began equal differ by up to "
            f"**{largest:.2g}**. It breaks the symmetry too."
        )
    else:
        said = f"Over {steps} updates the units differ by up to {largest:.2g}: their first weights were not equal."
    if not np.any(found.equal.weights):
        said += " Their hidden weights never left 0: the gradient of each is a product with weights that are 0."
    if found.drawn is not None:
        said += f" Those that were drawn differ by {found.drawn.apart[-1]:.2g} in the end."
    return said


SECTIONS: dict[Section, Callable[[Lab, InitializationLab], None]] = {
    "layers": layers,
    "gain": gain,
    "widths": widths,
    "symmetry": twins,
}


# --- numbers --------------------------------------------------------------------------------------------------------


def short(value: float) -> str:
    """Three digits: 0.0123, 4.5e-07; a word for what is no number."""
    return "not finite" if not np.isfinite(value) else f"{value:.3g}"


def _median(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return short(float(np.median(known))) if len(known) else "not finite"
