"""Take it home, for a lab's live run: the files of the Playground's, and an experiment opened again from one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from charts.report import Facts, report
from engine import stage
from engine.codec import encode_model
from engine.data.own.refusal import Refused
from engine.data.own.store import reader, reading_as
from engine.entry import Entry
from engine.export.experiment_file import Unreadable
from engine.export.history import history_csv
from engine.film import Film
from engine.labs.lab import Lab
from engine.limits import LimitReached
from engine.network_run import NetworkRun
from engine.permalink import edits_text
from engine.recipe import Recipe
from engine.wording import edit_said
from ui import lab, live
from ui.live_kinds import KINDS as KINDS
from ui.live_kinds import Files
from ui.offers import OFFERS, Offer, Takeable, buttons, file_name
from ui.plain import bare, escaped
from ui.settings_table import number_tiles
from ui.stand import Stand
from ui.visit import visit

UPLOAD_MEGABYTES = 1
DATA = ('X = """', 'Y = """')
"""Begin the numbers that a script carries."""
SHOWN_DATA = 2
"""So many lines of them are shown on the page."""
PICTURES = Offer(
    "Pictures",
    "photo_library",
    "npz",
    "application/octet-stream",
    methodcaller("beside"),
    "The pictures and what is known of them, as arrays: put the file beside the script or notebook, which read it.",
)
Findings = Callable[[NetworkRun[Any], Film], tuple[str, ...]]
"""What a doctor says of a run and its film."""


@dataclass(frozen=True)
class LiveTaken(Takeable):
    """A lab's run on screen."""

    entry: Entry
    begun: Recipe
    link: Callable[[int], str]
    """The lab's address with the settings that the run began with, and a step."""
    owner: str
    now: Any
    """Its record as it stood when the page was drawn: where the run is too busy to be measured anew."""
    findings: Findings | None = None

    @property
    def files(self) -> Files:
        """How its files are made."""
        return KINDS[type(self.begun)]

    def record(self) -> Any:
        """The run as it stands."""
        found = stage.pool().look(self.entry, lambda run: self.files.record(run, self.begun))
        return self.now if found is None else found

    def script(self) -> str:
        taken = self.record()
        return self.files.script(taken, self.link(taken.steps))

    def notebook(self) -> str:
        taken = self.record()
        return self.files.notebook(taken, self.link(taken.steps))

    def weights(self) -> bytes:
        taken = self.record()
        return self.files.weights(taken, self.link(taken.steps))

    def history(self) -> str:
        setting = self.entry.setting
        return "" if setting is None else history_csv(setting.scene, self.entry.frames_after(0)[1])

    def experiment(self) -> str:
        taken = self.record()
        return self.files.written(taken.begun, taken.edits, taken.steps)

    def report(self) -> str:
        facts, film = stage.pool().look(self.entry, self._facts) or (None, None)
        if facts is None or film is None or self.entry.setting is None:
            raise RuntimeError("the run is busy: ask for the report again in a moment")
        return report(facts, self.entry.setting.scene, film, film.last.step)

    def beside(self) -> bytes:
        """The data that the script reads, where it can't carry them."""
        return self.files.beside(self.record())

    def _facts(self, run: Any) -> tuple[Facts, Film]:
        film = Film(max_frames=self.entry.film.max_frames, frames=list(self.entry.film))
        found = self.findings(run, film) if self.findings else ()
        return facts_of(run, self.files, self.files.record(run, self.begun), film, self.link(run.steps), found), film


def view(here: Lab, models: tuple[str, ...], findings: Findings | None = None) -> None:
    """Files of the lab's run, its script, and an experiment from a file, of a network among ``models``.

    ``findings`` says what the report tells of a doctor's.
    """
    mine = visit().stands[here.id]
    st.subheader("Take it home", anchor=False)
    found = live.entry_or_say(mine, f"live_home.{here.id}")
    if found is None:
        return
    files = KINDS[type(mine.begun)]
    now = stage.pool().look(found, lambda run: files.record(run, mine.begun)) if live.run_of(found) else None
    if now is None:
        st.info("The network is busy: this is offered in a moment.")
    else:
        taken = LiveTaken(found, mine.begun, _linked(here, mine), reader(), now, findings)
        key = f"live_home.{here.id}"
        buttons(taken, (*OFFERS, PICTURES) if files.has_beside(now) else OFFERS, partial(_named, files, mine), key)
        _script(taken, key)
    _opener(here, models)


def _named(files: Files, mine: Stand, offer: Offer) -> str:
    return files.beside_name if offer is PICTURES else file_name(files.subject(mine.begun), offer)


