"""What the sections share: signal and gradient beside each other, and what the theory's lines are."""

from collections.abc import Callable, Hashable, Iterator

import numpy as np
import streamlit as st

from charts.initialization import Way, profile_figure
from engine.jobs import Progress
from engine.labs.initialization.results import Comparison
from engine.labs.initialization.state import InitializationLab, Measuring
from engine.labs.lab import Lab
from ui import lab
from ui.figure import figure

CAVEAT = (
    "The theory is for infinitely wide layers and gives the mean over all draws. Real networks scatter about it, the more "
    "the deeper and the narrower they are (Hanin and Rolnick 2018), and where a few large draws make the mean, the median "
    "lies below the dashed line."
)


def followed(
    of: Lab,
    place: str,
    asked: Hashable,
    steps: Iterator[Progress[Comparison]],
    show: Callable[[Comparison], None],
) -> None:
    """Show networks as they are measured; until there is one, the theory's lines alone, which come first in ``steps``."""
    lines = next(steps).result
    job = lab.work(of, place, asked, lambda: steps)
    if job is not None:
        lab.watch(of, job, show, f"{of.id}.{place}.work", first=lines)


def pair(now: InitializationLab, found: Comparison, key: str) -> None:
    """Forward and backward, beside each other."""
    way: Way = "post" if now.quantity == "activations" else "pre"
    left, right = st.columns(2)
    with left:
        figure(profile_figure(found, way), f"initialization.{key}.forward", "Signal of each layer, with theory", 360)
    with right:
        gradient = profile_figure(found, "gradient")
        figure(gradient, f"initialization.{key}.backward", "Gradient of each layer, with theory", 360)
    seeds = len(found.profiles[0].pre)
    measured = {0: "No network is measured yet.", 1: "Line: one network so far."}.get(
        seeds, f"Line: the median of {seeds} networks. Band: from the least to the largest of them."
    )
    on = "of each example's loss L" if now.measuring.source.has_loss else "of a random gradient at the outputs"
    st.caption(
        f"{measured} Dashed in the same colour: theory. The axis counts powers of ten. The gradient is that {on}, "
        "with respect to each layer's pre-activations z."
    )


def no_loss(how: Measuring) -> None:
    """Say what the Playground trains on where the lab's inputs have nothing to learn."""
    if not how.source.has_loss:
        st.caption("Random inputs have nothing to learn: the Playground opens these networks on the spiral.")


def notes(found: Comparison) -> None:
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
        elif not (np.all(profile.gradient) and np.all(profile.post)):
            st.caption(f":material/info: **{profile.label}**: powers of ten have no place for numbers of exactly 0.")


def short(value: float) -> str:
    """Three digits: 0.0123, 4.5e-07; a word for what is no number."""
    return "not finite" if not np.isfinite(value) else f"{value:.3g}"


def median(values: np.ndarray) -> str:
    known = values[np.isfinite(values)]
    return short(float(np.median(known))) if len(known) else "not finite"
