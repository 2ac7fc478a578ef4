"""The editor of blocks: each with its shape and parameters, its knobs, and buttons to move it, to remove it, to add one.

What does not fit as a whole is kept here as a draft, with the reason at the block that can't take what comes to it; the
network on screen stays the last one that fitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import Choice, below, catalog, problems
from engine.labs.lab import Lab
from engine.refusal import Refusal
from engine.vision.block import BlockChoice
from engine.vision.blocks import AnyBlock
from engine.vision.experiment import VisionExperiment
from engine.vision.model import MAX_BLOCKS, Cnn, Stage
from engine.vision.shapes import CannotFit, shape_text
from ui import knobs, lab
from ui.plain import escaped
from ui.visit import visit

DRAFT = "blocks that do not fit yet"
ROWS = catalog(AnyBlock)
Values = dict[str, Any]
Blocks = tuple[BlockChoice, ...]


@dataclass(frozen=True)
class Draft:
    """Blocks that do not fit as a whole."""

    instead_of: Blocks
    """The ones on screen while it was made: of others it says nothing."""
    blocks: Blocks


@dataclass(frozen=True)
class Fit:
    """How far blocks fit: the stages that do, and why the next one does not."""

    stages: tuple[Stage, ...]
    why: str = ""
    is_known: bool = True
    """Whether it can be told at all: not of pictures that are not here."""

    def at(self, place: int) -> str:
        """What there is to say of a block: its shape and parameters, or why it can't be."""
        if place < len(self.stages):
            stage = self.stages[place]
            learns = f" · {stage.parameters:,}" if stage.parameters else ""
            return f"{shape_text(stage.after)}{learns}"
        return "does not fit" if self.is_known and place == len(self.stages) else ""


def editor(here: Lab, place: str, now: VisionExperiment) -> tuple[Values, ...]:
    """The blocks that the network is to have: those of the controls where they fit, else the ones on screen."""
    shown = _shown(now)
    with st.container(key=f"blocks.{here.id}", gap=None):
        fit = fitting(now, shown)
        if fit.is_known:
            st.caption(_said(fit))
        edited = tuple(_block(here, place, number, block, fit) for number, block in enumerate(shown))
        _add(here, place, shown)
    checked = fitting(now, edited)
    if checked.why:
        _keep(Draft(_of(now), edited))
        if edited != shown:
            st.rerun()  # the reason stands at its block
        st.warning(f"{escaped(checked.why)}. The network on screen is the last one that fits.", icon=":material/rule:")
        return tuple(block.model_dump() for block in _of(now))
    _keep(None)
    return tuple(block.model_dump() for block in edited)


def fitting(now: VisionExperiment, blocks: Blocks) -> Fit:
    """How far ``blocks`` fit the pictures and the head of ``now``."""
    model, reached = Cnn(blocks=blocks), []
    try:
        asked = now.asked()
        for stage in model.stages(asked):
            reached.append(stage)
        VisionExperiment.model_validate({**now.model_dump(), "model": {**now.model.model_dump(), "blocks": blocks}})
    except CannotFit as misfit:
        return Fit(tuple(reached), str(misfit))
    except ValidationError as error:
        said = "; ".join(problem.allowed for problem in problems(error, VisionExperiment))
        return Fit(tuple(reached), said)
    except Refusal:  # pictures that are not here: said where they would be shown
        return Fit(tuple(reached), is_known=False)
    return Fit(tuple(reached))


def _said(fit: Fit) -> str:
    """What the whole costs."""
    parameters, work = (sum(getattr(stage, name) for stage in fit.stages) for name in ("parameters", "multiply_adds"))
    return f"{parameters:,} parameters, {work:,} multiply-adds a picture"


def _of(now: VisionExperiment) -> Blocks:
    return now.model.blocks if isinstance(now.model, Cnn) else ()


def _shown(now: VisionExperiment) -> Blocks:
    """The draft, where there is one of the network on screen; else its own blocks."""
    draft = st.session_state.get(DRAFT)
    return draft.blocks if isinstance(draft, Draft) and draft.instead_of == _of(now) else _of(now)


