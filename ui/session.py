"""The one module that owns ``st.session_state`` (widgets' own keys apart): what this visitor looks at."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engine import stage
from engine.choice import Problem
from engine.data.plane import View
from engine.experiment import Experiment, consequence, differences
from engine.permalink import Link, Look, decode, encode
from engine.pool import DEFAULT_SPEED, Entry
from engine.supervised import SupervisedRun
from ui import knobs

KEY = "gradient_playground"
READY_SECONDS = 2.0
"""How long still views wait for a run that is being made: opening real data for the first time takes a second."""


@dataclass
class Visit:
    """One visitor's Playground."""

    begun: Experiment = Experiment()
    """The experiment the present run began with."""
    now: Experiment = Experiment()
    """The same with the settings changed in mid-run."""
    view: View | None = None
    show: int | None = None
    """The step a link asked to see."""
    entry_id: str = ""
    speed: int = DEFAULT_SPEED
    continues: bool = True
    """Whether a change under ``training`` goes on with the same weights."""
    written: dict[str, str] | None = None
    """The query this session last wrote: another one in the address bar is a link that was opened."""
    problems: list[Problem] = field(default_factory=list)


def visit() -> Visit:
    """This visitor's state, made at the first call."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Visit()
    found: Visit = st.session_state[KEY]
    return found


def entry() -> Entry:
    """The run this visitor looks at; made again where the pool had to forget it."""
    mine = visit()
    found = stage.pool().get(mine.entry_id) if mine.entry_id else None
    if found is None and mine.begun == Experiment() and mine.now == mine.begun and not mine.show and mine.view is None:
        found = stage.opening_run()
    elif found is None:
        found = begin(mine.begun, goal=mine.show)
    mine.entry_id = found.id
    return found


def run() -> SupervisedRun | None:
    """The run on screen, waiting a little where it is just being made; None where it takes longer or can't be."""
    found = entry()
    found.wait(0, READY_SECONDS)
    return found.run if isinstance(found.run, SupervisedRun) else None


def is_shared(found: Entry) -> bool:
    """Whether the run on screen is the opening run, which nobody may change."""
    return found.pinned


def begin(experiment: Experiment, *, play: bool = False, goal: int | None = None, edits: Any = ()) -> Entry:
    """A new run of ``experiment`` from its first weights, in place of the present one."""
    mine = visit()
    old = stage.pool().get(mine.entry_id) if mine.entry_id else None
    if old is not None and not old.pinned:
        stage.pool().close_entry(old)
    make = stage.recipe(experiment, edits, mine.view)
    every = max(1, goal // 150) if goal else None
    found = stage.pool().open(make, play=play, goal=goal or None, every=every, speed=mine.speed)
    mine.begun, mine.now, mine.entry_id, mine.show = experiment, experiment, found.id, goal
    return found


def change(new: Experiment) -> None:
    """Take in what the controls say: nothing, go on with the same weights, or begin anew (playing if it played)."""
    mine = visit()
    effect = consequence(mine.now, new)
    if effect == "nothing":
        return
    found = entry()
    begun = found.run is not None and found.run.steps > 0 and found.run.ending is None
    if effect == "continue" and mine.continues and begun and not is_shared(found):
        stage.pool().patch(found, differences(mine.now, new))
        mine.now = new
        return
    begin(new, play=found.status == "playing" and not is_shared(found))


def look_at(view: View | None) -> None:
    """Draw the boundary on another plane: the same run, replayed to where it stands, filmed anew."""
    mine = visit()
    if view == mine.view:
        return
    mine.view = view
    found = entry()
    steps = found.run.steps if found.run is not None else 0
    edits = found.run.edits if found.run is not None else ()
    now, playing = mine.now, found.status == "playing" and not is_shared(found)
    begin(mine.begun, goal=steps or None, play=playing, edits=edits)
    mine.now, mine.show = now, None


def open_link(link: Link, found: list[Problem]) -> None:
    """Show what a link or preset says; the controls are filled from it."""
    mine = visit()
    mine.view, mine.problems = link.look.plane, found
    knobs.forget()
    begin(link.experiment, goal=link.look.step or None, edits=link.edits)
    experiment = link.experiment
    for edit in link.edits:
        experiment = experiment.patched(dict(edit.patch))
    mine.now = experiment


def show_experiment(experiment: Experiment, *, play: bool) -> None:
    """Begin ``experiment`` and fill the controls from it."""
    mine = visit()
    mine.view, mine.problems = None, []
    knobs.forget()
    begin(experiment, play=play)


def read_address() -> None:
    """Open the link in the address bar, unless this session wrote it there itself."""
    query = {key: str(value) for key, value in st.query_params.items()}
    mine = visit()
    play = query.pop("play", None) is not None
    if query == (mine.written or {}) or (mine.written is not None and not query):
        return
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
    query = encode(link())
    if query != mine.written or dict(st.query_params) != query:
        st.query_params.from_dict(query)
        mine.written = query


def link() -> Link:
    """The present run as a link, without the step shown (the player adds the one on screen)."""
    mine = visit()
    found = stage.pool().get(mine.entry_id)
    edits = found.run.edits if found is not None and found.run is not None else ()
    return Link(mine.begun, tuple(edits), Look(plane=mine.view))
