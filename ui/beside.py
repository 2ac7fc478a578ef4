"""Two runs side by side: A is kept as it stands, B goes on from it, or begins anew, with something else."""

from dataclasses import replace

from engine import stage
from engine.admission import reserve
from engine.entry import Entry
from engine.experiment import Experiment
from engine.limits import LimitReached
from ui import session
from ui.visit import Kept


def branch(step: int) -> None:
    """Keep the run on screen as A; B goes on from A's frame at ``step``: same weights, same batches from there on."""
    mine, a = session.visit(), session.entry()
    a.wait(0, session.READY_SECONDS)
    if a.run is None or not len(a.film):
        return
    at = a.film.at(step).step
    if not a.pinned:
        stage.pool().pause(a)
    drop()
    mine.note(a)
    kept = Kept(a.id, mine.begun, mine.now, mine.edits, a.run.steps)
    edits = tuple(edit for edit in mine.edits if edit.step <= at)
    mine.beside = kept
    try:
        session.begin(mine.begun, goal=at, edits=edits, past=a.past(at))
    except LimitReached:
        mine.beside = None
        raise
    mine.past = []
    session.refill()


def try_beside(experiment: Experiment) -> None:
    """Keep the run on screen as A, and play ``experiment`` from its first weights as B."""
    a = session.entry()
    branch(a.film.last.step if len(a.film) else 0)
    session.show_experiment(experiment, play=True)


def drop() -> None:
    """Forget A."""
    mine = session.visit()
    kept, mine.beside = mine.beside, None
    found = stage.pool().get(kept.entry_id) if kept else None
    if found is not None and not found.pinned:
        stage.pool().close_entry(found)


def swap() -> None:
    """A becomes the run on screen and B the one kept beside it."""
    mine, a = session.visit(), entry()
    if mine.beside is None or a is None:
        return
    b = session.entry()
    mine.note(b)
    steps = b.run.steps if b.run else mine.steps
    mine.beside, kept = Kept(b.id, mine.begun, mine.now, mine.edits, steps), mine.beside
    mine.entry_id, mine.begun, mine.now, mine.edits, mine.steps = a.id, kept.begun, kept.now, kept.edits, kept.steps
    mine.past = []
    session.refill()
    mine.bell.ring()


def entry() -> Entry | None:
    """The run kept as A; made again, up to where it stood, where the pool had to forget it. None where none is kept."""
    mine = session.visit()
    if mine.beside is None:
        return None
    kept = mine.beside
    found = stage.pool().get(kept.entry_id)
    if found is None:
        make = stage.recipe(kept.begun, kept.edits, mine.view, mine.device)
        every = max(1, kept.steps // session.FRAMES_TO_GOAL)
        found = stage.pool().open(
            make,
            goal=kept.steps or None,
            every=every,
            speed=mine.speed,
            owner=mine.token,
            reserve=reserve(kept.begun),
        )
        mine.beside = replace(kept, entry_id=found.id)
    return found


def companion() -> Entry | None:
    """A, where it can still go on: playing and pausing then concern both."""
    found = entry()
    return found if found is not None and not found.pinned and not (found.run and found.run.ending) else None
