"""What a tour is made of, and how far a learner has come in one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.classroom import label
from engine.experiment import Experiment, differences
from engine.tours.seen import Seen, setting

Numbers = dict[str, float]


@dataclass(frozen=True)
class Step:
    """One thing to do, why, and what came of it in the learner's own numbers."""

    text: str
    """Markdown of two to four plain sentences; what to do is bold."""
    look: str
    """Title of the chart or group of controls to look at."""
    said: Callable[[Numbers], str]
    """The closing sentence, from what was measured at this step and before."""
    measured: Callable[[Seen], Numbers] = lambda _: {}
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Dotted settings in which the experiment is to differ from the tour's opening, and no others."""
    fits: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    """For some of them, which other values do as well."""
    updates: int | None = None
    """Train for at least so many updates; None: until the run ends."""
    view: str = ""
    """The view to open below the player."""

    def experiment(self, opening: Experiment) -> Experiment:
        """What the step asks for."""
        return opening.patched(self.settings)

    def extra(self, opening: Experiment, now: Experiment) -> list[str]:
        """Settings of ``now``, the seed apart, that differ from what the step asks for."""
        asked = self.experiment(opening)
        wrong = [path for path in differences(asked, now) if path != "seed"]
        return [path for path in wrong if not (path in self.fits and self.fits[path](setting(now, path)))]

    def is_done(self, opening: Experiment, seen: Seen) -> bool:
        """Whether the learner has done it."""
        if self.extra(opening, seen.now) or (self.view and seen.view != self.view):
            return False
        if self.updates is None:
            return seen.ended and not seen.edited
        return seen.steps >= self.updates


@dataclass(frozen=True)
class Tour:
    """A short way through one subject."""

    id: str
    title: str
    aim: str
    minutes: int
    picture: str
    """Id of the preset whose picture stands for it."""
    opening: Experiment
    steps: tuple[Step, ...]


@dataclass
class Progress:
    """How far a learner has come in a tour: the step on screen, what was said of those done, what was measured."""

    tour: Tour
    place: int = 0
    said: dict[int, str] = field(default_factory=dict)
    numbers: Numbers = field(default_factory=dict)

    @property
    def step(self) -> Step:
        """The step on screen."""
        return self.tour.steps[self.place]

    @property
    def is_ticked(self) -> bool:
        """Whether the step on screen is done."""
        return self.place in self.said

    @property
    def is_over(self) -> bool:
        """Whether all steps are done."""
        return len(self.said) == len(self.tour.steps)

    def see(self, seen: Seen) -> bool:
        """Tick the step on screen where it is done now; returns whether it is ticked."""
        if not self.is_ticked and self.step.is_done(self.tour.opening, seen):
            self.numbers |= self.step.measured(seen)
            self.said[self.place] = self.step.said(self.numbers)
        return self.is_ticked

    def hint(self, seen: Seen) -> str:
        """What keeps the step from being done though something was done; empty where nothing does."""
        if self.is_ticked:
            return ""
        if extra := self._not_asked(seen.now):
            names = ", ".join(dict.fromkeys(label(path) for path in extra))
            return f"For this step set back what else was changed: {names}. So only one thing differs."
        if seen.edited and self.step.updates is None:
            return (
                "Settings changed while the run was on its way. Press Reset, then Play, for numbers of one experiment."
            )
        return ""

    def _not_asked(self, now: Experiment) -> list[str]:
        """Settings that were changed though the step does not ask for it; another row counts as one."""
        extra, asked = self.step.extra(self.tour.opening, now), self.step.settings
        rows = [path.removesuffix(".kind") for path in extra if path.endswith(".kind")]
        single = [path for path in extra if not path.startswith(tuple(f"{row}." for row in rows))]
        return [row for row in rows if f"{row}.kind" not in asked] + [path for path in single if path not in asked]

    def go(self, by: int) -> None:
        """To another step."""
        self.place = max(0, min(self.place + by, len(self.tour.steps) - 1))
