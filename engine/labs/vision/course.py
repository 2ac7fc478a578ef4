"""One training of the page's network, with its weights at several moments: what the sections that look inside scrub through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from torch import Tensor

from engine.checkpoints import copied
from engine.data.own.store import reader
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.vision.training import first_weights, paced
from engine.limits import PARAMETERS
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.network import VisionNetwork
from engine.vision.run import VisionRun
from engine.vision.sources.catalog import built

MOMENTS = 12
MOMENTS_BYTES = 3_000_000
"""Of the weights of all moments: of large networks fewer are kept."""
KEPT_BYTES = 6e6


@dataclass(frozen=True)
class Moment:
    """The network after so many updates."""

    step: int
    weights: dict[str, Tensor]
    scores: dict[str, float]
    """``train.loss``, ``validation.accuracy`` and so on."""


@dataclass(frozen=True, eq=False)
class Course:
    """A training as far as it has come."""

    experiment: VisionExperiment
    moments: tuple[Moment, ...]
    ending: str = ""
    """Why it ended before its time, if it did."""
    is_done: bool = False

    @property
    def data(self) -> Images:
        """What it is trained on; a visitor's own pictures only for that visitor."""
        return built(self.experiment.data, self.experiment.seed)

    @property
    def steps(self) -> tuple[int, ...]:
        """Of each moment."""
        return tuple(moment.step for moment in self.moments)

    def network(self, place: int) -> VisionNetwork:
        """The network at rest, as it was at one of the moments."""
        made = first_weights(self.experiment, self.data, self.experiment.seed)
        made.load_state_dict(self.moments[place].weights)
        return made.eval()

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        held = [tensor for moment in self.moments for tensor in moment.weights.values()]
        return sum(tensor.numel() * tensor.element_size() for tensor in held) + 20_000


DONE: Kept[Course] = Kept(lambda: KEPT_BYTES)
"""Those that came to their end since the server began: for every visitor, or for the one whose pictures they learned."""


def course(experiment: VisionExperiment, done: Kept[Course] = DONE) -> Iterator[Progress[Course]]:
    """Train it to its end, the first moment before any update; what has come to its end is kept.

    Raises engine.refusal.Refusal where the pictures can't be had, LimitReached where this server trains no such network.
    """
    key = (experiment, reader() if experiment.data.is_private else "")
    known = done.get(key)
    if known is not None:
        yield Progress(1.0, known, "Trained")
        return
    run = VisionRun(experiment)
    PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
    known = Course(experiment, (_moment(run),))
    yield Progress(0.0, known, "First weights")
    due = moments_of(run.last_step, sum(tensor.nbytes for tensor in known.moments[0].weights.values()))
    for share in paced(run):
        if run.ending is not None or (due and run.steps >= due[0]):
            due = [step for step in due if step > run.steps]
            known = replace(known, moments=(*known.moments, _moment(run)))
        yield Progress(share, known, f"Epoch {run.epochs:.1f} of {experiment.training.epochs}")
    if run.ending is not None and run.ending.kind == "diverged":
        known = replace(known, ending=run.ending.message)
    known = replace(known, is_done=True)
    done.put(key, known)
    yield Progress(1.0, known, "Trained")


def moments_of(last: int, nbytes: int) -> list[int]:
    """Steps at which weights are kept between the first and the last: close together at first, where most changes."""
    most = max(1, min(MOMENTS, MOMENTS_BYTES // max(nbytes, 1)) - 2)
    steps = {round(last ** ((place + 1) / (most + 1))) for place in range(most)}
    return sorted(step for step in steps if 0 < step < last)


def _moment(run: VisionRun) -> Moment:
    scores = dict(zip(run.score_names, map(float, run.snapshot(detail=False).scores), strict=True))
    return Moment(run.steps, copied(run.network.state_dict()), scores)