def _keep(draft: Draft | None) -> None:
    st.session_state[DRAFT] = draft


def _block(here: Lab, place: str, number: int, block: BlockChoice, fit: Fit) -> BlockChoice:
    """One block: what it is and gives, and, opened, its knobs and buttons."""
    path = lab.path(here, f"{place}.{number}")
    is_wrong = bool(fit.why) and number == len(fit.stages)
    mark = ":red[:material/error:] " if is_wrong else ""
    said = fit.at(number)
    title = f"{mark}{number + 1} {block.named}" + (f" :gray[{said}]" if said else "")
    with st.expander(title, key=f"{path}.open", type="compact", on_change="rerun") as inside:
        if is_wrong:
            st.caption(f":red[{escaped(fit.why)}]")
        if not inside.open:
            return block  # a browser mounts a second's worth of controls for ten blocks
        values = knobs.choose(lab.FORM, AnyBlock, path, block, "Block")
        row = ROWS[values["kind"]]
        known = block if type(block) is row else row(kind=values["kind"])
        values |= _inner(path, known)
        _buttons(here, place, number)
    try:
        found = row.model_validate(values)
    except ValidationError as error:
        st.warning(escaped("; ".join(map(str, problems(error, row)))), icon=":material/rule:")
        return block
    assert isinstance(found, BlockChoice)
    return found


def _inner(path: str, known: Choice) -> Values:
    """The choices within a block."""
    found: Values = {}
    for name, field in type(known).model_fields.items():
        if below(field.annotation)[1]:
            title = field.title or name.capitalize()
            within = f"{path}.{type(known).__name__}.{name}"
            found[name] = knobs.choose(lab.FORM, field.annotation, within, getattr(known, name), title)
    return found


def _buttons(here: Lab, place: str, number: int) -> None:
    path = lab.path(here, f"{place}.{number}")
    with st.container(horizontal=True):
        for name, icon, act in (
            ("Up", ":material/arrow_upward:", partial(_moved, number, -1)),
            ("Down", ":material/arrow_downward:", partial(_moved, number, 1)),
            ("Double", ":material/content_copy:", partial(_doubled, number)),
            ("Remove", ":material/delete:", partial(_removed, number)),
        ):
            clicked = partial(_put, here, place, act)
            st.button(name, key=f"{path}.{name.lower()}", icon=icon, type="tertiary", on_click=clicked)


def _add(here: Lab, place: str, shown: Blocks) -> None:
    """A menu of blocks, and a button that puts one behind the last."""
    if len(shown) >= MAX_BLOCKS:
        st.caption(f"{MAX_BLOCKS} blocks are the most.")
        return
    path = lab.path(here, f"{place}.new")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "New block",
            list(ROWS),
            key=f"{path}.kind",
            format_func=lambda k: ROWS[k].label,
            label_visibility="collapsed",
        )
        clicked = partial(_put, here, place, lambda blocks: (*blocks, ROWS[kind](kind=kind)))
        st.button("Add", key=f"{path}.add", icon=":material/add:", on_click=clicked)


def _moved(number: int, by: int, blocks: Sequence[BlockChoice]) -> Sequence[BlockChoice]:
    found, to = list(blocks), min(max(number + by, 0), len(blocks) - 1)
    found[number], found[to] = found[to], found[number]
    return found


def _doubled(number: int, blocks: Sequence[BlockChoice]) -> Sequence[BlockChoice]:
    return [*blocks[: number + 1], *blocks[number:]][:MAX_BLOCKS]


def _removed(number: int, blocks: Sequence[BlockChoice]) -> Sequence[BlockChoice]:
    return [*blocks[:number], *blocks[number + 1 :]]


def _put(here: Lab, place: str, change: Any) -> None:
    """From a callback: other blocks, as a draft; the page takes them in where they fit."""
    now: Any = visit().labs[here.id].state
    experiment: VisionExperiment = now.experiment
    _keep(Draft(_of(experiment), tuple(change(_shown(experiment)))))
    knobs.forget(lab.path(here, place))
