"""Whose records these are: the browser's secret, or the account that somebody has logged in to."""

import streamlit as st

from quiz.scheduling import advanced
from quiz.storage.store import Account, Store, Who, open_store
from ui.cookie import NAME, is_secret, new_secret
from ui.visit import visit


def store() -> Store:
    """The records of all learners. Raises StorageDown."""
    return open_store()


def who() -> Who:
    """What the records of this visitor are kept under. An account takes the browser's records along, once a session."""
    mine = account()
    if mine is None:
        return secret()
    if visit().joined != mine.subject:
        store().join(secret(), mine, advanced)
        visit().joined = mine.subject
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
    """The records are gone: what comes next begins anew."""
    visit().desks.clear()
    visit().joined = ""


def log_out() -> None:
    """The account's records stay with the account: whoever uses this browser next sees nothing of them."""
    store().let_go(secret())
    forget()
    st.logout()


def can_log_in() -> bool:
    """Whether this server has accounts: its owner has set up a login."""
    return "is_logged_in" in st.user


def account() -> Account | None:
    """The account that the visitor has logged in to."""
    told = st.user.to_dict()
    if told.get("is_logged_in") is not True or not told.get("sub"):
        return None
    return Account(str(told.get("iss", "")), str(told["sub"]))


def account_name() -> str:
    """How the account calls itself."""
    told = st.user.to_dict()
    return str(told.get("email") or told.get("name") or told.get("sub") or "")
