"""Whose records these are: the browser's secret, or the account that somebody has logged in to."""

import streamlit as st

from quiz.scheduling import advanced
from quiz.storage.store import Account, Store, Who, open_store
from ui import login
from ui.cookie import NAME, is_secret, new_secret
from ui.visit import visit


def store() -> Store:
    """The records of all learners. Raises StorageDown."""
    return open_store()


def who() -> Who:
    """What the records of this visitor are kept under. An account takes the browser's records along, once a session."""
    now, before = login.login(), visit().joined
    if before is not None and now != before:
        forget()  # logged out on another page of this browser: what lies here is somebody's who has left
    if now is None:
        return secret()
    mine = Account(now.issuer, now.subject)
    if now != before:
        store().join(secret(), mine, advanced)
        visit().joined = now
    return mine


def secret() -> str:
    """The browser's own; one for this session alone where the browser keeps none."""
    found = st.context.cookies.get(NAME)
    if is_secret(found) and not visit().passing:
        return str(found)
    visit().passing = visit().passing or new_secret()
    return visit().passing


def is_kept() -> bool:
    """Whether the browser keeps its secret: else the records are gone with the page."""
    return is_secret(st.context.cookies.get(NAME)) and not visit().passing


def forget() -> None:
    """The records are gone, or somebody else's: what comes next begins anew."""
    visit().desks.clear()
    visit().joined = None


def log_out() -> None:
    """The account's records stay with the account: whoever uses this browser next sees nothing of them."""
    store().let_go(secret())
    forget()
    login.end()
