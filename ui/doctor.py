"""The doctor's part of a page: one quiet line where nothing is wrong, else a card for each finding, with its cure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import streamlit as st

from charts.board import board
from engine import stage
from engine.doctor.catalog import Examination, examine
from engine.doctor.cures import CureSearch
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding
from engine.doctor.kinds import record_of
from engine.doctor.record import Record
from engine.doctor.verdict import Outcome, Tried
from engine.entry import Entry
from engine.experiment import Experiment
from engine.labs.lab import Lab
from engine.limits import LimitReached
from engine.network_run import NetworkRun
from engine.run import Run
from engine.scene import Surroundings
from engine.supervised import SupervisedRun
from engine.wording import changes
from ui import beside, lab, live, session
from ui.checkup import Checkup
from ui.parts import redraw, redraw_all
from ui.plain import bare, escaped
from ui.stand import Stand
from ui.visit import visit

TICK_SECONDS = 0.5
"""How often the page looks after trials while they run; it asks for nothing else."""
SHORT_TEXT = 400
AS_IT_IS = "the present settings, from the beginning"
COLOURS = {"stops learning": "red", "harms learning": "orange"}


@dataclass(frozen=True)
class Patient:
    """A run that is examined, wherever on the site it is shown."""

    place: str
    """Before the keys of its widgets: empty in the Playground."""
    mine: Checkup
    entry: Callable[[], Entry]
    recipe: Callable[[Any], Callable[[], Run]]
    """How a run of a changed experiment is made."""
    owner: str
    apply: Callable[[Tried], None]
    """Takes an offered change, from a button."""
    redraw: Callable[[], None]
    """Draws this part anew, from a button."""
    help: str
    """What applying does."""

    def key(self, name: str) -> str:
        """Of a widget."""
        return f"{self.place}{name}"

    def run(self) -> Run | None:
        """None while it is being made."""
        return self.entry().run

    @property
    def is_empty(self) -> bool:
        """Whether there is no example to learn from."""
        run = self.run()
        return isinstance(run, SupervisedRun) and not run.scene.train.total


@st.fragment(key="doctor")
def doctor() -> None:
    """Say what the Playground's run shows, as far as it has come."""
    _shown(_playground())


def _playground() -> Patient:
    mine = session.visit()
    return Patient(
        place="",
        mine=mine.checkup,
        entry=session.entry,
        recipe=partial(stage.recipe, view=mine.view, on=mine.device),
        owner=mine.token,
        apply=lambda tried: redraw_all(partial(_apply, tried.experiment))(),
        redraw=partial(redraw, "doctor"),
        help="Keeps this run as A and plays the changed experiment beside it as B, from the same seed.",
    )


def of_lab(here: Lab, place: str = "experiment") -> None:
    """The same of a lab's live run; ``place`` is the experiment's name in the lab's state."""
    stand = visit().stands[here.id]
    patient = Patient(
        place=f"{here.id}.",
        mine=stand.checkup,
        entry=partial(live.entry, stand),
        recipe=stage.live_recipe,
        owner=visit().token,
        apply=partial(_apply_in_lab, here, place, stand),
        redraw=lambda: None,  # its button stands in the very part that is to be drawn
        help="Begins the changed experiment in place of this run, from the same seed, and plays it.",
    )

    @st.fragment(key=live.doctors_key(here.id))
    def shown() -> None:
        if stand.checkup.moved:
            stand.checkup.moved = False
            st.rerun()  # another run plays now: the controls and the player say so
        found = live.entry_or_say(stand, patient.key("room"))
        if found is None:
            return
        if run := live.run_of(found):
            _applied(stand.checkup, run)
        _shown(patient)

    shown()


def _shown(patient: Patient) -> None:
    mine = patient.mine
    _examine(patient)
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(_headline(patient), help=_looked_at(mine))
    right.button(
        "Examine now",
        key=patient.key("examine"),
        icon=":material/stethoscope:",
        type="tertiary",
        width="stretch",
        on_click=patient.redraw,
        help="Look again: a run in training has come further since.",
    )
    scene = mine.scene
    for finding in mine.said.findings if mine.said and scene else ():
        with st.container(border=True):
            _card(patient, cast(Surroundings, scene), finding)
    searching = mine.search is not None and not mine.search.is_over
    mine.ticking = mine.ticking or searching
    clock = TICK_SECONDS if searching else None
    st.fragment(key=patient.key("cure"), run_every=clock)(partial(_search, patient))()


# --- examining ------------------------------------------------------------------------------------------------------


def _examine(patient: Patient) -> None:
    """Examine the run on screen, unless that was done where it stands."""
    mine, entry, run = patient.mine, patient.entry(), patient.run()
    if run is None or patient.is_empty:
        mine.take(entry.id, None, None)
        return
    if mine.is_of(entry.id, run.steps):
        return
    case = _case(entry)
    if case is not None:
        mine.take(entry.id, case.scene, examine(case))


