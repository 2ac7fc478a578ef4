"""What is said where the records cannot be read or kept: one sentence, and a way to try again."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from quiz.storage.kept import BadRecord
from quiz.storage.store import StorageDown
from ui.plain import bare, escaped

TROUBLE = (StorageDown, BadRecord)
"""Whatever a store raises, a limit of the server among them."""


@contextmanager
def told(part: str) -> Iterator[None]:
    """In place of what cannot be drawn without records, say why. ``part`` is the page or the part of it."""
    try:
        yield
    except TROUBLE as error:
        st.error(sentence(error), icon=":material/database_off:")
        st.button("Try again", key=f"quiz.trouble.{part}", icon=":material/refresh:")


def sentence(error: Exception) -> str:
    """What went wrong, as a sentence for the page."""
    said = bare(str(error), 300)
    return escaped(f"{said[:1].upper()}{said[1:]}.")
