"""What the feed asks of whoever has a run on screen: a visitor's Playground, or a lab with a live run."""

import threading
from typing import Any, Protocol

from engine.entry import Entry
from engine.run import Edit
from ui.bell import Bell
from ui.turnstile import Turnstile


class Watched(Protocol):
    """Somebody's player: which run it shows, and what it tells of it."""

    bell: Bell
    turnstile: Turnstile
    heard: threading.Event
    """Set once the browser has shown a frame of the run on screen."""
    told: dict[str, float]
    """When the browser was last sent something, by the side of the page, in seconds of ``time.monotonic``."""
    token: str
    session_id: str
    entry_id: str
    speed: int
    done: int
    """The newest command of the browser that was carried out."""
    refused: str
    """Which limit of this server the last wish met."""

    @property
    def query(self) -> dict[str, str]:
        """The link of what is on screen."""

    @property
    def has_beside(self) -> bool:
        """Whether a second run is kept beside the one on screen."""

    def shown(self, side: str) -> str:
        """The id of the run on a side of the page."""

    def note(self, entry: Entry) -> None:
        """Remember how far a run has come."""

    def said_of(self, edit: Edit, side: str) -> str:
        """A change in mid-run in words."""

    def particulars(self, entry: Entry, side: str) -> dict[str, Any]:
        """What else this player is told: at least ``off``, what of it is put away."""
