"""The doctor's part of the page: one quiet line where nothing is wrong, else a card for each finding, with its cure."""

from collections.abc import Sequence
from functools import partial
from typing import cast

import streamlit as st

from charts.board import board
from engine import stage
from engine.doctor.case import Case, case_of
from engine.doctor.catalog import ROWS, examine, row
from engine.doctor.cures import CureSearch
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding
from engine.doctor.verdict import Tried
from engine.entry import Entry
from engine.experiment import Experiment
from engine.run import Run
from engine.scene import Scene
from engine.supervised import SupervisedRun
from engine.wording import changes
from ui import beside, session
from ui.checkup import Checkup
from ui.parts import redraw, redraw_all
from ui.plain import bare, escaped

TICK_SECONDS = 0.5
"""How often the page looks after trials while they run; it asks for nothing else."""
SHORT_TEXT = 400
AS_IT_IS = "the present settings, from the beginning"
COLOURS = {"stops learning": "red", "harms learning": "orange"}


@st.fragment(key="doctor")
def doctor() -> None:
    """Say what the run on screen shows, as far as it has come."""
    mine = session.visit().checkup
    _examine(mine)
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(_headline(mine), help=_looked_at(mine))
    right.button(
        "Examine now",
        key="examine",
        icon=":material/stethoscope:",
        type="tertiary",
        width="stretch",
        on_click=partial(redraw, "doctor"),
        help="Look again: a run in training has come further since.",
    )
    scene = mine.scene
    for finding in mine.said.findings if mine.said and scene else ():
        with st.container(border=True):
            _card(mine, cast(Scene, scene), finding)
    searching = mine.search is not None and not mine.search.is_over
    mine.ticking = mine.ticking or searching
    st.fragment(key="cure", run_every=TICK_SECONDS if searching else None)(_search)()


# --- examining ------------------------------------------------------------------------------------------------------


def _examine(mine: Checkup) -> None:
    """Examine the run on screen, unless that was done where it stands."""
    entry = session.entry()
    run = cast(SupervisedRun | None, entry.run)
    if run is not None and not run.scene.train.total:
        mine.take(entry.id, None, None)
        return
    if run is None or mine.is_of(entry.id, run.steps):
        if run is None:
            mine.take(entry.id, None, None)
        return
    case = _case(entry)
    if case is not None:
        mine.take(entry.id, case.scene, examine(case))


def _case(entry: Entry) -> Case | None:
    """What there is to examine of a run now; None where it can't be looked at."""

    def seen(at_rest: Run) -> Case:
        return case_of(cast(SupervisedRun, at_rest), tuple(entry.film))

    return stage.pool().look(entry, seen)


def _headline(mine: Checkup) -> str:
    """The one line above: what was looked at, at which step, or from which step on it can be."""
    said = mine.said
    run = cast(SupervisedRun | None, session.entry().run)
    if said is None and run is not None and not run.scene.train.total:
        return "**Doctor.** There is no example to learn from yet."
    if said is None:
        return "**Doctor.** The network is busy: examine it in a moment."
    if said.findings:
        count = len(said.findings)
        return f"**Doctor.** {count} sign{'s' if count > 1 else ''} of trouble at step {said.step:,}."
    if said.too_early:
        return f"**Doctor.** Too early to say at step {said.step:,}: it judges from step {said.judges_from:,} on."
    text = f"**Doctor.** Nothing wrong to be seen at step {said.step:,}."
    if said.step < said.judges_curves_from:
        text += f" The shape of the curves is judged from step {said.judges_curves_from:,} on."
    return text


def _looked_at(mine: Checkup) -> str | None:
    """What was judged at the examined step; None where nothing was."""
    said = mine.said
    if said is None or said.too_early:
        return None
    seen = [item.looks_at for item in ROWS if not item.late or said.step >= said.judges_curves_from]
    return f"It looked at: {', '.join(dict.fromkeys(seen))}."


# --- a finding ------------------------------------------------------------------------------------------------------


def _card(mine: Checkup, scene: Scene, finding: Finding) -> None:
    """One finding: what, by which numbers, where to see it, why, and what helps."""
    rule = row(finding.code)
    st.markdown(f"**{finding.label}** :{COLOURS[finding.severity]}-badge[{finding.severity}]")
    st.markdown(escaped(bare(finding.sentence, SHORT_TEXT * 2)))
    words, numbers = st.columns(2)
    with numbers:
        st.markdown(_table(("", "measured"), [(item.name, item.said) for item in finding.evidence]))
    with words:
        st.caption(f"{_where(scene, finding)}\n\n{rule.lesson} *({rule.source})*")
        search = mine.search if mine.search and mine.search.finding.code == finding.code else None
        if search is None:
            st.button(
                "Find a cure",
                key=f"cure.{finding.code}",
                icon=":material/healing:",
                on_click=partial(_find, mine, finding.code),
                help="Tries changes one after another by really training with each, from the same seed and for as many "
                "updates. Only what clears this sign, brings no other and lowers the loss on held-back examples is offered.",
            )
    if search is not None and search.is_over:
        _result(search)


