"""Of what widths and lengths do to attention: proofs."""

import math
from collections.abc import Callable

import numpy as np
import torch

from engine.labs.attention.cost import looking, projecting
from engine.labs.attention.head import softmax
from engine.labs.attention.heads import by_torch, concatenated, split
from engine.labs.attention.proving import TOKENS, WIDTH, matrices, normal
from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.scaling import entropy, jacobian_norm
from engine.labs.attention.starts import drawn
from engine.labs.proof import Proved
from engine.streams import stream
from engine.words import count, percent


def scaling_detail() -> Proved:
    """Entropy and gradient of softmax with and without the root, at several widths."""
    rows, found = [], {}
    for width in (4, 64, 1024):
        draws = stream(0, "data", width)
        q = torch.randn(100, width, generator=draws, dtype=torch.float64)
        k = torch.randn(100, 16, width, generator=draws, dtype=torch.float64)
        scores = torch.einsum("qd,qkd->qk", q, k)
        row = []
        for z in (scores, scores / width**0.5):
            p = torch.softmax(z, dim=-1)
            row += [float(entropy(p).mean()), float(jacobian_norm(p).mean())]
        found[width] = row
        rows.append((str(width), f"{float(scores.square().mean()):.1f}", *(f"{value:.3f}" for value in row)))
    sentence = (
        f"From d_k = 4 to 1024 the entropy of the weights goes from {found[4][0]:.3f} to {found[1024][0]:.3f} nats without the "
        f"root, and the norm of the softmax's Jacobian from {found[4][1]:.3f} to {found[1024][1]:.3f}: the nearer to a hard "
        f"choice, the less of a gradient comes through. With the root: from {found[4][2]:.3f} to {found[1024][2]:.3f} nats, "
        f"from {found[4][3]:.3f} to {found[1024][3]:.3f}."
    )
    head = ("d_k", "variance of q·k", "entropy, bare", "Jacobian, bare", "entropy, scaled", "Jacobian, scaled")
    return Proved(sentence, head, rows)


def inside_attention() -> Proved:
    """Weights by softmax, and by other functions of the same scores, as sentences grow."""
    made: dict[str, Callable[[Matrix], Matrix]] = {
        "softmax": softmax,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "none: the scores themselves": lambda z: z,
    }
    lengths = (4, 16, 64, 256)
    rows, last = [], {}
    for name, function in made.items():
        sizes = []
        for tokens in lengths:
            x = normal(tokens, WIDTH, 0, tokens)
            w_q, w_k, w_v = matrices(0)
            v = x @ w_v
            weights = function((x @ w_q) @ (x @ w_k).T / math.sqrt(WIDTH))
            out = weights @ v
            inside = np.all((out >= v.min(axis=0) - 1e-12) & (out <= v.max(axis=0) + 1e-12), axis=1)
            sizes.append((float(np.linalg.norm(out, axis=1).mean()), float(inside.mean())))
        last[name] = sizes
        rows.append((name, *(f"{size:.2f}" for size, _ in sizes), percent(sizes[-1][1])))
    soft, sigmoid = last["softmax"], last["sigmoid"]
    sentence = (
        f"Softmax makes an output a mean of values: with {lengths[-1]} tokens {percent(soft[-1][1])} of the outputs lie "
        f"between the smallest and the largest value in every dimension, and their length goes from {soft[0][0]:.2f} with "
        f"{lengths[0]} tokens to {soft[-1][0]:.2f}. With sigmoids of the same scores it goes from {sigmoid[0][0]:.2f} to "
        f"{sigmoid[-1][0]:.2f}: the longer the sentence, the larger the sum."
    )
    return Proved(sentence, ("mean length of an output", *(f"{n} tokens" for n in lengths), "between the values"), rows)


def more_heads() -> Proved:
    """Parameters and multiply-adds of 1 to 8 heads of one layer, and PyTorch's own output."""
    x = normal(TOKENS, WIDTH)
    four = tuple(drawn(WIDTH, WIDTH, 1 / math.sqrt(WIDTH), 0, place) for place in range(4))
    everyone = np.ones((TOKENS, TOKENS), bool)
    w_q, w_k, w_v, w_o = four
    rows, apart = [], []
    for heads in (1, 2, 4, 8):
        q, k, v = (split(x @ matrix, heads) for matrix in (w_q, w_k, w_v))
        a = softmax(q @ k.transpose(0, 2, 1) / math.sqrt(WIDTH // heads))
        out = concatenated(a @ v) @ w_o
        apart.append(float(np.abs(out - by_torch(x, four, heads, everyone)[0]).max()))
        adds = looking(TOKENS, WIDTH) + projecting(TOKENS, WIDTH)
        rows.append(
            (str(heads), str(WIDTH // heads), count(sum(m.size for m in four)), count(int(adds)), f"{apart[-1]:.0e}")
        )
    sentence = (
        f"At d_model = {WIDTH} one head and eight have the same {rows[0][2]} parameters and need the same {rows[0][3]} "
        f"multiply-adds on {TOKENS} tokens, for they share the width. What grows is the number of maps, h n². Outputs agree "
        f"with torch.nn.MultiheadAttention to within {max(apart):.0e}."
    )
    return Proved(sentence, ("heads", "d_k", "parameters", "multiply-adds", "difference to PyTorch"), rows)


def always_quadratic() -> Proved:
    """Which part of a layer costs more, for widths and lengths as they are in use."""
    rows, shares = [], []
    for width, tokens in ((512, 64), (512, 512), (768, 512), (768, 1024), (4096, 2048), (4096, 32_768)):
        quadratic, linear = int(looking(tokens, width)), int(projecting(tokens, width))
        shares.append(quadratic / (quadratic + linear))
        rows.append((f"{width:,}", f"{tokens:,}", f"{quadratic:.2e}", f"{linear:.2e}", percent(shares[-1])))
    sentence = (
        f"The part that grows with n² is {percent(min(shares))} to {percent(max(shares))} of a layer of attention here: less "
        "than half of it up to n = 2 d_model tokens. For short texts the four matrices (and the feed-forward layers, which "
        "are not counted here) cost more."
    )
    return Proved(sentence, ("d_model", "tokens n", "2 n² d_model", "4 n d_model²", "share of n²"), rows)
