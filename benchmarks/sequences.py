"""Updates per second of a run on sequences, unwatched, beside a bare PyTorch loop with the same network and batches."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from benchmarks import pairs
from benchmarks.report import Figure
from engine.sequences.data import IGNORED
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun

NOTES = (
    "Ratios are of the thread's processor time, medians over interleaved pairs of turns: below 1 the run is the faster one.",
    "Both loops have networks with the same first weights, draw the same batches, clip alike and must end with the same loss.",
)
BAR = 1.10
SAME_LOSS = 0.02
"""Nats by which the losses may differ: Adam makes steps of what rounding leaves of gradients that are 0."""
ENDLESS = {"training.updates": 100_000}
CASES = {
    "recall, LSTM 32": {},
    "adding, GRU 32": {"task.kind": "adding", "model.cell.kind": "gru"},
    "reverse, encoder-decoder 2 x 64": {
        "task.kind": "reverse",
        "model.kind": "transformer",
        "model.encoder": True,
    },
    "Python reference, decoder 2 x 64": {"task.kind": "language", "model.kind": "transformer"},
}


@dataclass
class BareLoop:
    """What one would write: zero, forward, loss, backward, clip, step."""

    run: SequenceRun
    """Gives its network and batches, nothing else."""

    def __post_init__(self) -> None:
        self.network, self.batches = self.run.network, self.run.batches
        self.parameters = list(self.network.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=0.003, fused=True)

    def advance(self, steps: int) -> None:
        """``steps`` updates."""
        for _ in range(steps):
            x, y = self.batches.draw()
            outputs = self.network(x)
            if y.is_floating_point():
                loss = F.mse_loss(outputs.squeeze(-1), y)
            else:
                asked = y[:, y.shape[1] - outputs.shape[1] :]
                loss = F.cross_entropy(outputs.flatten(0, 1), asked.flatten(), ignore_index=IGNORED)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimizer.step()


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    torch.set_num_threads(1)
    turns = 5 if quick else 15
    return [figure for name, patch in CASES.items() for figure in _measured(name, patch, turns)]


def _measured(name: str, patch: dict[str, object], turns: int) -> list[Figure]:
    experiment = SequenceExperiment().patched({**patch, **ENDLESS})
    run, other = SequenceRun(experiment), SequenceRun(experiment)
    bare = BareLoop(other)
    steps = max(4, round(4 * 0.4 / pairs.seconds(lambda: (run.advance(4), bare.advance(4)))))
    found = pairs.ratio(lambda: run.advance(steps), lambda: bare.advance(steps), turns)
    check_same_work(run, other)
    return [
        Figure(f"{name}: steps per second", steps / found.seconds, "/s"),
        Figure(f"{name}: unwatched over bare loop", found.median, "x", BAR, low=found.low, high=found.high),
    ]


def check_same_work(run: SequenceRun, bare: SequenceRun) -> None:
    """Raises RuntimeError unless both networks do alike on the same examples: else the ratio means nothing."""
    own, theirs = (float(each.snapshot(detail=False).scores[0]) for each in (run, bare))
    if abs(own - theirs) > SAME_LOSS:
        raise RuntimeError(f"the bare loop did other work: a loss of {theirs:.4f}, the run {own:.4f}")
