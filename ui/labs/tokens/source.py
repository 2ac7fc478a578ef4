"""The text that a visitor looks at: one of the catalog, or their own, pasted or uploaded."""

from typing import Any

import streamlit as st

from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.labs.tokens.state import TokensLab
from engine.names import plain_name
from engine.settings import settings
from engine.text.corpora import AnyCorpus, OwnText, Sentences
from engine.text.own import pasted, uploaded
from engine.text.text import Text
from ui import knobs, lab
from ui.labs.tokens.parts import LAB, Values, row
from ui.plain import escaped
from ui.visit import visit

PASTE, REFUSED, KEPT, UPLOADS = (f"tokens.text.{name}" for name in ("paste", "refused", "kept", "uploads"))
TYPES = ["txt", "md", "csv", "py", "text"]


def controls(now: TokensLab) -> Values:
    """The menu of texts, and the way in for an own one."""
    chosen = row(AnyCorpus, "text", now.text, "Text")
    if chosen["kind"] == "own":
        chosen["file"] = chosen.get("file") or st.session_state.get(KEPT, "")
        _own(chosen["file"])
    return {"text": chosen}


def _own(file: str) -> None:
    most = settings().own_text_mb
    found = store().find(visit().token, file, Text)
    if found is not None:
        st.caption(f"{escaped(found.name)}: {len(found.lines):,} pieces, {len(found.whole):,} characters.")
        st.button(
            "Forget my text", key="tokens.text.forget", on_click=_forget, type="tertiary", icon=":material/delete:"
        )
    st.text_area("Paste a text", key=PASTE, height=110, max_chars=most * 1_000_000)
    st.button("Use this text", key="tokens.text.use", on_click=_pasted, icon=":material/content_paste:")
    key = f"tokens.text.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Or upload one", TYPES, key=key, on_change=_uploaded, args=(key,), max_upload_size=most,
        help=f"Plain text in UTF-8, at most {most} MB. It stays in this server's memory while your visit lasts.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")


def _pasted() -> None:
    _take(lambda: pasted(st.session_state.get(PASTE, "")), "")


def _uploaded(key: str) -> None:
    file = st.session_state.get(key)
    if file is not None:
        st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
        _take(lambda: uploaded(file.getvalue(), file.name), plain_name(file.name))


def _take(read: Any, name: str) -> None:
    """Keep a text and look at it; say what is wrong with one that can't be used."""
    try:
        text = read()
        store().put(visit().token, text)
    except Refused as refused:
        st.session_state[REFUSED] = f"{name}: {refused}" if name else str(refused)
        return
    st.session_state[REFUSED] = ""
    st.session_state[KEPT] = text.digest
    _look_at(OwnText(file=text.digest))


def _forget() -> None:
    store().release(visit().token, Text)
    st.session_state.pop(KEPT, None)
    st.session_state[REFUSED] = ""
    _look_at(Sentences())


def _look_at(text: Any) -> None:
    state = visit().labs[LAB.id].state
    lab.put(LAB, state.model_copy(update={"text": text}), refill=False)
    knobs.forget(lab.path(LAB, "text"))
