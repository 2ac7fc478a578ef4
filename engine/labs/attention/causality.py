"""Which outputs change when a token changes: proven for the causal mask, by changing and by autograd."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from engine.labs.attention.head import allowed, edited, embeddings, softmax
from engine.labs.attention.results.heads import Changed, Matrix
from engine.labs.attention.state import AttentionLab
from engine.streams import stream

TRIES = 8
"""Other vectors that every token is given."""
SPREAD = 3.0
"""Standard deviation of their entries: large changes, so that what does not change does so by no chance."""


def changes(lab: AttentionLab) -> Changed:
    """Every token changed in turn: the largest change of every output, and the norm of its derivative."""
    x, seed, may = embeddings(lab), lab.seed, allowed(lab)
    matrices = tuple(
        edited(lab.head.start.matrix(name, lab.d_model, lab.head.d_k, seed), name, lab.read_edits) for name in "qkv"
    )
    count, width = x.shape
    before = output(x, matrices, may)
    draws = stream(seed, "noise")
    moved = np.zeros((count, count))
    for token in range(count):
        for _ in range(TRIES):
            other = x.copy()
            other[token] = SPREAD * torch.randn(width, generator=draws, dtype=torch.float64).numpy()
            change = np.abs(output(other, matrices, may) - before).max(axis=1)
            moved[:, token] = np.maximum(moved[:, token], change)
    return Changed(lab.tokens, may, moved, derivatives(x, matrices, may))


def output(x: Matrix, matrices: tuple[Matrix, ...], may: Bool[np.ndarray, "_ _"]) -> Matrix:
    """softmax(Q K^T / sqrt(d_k) + M) V."""
    w_q, w_k, w_v = matrices
    scores = (x @ w_q) @ (x @ w_k).T / math.sqrt(w_q.shape[1])
    return softmax(np.where(may, scores, -np.inf)) @ (x @ w_v)


def derivatives(
    x: Matrix, matrices: tuple[Matrix, ...], may: Bool[np.ndarray, "_ _"]
) -> Float[np.ndarray, "tokens tokens"]:
    """Frobenius norm of d o_i / d x_j by autograd, of PyTorch's attention: rows are outputs, columns inputs."""
    w_q, w_k, w_v = (torch.from_numpy(matrix) for matrix in matrices)
    mask = torch.from_numpy(may)

    def attended(given: Tensor) -> Tensor:
        q, k, v = given @ w_q, given @ w_k, given @ w_v
        return torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=mask)[0]

    jacobian = torch.autograd.functional.jacobian(attended, torch.from_numpy(x))
    return jacobian.square().sum(dim=(1, 3)).sqrt().numpy()
