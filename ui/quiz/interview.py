"""The mock interview: planned, asked against the clock without a word, reported at the end."""

import re
from typing import Any

import streamlit as st
from pydantic import ValidationError

from charts.learning import Estimate, mastery_figure, mastery_height
from engine.choice import problems
from quiz.catalogue import ask
from quiz.interview import Interview, Mix, Plan, Slot, Standing, begin, standing
from quiz.question import LEVELS, Question
from quiz.records import Answered, Rating
from quiz.report import Part, Report, Row, as_markdown, asked, report
from quiz.roles import ROLES
from quiz.scheduling import suggested
from quiz.solutions import solution, written
from quiz.storage.kept import BadRecord
from quiz.storage.kept import Interview as Kept
from quiz.topics import TOPICS
from ui import learner
from ui.figure import figure
from ui.plain import bare, escaped
from ui.quiz import flow, keys, records
from ui.quiz.desk import Desk, new_seed
from ui.quiz.table import ON_SCREEN
from ui.quiz.told import link
from ui.quiz.trouble import TROUBLE, sentence, told
from ui.visit import visit

PLACE = "interview"
MINUTES = (10, 20, 30, 45, 60)
TICK_SECONDS = 1.0
OPENED = "interview.opened"
"""Which earlier interview's report is open."""


@told("interview")
def interview() -> None:
    """What the learner's latest interview has come to: to be planned, under way, or over."""
    st.header("Mock interview", anchor=False)
    kept = learner.store().interviews(learner.who())
    latest = next((each for each in kept if each.ended is None), None)
    opened = st.session_state.get(OPENED)
    if latest is not None:
        _under_way(latest)
    elif opened and (found := next((each for each in kept if each.key == opened), None)):
        _report(found)
    else:
        _plan(kept)


# --- before ---------------------------------------------------------------------------------------------------------


def _plan(kept: list[Kept]) -> None:
    st.markdown(
        "Questions as an interviewer for your role would mix them, against the clock, **without a word of what was right "
        "until the end**. Every answer also counts as a review. Closing the page does not stop the clock."
    )
    with st.container(border=True):
        role = st.radio(
            "Role",
            list(ROLES),
            format_func=lambda name: ROLES[name].title,
            captions=[found.about for found in ROLES.values()],
            key="interview.role",
        )
        minutes = st.segmented_control(
            "Length",
            MINUTES,
            default=20,
            required=True,
            format_func=lambda length: f"{length} min",
            key="interview.minutes",
        )
        st.caption("How much of each level, relative to the others:")
        columns, mix = st.columns(3), {}
        for column, (level, title) in zip(columns, LEVELS.items(), strict=True):
            with column:
                usual = float(Mix.model_fields[level].default)
                mix[level] = st.number_input(title, 0.0, 100.0, usual, 1.0, format="%g", key=f"interview.mix.{level}")
        if st.button("Begin", type="primary", icon=":material/play_arrow:", key="interview.begin"):
            _begin({"role": role, "minutes": minutes, "mix": mix, "seed": new_seed()})
    _earlier(kept)


def _begin(asked: dict[str, Any]) -> None:
    try:
        plan = Plan.model_validate(asked)
    except ValidationError as error:
        for problem in problems(error, Plan):
            asked_for = bare(f"{problem.allowed[:1].upper()}{problem.allowed[1:]}.", 200)
            st.warning(escaped(asked_for), icon=":material/rule:")
        return
    if all(each.ended is not None for each in learner.store().interviews(learner.who())):
        begun = begin(plan, records.items(), records.moment())
        try:
            learner.store().start_interview(learner.who(), begun.model_dump(mode="json"))
        except BadRecord as error:
            st.warning(sentence(error), icon=":material/rule:")
            return
    visit().desks.pop(PLACE, None)
    st.session_state.pop(OPENED, None)
    st.rerun()


def _earlier(kept: list[Kept]) -> None:
    over = [each for each in kept if each.ended is not None]
    if not over:
        return
    st.subheader("Earlier interviews", anchor=False)
    for each in over[:10]:
        found = _read(each)
        if found is None:
            continue
        title = ROLES[found.plan.role].title
        label = f"{found.started.astimezone(records.zone()):%d %b %Y, %H:%M} · {title} · {found.plan.minutes} min"
        st.button(label, key=f"interview.open.{each.key}", on_click=_open, args=(each.key,), type="tertiary")


def _open(key: str | None) -> None:
    st.session_state[OPENED] = key


def _read(kept: Kept) -> Interview | None:
    """The interview as it was begun, of what can still be asked; None where this version cannot read it any more."""
    try:
        return Interview.model_validate(kept.plan).of(records.items())
    except ValidationError:
        return None


# --- under way --------------------------------------------------------------------------------------------------------


def _under_way(kept: Kept) -> None:
    found = _read(kept)
    if found is None:
        _end(kept.key)
        st.rerun()

    @st.fragment(key="quiz.interview")
    @told("interview.question")
    def drawn() -> None:
        now = _standing(found)
        if now.is_over or now.next is None or not _is_open(kept.key):
            _end(kept.key)
            st.rerun()
        _clock(found)
        desk = _desk(now.next)
        question = desk.question
        st.progress(now.answered / max(now.asked, 1), f"Question {now.answered + 1} of {now.asked}")
        with st.container(border=True, key="quiz-desk-interview"):
            follows = " · follows up on the last one" if now.next.follows else ""
            flow.head(question, follows)
            st.markdown(question.text)
            if desk.is_answered:
                flow.unkept(desk, _keep)
            else:
                _asked(question, desk)
        keys.listen()
        with st.popover(
            "End the interview now", key="interview.ending", type="tertiary", icon=":material/stop_circle:"
        ):
            st.caption("What is not answered counts as missed.")
            if st.button("End it", key="interview.end"):
                _end(kept.key)
                st.rerun()

    drawn()


