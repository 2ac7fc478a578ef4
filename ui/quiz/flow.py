"""Asking one question after the other: the question, the answer, what is said of it, and when it comes again."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from quiz.catalogue import catalogue
from quiz.hints import Hint, hints
from quiz.kinds.table import KINDS
from quiz.pace import usual_seconds
from quiz.question import LEVELS, Question
from quiz.records import Place, Rating
from quiz.scheduling import in_words, intervals, suggested
from quiz.topics import TOPICS
from ui.plain import bare, escaped
from ui.quiz import keys, records
from ui.quiz.asking import CHOICES, GO
from ui.quiz.desk import Desk, new_seed
from ui.quiz.table import ON_SCREEN
from ui.quiz.told import because, verdict
from ui.quiz.trouble import TROUBLE, sentence, told
from ui.visit import visit

SURE = {0.25: "A guess", 0.5: "Half and half", 0.75: "Rather sure", 0.95: "Sure"}
"""How sure a learner may say to be: the share of such answers that should be right."""
RATINGS = {
    Rating.AGAIN: "Again",
    Rating.HARD: "Hard",
    Rating.GOOD: "Good",
    Rating.EASY: "Easy",
}
CONTESTED = 2000
"""Characters of what somebody has to say against an answer."""
Choose = Callable[[records.Standing, str], str | None]
"""The id of the next question, given that of the last one; None where there is none."""
Tell = Callable[[records.Standing], None]


def sit(place: Place, choose: Choose, above: Tell, nothing: Tell) -> None:
    """Ask until ``choose`` has nothing more; then ``nothing`` says so. ``above`` tells how it stands."""

    @st.fragment(key=f"quiz.{place}")
    @told(f"{place}.question")
    def drawn() -> None:
        now = records.standing()
        above(now)
        desk = _lying(place, partial(choose, now))
        if desk is None:
            nothing(now)
            return
        question = desk.question
        with st.container(border=True, key=f"quiz-desk-{place}"):
            head(question)
            st.markdown(question.text)
            if desk.is_kept:
                _answered(question, desk, now.settings.retention)
            elif desk.is_answered:
                unkept(desk, _keep)
                st.button("Go on without it", key=f"{desk.key}.without", on_click=setattr, args=(desk, "is_done", True))
            else:
                _asked(question, desk)
        keys.listen()

    drawn()


def clear(place: Place) -> None:
    """Put away what lies on the desk: other settings ask for another question. One that was answered stays to be rated."""
    desk = visit().desks.get(place)
    if desk is not None and not desk.is_answered:
        del visit().desks[place]


def head(question: Question, more: str = "") -> None:
    """What it is about, in a line."""
    parts = (TOPICS[question.topic].title, LEVELS[question.level], KINDS[question.kind].label)
    st.caption(" · ".join(dict.fromkeys(parts)) + more)


def _lying(place: Place, choose: Callable[[str], str | None]) -> Desk | None:
    """The desk with what is asked now: the same as before, unless it is done or has left the bank; None for nothing more."""
    last = visit().desks.get(place)
    if last is not None and not last.is_done and last.id in catalogue():
        return last
    id = choose(last.id if last else "")
    if id is None:
        visit().desks.pop(place, None)
        return None
    desk = visit().desks[place] = Desk(id, new_seed(), place)
    return desk


def _rate(desk: Desk, rating: Rating) -> None:
    """The rating is the learner's last word. A second click is one too many."""
    if desk.is_done:
        return
    try:
        if rating != desk.rating:
            records.amend(desk.answered(rating))
        desk.is_done = True
    except TROUBLE as error:
        desk.wrong = sentence(error)


def unkept(desk: Desk, keep: Callable[[Desk], None]) -> None:
    """It was graded and could not be kept: nothing is told of it before it is."""
    st.error(f"Your answer is not kept yet. {desk.wrong}", icon=":material/database_off:")
    with st.container(key=GO):
        st.button("Try again", key=f"{desk.key}.again", type="primary", on_click=keep, args=(desk,))


# --- before the answer ------------------------------------------------------------------------------------------------


