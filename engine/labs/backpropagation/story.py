"""The numbers a pass begins with, and all passes so far: first draws, then numbers set by hand and updates in turn."""

from functools import lru_cache

import numpy as np
import torch

from engine.labs.backpropagation.autograd import by_autograd
from engine.labs.backpropagation.by_hand import by_hand
from engine.labs.backpropagation.edits import Edit
from engine.labs.backpropagation.results import Numbers, Story
from engine.labs.backpropagation.state import BackpropagationLab
from engine.streams import stream

DIGITS = 2
"""Of the first numbers, so that they can be followed on paper."""
KEPT = 64


def first_numbers(lab: BackpropagationLab) -> Numbers:
    """What the seed decides: weights from the initializer, biases, inputs and targets, rounded."""
    sizes = lab.sizes
    weights, biases = [], []
    for layer in range(1, lab.depth + 1):
        weight = torch.empty(sizes[layer], sizes[layer - 1], dtype=torch.float64)
        lab.initializer.fill(weight, stream(lab.seed, "weights", layer))
        weights.append(np.round(weight.numpy(), DIGITS) + 0.0)  # + 0.0: no minus zero
        drawn = torch.rand(sizes[layer], dtype=torch.float64, generator=stream(lab.seed, "noise", layer))
        biases.append(np.round(drawn.numpy() - 0.5, DIGITS) + 0.0 if lab.biases else np.zeros(sizes[layer]))
    inputs = [
        torch.rand(lab.inputs, dtype=torch.float64, generator=stream(lab.seed, "data", i)) for i in range(lab.batch)
    ]
    x = np.round(4.0 * torch.stack(inputs).numpy() - 2.0, 1) + 0.0
    return Numbers(x, _first_targets(lab), tuple(weights), tuple(biases))


def _first_targets(lab: BackpropagationLab) -> np.ndarray:
    """Examples alternate between classes; numbers are drawn from U(-1, 1)."""
    outputs = lab.head.outputs
    if lab.takes_classes:
        return np.eye(outputs)[np.arange(lab.batch) % outputs]
    if lab.head.highest == 1.0:
        return np.array([[(i + k + 1) % 2 for k in range(outputs)] for i in range(lab.batch)], dtype=float)
    drawn = [torch.rand(outputs, dtype=torch.float64, generator=stream(lab.seed, "split", i)) for i in range(lab.batch)]
    return np.round(2.0 * torch.stack(drawn).numpy() - 1.0, 1)


def with_edits(numbers: Numbers, edits: list[Edit], classes: bool) -> Numbers:
    """The numbers with those that were set by hand; the given ones stay as they are."""
    x, y = numbers.x.copy(), numbers.y.copy()
    weights, biases = [w.copy() for w in numbers.weights], [b.copy() for b in numbers.biases]
    for edit in edits:
        first, unit, source = edit.place.first - 1, edit.place.unit - 1, edit.place.source - 1
        if edit.place.letter == "w":
            weights[first][unit, source] = edit.value
        elif edit.place.letter == "b":
            biases[first][unit] = edit.value
        elif edit.place.letter == "x":
            x[first, unit] = edit.value
        elif classes:
            y[first] = np.eye(y.shape[1])[int(edit.value) - 1]
        else:
            y[first, unit] = edit.value
    return Numbers(x, y, tuple(weights), tuple(biases))


def story(lab: BackpropagationLab) -> Story:
    """All passes so far, by hand; the one on screen by autograd too."""
    views = ("step", "entry", "example", "layout", "bias_unit", "selected", "editing", "section")
    return _story(lab.model_copy(update={name: type(lab).model_fields[name].default for name in views}))


@lru_cache(maxsize=KEPT)
def _story(lab: BackpropagationLab) -> Story:
    activations, edits = tuple(layer.activation for layer in lab.hidden), lab.read_edits
    numbers, losses = first_numbers(lab), []
    for done in range(len(lab.updates) + 1):
        numbers = with_edits(numbers, [edit for edit in edits if edit.after == done], lab.takes_classes)
        rate = lab.updates[done] if done < len(lab.updates) else lab.rate
        hand = by_hand(numbers, activations, lab.head, rate)
        losses.append(hand.loss)
        numbers = hand.updated
    after = by_hand(numbers, activations, lab.head, 0.0).loss
    return Story(hand, by_autograd(hand.begun, activations, lab.head, lab.rate), tuple(losses), after)
