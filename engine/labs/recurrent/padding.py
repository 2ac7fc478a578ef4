"""What further pads do to a network, masked and not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.jobs import Progress
from engine.labs.recurrent.reading import tokens_of
from engine.labs.recurrent.results.padding import Padded, PadLine
from engine.labs.recurrent.state import Padding, RecurrentLab
from engine.labs.recurrent.training import Trained, paced, taken
from engine.optimizers import Adam
from engine.sequences.data import PAD, Part
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.recurrent import RecurrentNetwork
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.texts import Mood
from engine.sequences.tasks.toy import Brackets
from engine.text.tokenizers import Words

COUNTS = (0, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 200)
"""Further pads."""
SHOWN_PADS = 24
"""Pads through which one review's state is followed."""
READ_UNMASKED = "trained with masks, read without"


@dataclass(frozen=True)
class Judging:
    """A task of judging sequences of different lengths."""

    task: Brackets | Mood
    noun: str
    """What one example is called."""
    yes: str
    """What the second class is called."""


JUDGING = {
    "brackets": Judging(Brackets(length=12, varied=True, samples=3000), "string", "balanced"),
    "reviews": Judging(Mood(tokenizer=Words(size=500, lower_case=True)), "review", "positive"),
}


def experiment(now: RecurrentLab, *, masking: bool) -> SequenceExperiment:
    """The judging of sequences of different lengths, with the cell of the page."""
    part = now.padding
    model = now.network.model_copy(update={"masking": masking, "bidirectional": False, "units": part.units})
    training = SequenceTraining(optimizer=Adam(lr=0.01), updates=part.updates)
    return SequenceExperiment(task=JUDGING[part.task].task, model=model, training=training, seed=now.seed)


def padded(now: RecurrentLab) -> Iterator[Progress[Padded]]:
    """Train with and without masks, then read every example held back with more and more pads."""
    part = now.padding
    networks: list[Trained] = []
    for place, masking in enumerate((True, False)):
        run = SequenceRun(experiment(now, masking=masking))
        said = "With masks" if masking else "Without masks"
        for share in paced(run, part.updates):
            yield Progress((place + share) / 2.2, None, f"{said}: update {run.steps:,} of {part.updates:,}")
        networks.append(taken(run))
    with_masks, without = networks
    loose = unmasked(with_masks)
    examples = trimmed(with_masks.data.validation)
    counts = tuple(count for count in COUNTS if count <= part.most)
    lines = (
        line("with masks", with_masks.network, examples, counts, part),
        line(READ_UNMASKED, loose, examples, counts, part),
        line("trained and read without masks", without.network, examples, counts, part),
    )
    yield Progress(1.0, followed(lines, with_masks, loose, examples, part), "Read")


def unmasked(found: Trained) -> RecurrentNetwork:
    """The same weights, reading pads as tokens."""
    model = found.network.row.model_copy(update={"masking": False})
    network = RecurrentNetwork(model, found.network.asked, found.experiment.seed)
    network.load_state_dict(found.network.state_dict())
    return network.eval()


def trimmed(part: Part) -> Part:
    """Without the last places, where all have pads."""
    longest = int((part.x != PAD).sum(1).max())
    return Part(part.x[:, :longest], part.y)


@torch.no_grad()
def line(label: str, network: RecurrentNetwork, part: Part, counts: tuple[int, ...], asked: Padding) -> PadLine:
    """Accuracy, and how far the probability moves, with so many further pads; an example's own pads are taken away first."""
    alone = probability(network, part, 0, asked.place)
    accuracy, moved = [], []
    for count in counts:
        p = probability(network, part, count, asked.place)
        accuracy.append(float(((p > 0.5) == (part.y == 1).numpy()).mean()))
        moved.append(float(np.abs(p - alone).mean()))
    return PadLine(label, counts, np.array(accuracy), np.array(moved))


def probability(network: RecurrentNetwork, part: Part, pads: int, place: str) -> Float[np.ndarray, " examples"]:
    """Of the second class, for each example without its own pads but with ``pads`` others: read one length at a time."""
    found = np.zeros(len(part))
    lengths = (part.x != PAD).sum(1)
    with torch.no_grad():
        for length in lengths.unique().tolist():
            rows = torch.nonzero(lengths == length).flatten()
            x = with_pads(part.x[rows, :length], pads, place)
            found[rows.numpy()] = network(x).softmax(-1)[:, 1].numpy()
    return found


def with_pads(x: Int[Tensor, "examples tokens"], pads: int, place: str) -> Int[Tensor, "examples longer"]:
    """``pads`` pads behind or before."""
    more = torch.full((len(x), pads), PAD)
    return torch.cat([x, more] if place == "behind" else [more, x], dim=1)


def followed(
    lines: tuple[PadLine, ...], found: Trained, loose: RecurrentNetwork, examples: Part, asked: Padding
) -> Padded:
    """The example whose answer moves most when its pads are read."""
    pads = min(SHOWN_PADS, asked.most)
    before = probability(loose, examples, 0, asked.place)
    after = probability(loose, examples, pads, asked.place)
    row = int(np.abs(after - before).argmax())
    alone = examples.x[row : row + 1, : int((examples.x[row] != PAD).sum())]
    x = with_pads(alone, pads, asked.place)
    states = tuple(network.observe(x).values[0, 0].T for network in (found.network, loose))
    with torch.no_grad():
        masked = float(found.network(x).softmax(-1)[0, 1])
    answers = (float(before[row]), masked, float(after[row]))
    tokens = tokens_of(found.data, x)
    real = (x[0] == PAD).numpy()
    judging = JUDGING[asked.task]
    return Padded(lines, judging.noun, judging.yes, len(examples), asked.place, tokens, states, real, answers)
