"""One sequence read by a network: the user's text or an example of its task, with everything that each step computed."""

import torch
from torch import Tensor

from engine.labs.recurrent.results.reading import Line, Reading
from engine.labs.recurrent.training import Trained
from engine.labs.recurrent.written import numbers, written
from engine.refusal import Refusal
from engine.sequences.data import IGNORED, PAD, Part, Sequences
from engine.sequences.recurrent import RecurrentNetwork
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.texts import Language, Mood, vocabulary_of

MOST_TOKENS = 60
"""Of a longer text the first so many are read, so that a picture has room for each step."""


def reads_text(task: Task) -> bool:
    """Whether a visitor's own text can be read by a network of this task."""
    return isinstance(task, Language | Mood)


def of_text(task: Task, text: str) -> Tensor:
    """(1, tokens): a text in the tokens of its task. Raises Refusal where nothing of it is left."""
    vocabulary = vocabulary_of(task)
    if vocabulary is None:
        raise Refusal(f"{task.label} reads no text: choose one of its examples.")
    ids = vocabulary.encode(text).ids[:MOST_TOKENS]
    if not ids:
        raise Refusal("Your text has no token: type at least one word.")
    return torch.tensor([ids])


def example(data: Sequences, number: int) -> Part:
    """Example ``number`` (from 1, beginning anew after the last) of those held back."""
    row = (number - 1) % len(data.validation)
    return Part(data.validation.x[row : row + 1], data.validation.y[row : row + 1])


def read(found: Trained, x: Tensor, y: Tensor | None = None) -> Reading:
    """What the network does with one sequence x (1, tokens[, features])."""
    data = found.data
    return Reading(
        tokens=tokens_of(data, x),
        asked=_asked(data, y),
        classes=data.answers,
        seen=found.network.observe(x),
        torch_difference=torch_difference(found.network, x),
    )


def tokens_of(data: Sequences, x: Tensor) -> tuple[str, ...]:
    """Each step as text."""
    if data.tokens:
        return tuple(data.tokens[token] for token in x[0].tolist())
    return tuple(", ".join(f"{value:.2f}" for value in step) for step in x[0].tolist())


def _asked(data: Sequences, y: Tensor | None) -> tuple[str, ...]:
    if y is None:
        return ()
    if not data.answers:
        return (f"{float(y):.3g}",)
    return tuple("" if answer == IGNORED else data.answers[answer] for answer in y.reshape(-1).tolist())


@torch.no_grad()
def torch_difference(network: RecurrentNetwork, x: Tensor) -> float:
    """The largest difference between h by hand and by torch's module on the same input; NaN of cells torch has not."""
    largest = float("nan")
    _, passes = network.unroll(x)
    for layer, steps in zip(network.passes, passes, strict=True):
        if layer.is_torchs:
            given = torch.stack([step.x for step in steps], dim=1)
            by_hand = torch.stack([step.state.h for step in steps], dim=1)
            found = float((layer.torch(given)[0] - by_hand).abs().max())
            largest = found if largest != largest else max(largest, found)
    return largest


@torch.no_grad()
def update(network: RecurrentNetwork, x: Tensor, place: int, step: int, unit: int) -> tuple[Line, ...]:
    """The update of ``unit`` at ``step`` (both from 0) of pass ``place``, written out; nothing at a masked pad."""
    _, passes = network.unroll(x)
    turn = read_at(network, x, place, step)
    if turn is None:
        return ()
    layer = network.passes[place]
    return written(layer.row.kind, numbers(layer, passes[place][turn], unit))


def read_at(network: RecurrentNetwork, x: Tensor, place: int, step: int) -> int | None:
    """At which of its steps a pass reads the token at ``step``; None of a pad that is passed over."""
    masks = network.row.masking and bool(network.asked.tokens)
    real = [t for t in range(x.shape[1]) if not (masks and int(x[0, t]) == PAD)]
    if step not in real:
        return None
    turn = real.index(step)
    return turn if place % network.directions == 0 else len(real) - 1 - turn
