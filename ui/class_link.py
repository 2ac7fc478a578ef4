"""Making a class link: a teacher says what students may change, and gets the link to what is on screen."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from engine.classroom import GROUPS, MAX_TITLE, Access, Classroom, single
from engine.permalink import Link, Look, encode
from ui import session

WORDS: dict[Access, str] = {"open": "Open", "locked": "Locked", "hidden": "Hidden"}
CLOSED: tuple[Access, ...] = ("locked", "hidden")


def button() -> None:
    """Opens the dialog; not there for students of a class link."""
    if not session.visit().classroom.is_open:
        return
    text = "Make a link for a class: some controls locked or hidden, the seed fixed."
    if st.button("Class link", key="class_link", type="tertiary", icon=":material/school:", help=text):
        dialog()


@st.dialog("Class link", width="medium", icon=":material/school:")
def dialog() -> None:
    """Choose, then copy the link."""
    st.markdown(
        "Students who open the link begin with the settings on screen, before the first step of training. Choose what they "
        "may change. Locks are a convenience, not security: anyone can open the page without them."
    )
    title = st.text_input("Title (optional)", max_chars=MAX_TITLE, key="class.title", placeholder="Lesson 3: depth")
    room = _chosen(title)
    query = encode(Link(session.visit().now, (), Look(plane=session.visit().view), room))
    address = f"{_here()}?{urlencode(query, safe=',:')}"
    st.code(address, language=None, wrap_lines=True)
    st.link_button("Preview as a student", address, icon=":material/open_in_new:", disabled=room == Classroom())


def _chosen(title: str) -> Classroom:
    """What the form says."""
    said: dict[str, Access] = {}
    with st.container(horizontal=True, key="class_groups"):
        for group in GROUPS:
            said[group.name] = st.segmented_control(
                "Seed, and New seed" if group.name == "seed" else group.title,
                list(WORDS),
                format_func=WORDS.__getitem__,
                default="open",
                required=True,
                key=f"class.group.{group.name}",
            )
    settings = single(session.visit().now)
    with st.expander("Single settings", key="class.single"):
        for access in CLOSED:
            names = st.multiselect(
                WORDS[access], list(settings), format_func=settings.__getitem__, key=f"class.{access}"
            )
            said |= dict.fromkeys(names, access)
    lock, hide = (tuple(name for name, what in said.items() if what == access) for access in CLOSED)
    return Classroom(title="".join(c for c in title if c.isprintable()), lock=lock, hide=hide)


def _here() -> str:
    """The address of this page in the visitor's browser; empty where there is none to know."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
