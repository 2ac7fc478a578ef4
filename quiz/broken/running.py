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
    watch.look(0, None)
    best = (watch.moments[0]["validation_loss"], 0, copied(loop.model.state_dict()))
    broke_at = None
    for number, goal in enumerate(moments(recipe.updates), start=1):
        done, is_finite, update = _until(watch, goal)
        watch.look(done, update)
        if not is_finite:
            broke_at = done
            break
        if (now := watch.moments[-1]["validation_loss"]) < best[0]:
            best = (now, done, copied(loop.model.state_dict()))
        if number % SHOWN_EVERY == 0:
            shown = Dashboard(watch.curves(), watch.batches())
            yield Progress(0.95 * done / recipe.updates, shown, f"update {done} of {recipe.updates}")
    if recipe.keeps_best:
        loop.model.load_state_dict(best[2])
    examined = examine(loop)
    kept_from = best[1] if recipe.keeps_best else None
    yield Progress(1.0, Dashboard(watch.curves(), watch.batches(), *examined, broke_at, kept_from))


def _until(watch: Watch, goal: int) -> tuple[int, bool, Update]:
    """Train until ``goal`` updates are done or the loss is not finite; what the last update did."""
    while len(watch.batch_losses) < goal - 1:
        if not watch.step():
            break
    is_finite, update = watch.watched_step()
    return len(watch.batch_losses), is_finite, update


def dashboard(recipe: Recipe, seed: int) -> Dashboard:
    """The complete one."""
    *_, last = dashboards(recipe, seed)
    if last.result is None:
        raise RuntimeError("a run gave no dashboard")
    return last.result
