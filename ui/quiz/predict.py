"""Predict, then run: one chooses, the engine trains, and what it measures is the answer."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from charts.dashboard import paths_figure
from quiz.criteria import SCORES
from quiz.kinds.predict import Predict
from quiz.predicting import Race, outcome, raced
from quiz.question import BadAnswer, Grade
from ui.figure import figure
from ui.quiz.asking import CHOICES, go, numbered
from ui.quiz.desk import Desk
from ui.quiz.running import run
from ui.quiz.told import RIGHT, WRONG, link


def asked(question: Predict, desk: Desk, hand_in: Callable[[], None]) -> None:
    """The choice, then the race."""
    chosen = _choice(question, desk)
    if not desk.is_running:
        go("Run them", partial(_begin, desk, chosen), desk, disabled=not chosen)
        return
    run(
        desk,
        "race",
        question.id,
        partial(raced, question),
        partial(_curves, question, desk),
        partial(_over, question, desk, hand_in),
    )


def told(question: Predict, desk: Desk, given: Grade) -> None:
    """What was measured, and the runs themselves."""
    chosen = desk.draft if isinstance(desk.draft, tuple) and not desk.gave_up else ()
    for place, note in enumerate(given.notes):
        holds = note.is_right == (place in chosen)  # what was rightly left out does not hold
        yours = " *(you predicted it)*" if place in chosen else ""
        st.markdown(f"{RIGHT if holds else WRONG} {note.text}{yours}")
    show = _with_outcome if desk.gave_up else _curves
    run(desk, "race", question.id, partial(raced, question), partial(show, question, desk))
    with st.expander("Open one in the Playground", icon=":material/play_circle:"):
        for number, each in enumerate(question.contestants):
            link(each.link, f"{desk.key}.contestant.{number}", each.label)


def _choice(question: Predict, desk: Desk) -> tuple[int, ...]:
    labels = [each.label for each in question.contestants]
    with st.container(key=CHOICES):
        if question.criterion.is_single:
            one = st.radio(
                "Experiments",
                range(len(labels)),
                index=None,
                format_func=lambda place: numbered(place + 1, labels[place]),
                key=f"{desk.key}.predicted",
                label_visibility="collapsed",
                disabled=desk.is_running,
            )
            return () if one is None else (one,)
        return tuple(
            place
            for place, label in enumerate(labels)
            if st.checkbox(numbered(place + 1, label), key=f"{desk.key}.predicted.{place}", disabled=desk.is_running)
        )


def _begin(desk: Desk, chosen: tuple[int, ...]) -> None:
    desk.draft, desk.is_running = chosen, True
    desk.stop_clock()


def _over(question: Predict, desk: Desk, hand_in: Callable[[], None], race: Race) -> bool:
    """All runs are over: now there is an answer."""
    if desk.is_answered or not race.is_over:
        return False
    try:
        desk.close(question.grade(desk.draft or (), outcome(question, race)))
    except BadAnswer as error:
        desk.wrong, desk.is_running = str(error), False
        return True
    hand_in()
    return True


def _with_outcome(question: Predict, desk: Desk, race: Race) -> None:
    """For who predicted nothing: the answer, once it is measured."""
    if race.is_over:
        came = outcome(question, race)
        for place, (each, said) in enumerate(zip(question.contestants, came.said, strict=True)):
            st.markdown(f"{RIGHT if place in came.holds else WRONG} **{each.label}**: {said}")
    _curves(question, desk, race)


def _curves(question: Predict, desk: Desk, race: Race) -> None:
    score = question.criterion.score
    paths = {curve.label: (curve.updates, curve.scores[score]) for curve in race.curves}
    drawn = paths_figure(paths, SCORES[score], is_log=score in ("train.loss", "validation.loss", "gradient.ratio"))
    figure(drawn, f"{desk.key}.race", f"{SCORES[score]} of every experiment over the updates", 320)
    for curve in race.curves:
        if curve.ended:
            st.caption(f"{curve.label}: {curve.ended}")
