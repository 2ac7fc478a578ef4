"""Universal approximation."""

from functools import partial

import streamlit as st

from charts.regularization.universal import curve_figure, error_figure, surfaces_figure
from engine.labs.regularization.results.universal import Approximation
from engine.labs.regularization.state import SHAPE, Hills, RegularizationLab, Universal, place
from engine.labs.regularization.universal import approximated, experiment, with_point
from engine.words import number
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.regularization.parts import LAB, Values, fields


def controls(now: RegularizationLab) -> Values:
    part = now.universal
    values = fields("universal", part, skip=("points",))
    if values["dimensions"] == "two inputs":
        apart = [name for name in type(part.surface).model_fields if name not in SHAPE]
        path = lab.path(LAB, "universal.surface")
        return {
            "universal": {**values, "surface": knobs.choose(lab.FORM, Hills, path, part.surface, "Target", apart=apart)}
        }
    key = knobs.keep(knobs.key_of(lab.path(LAB, "universal.points")), ", ".join(part.points))
    said = lab.FORM.widget(
        st.text_input, "Points (x_y, with commas between)", key=key, max_chars=600, help="x -6 to 6, y -1.5 to 1.5."
    )
    return {"universal": {**values, "points": tuple(text.strip() for text in said.split(",") if text.strip())}}


def show(now: RegularizationLab) -> None:
    part = now.universal
    st.markdown(
        "One hidden layer, $f(x) = \\sum_{j=1}^{n} v_j \\max(0, w_j \\cdot x + b_j) + c$, comes as close as one likes to any "
        "continuous function on a bounded region if $n$ is large enough (Cybenko 1989, Hornik 1991, Leshno 1993). That "
        "promises that good weights **exist**, not that training **finds** them: here are both."
    )
    asked = ("universal", now.seed, part.model_copy(update={"shown": 1}))
    job = lab.work(LAB, "universal", asked, partial(approximated, part, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_draw, now), "regularization.universal")
    lab.open_in_playground(experiment(part, now.seed), "regularization.universal.open")


def _draw(now: RegularizationLab, found: Approximation) -> None:
    part = now.universal
    shown = min(part.shown, part.most)
    left, right = st.columns(2)
    with left:
        if part.dimensions == "one input":
            st.markdown("**Click to draw the target:** a new place adds a point, a click on a point removes it")
            points = [place(text) for text in part.points]
            picture = curve_figure(found, shown, points)
            figure(
                picture,
                "regularization.curve",
                "The target and its approximations",
                400,
                on_click=partial(_clicked, now),
            )
        else:
            st.markdown(f"**Target and approximations with {_units(shown)}**")
            figure(surfaces_figure(found, shown), "regularization.surfaces", "The target and its approximations", 400)
    with right:
        st.markdown("**Error against the number of units**")
        figure(
            error_figure(found, shown), "regularization.error", "Error of construction and training over the units", 400
        )
    _said(part, shown, found)


def _clicked(now: RegularizationLab, spot: Spot) -> None:
    points = with_point(now.universal.points, spot.x, spot.y)
    new = Universal.model_validate({**now.universal.model_dump(), "points": points})
    lab.put(LAB, now.model_copy(update={"universal": new}))


def _said(part: Universal, shown: int, found: Approximation) -> None:
    at = shown - 1
    trained, known = found.trained[:, at], float(found.known[at])
    behind = int((found.trained > 1.5 * found.known).sum())
    st.caption(
        f"With {_units(shown)} the construction has error {number(float(found.constructed[at]))}; after {found.steps} "
        f"steps of Adam the {part.seeds} seeds reach {number(float(trained.min()))} to {number(float(trained.max()))}; "
        f"{number(known)} is known to exist. Of all {found.trained.size} trained networks, {behind} end more than half above "
        "what is known to exist for their size. The construction adds, one after another, the ReLU unit that helps most, and "
        "refits all output weights by least squares. *Known to exist* is the lowest error, constructed or trained, of any "
        "network here of that size or smaller: the best possible lies at or below it."
    )


def _units(many: int) -> str:
    return "1 unit" if many == 1 else f"{many} units"
