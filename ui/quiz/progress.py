"""Progress: what one knows and how sure that is, how sure one feels, what was done, and the records themselves."""

import json
from io import BytesIO

import streamlit as st

from charts.learning import Estimate, calibration_figure, history_figure, mastery_figure, mastery_height
from quiz.days import day_of
from quiz.progress import Mastery, calibration, history, mastery, streak, totals
from quiz.question import LEVELS
from quiz.records import Answered
from quiz.retention import measured
from quiz.topics import TOPICS
from ui import learner, login
from ui.figure import figure
from ui.plain import bare, escaped
from ui.quiz import records
from ui.quiz.trouble import TROUBLE, sentence, told

DAYS = 28
LARGEST_MB = 8
"""Of a file of records that is brought along."""
ADDED = "progress.added"
"""What came of the last file: how many answers were new, or why it was not read."""


@told("progress")
def progress() -> None:
    """Everything that the answers say."""
    st.header("Progress", anchor=False)
    given = records.answers()
    if given:
        _totals(given)
        _mastery(given)
        left, right = st.columns(2)
        with left:
            _calibration(given)
        with right:
            _history(given)
    else:
        st.info("Nothing answered yet. What you answer in Practice is measured here.", icon=":material/insights:")
        st.page_link("pages/practice.py", label="Practice", icon=":material/quiz:")
    _account()
    _records(len(given))


def _totals(given: list[Answered]) -> None:
    done, row = totals(given, records.zone()), streak(given, records.moment(), records.zone())
    today = "" if row.is_done_today else ", today still to come"
    cells = {
        "Answers": f"{done.answers:,}",
        "Right": f"{done.right / done.answers:.0%}",
        "Days in a row": f"{row.current}",
        "Time": f"{done.seconds / 3600:.1f} h" if done.seconds >= 3600 else f"{done.seconds / 60:.0f} min",
    }
    helps = {
        "Days in a row": f"The longest so far: {row.longest}{today}",
        "Time": "At most ten minutes of one answer count",
    }
    with st.container(horizontal=True):
        for name, value in cells.items():
            st.metric(name, value, help=helps.get(name), width=150)
    st.caption(measured(given, records.settings().retention).in_words)


def _mastery(given: list[Answered]) -> None:
    st.subheader("What you would know now", anchor=False)
    cards, moment = records.cards(), records.moment()
    topics = mastery(records.items(), cards, given, moment)
    levels = mastery(records.items(), cards, given, moment, by="level")
    found = [_estimate(TOPICS[name].title, each) for name, each in topics.items()]
    found += [_estimate(f"all {LEVELS[name].lower()}", each) for name, each in levels.items()]  # type: ignore[index]
    figure(mastery_figure(found), "progress.mastery", "Mastery by topic and level", mastery_height(len(found)))
    st.caption(
        "The probability that a question of the topic, drawn at random, would be answered rightly now, with its 90 % "
        "interval: each question seen counts as one trial, by how much of the last answer was right times the probability "
        "(FSRS) that you still recall it; the prior is even. What was hardly seen is wide open."
    )


def _estimate(name: str, found: Mastery) -> Estimate:
    known = found.known
    said = f"{name}: {known.mean:.0%}, from {known.low:.0%} to {known.high:.0%}; {found.seen} of {found.total} seen"
    return Estimate(name, known.mean, known.low, known.high, said)


def _calibration(given: list[Answered]) -> None:
    st.subheader("How sure, how often right", anchor=False)
    found = calibration(given)
    if not found.count:
        st.caption("Say how sure you are before you answer: here it is held against how often you were right.")
        return
    points = [
        (
            each.sure,
            Estimate(
                "",
                each.right.mean,
                each.right.low,
                each.right.high,
                f"sure {each.sure:.0%}: right {each.right.mean:.0%} of {each.count}",
            ),
        )
        for each in found.bins
    ]
    figure(calibration_figure(points), "progress.calibration", "How often right against how sure", 300)
    st.caption(
        f"{found.count} answers; 95 % intervals. The Brier score, the mean of (sure − right)², is {found.brier:.3f}: 0 is "
        "perfect, 0.25 is what always saying 50 % gives."
    )


def _history(given: list[Answered]) -> None:
    st.subheader("The last four weeks", anchor=False)
    right = history([each for each in given if each.is_right], records.moment(), DAYS, records.zone())
    total = history(given, records.moment(), DAYS, records.zone())
    wrong = [total[day] - right[day] for day in total]
    figure(history_figure(list(total), list(right.values()), wrong), "progress.history", "Answers on each day", 300)


# --- whose records they are -------------------------------------------------------------------------------------------


def _account() -> None:
    st.subheader("Your records", anchor=False)
    is_logged_in = login.login() is not None
    if is_logged_in:
        st.caption(f"Kept under your account, {escaped(bare(login.name()))}: log in anywhere to find them.")
        st.button("Log out", icon=":material/logout:", on_click=learner.log_out, key="progress.logout")
    elif not learner.is_kept():
        st.warning(
            "This browser keeps no cookies for this page, so your records are gone when it closes. Export them to keep them.",
            icon=":material/cookie_off:",
        )
    else:
        st.caption(
            "Known by a secret that this browser keeps; the server has only its hash. Another browser sees nothing."
        )
    if login.is_offered() and not is_logged_in:
        st.button("Log in", icon=":material/login:", on_click=login.begin, key="progress.login")
        st.caption("Your account takes these records along.")


def _records(count: int) -> None:
    store, who = learner.store(), learner.who()  # the file is made where nobody's session is known
    with st.container(horizontal=True):
        day = day_of(records.moment(), records.zone())
        st.download_button(
            "Export",
            lambda: json.dumps(store.export(who), ensure_ascii=False),
            f"gradient-playground-{day:%Y-%m-%d}.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
            disabled=count == 0,
            key="progress.export",
        )
        with st.popover("Import", icon=":material/upload:"):
            _import()
        with st.popover("Delete my data", icon=":material/delete:"):
            _delete(count)


def _import() -> None:
    sent = st.file_uploader(
        "A file that was exported here", ["json"], key="progress.import", max_upload_size=LARGEST_MB
    )
    if sent is not None:
        st.button("Add what is new in it", key="progress.import.go", on_click=_take_in, args=(sent,))
    added = st.session_state.pop(ADDED, None)
    if isinstance(added, int):
        st.toast(f"{added:,} {'answer was' if added == 1 else 'answers were'} new.", icon=":material/check:")
    elif added:
        st.error(added, icon=":material/error:")


def _take_in(sent: BytesIO) -> None:
    """Before the page is drawn, so that it shows what came."""
    try:
        st.session_state[ADDED] = learner.store().import_(learner.who(), sent.getvalue(), records.schedule())
    except TROUBLE as error:
        st.session_state[ADDED] = sentence(error)


def _delete(count: int) -> None:
    st.markdown(f"All {count:,} answers, their schedule, your interviews and settings are deleted for good.")
    if st.button("Delete everything", type="primary", key="progress.delete.go"):
        learner.store().delete(learner.who())
        learner.forget()
        st.rerun()
