"""What it looked at: maps of right and of wrong answers, one picture in depth, and the check with random weights."""

from functools import partial

import streamlit as st

from charts.vision.looked import (
    cascade_figure,
    integral_figure,
    pair_figure,
    row_at,
    stages_figure,
    wall_figure,
    wall_height,
    wall_width,
    weighed_figure,
)
from engine.labs.vision import said_of_looked as said
from engine.labs.vision.checking import checking
from engine.labs.vision.looked import blank, looking, looking_closely
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.proofs_of_maps import PROOFS
from engine.labs.vision.results.looked import Cascade, One, Wall
from engine.labs.vision.state import VisionLab
from engine.refusal import Refusal
from engine.vision.attribution.method import Method
from ui import knobs, lab
from ui.figure import Spot, figure
from ui.labs.vision.parts import LAB, Values, here, network, segments, settings
from ui.plain import bare, escaped

VIEWS = {"side": "Side by side", "one": "One picture", "check": "Check with random weights"}
EXPLAINED = {"answer": "The answer given", "truth": "The right answer", "class": "One class for all"}
MEASURES = {"rank": "Ranks of |map|", "signed": "Ranks with signs", "ssim": "SSIM of |map|"}
METHODS = ("smoothgrad", "integrated", "grad_cam", "occlusion")
"""Those that have knobs."""
INTRO = (
    "Which pixels made the network answer as it did? Each method explains one number, the score $f$ of a class before the "
    "softmax, by a map over the picture: :orange[orange] speaks for the class, :blue[blue] against it (of a method without a "
    "sign: how strongly at all), each map coloured up to its own strongest pixel. The methods ask different questions, and "
    "none of them is the truth. The network is the sidebar's."
)
CHECK = (
    "A map that explains what the network **learned** must change when that is taken away (Adebayo et al. 2018). Here its "
    "layers get the first weights of another seed, one after another from the output down, and the maps of the same answers "
    "are compared with those of the trained network."
)
NOTHING = "Ask for at least one right or wrong answer in the sidebar."


def controls(now: VisionLab) -> Values:
    """The view above; the methods' knobs and the network in the sidebar."""
    part = now.looked
    values: Values = part.model_dump()
    left, right = st.columns([3, 3])
    with left:
        values["view"] = segments("looked.view", part.view, VIEWS, "View")
    with right:
        if values["view"] == "check":
            values["measure"] = segments("looked.measure", part.measure, MEASURES, "Likeness")
        else:
            values["explained"] = segments("looked.explained", part.explained, EXPLAINED, "Explained")
            if values["explained"] == "class":
                values["label"] = _label(now)
    if values["view"] == "one" and part.right + part.wrong:
        values["picture"] = _picture(part)
    with st.sidebar:
        st.markdown("**Maps**")
        names = ("right", "wrong", "pictures") if values["view"] == "check" else ("right", "wrong")
        own = settings(part, "looked", only=names)
        values |= {name: own[name] for name in names}
        for name in METHODS:
            method = getattr(part, name)
            with st.expander(method.label, key=f"looked.{name}.open", type="compact"):
                values[name] = settings(method, "looked", name)
        more = network(now)
    return {"looked": values, **more}


def _label(now: VisionLab) -> int:
    """A class of the pictures, by its name; the one before where the pictures are not here."""
    try:
        names = now.experiment.head.explained_names(now.experiment.data.classes)
    except Refusal:
        return now.looked.label
    places = range(len(names))
    key = knobs.keep(knobs.key_of(lab.path(LAB, "looked.label")), min(now.looked.label, len(names) - 1), places)
    return int(lab.FORM.widget(st.selectbox, "Class", places, key=key, format_func=names.__getitem__))


def _picture(part: Looked) -> int:
    """Which of the wall's pictures is shown, counted from 1."""
    offered = {str(place): str(place) for place in range(1, part.right + part.wrong + 1)}
    label = f"Picture: {part.right} right and {part.wrong} wrong answers, the surest of each first"
    return int(segments("looked.picture", str(min(part.picture, len(offered))), offered, label))


def show(now: VisionLab) -> None:
    asked = now.looked
    st.markdown(CHECK if asked.view == "check" else INTRO)
    if not asked.right + asked.wrong:
        st.info(NOTHING, icon=":material/image_search:")
    elif _are_here(now):
        VIEW[asked.view](now)
    lab.proofs(LAB, PROOFS)