def _where(scene: Scene, finding: Finding) -> str:
    """``See it in Saturation at step 300, hidden 2.``"""
    place = finding.place
    titles = {chart.id: chart.title for chart in board(scene)} | {"network": "Network"}
    layer = "" if place.layer is None else f", {scene.layer_names[place.layer]}"
    return f"See it in **{titles[place.chart]}** at step {place.step:,}{layer}."


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table of texts that may hold names from anywhere."""
    lines = [f"| {' | '.join(head)} |", f"|:--|{'--:|' * (len(head) - 1)}"]
    return "\n".join(
        [*lines, *(f"| {' | '.join(escaped(bare(cell, SHORT_TEXT)) for cell in cells)} |" for cells in rows)]
    )


# --- its cure -------------------------------------------------------------------------------------------------------


def _find(mine: Checkup, code: str) -> None:
    """Look for a cure of what the run shows now, where it still shows it."""
    entry = session.entry()
    case = _case(entry)
    if case is not None:
        mine.take(entry.id, case.scene, examine(case))
    finding = next((item for item in mine.said.findings if item.code == code), None) if mine.said else None
    if case is None or finding is None:
        redraw("doctor")
        return
    mine.give_up()
    visit = session.visit()
    view, device = visit.view, visit.device
    make = partial(stage.recipe, view=view, on=device)
    mine.search = CureSearch(stage.pool(), case, finding, make=make, owner=visit.token)
    redraw("doctor")


def _search() -> None:
    """The search in progress; draws the whole page once when it ends, which also ends this part's clock."""
    mine = session.visit().checkup
    search = mine.search
    if search is not None and not search.is_over:
        search.poll()
    if search is None or search.is_over:
        if mine.ticking:
            mine.ticking = False
            st.rerun()
        return
    number = min(len(search.tried) + 1, search.total)
    what = "; ".join(map(str, search.trying_changes)) or AS_IT_IS
    st.progress(search.progress, f"Trying {number} of {search.total}: {escaped(what)}")
    for item in search.tried[-3:]:
        st.caption(_tried(search, item))
    st.button("Stop searching", key="stop_search", type="tertiary", on_click=_stop)


def _stop() -> None:
    mine = session.visit().checkup
    mine.give_up()
    redraw("doctor")


def _result(search: CureSearch) -> None:
    """The cure that was found, before and after; or that none was, and what was tried."""
    offered = search.offered
    if offered is not None and offered.after is not None:
        st.markdown("**A cure that was tried:** " + escaped("; ".join(_changed(search, offered))))
        rows = [
            _compared(offered.before.measure, offered.after.measure),
            _compared(offered.before.loss, offered.after.loss),
        ]
        head = ("measured", f"before, step {offered.before.step:,}", f"after, step {offered.after.step:,}")
        st.markdown(_table(head, rows))
        st.button(
            "Apply this fix",
            key="apply_fix",
            type="primary",
            icon=":material/check:",
            on_click=redraw_all(partial(_apply, offered.experiment)),
            help="Keeps this run as A and plays the changed experiment beside it as B, from the same seed.",
        )
    elif search.note:
        st.info(search.note)
    else:
        st.info(f"None of the {len(search.tried)} changes that were tried cures this run in {search.steps:,} updates.")
    others = [item for item in search.tried if item is not offered]
    if others:
        with st.expander(f"What else was tried ({len(others)})" if offered else f"What was tried ({len(others)})"):
            st.markdown("\n".join(f"- {_tried(search, item)}" for item in others))


def _apply(experiment: Experiment) -> None:
    beside.try_beside(experiment)
    session.let_player_lead()


def _changed(search: CureSearch, item: Tried) -> list[str]:
    return [str(change) for change in changes(search.case.experiment, item.experiment)] or [AS_IT_IS]


def _tried(search: CureSearch, item: Tried) -> str:
    """One change that was tried and what came of it."""
    return escaped(f"{'; '.join(_changed(search, item))}: {bare(item.said, SHORT_TEXT)}.")


def _compared(before: Evidence, after: Evidence) -> tuple[str, str, str]:
    return before.name, before.said, after.said
