"""A network trained on the spot, and kept for every section that looks into it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from engine.checkpoints import copied
from engine.data.own.store import reader
from engine.jobs import Progress
from engine.kept import Kept
from engine.limits import PARAMETERS
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images
from engine.vision.network import Asked, VisionNetwork
from engine.vision.run import VisionRun

PIECE_SECONDS = 0.08
"""Other work comes in between pieces of about so long."""
KEPT_BYTES = 16e6


@dataclass(frozen=True, eq=False)
class Trained:
    """The weights at some moment of a run, and what it had come to."""

    experiment: VisionExperiment
    data: Images
    weights: dict[str, Tensor]
    scores: dict[str, float]
    """``train.loss``, ``validation.accuracy`` and so on."""
    epochs: float
    is_done: bool
    ending: str = ""
    """Why training ended before its time, if it did."""

    def network(self) -> VisionNetwork:
        """The network at rest: whoever asks has one of its own, so that hooks of one are nobody else's."""
        made = first_weights(self.experiment, self.data, self.experiment.seed)
        made.load_state_dict(self.weights)
        return made.eval()

    @property
    def nbytes(self) -> int:
        """Memory it takes, with a visitor's own pictures; others are kept elsewhere."""
        weights = sum(tensor.numel() * tensor.element_size() for tensor in self.weights.values())
        return weights + 20_000 + (self.data.nbytes if self.experiment.data.is_private else 0)


DONE: Kept[Trained] = Kept(lambda: KEPT_BYTES)
"""Those trained to their end since the server began: for every visitor, or for the one whose pictures they learned."""


def first_weights(experiment: VisionExperiment, data: Images, seed: int) -> VisionNetwork:
    """The network of an experiment at rest, with first weights of a seed."""
    head = experiment.head
    asked = Asked.of(data, head.outputs(len(data.classes)), per_pixel=head.per_pixel)
    return experiment.model.build(asked, seed).eval()


def training(
    experiment: VisionExperiment, epochs: Sequence[int] = (), done: Kept[Trained] = DONE
) -> Iterator[Progress[Trained]]:
    """Train it to its end; the network also comes, half-learned, after each of ``epochs``, of which 0 is before the first.

    Raises engine.refusal.Refusal where the pictures can't be had, LimitReached where this server trains no such network.
    """
    key = (experiment, reader() if experiment.data.is_private else "")
    known = done.get(key)
    if known is None:
        run = VisionRun(experiment)
        PARAMETERS.check(sum(parameter.numel() for parameter in run.parameters))
        asked = sorted(epochs)
        yield Progress(0.0, taken(run) if asked[:1] == [0] else None, "First weights")
        for share in paced(run):
            passed = [epoch for epoch in asked if 0 < epoch <= run.epochs]
            asked = [epoch for epoch in asked if epoch > run.epochs]
            said = f"Epoch {run.epochs:.1f} of {experiment.training.epochs}"
            yield Progress(share, taken(run) if passed and run.ending is None else None, said)
        known = taken(run)
        done.put(key, known)
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
    weights = copied(run.network.state_dict())
    return Trained(run.experiment, run.data, weights, scores, run.epochs, run.ending is not None, ended)
