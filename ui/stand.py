"""``Stand``: a lab's live run, as its player and the feed know it."""

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from engine.entry import DEFAULT_SPEED, Entry
from engine.recipe import Recipe
from engine.run import Edit
from engine.wording import edit_said
from ui import visitors
from ui.bell import Bell
from ui.checkup import Checkup
from ui.turnstile import Turnstile

OFF = {"branch": "hidden", "touch": "hidden", "place": "hidden", "new_seed": "hidden"}
"""What the Playground's player can do and a lab's does not offer: there, the seed is a control like the others."""


@dataclass(eq=False)
class Stand:
    """One visitor's run in one lab. It keeps what makes the run again, should the pool have to forget it."""

    lab: str
    begun: Recipe
    now: Recipe
    """The same with the settings changed in mid-run."""
    query: dict[str, str] = field(default_factory=dict)
    """The lab's address."""
    edits: tuple[Edit, ...] = ()
    steps: int = 0
    """How far the run is or was to go."""
    entry_id: str = ""
    speed: int = DEFAULT_SPEED
    done: int = 0
    refused: str = ""
    session_id: str = ""
    checkup: Checkup = field(default_factory=Checkup)
    """What the doctor said last of its run."""
    bell: Bell = field(default_factory=Bell)
    turnstile: Turnstile = field(default_factory=Turnstile)
    heard: threading.Event = field(default_factory=threading.Event)
    told: dict[str, float] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def __post_init__(self) -> None:
        visitors.take_in(self)

    @property
    def has_beside(self) -> bool:
        """A lab shows one live run."""
        return False

    def shown(self, side: str) -> str:
        """The id of the run on screen; none is beside it."""
        return "" if side else self.entry_id

    def note(self, entry: Entry) -> None:
        """Remember how far the run has come, by which changes."""
        run = entry.run
        if run is None or entry.id != self.entry_id:
            return
        self.edits = (*run.edits, *(edit for edit in run.planned if edit not in run.edits))
        self.steps = entry.goal or run.steps

    def said_of(self, edit: Edit, side: str) -> str:
        """A change in mid-run in words."""
        return edit_said(edit, self.now)

    def particulars(self, entry: Entry, side: str) -> dict[str, Any]:
        """What of the player is put away."""
        return {"off": OFF}