def _asked(question: Question, desk: Desk) -> None:
    st.caption(question.how)
    ON_SCREEN[question.kind].ask(question, desk, lambda: _hand_in(desk))
    if desk.wrong:
        st.warning(escaped(bare(desk.wrong, 300)), icon=":material/keyboard:")
    st.button("Pass", key=f"{desk.key}.pass", icon=":material/skip_next:", on_click=_pass, args=(desk,))


def _is_open(key: str) -> bool:
    """Whether it goes on: another page of the same learner may have ended it."""
    return any(each.key == key and each.ended is None for each in learner.store().interviews(learner.who()))


def _standing(found: Interview) -> Standing:
    return standing(found, records.answers(found.started), records.moment())


@st.fragment(key="quiz.clock", run_every=TICK_SECONDS)
def _clock(found: Interview) -> None:
    """What is left of the time, told every second."""
    left = max(0, round((found.ends - records.moment()).total_seconds()))
    if left == 0:
        st.rerun()
    st.markdown(f":material/timer: **{left // 60}:{left % 60:02d}** left")


def _desk(slot: Slot) -> Desk:
    desk = visit().desks.get(PLACE)
    if desk is None or desk.id != slot.id or desk.is_kept:
        desk = visit().desks[PLACE] = Desk(slot.id, slot.seed, "interview")
    return desk


def _hand_in(desk: Desk) -> None:
    if desk.hand_in(desk.draft):
        _keep(desk)


def _pass(desk: Desk) -> None:
    desk.give_up()
    _keep(desk)


def _keep(desk: Desk) -> None:
    assert desk.grade is not None
    rating, _ = suggested(desk.grade.share, desk.seconds, 0, 0.0)
    try:
        records.record(desk.answered(rating if not desk.gave_up else Rating.AGAIN))
    except TROUBLE as error:
        desk.wrong = sentence(error)
    else:
        desk.is_kept = True


def _end(key: str) -> None:
    learner.store().end_interview(learner.who(), key)
    visit().desks.pop(PLACE, None)
    st.session_state[OPENED] = key


# --- afterwards -------------------------------------------------------------------------------------------------------


def _report(kept: Kept) -> None:
    found = _read(kept)
    if found is None:
        st.warning("This interview was made by another version and cannot be read any more.", icon=":material/update:")
        _another()
        return
    came = report(found, records.answers(found.started), ask)
    st.subheader(f"{ROLES[found.plan.role].title}, {found.plan.minutes} minutes", anchor=False)
    st.markdown(came.in_words)
    _scores(came)
    _missed(came)
    if came.labs:
        st.subheader("Pages to visit", anchor=False)
        pages = {lab.partition("?")[0]: lab for lab in reversed(came.labs)}
        for page in dict.fromkeys(lab.partition("?")[0] for lab in came.labs):
            link(pages[page], f"interview.lab.{page}")
    with st.container(horizontal=True):
        st.download_button(
            "Download the report",
            as_markdown(came, re.sub(r"/[^/]*$", "", str(st.context.url or ""))),
            f"interview-{found.started:%Y-%m-%d}.md",
            "text/markdown",
            icon=":material/download:",
            on_click="ignore",
            help="Markdown, to print or to keep",
        )
        _another()


def _another() -> None:
    st.button("Another interview", icon=":material/replay:", on_click=_open, args=(None,), key="interview.again")


def _scores(came: Report) -> None:
    parts = [*came.by_topic]
    left, right = st.columns([3, 2])
    with left:
        drawn = mastery_figure([_estimate(part) for part in parts], "share right")
        figure(drawn, "interview.topics", "Share right by topic, with its interval", mastery_height(len(parts)))
    with right:
        rows = [
            (part.title, f"{part.right:.3g} of {part.count}", _between(part)) for part in (came.score, *came.by_level)
        ]
        lines = ["| | right | 95 % interval |", "| --- | --- | --- |", *("| " + " | ".join(row) + " |" for row in rows)]
        st.markdown("\n".join(lines))


def _between(part: Part) -> str:
    return f"{part.share.low:.0%} to {part.share.high:.0%}"


def _estimate(part: Part) -> Estimate:
    said = f"{part.title}: {part.right:.3g} of {part.count}, 95 % interval {_between(part)}"
    return Estimate(part.title, part.right / part.count, part.share.low, part.share.high, said)


def _missed(came: Report) -> None:
    st.subheader("Question by question", anchor=False)
    is_open = st.toggle("Open all of them, to read or to print", key="interview.all")
    for number, row in enumerate(came.rows, start=1):
        mark = ":green[:material/check_circle:]" if row.share == 1.0 else ":red[:material/cancel:]"
        took = "not answered" if row.answered is None else f"{row.seconds:.0f} s of about {row.slot.seconds:.0f} s"
        with st.expander(f"{mark} {number}. {TOPICS[row.slot.topic].title} · {took}", expanded=is_open):
            _row(row, number, row.answered)


def _row(row: Row, number: int, answered: Answered | None) -> None:
    st.markdown("\n\n".join(asked(row.question)))
    if row.share < 1.0:
        given = written(row.question, answered.answer) if answered is not None and answered.answer else "nothing"
        st.markdown(f"**You answered:** {given}")
    st.markdown(f"**Right:** {solution(row.question)}")
    st.markdown(row.question.explanation)
    link(row.question.lab, f"interview.row.{number}")
