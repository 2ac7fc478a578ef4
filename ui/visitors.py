"""All visits of this server: found by their token, counted, and kept a while for a browser that comes back.

Streamlit forgets a session two minutes after its connection broke; the visit waits for it as long as its run does.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from streamlit import runtime

from engine.settings import settings
from ui.watched import Watched

ABSENT_SECONDS = 3.0
"""A page that was not heard of for so long, and has no connection, counts no longer."""


@dataclass
class _Kept:
    visit: Watched
    seen: float
    """When its page was last heard of, in seconds of ``time.monotonic``."""


_LOCK = threading.Lock()
_kept: "OrderedDict[str, _Kept]" = OrderedDict()


def take_in(visit: Watched) -> None:
    """Keep ``visit`` from now on; the longest unseen ones go where there are too many, or after too long a time."""
    with _LOCK:
        _kept[visit.token] = _Kept(visit, time.monotonic())
        _tidy()


def visit_of(token: str) -> Watched | None:
    """The visit with this token: its page was heard of just now. None where it is not known, or no longer."""
    with _LOCK:
        found = _kept.get(token)
        if found is None:
            return None
        found.seen = time.monotonic()
        _kept.move_to_end(token)
        _tidy()
        return found.visit


def is_connected(visit: Watched) -> bool:
    """Whether a browser holds the visit's session open; True where nothing can be known of that."""
    if not visit.session_id or not runtime.exists():
        return True
    return bool(runtime.get_instance().is_active_session(visit.session_id))


def has_left(visit: Watched, seconds: float = 1.0) -> bool:
    """Whether nobody holds the visit's session open, waiting a little: a page that is reloaded is about to leave it."""
    end = time.monotonic() + seconds
    while is_connected(visit):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def present() -> int:
    """How many pages are open."""
    with _LOCK:
        kept = list(_kept.values())
    now = time.monotonic()
    here = (found for found in kept if is_connected(found.visit) or now - found.seen < ABSENT_SECONDS)
    return len({found.visit.session_id for found in here if found.visit.session_id})


def _tidy() -> None:
    """Forget who has been gone for too long, and the longest gone beyond so many. The caller holds the lock."""
    limits = settings()
    before = time.monotonic() - limits.forget_seconds
    gone = [token for token, kept in _kept.items() if not is_connected(kept.visit)]
    excess = len(_kept) - limits.max_visits - limits.kept_runs
    for place, token in enumerate(gone):
        if place < excess or _kept[token].seen < before:
            del _kept[token]
