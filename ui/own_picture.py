"""The way in for one picture of a visitor's own."""

from collections.abc import Callable

import streamlit as st

from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.names import plain_name
from engine.pictures.decode import decode
from engine.pictures.picture import Picture
from engine.settings import settings
from ui.plain import escaped
from ui.visit import visit

REFUSED, KEPT, UPLOADS = (f"picture.{name}" for name in ("refused", "kept", "uploads"))


def own_picture(file: str, take: Callable[[str], None]) -> str:
    """The upload, and what came of it. Returns the digest in use: ``file``, or the picture uploaded last where that is empty.

    ``take`` is called, before the page is drawn anew, with the digest of another picture; with an empty text where the
    visitor wants theirs forgotten.
    """
    file = file or str(st.session_state.get(KEPT, ""))
    found = store().find(visit().token, file, Picture)
    if found is not None:
        _, height, width = found.pixels.shape
        st.text(found.name)
        st.caption(f"{width:,} × {height:,} pixels are kept.{''.join(f' {escaped(note)}.' for note in found.notes)}")
        st.button(
            "Forget my picture", key="picture.forget", on_click=_forget, args=(take,), type="tertiary",
            icon=":material/delete:",
        )  # fmt: skip
    most = settings().own_picture_mb
    key = f"picture.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Another picture" if found else "Your picture", ["png", "jpg", "jpeg"], key=key, on_change=_uploaded, args=(key, take),
        max_upload_size=most,
        help=f"A PNG or JPEG of at most {most} MB. It stays in this server's memory while your visit lasts; no link holds it.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")
    return file


def _uploaded(key: str, take: Callable[[str], None]) -> None:
    """Keep a picture and take it; say what is wrong with one that can't be used."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    try:
        found = decode(file.getvalue(), file.name)
        store().put(visit().token, found)
    except Refused as refused:
        st.session_state[REFUSED] = f"{plain_name(file.name)}: {refused}"
        return
    st.session_state[REFUSED], st.session_state[KEPT] = "", found.digest
    take(found.digest)


def _forget(take: Callable[[str], None]) -> None:
    store().release(visit().token, Picture)
    st.session_state.pop(KEPT, None)
    st.session_state[REFUSED] = ""
    take("")
