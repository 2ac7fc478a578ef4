"""MLP against CNN: parameters counted, then networks of equal size trained on moved and on shuffled pictures."""

from typing import Any

import streamlit as st

from charts.vision.against import grown_lines, layer_bars, shift_lines, shuffle_dots
from engine.labs.vision import said_of_against as said
from engine.labs.vision.against_mlp_settings import Against, Counting
from engine.labs.vision.contest import blank, contest
from engine.labs.vision.counting import all_three, grown
from engine.labs.vision.proofs_of_size import PROOFS
from engine.labs.vision.results.against import Contest
from engine.labs.vision.results.counted import Counted
from engine.labs.vision.state import VisionLab
from engine.vision.experiment import VisionExperiment
from ui import knobs, lab
from ui.figure import figure
from ui.labs.vision.parts import LAB, Values, segments, settings

VIEWS = {"counted": "Parameters counted", "trained": "As many parameters, trained"}
COUNTED = (
    "A dense layer has a weight from every number to every unit, and a bias for each unit: $n_{in} \\cdot n_{out} + n_{out}$. "
    "A convolution has one small window for each filter, used at every place: $c_{in} \\cdot k^2 \\cdot c_{out} + c_{out}$, "
    "whatever the size of the picture. Choose a size and see what each network needs."
)
TRAINED = (
    "Three networks with about as many parameters as each other, on the same pictures, batches and seeds. Tried on test "
    "pictures as they are, on the same ones **moved** by a few pixels (none was moved in training), and once more with the "
    "pixels of all pictures **shuffled** in one fixed way: what is left for the CNN when neighbours are no neighbours?"
)


def controls(now: VisionLab) -> Values:
    part = now.against_mlp
    values: Values = part.model_dump()
    values["view"] = segments("against_mlp.view", part.view, VIEWS, "View")
    with st.sidebar:
        if values["view"] == "counted":
            values["counting"] = _counting(part.counting)
            return {"against_mlp": values}
        names = [name for name in Against.model_fields if name not in ("view", "counting")]
        own = settings(part, "against_mlp", only=tuple(names))
        seed = knobs.fields(
            lab.FORM,
            VisionExperiment,
            lab.path(LAB, "experiment"),
            now.experiment,
            skip=[name for name in VisionExperiment.model_fields if name != "seed"],
        )
    values |= {name: own[name] for name in names}
    return {"against_mlp": values, "experiment": {**now.experiment.model_dump(), **seed}}


def _counting(now: Counting) -> Values:
    values = settings(now, "against_mlp", "counting", skip=("hidden", "filters"))
    for name in ("hidden", "filters"):
        values[name] = _sizes(name, now)
    return values


def _sizes(name: str, now: Counting) -> tuple[int, ...]:
    """Several numbers, typed with commas; the last ones that were understood where these are not."""
    field, known = Counting.model_fields[name], getattr(now, name)
    key = knobs.keep(knobs.key_of(lab.path(LAB, f"against_mlp.counting.{name}")), ", ".join(map(str, known)))
    text = str(lab.FORM.widget(st.text_input, field.title, key=key, max_chars=60, help=_help(field)))
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    try:
        return getattr(Counting.model_validate({**now.model_dump(), name: tuple(map(int, parts))}), name)
    except ValueError:
        st.warning(
            f"{field.title}: up to six whole numbers with commas between them, such as 128, 64; the last ones stay.",
            icon=":material/rule:",
        )
        return tuple(known)


def _help(field: Any) -> str:
    return field.description or "From the picture to the scores, with commas between them."


def show(now: VisionLab) -> None:
    if now.against_mlp.view == "counted":
        _counted(now.against_mlp.counting)
    else:
        _trained(now)
    lab.proofs(LAB, PROOFS)


def _counted(asked: Counting) -> None:
    st.markdown(COUNTED)
    found = all_three(asked)
    figure(layer_bars(found), "vision.against.layers", "Parameters of each network, layer by layer", 200)
    st.markdown(said.compared(found))
    for counted, column in zip(found, st.columns(3), strict=True):
        with column:
            _written(counted)
    st.markdown(said.miscounted(found[0]))
    side = asked.height if asked.height == asked.width else None
    figure(grown_lines(grown(asked), side), "vision.against.grown", "Parameters over the side of the picture", 360)


def _written(counted: Counted) -> None:
    st.markdown(f"**{counted.label}**")
    for layer in counted.layers:
        st.caption(f"{layer.label} → {layer.shape}")
        st.latex(layer.written)
    st.markdown(f"Together: ${counted.written}$")


def _trained(now: VisionLab) -> None:
    st.markdown(TRAINED)
    asked = now.against_mlp
    first = blank(asked)
    st.markdown("\n".join(f"- {said.matched(match, asked.budget)}" for match in first.matches))
    trained = asked.model_copy(update={"view": "trained", "counting": Counting()})
    job = lab.work(LAB, "against", (trained, now.seed), lambda: contest(trained, now.seed))
    if job is not None:
        lab.watch(LAB, job, _contest, "vision.against", first=first)


def _contest(found: Contest) -> None:
    left, right = st.columns(2)
    with left:
        st.markdown("**Moved test pictures**")
        figure(shift_lines(found), "vision.against.moved", "Test pictures right over how far they were moved", 380)
    with right:
        st.markdown("**Pixels in place and shuffled**")
        figure(shuffle_dots(found), "vision.against.shuffled", "Test pictures right, pixels in place and shuffled", 380)
    for text in (said.moved(found), said.shuffled(found)):
        if text:
            st.markdown(text)
    st.caption(said.trained_on(found))
