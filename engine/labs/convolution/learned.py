"""The kernels of a small CNN's first layer, learned on digits by the engine."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.jobs import Progress
from engine.kept import Kept
from engine.vision.experiment import VisionExperiment
from engine.vision.run import VisionRun

FILTERS = 8
"""Of the first layer."""
UPDATES = 400
PIECE = 20
"""Updates that a piece of a job makes."""
MOST_BYTES = 500_000


@dataclass(frozen=True)
class Filters:
    """What the first layer has learned."""

    weights: Float[np.ndarray, "filters size size"]
    accuracy: float
    """Share of the test pictures that the network gets right."""

    @property
    def nbytes(self) -> int:
        """Bytes it holds, about."""
        return self.weights.nbytes + 200


_kept: Kept[Filters] = Kept(lambda: MOST_BYTES)


def experiment(size: int, seed: int) -> VisionExperiment:
    """The network and its training: the default one, with kernels of another size in its first layer."""
    return VisionExperiment().patched({"model.blocks.0.channels": FILTERS, "model.blocks.0.kernel": size, "seed": seed})


def known(size: int, seed: int) -> Filters | None:
    """What was learned before; None where it has to be learned first."""
    return _kept.get((size, seed))


def learning(size: int, seed: int) -> Iterator[Progress[Filters]]:
    """Learn, a piece at a time."""
    run = VisionRun(experiment(size, seed))
    while run.steps < UPDATES and run.ending is None:
        run.advance(min(PIECE, UPDATES - run.steps))
        if run.steps < UPDATES:
            yield Progress(run.steps / UPDATES, said=f"A small CNN learns digits: update {run.steps} of {UPDATES}")
    found = _taken(run)
    _kept.put((size, seed), found)
    yield Progress(1.0, found, "Learned")


def filters(size: int, seed: int) -> Filters:
    """What was learned before, or is learned now, which takes seconds."""
    found = known(size, seed)
    if found is None:
        *_, last = learning(size, seed)
        found = last.result
    if found is None:
        raise RuntimeError("the last piece has the result")
    return found


def _taken(run: VisionRun) -> Filters:
    first = next(iter(run.network.matrices.values()))
    scores = dict(zip(run.score_names, map(float, run.snapshot(detail=False).scores), strict=True))
    weights = first.detach().double().numpy().copy()[:, 0]
    return Filters(weights, scores["test.accuracy"])
