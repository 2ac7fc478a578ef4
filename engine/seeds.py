"""The same experiment from several seeds: how much of a result is chance."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from engine.admission import reserve
from engine.data.hand import placed_only
from engine.data.source import Handmade
from engine.entry import Entry
from engine.experiment import MAX_SEED, Experiment
from engine.insights import Band
from engine.limits import LimitReached
from engine.pool import NOTHING_TO_LEARN, RunPool
from engine.run import Run

FEWEST, MOST = 5, 20
AT_ONCE = 2
"""So many of them train at a time."""
FRAMES = 60
"""Moments of each run that are compared."""


@dataclass(frozen=True)
class Curve:
    """One seed's scores over its steps."""

    seed: int
    steps: Int[np.ndarray, " moments"]
    scores: Float[np.ndarray, "moments scores"]
    ending: str
    """How it ended: ``finished``, ``diverged`` and so on; empty where it failed."""


@dataclass
class Fan:
    """Runs of one experiment from several seeds, trained a few at a time in the background."""

    experiment: Experiment
    count: int
    make: Callable[[Experiment], Callable[[], Run]]
    """How to make the run of an experiment, for a worker to call."""
    last_step: int
    owner: str = ""
    """Whose runs these are."""
    curves: list[Curve] = field(default_factory=list)
    score_names: tuple[str, ...] = ()
    failure: str = ""
    _training: dict[int, Entry] = field(default_factory=dict)

    @property
    def seeds(self) -> list[int]:
        """The seeds in their order: the experiment's own first, then the next ones."""
        return [(self.experiment.seed + place) % (MAX_SEED + 1) for place in range(self.count)]

    @property
    def is_done(self) -> bool:
        """Whether every seed has come to its end, or failed."""
        return len(self.curves) == self.count or bool(self.failure)

    @property
    def measured(self) -> list[str]:
        """The scores that there are numbers of: a part without examples has none."""
        there = np.any([np.isfinite(curve.scores).any(axis=0) for curve in self.curves], axis=0)
        return [name for name, found in zip(self.score_names, there, strict=True) if found]

    def look(self, pool: RunPool) -> None:
        """Take what has come to its end, begin what may begin. To be called now and then while it is not done."""
        for seed, entry in list(self._training.items()):
            pool.touch(entry)
            if pool.get(entry.id) is None:  # a full pool had to forget it: it begins again when its turn comes
                del self._training[seed]
            elif entry.failure or entry.note == NOTHING_TO_LEARN:
                self.failure = entry.failure or entry.note
            elif entry.run is not None and entry.run.ending is not None and not entry.busy:
                self._harvest(seed, entry)
                pool.close_entry(self._training.pop(seed))
        if self.is_done:
            return self.stop(pool)
        begun = {*self._training, *(curve.seed for curve in self.curves)}
        waiting = [seed for seed in self.seeds if seed not in begun]
        every = max(1, self.last_step // FRAMES)
        for seed in waiting[: AT_ONCE - len(self._training)]:
            make = self.make(_from_seed(self.experiment, seed))
            needed = reserve(self.experiment)
            try:
                self._training[seed] = pool.open(make, play=True, every=every, owner=self.owner, reserve=needed)
            except LimitReached as reached:
                # Where others of these still train, their room is waited for.
                self.failure = "" if self._training else str(reached)
                return

    def _harvest(self, seed: int, entry: Entry) -> None:
        run = entry.run
        if run is None:
            return
        frames = list(entry.film)
        steps = np.array([frame.step for frame in frames])
        self.score_names = run.score_names
        scores = np.array([frame.scores for frame in frames], dtype=np.float64)
        self.curves.append(Curve(seed, steps, scores, run.ending.kind if run.ending else "finished"))

    def stop(self, pool: RunPool) -> None:
        """Let go of what still trains."""
        for entry in self._training.values():
            pool.close_entry(entry)
        self._training.clear()


def _from_seed(experiment: Experiment, seed: int) -> Experiment:
    """``experiment`` from another seed: other rows are drawn, so of what was done by hand only placed points stay."""
    data = experiment.data
    if seed == experiment.seed or not isinstance(data, Handmade):
        return experiment.patched({"seed": seed})
    return experiment.patched({"seed": seed, "data.hand": placed_only(data.hand)})


def band(curves: list[Curve], score: int) -> Band:
    """Median, quartiles and extremes of one score over the seeds, at every step that any of them was filmed at.

    A seed counts up to its own last step; between two of its frames it is interpolated. Raises ValueError for none.
    """
    if not curves:
        raise ValueError("a band needs at least one seed")
    steps = np.unique(np.concatenate([curve.steps for curve in curves]))
    rows = [np.interp(steps, curve.steps, curve.scores[:, score], right=np.nan) for curve in curves]
    table = np.stack(rows)
    there = np.isfinite(table).any(axis=0)
    steps, table = steps[there], table[:, there]
    low, median, high = np.nanquantile(table, (0.25, 0.5, 0.75), axis=0) if table.shape[1] else np.zeros((3, 0))
    least, most = (np.nanmin(table, axis=0), np.nanmax(table, axis=0)) if table.shape[1] else (low, high)
    return Band(steps, median, low, high, least, most, len(curves))
