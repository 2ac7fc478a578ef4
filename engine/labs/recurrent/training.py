"""Networks trained on the spot for a section, a few updates at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.jobs import Progress
from engine.sequences.data import Sequences
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.recurrent import RecurrentNetwork
from engine.sequences.run import SequenceRun

PIECE_SECONDS = 0.1
"""About so long one piece of training takes."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A network and what it was trained on. Nobody trains it any further."""

    experiment: SequenceExperiment
    network: RecurrentNetwork
    data: Sequences
    updates: int
    scores: dict[str, float]
    """``train.loss``, ``validation.accuracy`` and so on."""
    ending: str = ""
    """Why training ended before its time, if it did."""


def trained(experiment: SequenceExperiment, updates: int) -> Callable[[], Iterator[Progress[Trained]]]:
    """The network of ``experiment`` with its first weights, then after ``updates`` updates."""

    def steps() -> Iterator[Progress[Trained]]:
        run = SequenceRun(experiment)
        if updates:
            yield Progress(0.0, taken(run), "First weights")
        for share in paced(run, updates):
            yield Progress(share, said=f"Update {run.steps:,} of {updates:,}")
        yield Progress(1.0, taken(run), "Trained")

    return steps


def paced(run: SequenceRun, updates: int) -> Iterator[float]:
    """Train ``run`` up to ``updates``, and say after each piece which share is done."""
    while run.steps < updates and run.ending is None:
        run.advance(min(piece_of(run), updates - run.steps))
        yield run.steps / updates


def piece_of(run: SequenceRun) -> int:
    """Updates of a piece: fewer of long sequences."""
    return max(1, min(20, 1500 // run.data.length))


def taken(run: SequenceRun) -> Trained:
    """The network as it stands, as a copy."""
    experiment = run.experiment
    network = experiment.model.build(run.data, experiment.seed)
    if not isinstance(network, RecurrentNetwork):
        raise TypeError(f"the lab reads recurrent networks, not {experiment.model.kind}")
    network.load_state_dict(run.network.state_dict())
    network.eval()
    scores = dict(zip(run.score_names, map(float, run.snapshot(detail=False).scores), strict=True))
    ended = run.ending.message if run.ending is not None and run.ending.kind == "diverged" else ""
    return Trained(experiment, network, run.data, run.steps, scores, ended)
