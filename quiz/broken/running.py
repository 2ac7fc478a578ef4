"""A run from its first weights to its last, with its dashboard on the way."""

from collections.abc import Iterator

from engine.checkpoints import copied
from engine.jobs import Progress
from quiz.broken.dashboard import Dashboard
from quiz.broken.examining import examine
from quiz.broken.loop import Loop
from quiz.broken.recipe import Recipe
from quiz.broken.watching import Update, Watch

FIRST = (1, 2, 3, 5, 8, 12)
"""Moments at the beginning, where a rate that is too high shows itself."""
EVENLY = 20
"""Moments in equal steps to the end."""
SHOWN_EVERY = 3
"""So many moments pass between two looks at a run under way."""


def moments(updates: int) -> list[int]:
    """After how many updates a run is measured, but before the first."""
    evenly = (round(updates * number / EVENLY) for number in range(1, EVENLY + 1))
    return sorted({*(first for first in FIRST if first < updates), *evenly} - {0})


def dashboards(recipe: Recipe, seed: int) -> Iterator[Progress[Dashboard]]:
    """The run under way; the last one is complete."""
    loop = Loop(recipe, seed)
    watch = Watch(loop)
    watch.look(None)
    best = (watch.moments[0]["validation_loss"], 0, copied(loop.model.state_dict()))
    broke_at = None
    for number, goal in enumerate(moments(recipe.updates), start=1):
        update = _until(watch, goal)
        watch.look(update)
        if update is None:
            broke_at = watch.updates
            break
        if (now := watch.moments[-1]["validation_loss"]) < best[0]:
            best = (now, goal, copied(loop.model.state_dict()))
        if number % SHOWN_EVERY == 0:
            shown = Dashboard(watch.curves(), watch.batches())
            yield Progress(0.95 * goal / recipe.updates, shown, f"update {goal} of {recipe.updates}")
    if recipe.keeps_best:
        loop.model.load_state_dict(best[2])
    examined = examine(loop)
    kept_from = best[1] if recipe.keeps_best else None
    yield Progress(1.0, Dashboard(watch.curves(), watch.batches(), examined, broke_at, kept_from))


def _until(watch: Watch, goal: int) -> Update | None:
    """Train until ``goal`` updates are done; what the last one did, or None where its loss was not finite."""
    while watch.updates < goal - 1:
        if not watch.step():
            return None
    return watch.watched_step()


def dashboard(recipe: Recipe, seed: int) -> Dashboard:
    """The complete one."""
    *_, last = dashboards(recipe, seed)
    if last.result is None:
        raise RuntimeError("a run gave no dashboard")
    return last.result
