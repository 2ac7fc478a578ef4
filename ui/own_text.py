"""The way in for a visitor's own text, pasted or uploaded: the same wherever a text is chosen."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.choice import set_at
from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.labs.lab import Lab
from engine.names import plain_name
from engine.refusal import Refusal
from engine.sequences.tasks.task import Task
from engine.settings import settings
from engine.text.corpora import Corpus, OwnText
from engine.text.own import pasted, uploaded
from engine.text.text import Text
from ui import knobs, lab
from ui.plain import bare, escaped
from ui.visit import visit

PASTE, REFUSED, KEPT, UPLOADS = (f"text.{name}" for name in ("paste", "refused", "kept", "uploads"))
WHERE = "The place for it is in the sidebar, below the menu *Text*."
TYPES = ["txt", "md", "csv", "py", "text"]
Take = Callable[[Corpus], None]


def of_lab(here: Lab, chosen: dict[str, Any], place: str, control: str, otherwise: Corpus) -> dict[str, Any]:
    """The chosen text of a lab, as a dict to validate; where it is the visitor's own, with the way in below the menu.

    ``place`` is the setting's dotted path in the lab's state, ``control`` that of its menu; a text that was forgotten is
    followed by ``otherwise``.
    """
    if chosen["kind"] != "own":
        return chosen
    file = chosen.get("file") or st.session_state.get(KEPT, "")
    _way_in(file, partial(_take, here, place, control), otherwise)
    return {**chosen, "file": file}


def is_here(task: Task) -> bool:
    """Whether the reader has what the task needs: a link to a visitor's own text holds none of it. Says what is missing."""
    try:
        task.must_be_mine()
    except Refusal as refused:
        st.warning(f"{escaped(bare(str(refused), 300))} {WHERE}", icon=":material/block:")
        return False
    return True


def _way_in(file: str, take: Take, otherwise: Corpus) -> None:
    most = settings().own_text_mb
    found = store().find(visit().token, file, Text)
    if found is not None:
        pieces = "piece" if len(found.lines) == 1 else "pieces"
        st.caption(f"{escaped(found.name)}: {len(found.lines):,} {pieces}, {len(found.whole):,} characters.")
        forget = partial(_forget, take, otherwise)
        st.button("Forget my text", key="text.forget", on_click=forget, type="tertiary", icon=":material/delete:")
    st.text_area("Paste a text", key=PASTE, height=110, max_chars=most * 1_000_000)
    st.button("Use this text", key="text.use", on_click=_pasted, args=(take,), icon=":material/content_paste:")
    key = f"text.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Or upload one", TYPES, key=key, on_change=_uploaded, args=(key, take), max_upload_size=most,
        help=f"Plain text in UTF-8, at most {most} MB. It stays in this server's memory while your visit lasts.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")


def _pasted(take: Take) -> None:
    _keep(lambda: pasted(st.session_state.get(PASTE, "")), "", take)


def _uploaded(key: str, take: Take) -> None:
    file = st.session_state.get(key)
    if file is not None:
        st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
        _keep(lambda: uploaded(file.getvalue(), file.name), plain_name(file.name), take)


def _keep(read: Callable[[], Text], name: str, take: Take) -> None:
    """Keep a text and take it; say what is wrong with one that can't be used."""
    try:
        text = read()
        store().put(visit().token, text)
    except Refused as refused:
        st.session_state[REFUSED] = f"{name}: {refused}" if name else str(refused)
        return
    st.session_state[REFUSED] = ""
    st.session_state[KEPT] = text.digest
    take(OwnText(file=text.digest))


def _forget(take: Take, otherwise: Corpus) -> None:
    store().release(visit().token, Text)
    st.session_state.pop(KEPT, None)
    st.session_state[REFUSED] = ""
    take(otherwise)


def _take(here: Lab, place: str, control: str, text: Corpus) -> None:
    """From a callback: the text takes its place in the lab's state, and its menu is filled from there."""
    state = visit().labs[here.id].state
    tree = state.model_dump()
    try:
        set_at(tree, place, text.model_dump())
        lab.put(here, type(state).model_validate(tree), refill=False)
    except (ValueError, ValidationError):
        return  # the task on screen goes with no text in its state yet: the next run takes what is kept
    knobs.forget(lab.path(here, control))
