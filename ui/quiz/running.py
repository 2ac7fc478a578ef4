"""Longer work of a question: begun in the background, shown as it comes, with a way to stop it."""

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

import streamlit as st

from engine import stage
from engine.jobs import Job, Progress
from engine.limits import LimitReached
from ui.plain import bare, escaped
from ui.quiz.desk import Desk
from ui.visit import visit

T = TypeVar("T")
TICK_SECONDS = 0.4
FIRST_SECONDS = 0.4
"""How long the page waits for something to show."""


def run(
    desk: Desk,
    part: str,
    asked: Hashable,
    work: Callable[[], Iterator[Progress[T]]],
    show: Callable[[T], None],
    over: Callable[[T], bool] | None = None,
) -> None:
    """Show what is known of ``work`` until it is over; ``over`` then says whether the page is to be drawn anew."""
    try:
        job = stage.workshop().ask(visit().token, f"quiz.{desk.place}.{part}", (desk.key, desk.attempt, asked), work)
    except LimitReached as reached:
        st.warning(str(reached), icon=":material/hourglass_disabled:")
        st.button("Try again", key=f"{desk.key}.{part}.retry", icon=":material/refresh:")
        return
    stage.workshop().wait(job, FIRST_SECONDS)
    _watch(desk, part, job, show, over)


def _watch(desk: Desk, part: str, job: Job[T], show: Callable[[T], None], over: Callable[[T], bool] | None) -> None:
    clock = None if job.is_over else TICK_SECONDS

    @st.fragment(key=f"{desk.key}.{part}", run_every=clock)
    def watched() -> None:
        was_over = job.is_over
        stage.workshop().look(job)
        _status(desk, part, job, was_over)
        if job.result is not None and job.status != "failed":
            show(job.result)
        if not was_over:
            return
        is_new = job.status == "done" and job.result is not None and over is not None and over(job.result)
        if is_new or clock is not None:
            st.rerun()  # what depends on it is drawn, and the clock stops

    watched()


def _status(desk: Desk, part: str, job: Job[T], was_over: bool) -> None:
    """How far it is, what went wrong, or that it was stopped."""
    if job.status == "failed":
        st.error(escaped(bare(job.failure, 400)), icon=":material/error:")
    elif not was_over:
        with st.container(horizontal=True, vertical_alignment="center", key=f"progress.{desk.key}.{part}"):
            st.progress(min(max(job.share, 0.0), 1.0), job.said or "Training")
            st.button("Stop", key=f"{desk.key}.{part}.stop", on_click=stage.workshop().stop, args=(job,))
    elif job.status == "stopped":
        st.caption("Stopped: this is what was known by then.")
        st.button("Run again", key=f"{desk.key}.{part}.again", icon=":material/replay:", on_click=_again, args=(desk,))


def _again(desk: Desk) -> None:
    desk.attempt += 1
