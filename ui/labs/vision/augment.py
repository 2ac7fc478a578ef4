"""Augmentation: the changed pictures themselves, then accuracy with it and without, class by class."""

from functools import partial

import streamlit as st
from pydantic import ValidationError

from charts.vision.augment import (
    changed_figure,
    changed_height,
    changed_width,
    class_bars,
    shift_lines,
    taken_map,
    turn_lines,
)
from engine.choice import problems
from engine.labs.vision import said_of_augmentation as words
from engine.labs.vision.augment_settings import RECIPES
from engine.labs.vision.changed_pictures import drawn
from engine.labs.vision.pictures_of import NETWORK
from engine.labs.vision.results.augmentation import Compared
from engine.labs.vision.state import VisionLab
from engine.labs.vision.with_and_without import blank, compared
from engine.vision.augment.augmentation import AugmentationChoice
from engine.vision.experiment import VisionExperiment
from engine.vision.sources.catalog import built
from engine.vision.sources.source import Source
from ui import knobs, lab
from ui.figure import figure
from ui.labs.vision import own_network
from ui.labs.vision.augmentation import editor
from ui.labs.vision.parts import LAB, Values, put, segments, settings
from ui.plain import escaped

VIEWS = {"pictures": "The pictures", "accuracy": "With and without", "classes": "Class by class"}
INTRO = (
    "A photograph of a cat moved a little is still one of a cat: **augmentation** changes the pictures of every batch anew, "
    "so that few of them teach as if they were more. It is only as right as its assumption, that the label stays."
)
MEASURED = (
    "Two networks for each seed, from the same first weights, the same few training pictures and the same batches: one learns "
    "from the pictures as they are, the other from changed ones. Both are tested with pictures that neither has seen: as they "
    "are, then moved and turned, with black coming in. Lines: median of the seeds; bands: from the lowest to the highest."
)
CLASSES = (
    "What is right for one class may be wrong for another: a 6 turned far enough is a 9, and few mirrored digits are digits. "
    "Held-back pictures as they are, class by class."
)


def controls(now: VisionLab) -> Values:
    """The view and the recipes above; pictures, rows and their knobs in the sidebar."""
    part = now.augment
    values: Values = part.model_dump()
    values["view"] = segments("augment.view", part.view, VIEWS, "View", is_bare=True)
    _recipes(now)
    with st.sidebar:
        values["pictures"] = own_network.pictures("augment", part.pictures)
        values["rows"] = editor(LAB, "augment.rows", part.rows)
        more = own_network.seed(now)
        if values["view"] != "pictures":
            names = ("each", "updates", "seeds")
            own = settings(part, "augment", only=names)
            values |= {name: own[name] for name in names}
    if values["view"] == "pictures":
        values |= _picture(now)
    return {"augment": values, **more}


def _recipes(now: VisionLab) -> None:
    """Stacks of rows to begin with."""
    with st.container(horizontal=True):
        for name, recipe in RECIPES.items():
            st.button(
                recipe.label,
                key=f"vision.augment.{name}",
                help=recipe.said,
                type="primary" if now.augment.rows == recipe.rows else "secondary",
                on_click=partial(_take, recipe.rows),
            )


def _take(rows: tuple[AugmentationChoice, ...]) -> None:
    put("augment", rows=rows)
    knobs.forget(lab.path(LAB, "augment.rows"))


def _picture(now: VisionLab) -> Values:
    """Which picture is shown, and a button for other draws."""
    part, path = now.augment, lab.path(LAB, "augment")
    number, again, live = st.columns([1, 1, 2], vertical_alignment="bottom")
    with number:
        key = knobs.keep(knobs.key_of(f"{path}.picture"), part.picture)
        picked = lab.FORM.widget(st.number_input, "Training picture", 1, 10_000, key=key)
    with again:
        st.button(
            "Draw again",
            key="vision.augment.again",
            icon=":material/casino:",
            on_click=partial(put, "augment", draw=part.draw % 100_000 + 1),
        )
    with live:
        _train_live(now)
    return {"picture": int(picked), "draw": part.draw}


def _train_live(now: VisionLab) -> None:
    """A button that takes the rows to the page's own network; words where its head does not allow them."""
    rows = [row.model_dump() for row in now.augment.rows]
    try:
        wanted = VisionExperiment.model_validate({**now.experiment.model_dump(), "augmentation": rows})
    except ValidationError as error:
        st.caption(escaped("; ".join(problem.allowed for problem in problems(error, VisionExperiment))))
        return
    new = now.model_copy(update={"section": "train", "experiment": wanted})
    st.button(
        "Train live with it",
        key="vision.augment.live",
        icon=":material/play_circle:",
        help="The page's own network, with these rows as its augmentation.",
        on_click=partial(lab.put, LAB, new),
    )


def show(now: VisionLab) -> None:
    """One of the views."""
    st.markdown(INTRO)
    source = own_network.source(now, now.augment.pictures, NETWORK)
    if source is None:
        return
    if now.augment.view == "pictures":
        _show_pictures(now, source)
        return
    st.markdown(MEASURED if now.augment.view == "accuracy" else CLASSES)
    if not now.augment.rows:
        st.info("No augmentation is chosen: both networks would be the same. Choose some in the sidebar.")
        return
    asked = now.augment.model_copy(update={"view": "accuracy", "picture": 1, "draw": 1})
    steps = partial(compared, asked, source, NETWORK, now.seed)
    job = lab.work(LAB, "augment", (asked, source, now.seed), steps)
    draw = _show_accuracy if now.augment.view == "accuracy" else _show_classes
    if job is not None:
        lab.watch(LAB, job, draw, f"vision.augment.{now.augment.view}", first=blank(asked, source))
    st.caption(own_network.said(NETWORK, source))


def _show_pictures(now: VisionLab, source: Source) -> None:
    part, data = now.augment, built(source, now.seed)
    found = drawn(data, part.rows, part.picture, part.draw, now.seed)
    figure(
        changed_figure(found),
        "vision.augment.pictures",
        f"Training picture {found.number}, a {found.label}, as it is and as each row changes it",
        changed_height(found),
        least_width=changed_width(found),
    )
    st.caption(
        f"Training picture {found.number} of {len(data.train):,}, of class {escaped(found.label)}. Each line is one kind "
        "alone, the last one all of them, one after another; each column another draw of the random numbers, as for the copies "
        "of a picture in a batch. In training every update draws anew."
    )
    for row in part.rows:
        st.markdown(f"**{row.label}** $\\;{row.formula}$  \n{row.lesson} *({row.source})*")
    if not part.rows:
        st.info("Nothing is chosen: choose what is done to the pictures in the sidebar, or a stack above.")


def _show_accuracy(found: Compared) -> None:
    left, right = st.columns(2)
    with left:
        label = "Accuracy over how far the pictures were moved"
        figure(shift_lines(found), "vision.augment.shifted", label, 340)
    with right:
        label = "Accuracy over how far the pictures were turned"
        figure(turn_lines(found), "vision.augment.turned", label, 340)
    st.markdown(words.verdict(found) or "The first two networks are being trained.")


def _show_classes(found: Compared) -> None:
    figure(class_bars(found), "vision.augment.classes", "Share of each class recognised, without and with", 320)
    st.markdown(words.classes(found) or "The first two networks are being trained.")
    st.markdown(
        "**What is taken for what**: how much more often, in percentage points, the class of a row is answered as that of a "
        "column once augmentation is used. Orange: more often; blue: less."
    )
    figure(taken_map(found), "vision.augment.taken", "Change of what each class is taken for", 380)
