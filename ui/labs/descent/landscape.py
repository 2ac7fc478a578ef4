"""The section of the loss landscape."""

from typing import Any

import streamlit as st

from charts.descent.landscape import contour_figure, surface_figure
from engine.experiment import Training
from engine.labs.descent.landscape import landscape
from engine.labs.descent.results import LandscapeResult
from engine.labs.descent.state import DescentLab, Landscape
from engine.optimizers import Optimizer
from ui import knobs, lab
from ui.figure import figure
from ui.labs.descent.parts import LAB, begun, number, row, settings, whole

MARKS = {"contour": "star", "3-D": "diamond"}
"""How the trained weights are marked."""
PLANES = {"path": "Path", "random": "Random"}
WAYS = {
    "path": (
        "The plane holds the two directions along which the optimizer moved most: the principal components of the weights it "
        "passed through, taken from the trained ones. Both axes are distances between weights."
    ),
    "random": (
        r"Two random directions, **filter-normalised** (Li et al. 2018): each unit's part has the length of the unit's own "
        r"weights, $d_{unit} \leftarrow \frac{d_{unit}}{|d_{unit}|} |w_{unit}|$, so that 1 means the same for large and for "
        "small weights. Biases stay as they are."
    ),
}
AXES = {
    "path": ("distance along the 1st component", "distance along the 2nd component"),
    "random": ("share of the weights, 1st direction", "share of the weights, 2nd direction"),
}


def controls(now: DescentLab) -> dict[str, Any]:
    """The run, the plane and how it is seen."""
    asked = now.landscape
    plane = lab.FORM.widget(
        st.segmented_control,
        "Plane",
        list(PLANES),
        key=knobs.keep(knobs.key_of(lab.path(LAB, "landscape", "plane")), asked.plane, list(PLANES)),
        format_func=PLANES.__getitem__,
        help=Landscape.model_fields["plane"].description,
        required=True,
    )
    unused = ("plane",) if plane == "random" else ("plane", "directions")
    own = settings(Landscape, asked, "landscape", skip=unused)
    optimizer = row(Optimizer, asked.optimizer, "Optimizer", "landscape", "optimizer")
    return {"landscape": whole(asked, {"plane": plane, **own, "optimizer": optimizer})}


def show(now: DescentLab) -> None:
    """The loss around the trained weights, and the way there."""
    asked = now.landscape
    st.markdown(
        "A network of P weights is a point in P dimensions, and its loss a height above each. This is a slice through it: "
        rf"$L(w + a\, d_1 + b\, d_2)$ around the trained weights $w$ (the {MARKS[asked.view]}). " + WAYS[asked.plane]
    )
    training = Training(optimizer=asked.optimizer, batch_size=asked.batch_size, epochs=asked.epochs)
    experiment = now.experiment(training)
    if asked.part == "validation" and now.data.validation_share == 0:
        st.warning(
            "Loss on: got validation, but the data has no validation part; choose train.", icon=":material/rule:"
        )
        return
    measured = asked.model_copy(update={"view": "contour"})  # the view decides no number
    job = begun("landscape", (experiment, measured), lambda: landscape(experiment, measured))
    if job is None:
        return

    def shown(found: LandscapeResult) -> None:
        drawn = contour_figure(found, *AXES[asked.plane]) if asked.view == "contour" else surface_figure(found)
        figure(drawn, f"descent.landscape.{asked.view}", "The loss on a plane through the trained weights", 560)
        lifted = " The path stands at the height of its own losses." if asked.view == "3-D" else ""
        st.caption(_said(found, asked) + lifted)

    lab.watch(LAB, job, shown, "descent.landscape")
    lab.open_in_playground(experiment, "descent.landscape.open")


def _said(found: LandscapeResult, asked: Landscape) -> str:
    finite = found.loss[found.loss < float("inf")]
    low = float(finite.min()) if finite.size else float("nan")
    star = f"Loss at the {MARKS[asked.view]} {number(found.centre_loss)}, the lowest on this grid {number(low)}"
    here = f"{found.captured:.1%} of the path's squared length, in {found.parameters} dimensions, lies in this plane"
    if asked.plane == "path":
        rest = "the points' own losses may differ a little from the colour under them, since the rest lies outside it."
    else:
        rest = "the path drawn here is the shadow of the real one on it: take the plane of the path to see that."
    return f"{star}. {here}; {rest}"
