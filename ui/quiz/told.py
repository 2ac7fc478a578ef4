"""What is said of an answer: what was right, part by part, why, and where to see it."""

from urllib.parse import parse_qsl

import streamlit as st

from engine.labs.lab import LABS
from quiz.catalogue import mixed
from quiz.kinds.arranging import Match, Order
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import GAP, Line
from quiz.kinds.number import Number
from quiz.kinds.short import Short
from quiz.question import Grade, Note, Question
from ui.plain import bare, escaped
from ui.quiz.desk import Desk

RIGHT, WRONG = ":green[:material/check_circle:]", ":red[:material/cancel:]"
YOURS = " *(your answer)*"


def verdict(desk: Desk) -> None:
    """Right or not, in a word that is seen at once and read aloud."""
    grade = desk.grade
    assert grade is not None
    if grade.is_right:
        st.success("Right.", icon=":material/check_circle:")
    elif desk.gave_up:
        st.info("Here is the answer.", icon=":material/lightbulb:")
    elif grade.share > 0 and len(grade.notes) > 1:
        st.warning(f"Partly right: {grade.share:.0%} of it.", icon=":material/contrast:")
    else:
        st.error("Not right.", icon=":material/cancel:")


def because(question: Question, desk: Desk) -> None:
    """Why, from where, and where to see it."""
    with st.container(border=True):
        st.markdown(f"**Why.** {question.explanation}")
        st.caption(f"Source: {question.source}")
        link(question.lab, f"{desk.key}.lab")


def link(lab: str, key: str, label: str = "") -> None:
    """The way to the page that shows it; nothing where there is none."""
    if not lab:
        return
    page, _, query = lab.partition("?")
    title = LABS[page].title if page in LABS else "the Playground"
    said = label or f"See it: {title}"
    settings = {"v": "1", **dict(parse_qsl(query, keep_blank_values=True))} if query else None
    with st.container(key=key):
        st.page_link(f"pages/{page}.py", label=said, icon=":material/science:", query_params=settings)


def _chosen(desk: Desk) -> tuple[int, ...]:
    return desk.draft if isinstance(desk.draft, tuple) and not desk.gave_up else ()


def options(question: Single | Several, desk: Desk, grade: Grade) -> None:
    chosen = _chosen(desk)
    for place in mixed(len(question.options), question.id, desk.seed):
        option = question.options[place]
        yours = YOURS if place in chosen else ""
        if isinstance(question, Several) and option.right and chosen and place not in chosen:
            yours = " *(you left it out)*"
        st.markdown(f"{RIGHT if option.right else WRONG} {option.text}{yours}  \n:gray[{option.why}]")


def number(question: Number, desk: Desk, grade: Grade) -> None:
    unit = f" {question.unit}" if question.unit else ""
    st.markdown(f"{RIGHT} **{shown(question.value)}**{unit}")
    if not grade.is_right and not desk.gave_up:
        said = f": {grade.notes[0].text}" if grade.notes else ""
        st.markdown(f"{WRONG} {escaped(bare(str(desk.draft), 40))}{YOURS}{said}")


def shown(value: float) -> str:
    """A number as one writes it: with commas where it is whole, six digits where it is not."""
    return f"{int(value):,}" if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def line(question: Line, desk: Desk, grade: Grade) -> None:
    st.code(question.code.rstrip().replace(GAP, question.answers[0]), language="python")
    if not grade.is_right and not desk.gave_up:
        st.markdown(f"{WRONG} Yours:")
        st.code(bare(str(desk.draft), 200), language="python")
        meant = {mistake.why for mistake in question.wrong}
        for note in grade.notes:
            st.markdown(note.text if note.text in meant else escaped(bare(note.text, 300)))
    elif grade.is_right and str(desk.draft).strip() != question.answers[0]:
        st.caption("Yours says the same in other words, or gives the same shape.")


def order(question: Order, desk: Desk, grade: Grade) -> None:
    given = _chosen(desk)
    for place, step in enumerate(question.steps):
        at = given.index(place) + 1 if place in given else None
        mark = RIGHT if at == place + 1 or at is None else WRONG
        yours = "" if at in (place + 1, None) else f" :gray[(you had it as {at})]"
        st.markdown(f"{mark} **{place + 1}.** {step}{yours}")


def match(question: Match, desk: Desk, grade: Grade) -> None:
    given = _chosen(desk)
    for place, pair in enumerate(question.pairs):
        is_right = not given or given[place] == place
        yours = "" if is_right else f" :gray[(you chose: {question.pairs[given[place]].right})]"
        st.markdown(f"{RIGHT if is_right else WRONG} {pair.left}  \N{RIGHTWARDS ARROW}  **{pair.right}**{yours}")


def short(question: Short, desk: Desk, grade: Grade) -> None:
    st.markdown(f"**A good answer:** {question.model}")
    if desk.gave_up:
        st.markdown("\n".join(f"- {point}" for point in question.points))
        return
    notes = grade.notes or tuple(Note(False, point) for point in question.points)
    st.markdown("  \n".join(f"{RIGHT if note.is_right else WRONG} {note.text}" for note in notes))
