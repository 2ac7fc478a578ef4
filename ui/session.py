"""Acts for the present visitor. With ``ui/visit.py`` it owns ``st.session_state``, widgets' own keys apart."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

import streamlit as st

from engine import stage
from engine.admission import admit, reserve
from engine.choice import Problem
from engine.classroom import Classroom
from engine.data.hand import placed_only
from engine.data.own.sheet import Sheet
from engine.data.own.store import store
from engine.data.plane import View
from engine.data.source import DataSource, Handmade
from engine.device import DeviceName
from engine.entry import Entry, Past
from engine.experiment import Experiment, consequence, differences
from engine.limits import LimitReached
from engine.permalink import Link, decode, encode
from engine.pool import Measured
from engine.run import Edit
from engine.supervised import SupervisedRun
from engine.tours.catalog import TOURS
from engine.tours.tour import Progress, Tour
from ui import knobs, visitors
from ui.visit import BESIDE, KEY, Kept, Visit
from ui.visit import visit as visit

UNDO_DEPTH = 50
STALE_SECONDS = 3.0
"""How long a browser may still send the address that this page had before."""
TOUR_SPEED = 3
"""Of the player's speeds, the slowest with which a tour begins: its runs take a few seconds."""
ROWS_STAY = ("hand", "features", "scaling", "validation_share", "test_share")
"""Settings of data that leave its drawn rows as they are."""
LEAD_SECONDS = 0.15
"""How long a page waits for the player to have the first frame of what was changed."""
FRAMES_TO_GOAL = 150
"""Frames filmed on the way to where a link or a plane asked for."""
TRAINED_AGAIN = "The server had put this run away; it was trained again up to step {step:,}, with the same numbers."
P = ParamSpec("P")
READY_SECONDS = 2.0
"""How long still views wait for a run that is being made: opening real data for the first time takes a second."""


def is_here() -> bool:
    """Whether this visitor was let in."""
    return KEY in st.session_state


def resume(token: str) -> None:
    """Go on with the visit that this browser had before it lost its session: its run is where it was."""
    mine, earlier = visit(), visitors.visit_of(token)
    if not isinstance(earlier, Visit) or earlier is mine or not visitors.has_left(earlier):
        return
    if (shown := stage.pool().get(mine.entry_id)) is not None and not shown.pinned:
        stage.pool().close_entry(shown)
    st.session_state[KEY] = earlier
    knobs.forget()
    visit().bell.ring()


def sheet(digest: str) -> Sheet | None:
    """The file with this digest, where this visitor has uploaded it and it is still kept."""
    return store().get(visit().token, digest)


def entry() -> Entry:
    """The run this visitor looks at; made again, up to where it stood, where the pool had to forget it."""
    mine = visit()
    found = stage.pool().get(mine.entry_id) if mine.entry_id else None
    if found is None:
        found = stage.opening_run() if mine.is_new else _again()
        mine.entry_id = found.id
    else:
        mine.note(found)
    return found


def _again() -> Entry:
    """The run that the pool had to forget, trained again up to where it stood."""
    mine = visit()
    was_there = bool(mine.entry_id)
    found = _begin_or_say(mine.begun, mine.steps, mine.edits)
    if was_there and not is_shared(found):
        found.note = TRAINED_AGAIN.format(step=mine.steps)
    return found


def _begin_or_say(experiment: Experiment, goal: int, edits: Sequence[Edit]) -> Entry:
    """Begin a run; where there is no room, the opening run is shown and the player says why. Play then tries again."""
    mine = visit()
    try:
        return begin(experiment, goal=goal, edits=edits)
    except LimitReached as reached:
        found = stage.opening_run()
        mine.entry_id, mine.begun, mine.now, mine.steps, mine.edits = (
            found.id,
            experiment,
            experiment,
            goal,
            tuple(edits),
        )
        mine.refused = f"{reached} Until then this is the run that every page opens with."
        mine.bell.ring()
        return found


def _or_say(act: Callable[P, None]) -> Callable[P, None]:
    """``act``, or the limit that it meets in the player's banner: nothing has changed then."""

    @wraps(act)
    def acting(*args: P.args, **options: P.kwargs) -> None:
        try:
            act(*args, **options)
        except LimitReached as reached:
            refuse(reached)

    return acting


def refuse(reached: LimitReached) -> None:
    """Say in the player which limit was met."""
    mine = visit()
    mine.refused = f"{reached} The run stays as it was."
    mine.bell.ring()