def _are_here(now: VisionLab) -> bool:
    """Whether the pictures can be had by this visitor: else the page says why not."""
    try:
        now.experiment.data.must_be_mine()
    except Refusal as refused:
        st.warning(escaped(bare(str(refused), 300)), icon=":material/block:")
        return False
    return True


# --- side by side -----------------------------------------------------------------------------------------------------


def _side(now: VisionLab) -> None:
    asked = now.looked
    job = lab.work(LAB, "looked.side", (now.experiment, asked), lambda: looking(now.experiment, asked))
    if job is not None:
        lab.watch(LAB, job, partial(_wall, now), "vision.looked", first=blank(asked))


def _wall(now: VisionLab, found: Wall) -> None:
    def clicked(spot: Spot) -> None:
        row = row_at(found, spot.y)
        if row is not None:
            picked = here().looked.model_copy(update={"view": "one", "picture": row + 1})
            lab.put(LAB, here().model_copy(update={"looked": picked}))

    st.markdown(said.found(found))
    rows = max(len(found.seen), now.looked.right + now.looked.wrong)
    figure(
        wall_figure(found, rows),
        "vision.looked.wall",
        "Maps of several pictures, a row for each picture and a column for each method",
        wall_height(rows),
        on_click=clicked,
        least_width=wall_width(len(found.methods) + 1),
    )
    st.caption("Below each map lies its picture, faint. Click a row to see that picture in depth.")


# --- one picture ------------------------------------------------------------------------------------------------------


def _one(now: VisionLab) -> None:
    asked = now.looked
    job = lab.work(LAB, "looked.one", (now.experiment, asked), lambda: looking_closely(now.experiment, asked))
    if job is not None:
        lab.watch(LAB, job, partial(_depth, now), "vision.looked.one")


def _depth(now: VisionLab, found: One) -> None:
    st.markdown(said.scores(found).format(**_names(found)))
    for place, name in enumerate(found.methods):
        method = next(each for each in now.looked.methods if each.label == name)
        with st.container(border=True):
            picture, words = st.columns([1, 1], vertical_alignment="top")
            with picture:
                figure(
                    pair_figure(found, place), f"vision.looked.{method.kind}", f"{name}: the maps of two answers", 176
                )
            with words:
                _formula(method)
                if method.kind == "integrated_gradients":
                    st.markdown(said.complete(found.integral))
            if method.kind == "integrated_gradients":
                figure(integral_figure(found.integral), "vision.looked.integral", "Sum of the map over steps", 220)
            if method.kind == "grad_cam" and found.weighed is not None:
                st.caption(said.layer(found.weighed).format(layer=escaped(found.weighed.layer)))
                width = 92 * len(found.weighed.maps)
                figure(weighed_figure(found.weighed), "vision.looked.layer", "The layer's maps", 150, least_width=width)


def _formula(method: Method) -> None:
    st.markdown(f"**{method.label}** :gray[({escaped(method.source)})]  \n{method.lesson}")
    st.latex(method.formula)
    if method.where:
        st.latex(method.where)


def _names(found: One) -> dict[str, str]:
    seen = found.seen
    said = {"explained": seen.explained, "against": found.against, "answer": seen.answer, "truth": seen.truth}
    return {name: escaped(text) for name, text in said.items()}


# --- the check --------------------------------------------------------------------------------------------------------


def _check(now: VisionLab) -> None:
    asked = now.looked
    plain = asked.model_copy(update={"measure": "rank", "view": "check"})
    job = lab.work(LAB, "looked.check", (now.experiment, plain), lambda: checking(now.experiment, asked))
    if job is not None:
        lab.watch(LAB, job, partial(_cascade, asked.measure), "vision.looked.check")


def _cascade(measure: str, found: Cascade) -> None:
    st.markdown(said.verdict(found))
    figure(cascade_figure(found, measure), "vision.looked.cascade", "Likeness of the maps over what is random", 420)
    st.markdown(said.knows(found))
    rows, columns = len(found.methods), len(found.stages)
    figure(
        stages_figure(found),
        "vision.looked.stages",
        "One picture's maps while layer after layer becomes random",
        wall_height(rows),
        least_width=wall_width(columns),
    )
    if found.is_done:
        st.markdown(lab.table(said.HEAD, said.alike(found)))
        st.caption(said.MEASURED)


VIEW = {"side": _side, "one": _one, "check": _check}
