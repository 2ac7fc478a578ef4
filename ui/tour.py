"""A guided tour on the page: its card above the player, and the menu it is chosen from."""

from functools import partial
from typing import Literal, cast

import streamlit as st

from engine import stage
from engine.scene import Scene
from engine.tours.catalog import TOURS
from engine.tours.seen import Seen
from engine.tours.tour import Progress, Tour
from ui import session
from ui.parts import redraw, redraw_all

OVER = ("finished", "stopped", "diverged")
DONE, HERE, OPEN = ":material/check_circle:", ":material/radio_button_checked:", ":material/radio_button_unchecked:"


@st.fragment(key="tour")
def card() -> None:
    """The present step, its tick, and the way on; nothing where no tour is open."""
    progress = session.visit().tour
    if progress is None:
        return
    progress.see(seen())
    _draw(progress)


def seen() -> Seen:
    """What a tour can know of this visitor's page."""
    entry, mine = session.entry(), session.visit()
    run, scene = entry.run, cast(Scene, entry.setting.scene) if entry.setting else None
    return Seen(
        now=mine.now,
        scene=scene,
        frames=entry.frames_after(0)[1],
        ended=entry.status in OVER,
        ending=run.ending.kind if run and run.ending else "",
        edited=bool(run and run.edits) or bool(entry.patches),
        view=str(st.session_state.get("further")),
    )


def _draw(progress: Progress) -> None:
    step, hint = progress.step, progress.hint(seen())
    with st.container(border=True, key="tour_card", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            place = f"step {progress.place + 1} of {len(progress.tour.steps)}"
            st.markdown(f"**{progress.tour.title}** :gray[{place}] {_ticks(progress)}", width="stretch")
            _buttons(progress)
        st.markdown(f"{step.text} :gray[Look at: {step.look}.]")
        if hint:
            st.markdown(f":orange[:material/info:] {hint}")
        if progress.is_ticked:
            st.markdown(f":green[{DONE}] {progress.said[progress.place]}")


def _ticks(progress: Progress) -> str:
    places = range(len(progress.tour.steps))
    return " ".join(
        f":green[{DONE}]" if place in progress.said else f":gray[{HERE if place == progress.place else OPEN}]"
        for place in places
    )


def _buttons(progress: Progress) -> None:
    """Back, help, on, and out."""
    last = progress.place == len(progress.tour.steps) - 1
    if progress.place:
        st.button("Back", key="tour_back", type="tertiary", on_click=partial(_go, -1))
    if not progress.is_ticked:
        text = "Sets the controls as this step asks, and trains."
        st.button("Do it for me", key="tour_do", type="tertiary", help=text, on_click=redraw_all(_do))
    following = after(progress.tour) if last and progress.is_over else None
    if following:
        start = redraw_all(partial(session.start_tour, following))
        st.button(f"Next: {following.title}", key="tour_following", type="primary", on_click=start)
    elif not last:
        kind: Literal["primary", "secondary"] = "primary" if progress.is_ticked else "secondary"
        st.button("Next", key="tour_next", type=kind, disabled=not progress.is_ticked, on_click=partial(_go, 1))
    out = "Finish" if progress.is_over else "Leave"
    text = "Closes the tour; the experiment stays as it is."
    st.button(out, key="tour_leave", type="tertiary", help=text, on_click=redraw_all(session.leave_tour))


def after(tour: Tour) -> Tour | None:
    """The tour that comes next in the table; None after the last."""
    ids = list(TOURS)
    place = ids.index(tour.id) + 1
    return TOURS[ids[place]] if place < len(ids) else None


def _go(by: int) -> None:
    progress = session.visit().tour
    if progress is not None:
        progress.go(by)
    redraw("tour")


def _do() -> None:
    """Do what the step asks: set its settings, train, open its view."""
    progress, mine = session.visit().tour, session.visit()
    if progress is None:
        return
    step, opening = progress.step, progress.tour.opening
    if step.view:
        st.session_state["further"] = step.view
        if not step.extra(opening, mine.now):
            return
    asked = step.experiment(opening).patched({"seed": mine.now.seed})
    session.show_experiment(asked, play=step.updates is None)
    if step.updates is not None:
        stage.pool().step(session.entry(), step.updates)


# --- choosing one -----------------------------------------------------------------------------------------------------


def menu() -> None:
    """The tours, in the order in which they build on each other; not there for students of a class link."""
    if not session.visit().classroom.is_open:
        return
    with st.popover("Tours", icon=":material/explore:", type="tertiary"):
        st.caption("A few minutes each. A step is ticked once you have done it.")
        with st.container(gap=None):
            for tour in TOURS.values():
                done = f" :green[{DONE}]" if tour.id in session.visit().toured else ""
                start = redraw_all(partial(session.start_tour, tour))
                title = f"{tour.title} :gray[{tour.minutes} min]{done}"
                st.button(title, key=f"tour.{tour.id}", type="tertiary", help=tour.aim, on_click=start)
