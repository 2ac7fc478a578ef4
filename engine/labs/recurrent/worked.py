"""The worked example: five hidden units, a vocabulary of nine words, and the same three matrices at every step."""

import numpy as np
import torch
from torch import nn

from engine.choice import catalog
from engine.labs.recurrent.results.reading import Count, Worked
from engine.refusal import Refusal
from engine.sequences.asked import Asked
from engine.sequences.cells import Cell, CellChoice, TanhRNN
from engine.sequences.layers import RecurrentLayer
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.undrawn import undrawn

WORDS = ("the", "a", "cat", "dog", "sees", "chases", "small", "big", ".")
UNITS = 5
MOST = 12
"""Words of a sentence that are read."""
ASKED = Asked(len(WORDS), 0, len(WORDS), at_end=False, classes=True)


def ids_of(sentence: str) -> list[int]:
    """The places of the words of a sentence. Raises Refusal for a word that is none of the nine."""
    words = sentence.lower().split()[:MOST]
    for word in words:
        if word not in WORDS:
            raise Refusal(f"There is no word {word[:20]!r} in this vocabulary; choose from: {' '.join(WORDS)}")
    if not words:
        raise Refusal(f"The sentence is empty; choose from: {' '.join(WORDS)}")
    return [WORDS.index(word) for word in words]


@torch.no_grad()
def worked(sentence: str, seed: int) -> Worked:
    """The example with the first weights of a seed, step by step in NumPy."""
    network = RecurrentNetwork(Recurrent(cell=TanhRNN(), units=UNITS, embedding=0), ASKED, seed).double()
    layer, ids = network.passes[0], ids_of(sentence)
    w_xh, w_hh, w_hy = (matrix.numpy().copy() for matrix in network.matrices.values())
    b_h, b_y = (layer.b_xh + layer.b_hh).numpy().copy(), network.output.bias.numpy().copy()
    states, answers = [np.zeros(UNITS)], []
    for word in ids:
        x = np.eye(len(WORDS))[word]
        states.append(np.tanh(w_xh @ x + w_hh @ states[-1] + b_h))
        score = np.exp(w_hy @ states[-1] + b_y)
        answers.append(score / score.sum())
    h, y = np.stack(states), np.stack(answers)
    one_hot = torch.eye(len(WORDS), dtype=torch.float64)[ids][None]
    theirs = layer.torch(one_hot)[0]
    said = network.output(theirs).softmax(-1)
    difference = max(float(np.abs(theirs[0].numpy() - h[1:]).max()), float(np.abs(said[0].numpy() - y).max()))
    return Worked(tuple(WORDS[word] for word in ids), np.array(ids), w_xh, w_hh, w_hy, b_h, b_y, h, y, difference)


def counts(inputs: int, units: int) -> tuple[Count, ...]:
    """Of every cell, reading ``inputs`` numbers a step."""
    found = []
    for kind, cls in catalog(Cell).items():
        row = cls(kind=kind)
        if isinstance(row, CellChoice):
            mine = RecurrentLayer(row, inputs, units)
            theirs = undrawn(row.module, inputs, units)
            found.append(Count(row.label, row.gates, _size(mine), _size(theirs)))
    return tuple(found)


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
