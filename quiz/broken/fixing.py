"""Trying a fix: the same run from the same seed, with the fix, held to the target on fresh data."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.choice import one_of
from engine.jobs import Progress
from quiz.broken.bases import Target
from quiz.broken.dashboard import Dashboard
from quiz.broken.fixes import FIXES, Fix
from quiz.broken.running import dashboards
from quiz.kinds.broken import BreakIt
from quiz.question import BadAnswer, Grade, Note


@dataclass(frozen=True)
class Trial:
    """A fix that is being tried."""

    fix: Fix
    target: Target
    seen: Dashboard
    """The run with the fix, as far as it is."""

    @property
    def is_over(self) -> bool:
        """Whether it has been used on fresh data."""
        return self.seen.examined is not None

    @property
    def mends(self) -> bool:
        """Whether the target was reached."""
        return self.seen.examined is not None and self.target.is_reached(self.seen.examined.fresh)


def shown(question: BreakIt) -> Iterator[Progress[Dashboard]]:
    """The broken run that the question is about."""
    return dashboards(question.recipe, question.seed)


def tried(question: BreakIt, fix: str) -> Iterator[Progress[Trial]]:
    """The run with a fix of ``question.fixes`` under way; the last one is over. Raises BadAnswer for another fix."""
    offered = [each.id for each in question.fixes]
    if fix not in offered:
        raise BadAnswer(f"no such fix: {fix!r}; {one_of(fix, offered)}")
    return _trials(question, FIXES[fix])


def _trials(question: BreakIt, fix: Fix) -> Iterator[Progress[Trial]]:
    for progress in dashboards(fix.applied(question.recipe), question.seed):
        trial = None if progress.result is None else Trial(fix, question.base.target, progress.result)
        yield Progress(progress.share, trial, progress.said)


def grade(trial: Trial) -> Grade:
    """Right where training reached the target. Raises BadAnswer while the trial goes on."""
    if trial.seen.examined is None:
        raise BadAnswer("the trial is not over: there is nothing to grade yet")
    fresh = trial.seen.examined.fresh
    came = f"{trial.fix.label}: accuracy {fresh.accuracy:.3f} and loss {fresh.loss:.3g} nats on fresh data"
    return Grade(float(trial.mends), (Note(trial.mends, f"{came}. The target is an {trial.target}."),))
