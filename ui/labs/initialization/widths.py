"""Widths that differ: what is right forward is not right backward."""

import streamlit as st

from engine.labs.initialization import compare
from engine.labs.initialization.fates import fate
from engine.labs.initialization.results import Comparison
from engine.labs.initialization.state import InitializationLab
from engine.labs.lab import Lab
from ui import lab
from ui.labs.initialization.profiles import followed, no_loss, notes, pair, short


def widths(of: Lab, now: InitializationLab) -> None:
    """1 / n_in, 1 / n_out and Xavier's compromise."""
    asked, how = now.widths, now.measuring
    st.markdown(
        "Forward, a unit adds up $n_{in}$ inputs: $n_{in} \\sigma^2 = 1$ keeps the signal. Backward, it adds up the "
        "gradients of $n_{out}$ units: $n_{out} \\sigma^2 = 1$ keeps the gradient. Where the widths differ both cannot "
        "hold. Xavier takes $\\sigma^2 = 2 / (n_{in} + n_{out})$, between the two."
    )
    followed(of, "widths", (asked, how), compare.ruled(asked, how), lambda found: _widths_shown(now, found))
    for column, (name, experiment) in zip(st.columns(2), compare.experiments_of(asked, how).items(), strict=False):
        with column:
            lab.open_in_playground(experiment, f"initialization.widths.{name}", f"{name}: open in the Playground")
    no_loss(how)


def _widths_shown(now: InitializationLab, found: Comparison) -> None:
    pair(now, found, "widths")
    if not len(found.profiles[0].pre):
        return
    rows = [[each.label, short(fate(each).forward), short(fate(each).backward)] for each in found.profiles]
    st.markdown(lab.table(("Variance of a weight", "signal, last / first layer", "gradient, first / last layer"), rows))
    shown = ", ".join(str(width) for width in found.widths)
    st.caption(f"Widths: {shown}. {_price(found.widths)}")
    notes(found)


def _price(widths: tuple[int, ...]) -> str:
    """What a rule pays for the side that it does not look at."""
    apart = max(widths) / min(widths)
    if apart == 1:
        return "All layers are equally wide: between them the three rules are one and the same."
    return (
        f"From first to last they change by a factor of {apart:.3g}. For linear layers theory says: each one-sided rule "
        "pays that factor on its other side, and Xavier about its square root on both. Single networks stray from it, the "
        "more the deeper and the narrower they are."
    )
