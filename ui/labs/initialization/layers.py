"""Up to three initializers side by side, layer by layer."""

import streamlit as st

from charts.initialization import histogram_figure
from engine.labs.initialization import compare
from engine.labs.initialization.fates import STEADY, fate
from engine.labs.initialization.results import Comparison, Profile
from engine.labs.initialization.state import InitializationLab, widths_of
from engine.labs.lab import Lab
from ui import lab
from ui.figure import figure
from ui.labs.initialization.profiles import followed, median, no_loss, notes, pair, short


def layers(of: Lab, now: InitializationLab) -> None:
    """The chosen initializers side by side."""
    network, asked, how = now.network, now.compared, now.measuring
    st.markdown(
        "Each layer computes $z = W a + b$ and $a = \\phi(z)$. If that shrinks or grows the signal a little, many layers "
        "do so by a power. The first picture follows **the signal** forward, the second **the gradient** on its way back, "
        "which is what the layers learn from. Both should stay level."
    )
    steps = compare.compared(network, asked, how)
    followed(of, "layers", (network, asked, how), steps, lambda found: _layers(now, found))
    _playground(now)


def _layers(now: InitializationLab, found: Comparison) -> None:
    pair(now, found, "layers")
    if not len(found.profiles[0].pre):
        return
    st.markdown(_ends(found.profiles, _spreads(now, found)))
    st.caption(f"Steady: less than {STEADY:g} times as much, or as little, at the other end.")
    notes(found)
    if any(profile.histograms for profile in found.profiles):
        st.markdown(
            "**The activations themselves**, of the first network, each picture on an axis of its own: where the axis ends "
            "close to 0, the signal all but vanished; tanh piled up at -1 and 1 is *saturated*, its slope there is near 0; "
            "a spike at 0 under ReLU is units that are silent."
        )
        label = "Histograms of the activations of the first, the middle and the last layer"
        height = 60 + 140 * len(found.profiles)
        figure(histogram_figure(found.profiles), "initialization.histograms", label, height)


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
        last = median(profile.post[:, -1])
        rows.append([profile.label, found.said, short(found.forward), short(found.backward), last, spread])
    head = (
        "First weights",
        "after all layers",
        "signal, last / first layer",
        "gradient, first / last layer",
        "variance of $a$, last layer",
        "$n_{in} \\sigma^2$",
    )
    return lab.table(head, rows)


def _playground(now: InitializationLab) -> None:
    chosen = now.compared.chosen
    st.markdown("**Does it train?** See the same network learn:")
    for place, (column, row) in enumerate(zip(st.columns(3), chosen, strict=False), start=1):
        with column:
            experiment = compare.experiment_of(now.network, row, now.measuring)
            label = f"{compare.name_of(row)}: open in the Playground"
            lab.open_in_playground(experiment, f"initialization.open.{place}", label)
    no_loss(now.measuring)