def run() -> SupervisedRun | None:
    """The run on screen, waiting a little where it is just being made; None where it takes longer or can't be."""
    found = entry()
    found.wait(0, READY_SECONDS)
    return found.run if isinstance(found.run, SupervisedRun) else None


def look(measure: Callable[[SupervisedRun], Measured]) -> Measured | None:
    """Measure the run on screen between two of its updates; None where that can't be now."""
    return stage.pool().look(entry(), measure)  # type: ignore[arg-type]


def is_shared(found: Entry) -> bool:
    """Whether the run on screen is the opening run, which nobody may change."""
    return found.pinned


def is_untouched(found: Entry) -> bool:
    """Whether a run stands at its first weights, none of them changed by hand: beginning anew loses nothing then."""
    return found.run is not None and found.run.steps == 0 and not found.run.edits and not found.patches


def begin(
    experiment: Experiment,
    *,
    play: bool = False,
    goal: int = 0,
    edits: Sequence[Edit] = (),
    past: Past | None = None,
) -> Entry:
    """A new run of ``experiment``, in place of the present one, at once taken to ``goal``.

    It begins with its first weights, or where the ``past`` of a run that began alike ends. Raises LimitReached, and
    nothing has changed, where this server does not take it.
    """
    mine = visit()
    admit(experiment)
    shown = stage.pool().get(mine.entry_id)
    old = None if shown is None or shown.pinned or shown.id == mine.shown(BESIDE) else shown
    make = stage.recipe(experiment, edits, mine.view, mine.device, past.checkpoints[-1] if past else None)
    every = max(1, goal // FRAMES_TO_GOAL) if goal else None
    found = stage.pool().open(
        make,
        play=play,
        goal=goal or None,
        every=every,
        speed=mine.speed,
        instead_of=old,
        past=past,
        owner=mine.token,
        reserve=reserve(experiment),
    )
    mine.heard.clear()
    mine.refused = ""
    mine.entry_id, mine.begun, mine.steps, mine.edits = found.id, experiment, goal, tuple(edits)
    mine.now = experiment
    for edit in edits:
        mine.now = mine.now.patched(dict(edit.patch))
    mine.bell.ring()
    if old is not None:
        stage.pool().close_entry(old)
    return found


def change(new: Experiment) -> None:
    """Take in what the controls say: nothing, go on with the same weights, or begin anew (playing if it played).

    Raises LimitReached where this server does not take it: the run stays as it was.
    """
    mine = visit()
    new = _without_rows(mine.now, new)
    effect = consequence(mine.now, new)
    if effect == "nothing":
        return
    mine.warnings = {}
    found = entry()
    made = found.run if isinstance(found.run, SupervisedRun) else None
    goes_on = made is not None and not is_untouched(found) and made.can_go_on(new) and not is_shared(found)
    past = [*mine.past[1 - UNDO_DEPTH :], mine.now]
    if made is not None and goes_on and effect == "continue" and mine.continues:
        # The run may not have taken in yet what was asked last: what differs from that counts too.
        stage.pool().patch(found, differences(made.experiment, new) | differences(mine.now, new))
        mine.now, mine.past = new, past
        mine.bell.ring()
        return
    if _columns_of(new.data) != _columns_of(mine.now.data):
        mine.view = None
    begin(new, play=found.wants_to_play and not is_shared(found))
    mine.past = past
    let_player_lead()


def _without_rows(old: Experiment, new: Experiment) -> Experiment:
    """``new``, less what was done by hand to rows that it does not draw: placed points stay."""
    before, after = old.data, new.data
    if not isinstance(after, Handmade) or not after.hand:
        return new
    same_rows = type(before) is type(after) and old.seed == new.seed
    kept = {name: getattr(after, name) for name in ROWS_STAY if name in type(after).model_fields}
    if same_rows and before.model_copy(update=kept) == after:
        return new
    return new.patched({"data.hand": placed_only(after.hand)})


def _columns_of(data: DataSource) -> tuple[object, ...]:
    """What a plane's columns mean: another data set, or other columns of a file, have planes of their own."""
    return data.kind, getattr(data, "header", ""), getattr(data, "inputs", ())


def let_player_lead() -> None:
    """Wait until the player shows the run just begun: a browser that is busy with the page would show it later."""
    visit().heard.wait(LEAD_SECONDS)


@_or_say
def undo() -> None:
    """Set the controls back to what they said before the last change, with the same consequence as by hand."""
    mine = visit()
    if mine.past:
        *earlier, before = mine.past
        knobs.forget()
        change(mine.classroom.held(mine.now, before))
        mine.past = earlier


@_or_say
def look_at(view: View | None) -> None:
    """Draw the boundary on another plane: the same run, replayed to where it stands, filmed anew."""
    mine = visit()
    if view == mine.view:
        return
    mine.view = view
    found = entry()
    playing = found.wants_to_play and not is_shared(found)
    steps = found.run.steps if found.run is not None else 0
    begin(mine.begun, goal=steps, play=playing, edits=mine.edits)
    if mine.beside is not None:
        _look_anew(mine.beside)
    let_player_lead()


def _look_anew(kept: Kept) -> None:
    """The run kept as A is to be seen on the same plane as B: it is made again when it is next asked for."""
    visit().beside = replace(kept, entry_id="")
    found = stage.pool().get(kept.entry_id)
    if found is not None and not found.pinned:
        stage.pool().close_entry(found)


@_or_say
def compute_on(device: DeviceName) -> None:
    """Train on another device from now on: the present experiment begins anew there."""
    mine = visit()
    if device != mine.device:
        mine.device = device
        begin(mine.now)


def open_link(link: Link, found: list[Problem]) -> None:
    """Show what a link or preset says; the controls are filled from it."""
    mine = visit()
    try:
        admit(link.experiment)
    except LimitReached as reached:
        link, found = Link(), [*found, Problem(f"the limit on {reached.limit.what}", reached.asked, str(reached))]
    mine.view, mine.problems, mine.warnings = link.look.plane, found, {}
    mine.classroom, mine.tour = link.classroom, None
    if link.tour:
        _open_tour(TOURS[link.tour])
    knobs.forget()
    if link == Link():
        mine.entry_id, mine.begun, mine.now, mine.steps, mine.edits = "", Experiment(), Experiment(), 0, ()
        mine.refused = ""
        entry()
        mine.bell.ring()
    else:
        _begin_or_say(link.experiment, link.look.step or 0, link.edits)
    mine.opened_at = mine.steps
    mine.past = []


def refill() -> None:
    """Fill the controls from the run on screen."""
    mine = visit()
    mine.problems, mine.warnings = [], {}
    knobs.forget()


def start_tour(tour: Tour) -> None:
    """Show a tour's opening with all controls open, and its first step; the present tour, if any, is left."""
    leave_tour()
    visit().classroom = Classroom()
    show_experiment(tour.opening, play=False)
    _open_tour(tour)


def _open_tour(tour: Tour) -> None:
    mine = visit()
    mine.tour, mine.speed = Progress(tour), max(mine.speed, TOUR_SPEED)


def leave_tour() -> None:
    """Close the tour; the experiment stays."""
    mine = visit()
    if mine.tour is not None and mine.tour.is_over:
        mine.toured.add(mine.tour.tour.id)
    mine.tour = None


def leave_class() -> None:
    """Open every control again; the experiment stays."""
    visit().classroom = Classroom()


@_or_say
def show_experiment(experiment: Experiment, *, play: bool) -> None:
    """Begin ``experiment``, but for what a class link holds, and fill the controls from it."""
    mine = visit()
    experiment = mine.classroom.held(mine.now, experiment)
    admit(experiment)
    if experiment != mine.now:
        mine.past = [*mine.past[1 - UNDO_DEPTH :], mine.now]
    mine.view, mine.problems, mine.warnings = None, [], {}
    knobs.forget()
    begin(experiment, play=play)


def read_address() -> None:
    """Open the link in the address bar, unless this session wrote it there itself."""
    query = {key: str(value) for key, value in st.query_params.items()}
    mine = visit()
    play = query.pop("play", None) is not None
    if query == (mine.written or {}) or (mine.written is not None and not query):
        return
    before, when = mine.replaced
    if query == before and time.monotonic() - when < STALE_SECONDS:
        return  # this request left the browser before the new address had come
    link, found = decode(query)
    mine.written = query
    if link == Link() and not found:
        return
    open_link(link, found)
    if play:
        stage.pool().play(entry())


def write_address() -> None:
    """Put the link of what is on screen into the address bar."""
    mine = visit()
    query = encode(mine.link)
    if query != mine.written or dict(st.query_params) != query:
        st.query_params.from_dict(query)
        if query != mine.written:
            mine.replaced = (mine.written or {}, time.monotonic())
        mine.written = query
