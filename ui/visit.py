"""One visitor's Playground: what is looked at, and how far it has come. Read by pages and by the player's feed."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import finalize

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.choice import Frozen, Problem
from engine.classroom import Classroom
from engine.data.own.own_table import OwnTable
from engine.data.own.store import read_as, store
from engine.data.plane import View
from engine.data.source import Handmade
from engine.device import DeviceName
from engine.entry import DEFAULT_SPEED, Entry
from engine.experiment import Experiment
from engine.labs.proof import Proved
from engine.permalink import Link, Look, encode
from engine.recipe import Recipe
from engine.run import Edit
from engine.seeds import Fan
from engine.supervised import SupervisedRun
from engine.touch import switched_off
from engine.tours.tour import Progress
from engine.wording import changes, edit_said, edits_said
from ui import visitors
from ui.bell import Bell
from ui.checkup import Checkup
from ui.login import Login
from ui.quiz.desk import Desk
from ui.stand import Stand
from ui.turnstile import Turnstile

BESIDE = "beside"
"""The side of the page on which the kept run stands."""


@dataclass
class Kept:
    """A run kept beside the one on screen: what makes it again, should the pool have to forget it."""

    entry_id: str
    begun: Experiment
    now: Experiment
    edits: tuple[Edit, ...]
    steps: int
    """How far it has come: noted while it goes on."""


KEY = "gradient_playground"


@dataclass
class OwnFile:
    """What a visitor uploaded last."""

    digest: str = ""
    """Of the sheet in the store; empty for none."""
    name: str = ""
    uploads: int = 0
    """How often something was uploaded: each time the uploader is a new one, and Streamlit lets go of the bytes."""
    refused: str = ""
    """Why the last upload could not be used."""
    told: str = ""
    """What else there is to say of the last upload."""
    is_open: bool = False
    """Whether the dialog that shows it is open."""
    draft: OwnTable | None = None
    """The choice of columns that is offered to the visitor."""
    kept: tuple[int, ...] = ()
    """The columns whose boxes are ticked when the table of columns is drawn anew."""
    ticked: tuple[int, ...] = ()
    """Those that are ticked now."""
    chosen: OwnTable | None = None
    """The choice that the visitor made and that is to be taken in, or was taken in last."""
    is_chosen: bool = False
    """Whether ``chosen`` is still to be taken in."""


@dataclass
class Bench:
    """What one lab shows to a visitor."""

    state: Frozen
    problems: list[Problem] = field(default_factory=list)
    """What an opened link got wrong."""
    written: dict[str, str] = field(default_factory=dict)
    """The query the page last wrote, or was opened with."""
    replaced: tuple[dict[str, str], float] = field(default_factory=lambda: ({}, 0.0))
    """The query before that, and when it was replaced."""
    is_held: bool = False
    """Whether the state follows something that a person is still dragging: the address waits for where it is let go."""
    goal: int = 0
    """The step that an opened link asks a live run to be taken to."""
    begun: Recipe | None = None
    """The experiment that run begins with, where the link has changes in mid-run: the state has them already."""
    edits: tuple[Edit, ...] = ()
    """Those changes."""
    proved: dict[str, Proved] = field(default_factory=dict)
    """What the proofs that were started have measured."""
    drawn: dict[str, Callable[[], None]] = field(default_factory=dict)
    """How to draw what is known of longer work, by its key: shown again until the same work knows more of other settings."""


@dataclass(eq=False)
class Visit:
    """What a session keeps. Pages change it; ``bell`` rings when the player has something new to hear."""

    begun: Experiment = Experiment()
    """The experiment the present run began with."""
    now: Experiment = Experiment()
    """The same with the settings changed in mid-run."""
    view: View | None = None
    device: DeviceName = "cpu"
    steps: int = 0
    """How far the run is or was to go, should the pool have to forget it."""
    opened_at: int = 0
    """The step that an opened link named: it stays in the address as long as the run stands there."""
    edits: tuple[Edit, ...] = ()
    """What was changed in mid-run, and at which step."""
    entry_id: str = ""
    beside: Kept | None = None
    """The run A, while the one on screen is B."""
    fan: Fan | None = None
    """The same experiment from several seeds, where that was asked for."""
    speed: int = DEFAULT_SPEED
    classroom: Classroom = Classroom()
    """What a class link has locked or put away."""
    continues: bool = True
    """Whether a change under ``training`` goes on with the same weights."""
    tour: Progress | None = None
    """The guided tour that is open."""
    toured: set[str] = field(default_factory=set)
    """Ids of the tours done to the end."""
    written: dict[str, str] | None = None
    """The query this session last wrote: another one in the address bar is a link that was opened."""
    replaced: tuple[dict[str, str], float] = field(default_factory=lambda: ({}, 0.0))
    """The query before that, and when it was replaced: a browser may still say it for a moment."""
    past: list[Experiment] = field(default_factory=list)
    """What the controls said before each change, the newest last."""
    warnings: dict[str, list[str]] = field(default_factory=dict)
    """What did not go together after the last change, by the part of the page where it was made."""
    problems: list[Problem] = field(default_factory=list)
    """What an opened link got wrong."""
    done: int = 0
    """The newest command of the browser that was carried out."""
    checkup: Checkup = field(default_factory=Checkup)
    """What the doctor said last, and its search for a cure."""
    labs: dict[str, Bench] = field(default_factory=dict)
    """What each lab shows that was opened, by its id."""
    stands: dict[str, Stand] = field(default_factory=dict)
    """The live run of each lab that has one, by the lab's id."""
    desks: dict[str, Desk] = field(default_factory=dict)
    """The question that lies before the visitor on each page that asks, by the place's name."""
    passing: str = ""
    """What stands for a learner's secret while the browser keeps none."""
    joined: Login | None = None
    """The login whose account has taken the browser's records along in this session."""
    own: OwnFile = field(default_factory=OwnFile)
    bell: Bell = field(default_factory=Bell)
    turnstile: Turnstile = field(default_factory=Turnstile)
    heard: threading.Event = field(default_factory=threading.Event)
    """Set once the browser has shown a frame of the run on screen."""
    told: dict[str, float] = field(default_factory=dict)
    """When the browser was last sent something of B (``""``) and of A, in seconds of ``time.monotonic``."""
    refused: str = ""
    """Which limit of this server the last wish met: shown until the next one."""
    session_id: str = ""
    """Streamlit's name of the session that shows it."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """What the visitor's own browser asks with: nobody else can guess it."""

    def __post_init__(self) -> None:
        visitors.take_in(self)
        finalize(self, store().release, self.token).atexit = False

    @property
    def is_new(self) -> bool:
        """Whether nothing was chosen yet: then the opening run is shown."""
        chosen = (self.begun, self.now, self.steps, self.edits, self.view, self.device)
        return chosen == (Experiment(), Experiment(), 0, (), None, "cpu")

    def shown(self, side: str) -> str:
        """The id of the run on screen, or, of the ``side`` called ``beside``, of the one kept beside it."""
        if side == BESIDE:
            return self.beside.entry_id if self.beside else ""
        return self.entry_id

    @property
    def differing(self) -> list[str]:
        """What B has otherwise than A, in words."""
        if self.beside is None:
            return []
        a = self.beside
        settings = map(str, changes(a.now, self.now))
        mine = edits_said(self.edits, a.edits, self.now)
        theirs = [f"not {said}" for said in edits_said(a.edits, self.edits, a.now)]
        return [*settings, *mine, *theirs]

    @property
    def link(self) -> Link:
        """The present run as a link, as the address bar shows it; the player's own has the step on screen."""
        step = self.opened_at if self.steps == self.opened_at else 0
        tour = self.tour.tour.id if self.tour else ""
        return Link(self.begun, self.edits, Look(step=step, plane=self.view), self.classroom, tour)

    @property
    def query(self) -> dict[str, str]:
        """The same as the query of an address."""
        return encode(self.link)

    @property
    def has_beside(self) -> bool:
        """Whether a run is kept as A."""
        return self.beside is not None

    def said_of(self, edit: Edit, side: str) -> str:
        """A change in mid-run in words."""
        return edit_said(edit, self._now(side))

    def _now(self, side: str) -> Experiment:
        return self.beside.now if side and self.beside else self.now

    def particulars(self, entry: Entry, side: str) -> dict[str, Any]:
        """What only the Playground's player is told: what a hand can do, what is put away, which run is A."""
        run, data = entry.run, self._now(side).data
        placed = isinstance(data, Handmade) and run is not None
        return {
            "off": self.classroom.off,
            "reports": self.tour is not None and not self.tour.is_ticked,
            "switched_off": list(switched_off(run.model)) if isinstance(run, SupervisedRun) else [],
            "hand": {"columns": data.columns_count, "classes": data.class_count} if placed else None,
            "beside": None if side or self.beside is None else {"run": self.beside.entry_id, "differs": self.differing},
        }

    def note(self, entry: Entry) -> None:
        """Remember how far a run has come; of the one on screen also by which changes."""
        run, kept = entry.run, self.beside
        if kept is not None and run is not None and entry.id == kept.entry_id:
            kept.steps = entry.goal or run.steps
        if run is None or entry.pinned or entry.id != self.entry_id:
            return
        made = run.edits
        self.edits = (*made, *(edit for edit in run.planned if edit not in made))
        self.steps = entry.goal or run.steps


def visit() -> Visit:
    """This visitor's state, made at the first call."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Visit()
    found: Visit = st.session_state[KEY]
    context = get_script_run_ctx()
    found.session_id = context.session_id if context else ""
    read_as(found.token)
    return found
