"""What the sections share."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol

import streamlit as st

from charts.transformer.large import large_figure, large_height, query_at
from engine import stage
from engine.choice import Frozen
from engine.jobs import Job
from engine.labs.lab import LABS
from engine.labs.transformer.looking import Example, can_type, example, look, typed
from engine.labs.transformer.results import Head, Shown, head_name
from engine.labs.transformer.state import TransformerLab, attentions
from engine.labs.transformer.trained import Known, Trained, training
from engine.refusal import Refusal
from ui import knobs, lab, own_text
from ui.figure import Spot, figure
from ui.plain import bare, escaped

LAB = LABS["transformer"]
Values = dict[str, Any]
NUMBERS = "Examples of this task are numbers: choose one by its number"
TYPED = {
    "language": "Type a sentence: where does each token look, and what would come next?",
    "mood": "Type a review of your own.",
    "dates": "Such as 7 Mar 1998",
    "addition": "Such as 12+34",
    "brackets": "Such as ([])",
    "sine": NUMBERS,
    "adding": NUMBERS,
    "stocks": NUMBERS,
}
"""What to type, by the kind of task; of any other its symbols."""


FIRST_SECONDS = 8.0
"""How long the page waits for its first picture, at most."""


class Section(Protocol):
    """One section: a module of this folder."""

    def controls(self, now: TransformerLab) -> Values:
        """What the section's widgets say, by the name of its part of the state."""

    def show(self, now: TransformerLab) -> None:
        """Draw it."""


segments = partial(lab.segments, LAB)


def only(part: Frozen, name: str, names: Iterable[str]) -> Values:
    """The widgets of some settings of one part of the state, and all its values after them."""
    others = [field for field in type(part).model_fields if field not in set(names)]
    return {**part.model_dump(), **knobs.fields(lab.FORM, type(part), lab.path(LAB, name), part, skip=others)}


# --- the one network of the page --------------------------------------------------------------------------------------


def watched(now: TransformerLab, show: Callable[[Known], None], key: str) -> None:
    """Train the page's network, where that is not done yet, and show what is known of it as it comes."""
    if not own_text.is_here(now.experiment.task):
        return
    job = lab.work(LAB, "training", now.experiment, lambda: training(now.experiment, now.looking.example))
    if job is not None:
        _wait(job)
        lab.watch(LAB, job, show, key)


def _wait(job: Job[Known]) -> None:
    """Until the first picture: there is none before the task's examples are drawn."""
    blank = st.empty()
    ends = time.monotonic() + FIRST_SECONDS
    while not stage.workshop().wait(job, lab.FIRST_SECONDS) and time.monotonic() < ends:
        blank.empty()  # here Streamlit breaks off where a control was moved meanwhile


def pick_example(now: TransformerLab, heads: bool = False) -> Values:
    """The visitor's own text, or the number of a validation example; where ``heads``, the map that stands large, too."""
    path, form = lab.path(LAB, "looking"), lab.FORM
    text, number, *menus = st.columns([4, 1.3, 1.3, 1] if heads else [4, 1.3], vertical_alignment="bottom")
    values: Values = now.looking.model_dump()
    with text:
        key = knobs.keep(knobs.key_of(f"{path}.text"), now.looking.text)
        values["text"] = form.widget(
            st.text_input,
            "Your own text",
            key=key,
            max_chars=300,
            placeholder=TYPED.get(now.experiment.task.kind, "Letters of the task, such as abcdefghij"),
            help="The trained network reads it at once. Empty: a validation example.",
        )
    with number:
        key = knobs.keep(knobs.key_of(f"{path}.example"), now.looking.example)
        is_off = bool(values["text"].strip())
        values["example"] = form.widget(st.number_input, "or example", 1, 500, key=key, disabled=is_off)
    picked = dict(zip(("attention", "head"), now.picked, strict=True))
    offered = {"attention": attentions(now.model), "head": range(1, now.model.heads + 1)}
    for column, name in zip(menus, offered, strict=False):
        with column:
            choices = list(offered[name])
            key = knobs.keep(knobs.key_of(f"{path}.{name}"), picked[name], choices)
            values[name] = form.widget(st.selectbox, name.capitalize(), choices, key=key)
    return values


def shown_example(now: TransformerLab, trained: Trained) -> tuple[Example, str]:
    """(the example to show, what was done to it): the visitor's own where it can be read, else the validation example."""
    text = now.looking.text.strip()
    if text:
        if not can_type(now.experiment.task, trained.data):
            st.caption("Examples of this task are numbers or names: choose one by its number.")
        else:
            try:
                with trained.network() as network:
                    return typed(network, now.experiment.task, trained.data, text)
            except Refusal as refused:
                st.warning(escaped(bare(str(refused), 300)), icon=":material/rule:")
    return example(trained.data, now.looking.example), ""


def shown(now: TransformerLab, known: Known) -> Shown:
    """What the pictures show: while it trains, the example that was chosen when that began."""
    if known.trained is None:
        if now.looking.text.strip():
            st.caption("Your own text is read when the network is trained; meanwhile a validation example is shown.")
        return known.course.shown
    given, note = shown_example(now, known.trained)
    with known.trained.network() as network:
        return look(network, known.trained.data, given, note)


def put_head(now: TransformerLab, head: Head | None) -> None:
    """From a click: another head stands large."""
    if head is not None:
        looking = now.looking.model_copy(update={"attention": head[0], "head": head[1]})
        lab.put(LAB, now.model_copy(update={"looking": looking}))


def put_query(now: TransformerLab, query: int) -> None:
    """From a click: the lines of another token; of all of them where it was chosen already."""
    chosen = 0 if query == now.looking.query else query
    looking = now.looking.model_copy(update={"query": chosen})
    lab.put(LAB, now.model_copy(update={"looking": looking}))


def large(now: TransformerLab, seen: Shown, head: Head, key: str, right: Any = None) -> None:
    """One map with its tokens; a click picks the row of a token."""
    rows, columns = seen.down(head[0]), seen.across(head[0])
    query = min(now.looking.query, len(rows))
    drawn = large_figure(seen.map_of(head), rows, columns, query, right)

    def clicked(spot: Spot) -> None:
        put_query(now, query_at(spot.y, len(rows)))

    figure(drawn, key, f"Attention map of {head_name(head)}", large_height(len(rows), len(columns)), on_click=clicked)