def _linked(here: Lab, mine: Stand) -> Callable[[int], str]:
    """A lab's address with the settings that its run began with, and what was changed on the way."""
    address = (st.context.url or "").partition("?")[0]
    state: Any = visit().labs[here.id].state
    query = encode_model(state.model_copy(update={"experiment": mine.begun}))
    if mine.edits:
        query[lab.EDITS] = edits_text(mine.edits)
    return lambda step: f"{address}?{urlencode({**query, lab.STEP: step}, safe=',:;=|')}"


@st.fragment
def _script(taken: LiveTaken, key: str) -> None:
    """The script as text, to read or to copy, where it is asked for: a change of the page waits for nothing."""
    left, right = st.columns([3, 1], vertical_alignment="center")
    if not left.toggle("Show the script here", key=f"{key}.shown"):
        return
    right.button("Write again", icon=":material/refresh:", width="stretch", key=f"{key}.again")
    try:
        with reading_as(taken.owner):
            lines = taken.script().splitlines()
    except Refused as refused:
        st.warning(escaped(bare(str(refused), 300)))
        return
    st.markdown(f"**The script at step {taken.record().steps:,}** ({len(lines):,} lines)")
    shown = without_data(lines)
    if len(shown) < len(lines):
        st.caption("The numbers that stand for the data are cut short here; the file has them all.")
    st.code("\n".join(shown), language="python", height=360)


def without_data(lines: list[str]) -> list[str]:
    """A script whose carried numbers are cut short: ``X = \"\"\"``, some lines, and how many are left out."""
    shown: list[str] = []
    begun = 0
    for place, line in enumerate(lines):
        if line in DATA:
            begun = place
        elif line == '"""' and begun:
            if place - begun - 1 > SHOWN_DATA:
                shown[-(place - begun - 1 - SHOWN_DATA) :] = [f"[{place - begun - 1 - SHOWN_DATA:,} lines more]"]
            begun = 0
        shown.append(line)
    return shown


# --- an experiment from a file ------------------------------------------------------------------------------------------


def _opener(here: Lab, models: tuple[str, ...]) -> None:
    """A file in, an experiment on screen."""
    st.file_uploader(
        "Open an experiment (.json)",
        type="json",
        max_upload_size=UPLOAD_MEGABYTES,
        key=f"live_home.{here.id}.file",
        on_change=_open_file,
        args=(here, models),
    )
    for said in visit().warnings.get(_place(here), []):
        st.error(escaped(bare(said, 400)), icon=":material/error:")


def _place(here: Lab) -> str:
    """Where a refused file is noted, among what did not go together after the last change."""
    return f"take home {here.id}"


def _open_file(here: Lab, models: tuple[str, ...]) -> None:
    uploaded = st.session_state[f"live_home.{here.id}.file"]
    if uploaded is not None:
        opened(here, models, uploaded.getvalue().decode("utf-8", errors="replace"))


def opened(here: Lab, models: tuple[str, ...], text: str) -> None:
    """Show the experiment of a file in the lab, trained up to its step, or say why not; from a callback."""
    mine = visit()
    mine.warnings = {}
    try:
        stand: Stand = mine.stands[here.id]
        files = KINDS[type(stand.begun)]
        found, problems = files.read(text)
        kind = found.experiment.model.kind
        if kind not in models:
            fitting = " or ".join(files.networks[model] for model in models)
            raise Unreadable(f"its network is {files.networks[kind]}, and this page is about {fitting}")
        live.begin(stand, found.experiment, goal=found.step, edits=found.edits)
    except (Unreadable, LimitReached) as refusal:
        mine.warnings = {_place(here): [f"This could not be opened: {str(refusal).removesuffix('.')}."]}
        return
    state: Any = mine.labs[here.id].state
    lab.put(here, type(state).model_validate({**state.model_dump(), "experiment": stand.now.model_dump()}))
    mine.labs[here.id].problems = problems


# --- what a report says ---------------------------------------------------------------------------------------------------


def facts_of(
    run: NetworkRun[Any], files: Files, taken: Any, film: Film, link: str, findings: tuple[str, ...] = ()
) -> Facts:
    """What the report says of a run beside its charts."""
    ending = taken.ending.message if taken.ending is not None else "It has not ended yet."
    return Facts(
        title=files.title(taken.begun),
        said=f"Step {taken.steps:,}, {taken.epochs:.4g} passes over the training part. {ending}",
        link=link,
        numbers=number_tiles(taken.steps, run.scene, film),
        settings=files.settings(run.experiment),
        edits=tuple((edit.step, edit_said(edit, run.experiment)) for edit in taken.edits),
        costs=files.costs(run),
        findings=findings,
        made="Made by Gradient Playground. Whoever opens the link sees the same numbers.",
    )
