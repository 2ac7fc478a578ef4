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
from quiz.scheduling import HIGHEST, LOWEST, in_words
from quiz.topics import TOPICS
from ui.figure import figure
from ui.plain import bare, escaped
from ui.quiz import flow, records

KEY = "quiz.options"


def practise() -> None:
    """One question after the other, of what the learner chose."""
    st.header("Practice", anchor=False)
    with st.sidebar:
        _choose(records.options())
    flow.sit("practice", lambda last: records.first_of(records.options(), last), _counts, _nothing_to_practise)


def review() -> None:
    """What is due, and what will be."""
    st.header("Review", anchor=False)
    cards = records.cards()
    if not cards:
        st.info("Nothing to review yet: what you answer in Practice comes here when you are about to forget it.")
        st.page_link("pages/practice.py", label="Practice", icon=":material/quiz:")
        return
    with st.sidebar:
        _retention()
    flow.sit("review", lambda last: records.first_of(Options(what="due"), last), _counts, _nothing_due)
    _forecast()


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
    values["new_per_day"] = st.number_input("New questions a day", 0, 500, now.new_per_day, key=f"{KEY}.new_per_day")
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
    return tuple(
        st.multiselect(label, list(offered), kept, format_func=offered.__getitem__, placeholder="all", key=key)
    )


def _one(name: str, label: str, offered: Mapping[Any, str], now: str) -> str:
    """One of what is offered."""
    at = list(offered).index(now)
    return str(st.selectbox(label, list(offered), at, format_func=offered.__getitem__, key=f"{KEY}.{name}"))


def _retention() -> None:
    """How much is to be remembered, and how much was."""
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
    st.caption(measured(records.answers(), kept).in_words)


# --- how it stands ----------------------------------------------------------------------------------------------------


def _counts() -> None:
    """What is due and what is new today."""
    cards, options = records.cards(), records.options()
    new = max(0, options.new_per_day - records.introduced())
    waiting = len(due(cards, records.moment()))
    st.caption(f"**{waiting}** due now · **{new}** new left today · **{len(cards)}** of {len(records.items())} seen")


def _nothing_to_practise() -> None:
    """Why nothing is asked, and what one can do."""
    options = records.options()
    st.success("That is all for today, of what you chose.", icon=":material/task_alt:")
    coming = next_due(records.cards(), records.moment())
    if coming is not None:
        st.caption(f"The next review is due in {in_words(coming - records.moment())}.")
    if options.what != "cram" and st.button("Go on without waiting", icon=":material/fast_forward:", key="quiz.cram"):
        records.choose(what="cram")
        st.session_state.pop(f"{KEY}.what", None)  # the menu is filled anew
        st.rerun()


def _nothing_due() -> None:
    st.success("Nothing is due now.", icon=":material/task_alt:")
    coming = next_due(records.cards(), records.moment())
    if coming is not None:
        st.caption(f"The next review is due in {in_words(coming - records.moment())}.")
    st.page_link("pages/practice.py", label="Practice something new", icon=":material/quiz:")


def _forecast() -> None:
    st.subheader("The next two weeks", anchor=False)
    found = forecast(records.cards(), records.moment(), zone=records.zone())
    figure(forecast_figure(list(found), list(found.values())), "quiz.forecast", "Reviews due on each day", 240)
    st.caption("Today's bar has what is overdue, too. Every answer moves it.")
