"""Several heads at once, by hand in NumPy: split, look, concatenate, mix by W_O; PyTorch's MultiheadAttention beside it."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from engine.labs.attention.head import allowed, edited, embeddings, softmax
from engine.labs.attention.results.heads import Heads
from engine.labs.attention.starts import drawn
from engine.labs.attention.state import AttentionLab
from engine.undrawn import undrawn

LETTERS = ("mq", "mk", "mv", "mo")
FIRST_STREAM = 4
"""Of the numbers that draws of matrices are told apart by: the one head has those before."""


def split(matrix: Float[np.ndarray, "tokens d_model"], heads: int) -> Float[np.ndarray, "heads tokens d_k"]:
    """Head h gets columns (h-1) d_k + 1 to h d_k, d_k = d_model / heads."""
    tokens, width = matrix.shape
    return matrix.reshape(tokens, heads, width // heads).transpose(1, 0, 2)


def concatenated(parts: Float[np.ndarray, "heads tokens d_k"]) -> Float[np.ndarray, "tokens d_model"]:
    """The heads' outputs beside each other: ``split`` the other way round."""
    heads, tokens, width = parts.shape
    return parts.transpose(1, 0, 2).reshape(tokens, heads * width)


def heads(lab: AttentionLab) -> Heads:
    """Every matrix of all heads, on the lab's sentence."""
    count, width, edits = lab.heads.heads, lab.d_model, lab.read_edits
    scale = lab.heads.gain / math.sqrt(width)
    w_q, w_k, w_v, w_o = (
        edited(drawn(width, width, scale, lab.seed, FIRST_STREAM + place), letter, edits)
        for place, letter in enumerate(LETTERS)
    )
    x, may = embeddings(lab), allowed(lab)
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    d_k = width // count
    scores = split(q, count) @ split(k, count).transpose(0, 2, 1) / math.sqrt(d_k)
    weights = softmax(np.where(may, scores, -np.inf))
    outputs = weights @ split(v, count)
    joined = concatenated(outputs)
    output = joined @ w_o
    parts = outputs @ w_o.reshape(count, d_k, width)
    theirs, their_weights = by_torch(x, (w_q, w_k, w_v, w_o), count, may)
    seeing = may.any(axis=1)
    return Heads(
        lab.tokens,
        x,
        w_q,
        w_k,
        w_v,
        w_o,
        q,
        k,
        v,
        may,
        weights,
        joined,
        output,
        parts,
        apart=_largest(output[seeing] - theirs[seeing]),
        apart_weights=_largest(weights[:, seeing] - their_weights[:, seeing]),
        apart_sum=_largest(parts.sum(axis=0) - output),
        parameters=sum(matrix.size for matrix in (w_q, w_k, w_v, w_o)),
    )


def _largest(difference: np.ndarray) -> float:
    return float(np.abs(difference).max(initial=0.0))


def by_torch(
    x: Float[np.ndarray, "tokens d_model"],
    matrices: tuple[np.ndarray, ...],
    count: int,
    may: Bool[np.ndarray, "tokens tokens"],
) -> tuple[Float[np.ndarray, "tokens d_model"], Float[np.ndarray, "heads tokens tokens"]]:
    """(output, every head's weights) by ``torch.nn.MultiheadAttention`` in double precision; its matrices are (out, in)."""
    width = x.shape[1]
    theirs = undrawn(nn.MultiheadAttention, width, count, bias=False, batch_first=True, dtype=torch.float64).eval()
    w_q, w_k, w_v, w_o = (torch.from_numpy(matrix.T.copy()) for matrix in matrices)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([w_q, w_k, w_v]))
        theirs.out_proj.weight.copy_(w_o)
        given = torch.from_numpy(x)[None]
        output, weights = theirs(
            given, given, given, attn_mask=torch.from_numpy(~may), need_weights=True, average_attn_weights=False
        )
    return output[0].numpy(), weights[0].numpy()