def _asked(question: Question, desk: Desk) -> None:
    st.caption(KINDS[question.kind].how)
    ON_SCREEN[question.kind].ask(question, desk, partial(hand_in, desk))
    if desk.wrong:
        st.warning(escaped(bare(desk.wrong, 300)), icon=":material/keyboard:")
    for hint in desk.hints:
        st.info(hint.text, icon=":material/lightbulb:")
    offered = hints(question, desk.seed)
    with st.container(horizontal=True, vertical_alignment="bottom", key="quiz-beside"):
        sure = st.segmented_control(
            "How sure are you?",
            list(SURE),
            format_func=SURE.__getitem__,
            key=f"{desk.key}.sure",
            wrap=True,
            help="Say it before you answer: Progress shows how often you are right when you say so.",
        )
        desk.sure = sure
        left = len(offered) - len(desk.hints)
        if offered:
            st.button(
                f"Hint ({left} left)",
                key=f"{desk.key}.hint",
                icon=":material/lightbulb:",
                disabled=left <= 0,
                on_click=_hint,
                args=(desk, offered),
            )
        st.button(
            "I don't know", key=f"{desk.key}.give_up", icon=":material/visibility:", on_click=_give_up, args=(desk,)
        )


def _hint(desk: Desk, offered: tuple[Hint, ...]) -> None:
    if len(desk.hints) < len(offered):
        desk.hints.append(offered[len(desk.hints)])


def hand_in(desk: Desk) -> None:
    """Grade what is on the desk, where running it has not graded it, and keep the answer."""
    if desk.is_answered or desk.hand_in(desk.draft):
        _keep(desk)


def _give_up(desk: Desk) -> None:
    desk.give_up()
    _keep(desk)


def _keep(desk: Desk) -> None:
    """Every answer is a review: kept at once, with the rating that it suggests. A second click finds it kept."""
    if desk.is_kept:
        return
    assert desk.grade is not None
    usual = usual_seconds(catalogue()[desk.id].kind)
    desk.rating, desk.why_rating = suggested(desk.grade.share, desk.seconds, len(desk.hints), usual)
    try:
        desk.before = records.card(desk.id)
        records.record(desk.answered(desk.rating))
    except TROUBLE as error:
        desk.wrong = sentence(error)
    else:
        desk.wrong, desk.is_kept = "", True


# --- after the answer -------------------------------------------------------------------------------------------------


def _answered(question: Question, desk: Desk, retention: float) -> None:
    verdict(desk)
    assert desk.grade is not None
    ON_SCREEN[question.kind].tell(question, desk, desk.grade)
    because(question, desk)
    assert desk.rating is not None
    st.markdown(f"**How well did you know it?** :gray[{RATINGS[desk.rating]} is suggested: {desk.why_rating}.]")
    times = intervals(desk.before, records.moment(), retention, fuzz=True, question=desk.id)
    with st.container(key=CHOICES, horizontal=True):
        for rating, name in RATINGS.items():
            is_suggested = rating == desk.rating
            with st.container(key=GO if is_suggested else f"quiz-rate-{rating.name.lower()}", width="content"):
                st.button(
                    f":small[{rating.value}]\N{EN SPACE}{name} · {in_words(times[rating])}",
                    key=f"{desk.key}.rate.{rating.name}",
                    type="primary" if is_suggested else "secondary",
                    on_click=_rate,
                    args=(desk, rating),
                    help=f"Asked again in {in_words(times[rating])}" + (". Enter" if is_suggested else ""),
                )
    if desk.wrong:
        st.error(desk.wrong, icon=":material/database_off:")
    _contest(question, desk)


def _contest(question: Question, desk: Desk) -> None:
    """Say that an answer is wrong: whoever keeps the bank reads it."""
    key = f"{desk.key}.contest"
    with (
        st.popover("Contest this answer", key=f"{key}.open", icon=":material/gavel:", type="tertiary"),
        st.form(f"{key}.form", border=False),
    ):
        said = st.text_area("What is wrong with it?", key=key, max_chars=CONTESTED, height=120).strip()
        if not st.form_submit_button("Send"):
            return
        if not said:
            st.warning("Say what is wrong first.", icon=":material/keyboard:")
            return
        try:
            if said != desk.contested:
                records.contest(question.id, desk.seed, said)
        except TROUBLE as error:
            st.error(sentence(error), icon=":material/error:")
            return
        desk.contested = said
        st.success("Kept, with the question and your answer's numbers.", icon=":material/check:")
