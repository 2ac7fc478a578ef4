"""Take it home: the run on screen as files, and an experiment opened from one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import streamlit as st

from charts.report import Facts, report
from engine import stage
from engine.cost import cost_of
from engine.data.own.store import reader, reading_as
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
from ui.parts import ALL, redraw
from ui.settings_table import number_tiles, settings_of

UPLOAD_MEGABYTES = 1
WARNINGS = "take home"
"""Where a refused file is noted, among what did not go together after the last change."""


@dataclass(frozen=True)
class Taken:
    """The run on screen, for files that are made when they are asked for: as it stands by then."""

    entry: Entry
    begun: Experiment
    address: str
    owner: str
    """On whose behalf it is made: private data are there for their owner only."""
    now: Record
    """As it stood when the page was drawn: where the run is too busy to be measured anew."""

    def made(self, offer: "Offer") -> str | bytes:
        """An offered file, for whoever drew the page."""
        with reading_as(self.owner):
            return offer.make(self)

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


@dataclass(frozen=True)
class Offer:
    """A file that is offered: what it is, and how it is made."""

    name: str
    icon: str
    extension: str
    mime: str
    make: Callable[[Taken], str | bytes]
    text: str


OFFERS = (
    Offer(
        "Script",
        "code",
        "py",
        "text/x-python",
        Taken.script,
        "One PyTorch file that imports nothing of this app, trains the same network and ends with the same training loss.",
    ),
    Offer(
        "Notebook",
        "menu_book",
        "ipynb",
        "application/x-ipynb+json",
        Taken.notebook,
        "The same code in cells, with a heading for each part and a curve of the loss.",
    ),
    Offer(
        "Weights",
        "memory",
        "safetensors",
        "application/octet-stream",
        Taken.weights,
        "All weights, biases and running statistics, named as in the script's network. Load them with safetensors.",
    ),
    Offer(
        "History",
        "table",
        "csv",
        "text/csv",
        Taken.history,
        "One row for each frame of the film: losses, metrics, learning rate, and each layer's gradient and update.",
    ),
    Offer(
        "Experiment",
        "data_object",
        "json",
        "application/json",
        Taken.experiment,
        "Every setting, and what was changed while it trained. It can be opened again below.",
    ),
    Offer(
        "Report",
        "article",
        "html",
        "text/html",
        Taken.report,
        "One page with the charts, what they show, all settings and costs. It opens without a network; about 5 MB.",
    ),
)


TABLE = Offer(
    "Table",
    "table_rows",
    "csv",
    "text/csv",
    Taken.table,
    "Your own data as numbers: put it beside the script or notebook, where these say that they read it.",
)


def file_name(begun: Experiment, offer: Offer) -> str:
    """What a file is called: its kind of data, and for the history what it is."""
    history = "-history" if offer.name == "History" else ""
    return f"gradient-playground-{begun.data.kind}{history}.{offer.extension}".replace("_", "-")


def view(run: SupervisedRun) -> None:
    """Files of the run, its script, and an experiment from a file."""
    entry = session.entry()
    begun = Experiment() if session.is_shared(entry) else session.visit().begun
    now = session.look(lambda shown: _record(shown, begun))
    if now is None:
        st.info("The network is busy: open this again in a moment.")
        return
    taken = Taken(entry, begun, (st.context.url or "").partition("?")[0], reader(), now)
    st.caption("Each file is made when you ask for it, of the run as it stands then.")
    _offers(taken)
    _script(taken)
    _opener()


@st.fragment
def _offers(taken: Taken) -> None:
    offers = (*OFFERS, TABLE) if taken.begun.data.is_private else OFFERS
    for first in range(0, len(offers), 3):
        for offer, column in zip(offers[first : first + 3], st.columns(3), strict=False):
            with column, st.container(border=True, height="stretch"):
                st.download_button(
                    offer.name,
                    partial(taken.made, offer),
                    FILE if offer is TABLE else file_name(taken.begun, offer),
                    offer.mime,
                    key=f"take_home.{offer.name.lower()}",
                    icon=f":material/{offer.icon}:",
                    on_click="ignore",
                    width="stretch",
                )
                st.caption(offer.text)


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
        numbers=number_tiles(taken, run.scene, film),
        settings=settings_of(run),
        edits=tuple((edit.step, edit_said(edit, run.experiment)) for edit in taken.edits),
        costs=tuple((row.name, row.shape, row.parameters, row.multiply_adds) for row in cost.layers),
        findings=tuple(finding.sentence for finding in examine(case_of(run, film)).findings),
        made="Made by Gradient Playground. Whoever opens the link sees the same numbers.",
    )


def _record(run: object, begun: Experiment) -> Record:
    assert isinstance(run, SupervisedRun)
    return record(run, begun)
