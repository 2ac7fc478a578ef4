"""The same tokens in another order: do the outputs only change places with them (equivariance)?"""

import math

import numpy as np
import torch
from jaxtyping import Bool, Int

from engine.labs.attention.head import edited, embeddings, softmax
from engine.labs.attention.masks import Causal, NoMask
from engine.labs.attention.positions import EVERY, NoPositions, PositionsChoice
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.results.positions import Permuted
from engine.labs.attention.state import AttentionLab
from engine.streams import stream


def order(name: str, tokens: int, seed: int) -> Int[np.ndarray, " tokens"]:
    """Which token stands at each place of the new sentence, from 0: ``reversed``, ``moved`` by one, or ``shuffled``."""
    place = np.arange(tokens)
    if name == "reversed":
        return place[::-1].copy()
    if name == "moved":
        return np.roll(place, 1)
    return torch.randperm(tokens, generator=stream(seed, "sampling", 1)).numpy()


def outputs(
    x: Matrix, matrices: tuple[Matrix, ...], positions: PositionsChoice, may: Bool[np.ndarray, "_ _"], seed: int
) -> Matrix:
    """One head with positions of a kind: embeddings that hold their place, queries and keys that are turned by it."""
    w_q, w_k, w_v = matrices
    h = positions.added(x, seed)
    q, k = positions.turned(h @ w_q), positions.turned(h @ w_k)
    scores = q @ k.T / math.sqrt(w_q.shape[1])
    return softmax(np.where(may, scores, -np.inf)) @ (h @ w_v)


def permuted(lab: AttentionLab, positions: PositionsChoice) -> Permuted:
    """The outputs of the sentence and of the same tokens in another order, put back; how far these are for every kind."""
    x, seed, count = embeddings(lab), lab.seed, len(lab.tokens)
    matrices = tuple(
        edited(lab.head.start.matrix(name, lab.d_model, lab.head.d_k, seed), name, lab.read_edits) for name in "qkv"
    )
    to = order(lab.positions.order, count, seed)
    everyone = NoMask().allowed(count)

    def both(row: PositionsChoice, may: Bool[np.ndarray, "_ _"] = everyone) -> tuple[Matrix, Matrix]:
        back = np.empty((count, lab.head.d_k))
        back[to] = outputs(x[to], matrices, row, may, seed)
        return outputs(x, matrices, row, may, seed), back

    def apart(row: PositionsChoice, may: Bool[np.ndarray, "_ _"] = everyone) -> float:
        first, second = both(row, may)
        return float(np.abs(first - second).max())

    kinds = [positions if row.kind == positions.kind else row for row in EVERY]
    table = [(row.label, apart(row)) for row in kinds]
    table.append(("None, with the causal mask", apart(NoPositions(), Causal().allowed(count))))
    first, back = both(positions)
    return Permuted(lab.tokens, tuple(lab.tokens[place] for place in to), first, back, tuple(table))
