"""Answers given without what must not help: without the tokens still to come, and without the padding."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.probes import at_rest
from engine.sequences.camera import answered, loss_of
from engine.sequences.data import IGNORED, PAD, Part, Sequences
from engine.sequences.network import Network


@dataclass(frozen=True)
class Ahead:
    """The same answers twice, on the same examples."""

    whole: float
    """The loss with the whole sequence before the network, as in training."""
    alone: float
    """The loss where each answer is given from the tokens up to it, as in generation."""
    accuracy_whole: float
    accuracy_alone: float
    moved: float
    """The largest change of a probability when what comes after it is left out."""


@torch.no_grad()
def without_what_comes(network: Network, part: Part, data: Sequences) -> Ahead:
    """Answer each token of ``part`` from the whole sequence, and from its beginning alone."""
    with at_rest(network):
        outputs, y = answered(network, part)
        skipped = part.y.shape[1] - y.shape[1]
        alone = outputs.clone()
        for place in range(y.shape[1]):
            if bool((y[:, place] != IGNORED).any()):
                alone[:, place] = network(part.x[:, : skipped + place + 1])[:, -1]
    asked = y != IGNORED
    right = [float((given.argmax(-1) == y)[asked].float().mean()) for given in (outputs, alone)]
    moved = (outputs.softmax(-1) - alone.softmax(-1)).abs().amax(-1)[asked].max()
    return Ahead(
        float(loss_of(outputs, y, data)), float(loss_of(alone, y, data)), right[0], right[1], moved=float(moved)
    )


@dataclass(frozen=True)
class Padded:
    """What reading padding as tokens does to the answers."""

    share: float
    """Of the tokens that stand before an answer, those that are padding."""
    changed: float
    """Share of the answers that are others when the padding is left out."""
    answers: int


@torch.no_grad()
def without_padding(network: Network, part: Part, data: Sequences) -> Padded:
    """Answer each example of ``part`` with its padding, and without it."""
    with at_rest(network):
        outputs = network(part.x)
        at_end = data.answers_at == "end"
        pads = read = changed = answers = 0
        for row, (x, y) in enumerate(zip(part.x, part.y, strict=True)):
            places = _asked(x, y, at_end=at_end)
            before = x[: int(places.max()) + 1]
            pads, read = pads + int((before == PAD).sum()), read + len(before)
            real = x != PAD
            alone = network(x[real][None])[0]
            same = (outputs[row], alone) if at_end else (outputs[row][places], alone[real.cumsum(0)[places] - 1])
            differs = same[0].argmax(-1) != same[1].argmax(-1)
            changed, answers = changed + int(differs.sum()), answers + differs.numel()
    return Padded(pads / max(read, 1), changed / max(answers, 1), answers)


def _asked(x: Tensor, y: Tensor, *, at_end: bool) -> Tensor:
    """The places at which an example's answers are given."""
    return torch.tensor([len(x) - 1]) if at_end else (y != IGNORED).nonzero().flatten()
