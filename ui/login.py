"""Who has logged in through OpenID Connect, where this server's owner has set that up; and the way there and back.

Streamlit hears of a login with the connection of a page and not again. So all pages of one login are told here when it
ends, and the page that it began on is found again. Nothing of it outlasts the process: neither does a connection.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui.cookie import NAME

AWAY_SECONDS = 900.0
"""Whoever comes back later than that has done something else in between."""
MANY = 10_000
"""Logins that are remembered."""
_LOCK = threading.Lock()
_ended: dict["Login", None] = {}
_away: dict[str, float] = {}
"""When browsers left for the provider, by their secrets, in seconds of ``time.monotonic``."""


@dataclass(frozen=True)
class Login:
    """That somebody has logged in once: all pages that the browser opens from then on tell the same."""

    issuer: str
    subject: str
    nonce: str = ""
    """What the provider was given to tell this login from others; empty where it repeats none."""


def is_offered() -> bool:
    """Whether this server has accounts."""
    return "is_logged_in" in st.user


def login() -> Login | None:
    """The login of this page. None where there is none, or none that says whose, or where another page has ended it."""
    told = st.user.to_dict()
    issuer, subject, nonce = (told.get(claim) for claim in ("iss", "sub", "nonce"))
    if told.get("is_logged_in") is not True or not (isinstance(issuer, str) and isinstance(subject, str)):
        return None
    found = Login(issuer, subject, str(nonce or ""))
    return found if issuer and subject and found not in _ended else None


def name() -> str:
    """How the account calls itself."""
    told = st.user.to_dict()
    return str(told.get("email") or told.get("name") or told.get("sub") or "")


def begin() -> None:
    """Leave for the provider."""
    browser = _browser()
    if browser:
        with _LOCK:
            _remember(_away, browser, time.monotonic())
    st.login()


def came_back() -> bool | None:
    """Whether the login that this browser left for came to something; None where it left for none. Answers once."""
    with _LOCK:
        left = _away.pop(_browser(), None)
    return None if left is None or time.monotonic() - left > AWAY_SECONDS else login() is not None


def end() -> None:
    """Log out, on this page and on all others that tell of the same login."""
    found = login()
    if found is not None and found.nonce:
        with _LOCK:
            _remember(_ended, found, None)
    st.logout()


def _browser() -> str:
    return str(st.context.cookies.get(NAME, ""))


def _remember(kept: dict[Any, Any], key: Any, value: Any) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > MANY:
        del kept[next(iter(kept))]
