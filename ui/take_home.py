"""Take it home: the run on screen as files, and an experiment opened from one."""

import re
from dataclasses import dataclass
from operator import methodcaller
from typing import cast

import streamlit as st

from charts.report import Facts, report
from engine import stage
from engine.cost import cost_of
from engine.data.own.store import reader
from engine.data.table import DataUnavailable
from engine.doctor.case import case_of
from engine.doctor.catalog import examine
from engine.entry import Entry
from engine.experiment import Experiment
from engine.export.experiment_file import Unreadable, experiment_json, read_experiment
from engine.export.given import FILE, given_csv
from engine.export.history import history_csv
from engine.export.notebook import notebook
from engine.export.record import Record, record
from engine.export.script import link_of, script
from engine.export.weights import weights_file
from engine.film import Film
from engine.permalink import Link, Look
from engine.scene import Scene
from engine.supervised import SupervisedRun
from engine.wording import edit_said
from ui import session
from ui.offers import OFFERS, Offer, Takeable, buttons, file_name
from ui.parts import ALL, redraw
from ui.settings_table import number_tiles, settings_of

UPLOAD_MEGABYTES = 1
WARNINGS = "take home"
"""Where a refused file is noted, among what did not go together after the last change."""


@dataclass(frozen=True)
class Taken(Takeable):
    """The Playground's run on screen."""

    entry: Entry
    begun: Experiment
    address: str
    owner: str
    """On whose behalf it is made: private data are there for their owner only."""
    now: Record
    """As it stood when the page was drawn: where the run is too busy to be measured anew."""

    def table(self) -> str:
        """The table that the script reads, where it can't carry it."""
        return given_csv(self.begun.data.draw(self.begun.seed))

    def record(self) -> Record:
        """The run as it stands."""
        found = stage.pool().look(self.entry, lambda run: _record(run, self.begun))
        return self.now if found is None else found

    def script(self) -> str:
        """The Python script."""
        return script(self.record(), self.address)

    def notebook(self) -> str:
        """The Jupyter notebook."""
        return notebook(self.record(), self.address)

    def weights(self) -> bytes:
        """The safetensors file."""
        return weights_file(self.record(), self.address)

    def history(self) -> str:
        """The CSV file of the film."""
        setting = self.entry.setting
        return "" if setting is None else history_csv(setting.scene, self.entry.frames_after(0)[1])

    def experiment(self) -> str:
        """The JSON file."""
        taken = self.record()
        return experiment_json(Link(taken.begun, taken.edits, Look(step=taken.steps)))

    def report(self) -> str:
        """The HTML report."""
        facts, film = stage.pool().look(self.entry, self._facts) or (None, None)
        if facts is None or film is None or self.entry.setting is None:
            raise RuntimeError("the run is busy: ask for the report again in a moment")
        return report(facts, cast(Scene, self.entry.setting.scene), film, film.last.step)

    def _facts(self, run: object) -> tuple[Facts, Film]:
        assert isinstance(run, SupervisedRun)
        film = Film(max_frames=self.entry.film.max_frames, frames=list(self.entry.film))
        return facts_of(run, _record(run, self.begun), film, self.address), film


TABLE = Offer(
    "Table",
    "table_rows",
    "csv",
    "text/csv",
    methodcaller("table"),
    "Your own data as numbers: put it beside the script or notebook, where these say that they read it.",
)


def view(run: SupervisedRun) -> None:
    """Files of the run, its script, and an experiment from a file."""
    entry = session.entry()
    begun = Experiment() if session.is_shared(entry) else session.visit().begun
    now = session.look(lambda shown: _record(shown, begun))
    if now is None:
        st.info("The network is busy: open this again in a moment.")
        return
    taken = Taken(entry, begun, (st.context.url or "").partition("?")[0], reader(), now)
    _offers(taken)
    _script(taken)
    _opener()


@st.fragment
def _offers(taken: Taken) -> None:
    offers = (*OFFERS, TABLE) if taken.begun.data.is_private else OFFERS
    kind = taken.begun.data.kind
    buttons(taken, offers, lambda offer: FILE if offer is TABLE else file_name(kind, offer), "take_home")


@st.fragment
def _script(taken: Taken) -> None:
    """The script as text, to read or to copy."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    shown = taken.record()
    right.button("Write again", icon=":material/refresh:", width="stretch", key="take_home.again")
    try:
        text = script(shown, taken.address)
    except DataUnavailable as error:
        st.warning(str(error))
        return
    size = len(text.encode())
    left.markdown(f"**The script at step {shown.steps:,}** ({len(text.splitlines()):,} lines, {size / 1000:.0f} kB)")
    st.code(text, language="python", height=360)


# --- an experiment from a file ------------------------------------------------------------------------------------------


@st.fragment
def _opener() -> None:
    """A file or a link in, an experiment on screen."""
    st.markdown("**Open an experiment**")
    left, right = st.columns(2)
    left.file_uploader(
        "An experiment file (.json)",
        type="json",
        max_upload_size=UPLOAD_MEGABYTES,
        key="take_home.file",
        on_change=_open_file,
    )
    right.text_input(
        "Or a link", placeholder="https://...?v=1&data.kind=circle", key="take_home.link", on_change=_open_text
    )
    for said in session.visit().warnings.get(WARNINGS, []):
        st.error(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", said), icon=":material/error:")


def _open_file() -> None:
    uploaded = st.session_state["take_home.file"]
    if uploaded is not None:
        _open(uploaded.getvalue().decode("utf-8", errors="replace"))


def _open_text() -> None:
    text = st.session_state["take_home.link"]
    if text.strip():
        _open(text)


def _open(text: str) -> None:
    try:
        link, problems = read_experiment(text)
    except Unreadable as refusal:
        session.visit().warnings = {WARNINGS: [f"This could not be opened: {refusal}."]}
        redraw("further")
        return
    session.open_link(link, problems)
    redraw(*ALL)


# --- what a report says ---------------------------------------------------------------------------------------------------


def facts_of(run: SupervisedRun, taken: Record, film: Film, address: str) -> Facts:
    """What the report says of a run beside its charts."""
    model = taken.begun.model
    shape = f"hidden layers {', '.join(map(str, model.hidden))}" if model.hidden else "no hidden layer"
    ending = taken.ending.message if taken.ending is not None else "It has not ended yet."
    cost = cost_of(run)
    return Facts(
        title=f"{taken.begun.data.label}: {shape}, {model.activation.label}",
        said=f"Step {taken.steps:,}, {taken.epochs:.4g} passes over the training part. {ending}",
        link=link_of(taken, address),
        numbers=number_tiles(taken.steps, run.scene, film),
        settings=settings_of(run),
        edits=tuple((edit.step, edit_said(edit, run.experiment)) for edit in taken.edits),
        costs=tuple((row.name, row.shape, row.parameters, row.multiply_adds) for row in cost.layers),
        findings=tuple(finding.sentence for finding in examine(case_of(run, film)).findings),
        made="Made by Gradient Playground. Whoever opens the link sees the same numbers.",
    )


def _record(run: object, begun: Experiment) -> Record:
    assert isinstance(run, SupervisedRun)
    return record(run, begun)