def _case(entry: Entry) -> Record | None:
    """What there is to examine of a run now; None where it can't be looked at."""
    return stage.pool().look(entry, lambda at_rest: record_of(at_rest, tuple(entry.film)))


def _headline(patient: Patient) -> str:
    """The one line above: what was looked at, at which step, or from which step on it can be."""
    said = patient.mine.said
    if said is None and patient.is_empty:
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
    return None if said is None or said.too_early else f"It looked at: {', '.join(said.looked_at)}."


# --- a finding ------------------------------------------------------------------------------------------------------


def _card(patient: Patient, scene: Surroundings, finding: Finding) -> None:
    """One finding: what, by which numbers, where to see it, why, and what helps."""
    mine, rule = patient.mine, cast(Examination, patient.mine.said).row(finding.code)
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
                key=patient.key(f"cure.{finding.code}"),
                icon=":material/healing:",
                on_click=partial(_find, patient, finding.code),
                help="Tries changes one after another by really training with each, from the same seed and for as many "
                "updates. Only what clears this sign, brings no other and lowers the loss on held-back examples is offered.",
            )
    if search is not None and search.is_over:
        _result(patient, search)


def _where(scene: Surroundings, finding: Finding) -> str:
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


def _find(patient: Patient, code: str) -> None:
    """Look for a cure of what the run shows now, where it still shows it."""
    mine, entry = patient.mine, patient.entry()
    case = _case(entry)
    if case is not None:
        mine.take(entry.id, case.scene, examine(case))
    finding = next((item for item in mine.said.findings if item.code == code), None) if mine.said else None
    if case is not None and finding is not None:
        mine.give_up()
        mine.search = CureSearch(stage.pool(), case, finding, make=patient.recipe, owner=patient.owner)
    patient.redraw()


def _search(patient: Patient) -> None:
    """The search in progress; draws the whole page once when it ends, which also ends this part's clock."""
    mine = patient.mine
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
    st.button("Stop searching", key=patient.key("stop_search"), type="tertiary", on_click=partial(_stop, patient))


def _stop(patient: Patient) -> None:
    patient.mine.give_up()
    patient.redraw()


def _result(patient: Patient, search: CureSearch) -> None:
    """The cure that was found, before and after; or that none was, and what was tried."""
    offered = search.offered
    if offered is not None and offered.after is not None:
        st.markdown("**A cure that was tried:** " + escaped("; ".join(_changed(search, offered))))
        _before_and_after(offered)
        st.button(
            "Apply this fix",
            key=patient.key("apply_fix"),
            type="primary",
            icon=":material/check:",
            on_click=partial(patient.apply, offered),
            help=patient.help,
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


def _apply_in_lab(here: Lab, place: str, stand: Stand, tried: Tried) -> None:
    """The lab's controls, address and run are those of the changed experiment from now on."""
    before = stand.now
    try:
        live.begin(stand, tried.experiment, play=True)
    except LimitReached as reached:
        stand.refused = str(reached)
        return
    state = visit().labs[here.id].state
    lab.put(here, type(state).model_validate({**state.model_dump(), place: tried.experiment}))
    stand.checkup.applied = (tried, [str(change) for change in changes(before, tried.experiment)])
    stand.checkup.moved = True


def _applied(mine: Checkup, run: NetworkRun[Any]) -> None:
    """What the fix of the run on screen had come to when it was tried, beside the run before it."""
    if mine.applied is None:
        return
    tried, changed = mine.applied
    if run.experiment != tried.experiment:
        mine.applied = None
        return
    with st.container(border=True):
        st.markdown(f"**This run has the fix:** {escaped('; '.join(changed))}. Tried from the same seed, it came to:")
        _before_and_after(tried)


def _before_and_after(tried: Tried) -> None:
    """The numbers of a change that could be trained with."""
    after = cast(Outcome, tried.after)
    rows = [_compared(tried.before.measure, after.measure), _compared(tried.before.loss, after.loss)]
    head = ("measured", f"before, step {tried.before.step:,}", f"after, step {after.step:,}")
    st.markdown(_table(head, rows))


def _changed(search: CureSearch, item: Tried) -> list[str]:
    return [str(change) for change in changes(search.case.experiment, item.experiment)] or [AS_IT_IS]


def _tried(search: CureSearch, item: Tried) -> str:
    """One change that was tried and what came of it."""
    return escaped(f"{'; '.join(_changed(search, item))}: {bare(item.said, SHORT_TEXT)}.")


def _compared(before: Evidence, after: Evidence) -> tuple[str, str, str]:
    return before.name, before.said, after.said
