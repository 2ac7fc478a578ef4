"""One head of attention by hand, in NumPy: softmax(Q K^T / sqrt(d_k) + M) V, and PyTorch's beside it (Vaswani 2017)."""

import math
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float

from engine.labs.attention.edits import Edit
from engine.labs.attention.results.heads import Head
from engine.labs.attention.state import AttentionLab
from engine.streams import stream


def embedding(token: str, d_model: int, seed: int) -> Float[np.ndarray, " d_model"]:
    """The vector of a token: drawn from N(0, 1), rounded to one decimal; the same wherever the token stands."""
    draws = stream(seed, "data", zlib.crc32(token.encode()))
    return np.round(torch.randn(d_model, generator=draws, dtype=torch.float64).numpy(), 1) + 0.0


def embeddings(lab: AttentionLab) -> Float[np.ndarray, "tokens d_model"]:
    """X: the vectors of the sentence's tokens, with what was set by hand."""
    rows = np.stack([embedding(token, lab.d_model, lab.seed) for token in lab.tokens])
    return edited(rows, "x", lab.read_edits)


def edited(
    matrix: Float[np.ndarray, "rows columns"], letter: str, edits: tuple[Edit, ...]
) -> Float[np.ndarray, "rows columns"]:
    """``matrix`` with the numbers that were set by hand in it; the last one at a place counts."""
    found = matrix.copy()
    for edit in edits:
        if edit.place.letter == letter:
            found[edit.place.row - 1, edit.place.column - 1] = edit.value
    return found


def allowed(lab: AttentionLab) -> Bool[np.ndarray, "tokens tokens"]:
    """Where the row's token may look at the column's: by the mask, and at no padding."""
    count = len(lab.tokens)
    removed = [place - 1 for place in lab.removed if place <= count]
    found = lab.mask.allowed(count).copy()
    found[:, removed] = False
    return found


def softmax(rows: Float[np.ndarray, "*heads queries keys"]) -> Float[np.ndarray, "*heads queries keys"]:
    """a_j = e^(z_j) / sum e^(z) of each row, with the row's largest z taken off first, which changes nothing.

    A row of nothing but minus infinity would be 0/0: it is 0, as in PyTorch since 2.5.
    """
    top = rows.max(axis=-1, keepdims=True)
    powers = np.exp(rows - np.where(np.isfinite(top), top, 0.0))
    total = powers.sum(axis=-1, keepdims=True)
    return powers / np.where(total > 0, total, 1.0)


def head(lab: AttentionLab) -> Head:
    """Every matrix of the one head, on the lab's sentence."""
    x, d_k, edits = embeddings(lab), lab.head.d_k, lab.read_edits
    w_q, w_k, w_v = (
        edited(lab.head.start.matrix(name, lab.d_model, d_k, lab.seed), name, edits) for name in ("q", "k", "v")
    )
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    divisor = math.sqrt(d_k) if lab.head.scaled else 1.0
    scores = q @ k.T
    scaled = scores / divisor
    may = allowed(lab)
    masked = np.where(may, scaled, -np.inf)
    weights = softmax(masked)
    output = weights @ v
    apart, apart_single = (
        float(np.abs(output - by_torch(q, k, v, may, 1 / divisor, precision)).max())
        for precision in (torch.float64, torch.float32)
    )
    return Head(
        lab.tokens,
        x,
        w_q,
        w_k,
        w_v,
        q,
        k,
        v,
        scores,
        scaled,
        may,
        masked,
        weights,
        output,
        divisor,
        apart,
        apart_single,
    )


def by_torch(
    q: Float[np.ndarray, "tokens d_k"],
    k: Float[np.ndarray, "tokens d_k"],
    v: Float[np.ndarray, "tokens d_k"],
    may: Bool[np.ndarray, "tokens tokens"],
    scale: float,
    precision: torch.dtype,
) -> Float[np.ndarray, "tokens d_k"]:
    """The output by ``torch.nn.functional.scaled_dot_product_attention``."""
    q_, k_, v_ = (torch.from_numpy(matrix).to(precision)[None, None] for matrix in (q, k, v))
    found = F.scaled_dot_product_attention(q_, k_, v_, attn_mask=torch.from_numpy(may), scale=scale)
    return found[0, 0].double().numpy()
