"""Practice and Review: what is chosen to be asked, what is due, and the question itself."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pydantic import ValidationError

from charts.learning import forecast_figure
from engine.choice import problems
from quiz.catalogue import kinds
from quiz.choosing import TURNS, WHATS, Options, due, forecast, next_due
from quiz.question import LEVELS
from quiz.retention import measured
from quiz.scheduling import HIGHEST, LOWEST, Card, in_words
from quiz.topics import TOPICS
from ui.figure import figure
from ui.plain import bare, escaped
from ui.quiz import flow, records
from ui.quiz.records import Standing
from ui.quiz.trouble import told

KEY = "quiz.options"


@told("practice")
def practise() -> None:
    """One question after the other, of what the learner chose."""
    st.header("Practice", anchor=False)
    with st.sidebar:
        _choose(records.options(records.settings()))
    flow.sit("practice", lambda now, last: records.first_of(now, now.options, last), _counts, _nothing_to_practise)


@told("review")
def review() -> None:
    """What is due, and what will be."""
    st.header("Review", anchor=False)
    cards = records.cards()
    if not cards:
        st.info("Nothing to review yet: what you answer in Practice comes here when you are about to forget it.")
        st.page_link("pages/practice.py", label="Practice", icon=":material/quiz:")
        return
    with st.sidebar:
        kept = _retention()
    flow.sit("review", lambda now, last: records.first_of(now, Options(what="due"), last), _counts, _nothing_due)
    _forecast(cards)
    with st.sidebar:
        _promise(kept)


# --- what to ask ------------------------------------------------------------------------------------------------------


def _choose(now: Options) -> None:
    """The learner's choice, kept for the next time."""
    topics = {id: topic.title for id, topic in TOPICS.items()}
    values: dict[str, Any] = {
        "topics": _several("topics", "Topics", topics, now.topics),
        "levels": _several("levels", "Levels", LEVELS, now.levels),
        "kinds": _several("kinds", "Kinds of questions", kinds(), now.kinds),
        "what": _one("what", "Ask", WHATS, now.what),
        "order": _one("order", "Order", TURNS, now.order),
    }
    st.session_state.setdefault(f"{KEY}.new_per_day", now.new_per_day)
    values["new_per_day"] = st.number_input("New questions a day", 0, 200, key=f"{KEY}.new_per_day")
    try:
        chosen = Options.model_validate(values)
    except ValidationError as error:
        for problem in problems(error, Options):
            st.warning(escaped(bare(str(problem), 200)))
        return
    if chosen != now:
        kept = chosen.model_dump()
        records.choose(new_a_day=kept.pop("new_per_day"), **kept)
        flow.clear("practice")


def _several(name: str, label: str, offered: Mapping[Any, str], now: Sequence[str]) -> tuple[str, ...]:
    """Any of what is offered; none of them stands for all."""
    key, kept = f"{KEY}.{name}", [each for each in now if each in offered]
    st.session_state.setdefault(
        key, kept
    )  # as a default it would make another widget of each choice, and lose the next
    return tuple(st.multiselect(label, list(offered), format_func=offered.__getitem__, placeholder="all", key=key))


def _one(name: str, label: str, offered: Mapping[Any, str], now: str) -> str:
    """One of what is offered."""
    st.session_state.setdefault(f"{KEY}.{name}", now)
    return str(st.selectbox(label, list(offered), format_func=offered.__getitem__, key=f"{KEY}.{name}"))


def _retention() -> float:
    """How much is to be remembered."""
    kept = records.settings().retention
    share = st.slider(
        "Remember at least",
        LOWEST,
        HIGHEST,
        kept,
        0.01,
        format="percent",
        key=f"{KEY}.retention",
        help="Each question comes again when you would recall it with this probability, as FSRS estimates it: more means "
        "more reviews. It counts from your next answer on.",
    )
    if share != kept:
        records.choose(retention=share)
    return share


def _promise(retention: float) -> None:
    """How much was remembered. With many answers that takes a moment: it is drawn after what one came for."""
    st.caption(measured(records.answers(), retention).in_words)


# --- how it stands ----------------------------------------------------------------------------------------------------


def _counts(now: Standing) -> None:
    """What is due and what is new today."""
    new = max(0, now.options.new_per_day - now.introduced)
    waiting = len(due(now.cards, records.moment()))
    st.caption(
        f"**{waiting}** due now · **{new}** new left today · **{len(now.cards)}** of {len(records.items())} seen"
    )


def _nothing_to_practise(now: Standing) -> None:
    """Why nothing is asked, and what one can do."""
    if not any(now.options.takes(item) for item in records.items()):
        st.info("No question is of all that you chose: take something out on the left.", icon=":material/filter_alt:")
        return
    st.success("That is all for today, of what you chose.", icon=":material/task_alt:")
    _coming(now)
    if now.options.what != "cram" and st.button(
        "Go on without waiting", icon=":material/fast_forward:", key="quiz.cram"
    ):
        records.choose(what="cram")
        st.session_state.pop(f"{KEY}.what", None)  # the menu is filled anew
        st.rerun()


def _nothing_due(now: Standing) -> None:
    st.success("Nothing is due now.", icon=":material/task_alt:")
    _coming(now)
    st.page_link("pages/practice.py", label="Practice something new", icon=":material/quiz:")


def _coming(now: Standing) -> None:
    """When there will be something to review."""
    coming = next_due(now.cards, records.moment())
    if coming is not None:
        st.caption(f"The next review is due in {in_words(coming - records.moment())}.")


def _forecast(cards: Mapping[str, Card]) -> None:
    st.subheader("The next two weeks", anchor=False)
    found = forecast(cards, records.moment(), zone=records.zone())
    figure(forecast_figure(list(found), list(found.values())), "quiz.forecast", "Reviews due on each day", 240)
    st.caption("Today's bar has what is overdue, too. Every answer moves it.")
