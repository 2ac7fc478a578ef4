"""A network trained on the spot, and kept for every section that looks into it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from engine.checkpoints import copied
from engine.jobs import Progress
from engine.kept import Kept
from engine.limits import PARAMETERS
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.network import Asked, VisionNetwork
from engine.vision.run import VisionRun
from engine.vision.sources.catalog import built

PIECE_SECONDS = 0.08
"""Other work comes in between pieces of about so long."""
KEPT_BYTES = 16e6


@dataclass(frozen=True, eq=False)
class Trained:
    """The weights at the end of a run, and what it came to."""

    experiment: VisionExperiment
    weights: dict[str, Tensor]
    scores: dict[str, float]
    """``train.loss``, ``validation.accuracy`` and so on."""
    updates: int
    ending: str = ""
    """Why training ended before its time, if it did."""

    @property
    def data(self) -> Images:
        """What it was trained on; a visitor's own pictures only for that visitor."""
        return built(self.experiment.data, self.experiment.seed)

    def network(self) -> VisionNetwork:
        """The network at rest: whoever asks has one of its own, so that hooks of one are nobody else's."""
        made = first_weights(self.experiment, self.data, self.experiment.seed)
        made.load_state_dict(self.weights)
        return made.eval()

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return sum(tensor.numel() * tensor.element_size() for tensor in self.weights.values()) + 20_000


DONE: Kept[Trained] = Kept(lambda: KEPT_BYTES)
"""Those trained to their end since the server began, for every visitor."""


def first_weights(experiment: VisionExperiment, data: Images, seed: int) -> VisionNetwork:
    """The network of an experiment at rest, with first weights of a seed."""
    head = experiment.head
    asked = Asked.of(data, head.outputs(len(data.classes)), per_pixel=head.per_pixel)
    return experiment.model.build(asked, seed).eval()


def training(experiment: VisionExperiment, done: Kept[Trained] = DONE) -> Iterator[Progress[Trained]]:
    """Train it to its end. Kept for everybody, unless it learned a visitor's own pictures.

    Raises engine.refusal.Refusal where the pictures can't be had, LimitReached where this server trains no such network.
    """
    known = done.get(experiment)
    if known is None:
        run = VisionRun(experiment)
        PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
        yield Progress(0.0, said="Drawing the first weights")
        for share in paced(run):
            yield Progress(share, said=f"Epoch {run.epochs:.1f} of {experiment.training.epochs}")
        known = taken(run)
        if not experiment.data.is_private:
            done.put(experiment, known)
    yield Progress(1.0, known, "Trained")


def paced(run: VisionRun) -> Iterator[float]:
    """Train ``run`` to its end, a piece at a time; says after each which share is done."""
    while run.ending is None:
        began = time.perf_counter()
        while time.perf_counter() - began < PIECE_SECONDS and run.ending is None:
            run.advance(1)
        yield run.steps / max(1, run.last_step)


def taken(run: VisionRun) -> Trained:
    """The network as it stands, as a copy."""
    scores = dict(zip(run.score_names, map(float, run.snapshot(detail=False).scores), strict=True))
    ended = run.ending.message if run.ending is not None and run.ending.kind == "diverged" else ""
    return Trained(run.experiment, copied(run.network.state_dict()), scores, run.steps, ended)
