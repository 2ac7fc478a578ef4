"""Break it and mend it: the dashboards of a run, the suspects, and a fix that is tried by training again."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from quiz.broken.dashboard import Dashboard
from quiz.broken.faults import FAULTS
from quiz.broken.fixing import Trial, grade, shown, tried
from quiz.catalogue import mixed
from quiz.kinds.broken import BreakIt
from quiz.question import BadAnswer, Grade
from ui.quiz.asking import CHOICES, go, numbered
from ui.quiz.dashboards import dashboard
from ui.quiz.desk import Desk
from ui.quiz.running import run


def asked(question: BreakIt, desk: Desk, hand_in: Callable[[], None]) -> None:
    """First the fault is named, then mended."""
    st.caption(question.base.said)
    run(desk, "broken", question.id, partial(shown, question), partial(dashboard, f"{desk.key}.broken"))
    if desk.named is None:
        _suspects(question, desk)
    else:
        _named(desk)
        _fixes(question, desk, hand_in)


def told(question: BreakIt, desk: Desk, given: Grade) -> None:
    """What the fault was, and what came of the fix."""
    for note in given.notes or question.grade(question.solution).notes:
        st.markdown(note.text)
    with st.expander("The run with the fault", icon=":material/monitoring:"):
        run(desk, "broken", question.id, partial(shown, question), partial(_with_signs, question, desk))
    if desk.fix:
        with st.expander("The run with the fix", icon=":material/build:", expanded=True):
            run(
                desk,
                "fixed",
                desk.fix,
                partial(tried, question, desk.fix),
                _trial(desk),
            )


def _with_signs(question: BreakIt, desk: Desk, seen: Dashboard) -> None:
    """The pictures, and by which numbers in them the fault is told from others."""
    dashboard(f"{desk.key}.broken", seen)
    if seen.examined is not None:
        readings = FAULTS[question.fault].readings(seen)
        st.markdown("**Its signs here:** " + "; ".join(str(reading) for reading in readings) + ".")


def _trial(desk: Desk) -> Callable[[Trial], None]:
    return lambda trial: dashboard(f"{desk.key}.fixed", trial.seen)


def _suspects(question: BreakIt, desk: Desk) -> None:
    order = mixed(len(question.suspects), question.id, desk.seed)
    st.markdown("**Which fault is it?**")
    with st.container(key=CHOICES):
        chosen = st.radio(
            "Suspects",
            order,
            index=None,
            format_func=lambda place: numbered(order.index(place) + 1, question.suspected[place].label),
            key=f"{desk.key}.suspect",
            label_visibility="collapsed",
        )
    desk.draft = None if chosen is None else (chosen,)
    go("Name it", partial(_name, question, desk), desk, disabled=chosen is None)


def _name(question: BreakIt, desk: Desk) -> None:
    try:
        desk.named = question.grade(() if desk.draft is None else desk.draft)
    except BadAnswer as error:
        desk.wrong = str(error)


def _named(desk: Desk) -> None:
    assert desk.named is not None
    for note in desk.named.notes:
        (st.success if note.is_right and desk.named.is_right else st.info)(note.text)


def _fixes(question: BreakIt, desk: Desk, hand_in: Callable[[], None]) -> None:
    st.markdown(f"**What mends it?** It is trained again from the same seed; the target is an {question.base.target}.")
    if desk.fix:
        run(
            desk,
            "fixed",
            desk.fix,
            partial(tried, question, desk.fix),
            _trial(desk),
            partial(_mended, desk, hand_in),
        )
        return
    labels = {fix.id: fix.label for fix in question.fixes}
    with st.container(key=CHOICES):
        chosen = st.radio(
            "Fixes",
            list(labels),
            index=None,
            format_func=lambda id: numbered(list(labels).index(id) + 1, labels[id]),
            key=f"{desk.key}.fix",
            label_visibility="collapsed",
        )
    go("Train with it", partial(setattr, desk, "fix", chosen or ""), desk, disabled=chosen is None)


def _mended(desk: Desk, hand_in: Callable[[], None], trial: Trial) -> bool:
    """The trial is over: naming and mending count half each."""
    if desk.is_answered or not trial.is_over or desk.named is None:
        return False
    mended = grade(trial)
    desk.close(Grade((desk.named.share + mended.share) / 2, (*desk.named.notes, *mended.notes)))
    hand_in()
    return True
