"""Of several heads: plain text, for tokens stand in it as they are."""

import numpy as np

from engine.labs.attention.results.heads import Heads
from engine.labs.attention.said.head import cap, name
from engine.labs.attention.tokens import short
from engine.words import percent, tiny


def beside_multihead(found: Heads) -> str:
    """How far output and weights are from PyTorch's, and that the number of heads costs nothing."""
    many = "one head" if found.count == 1 else f"{found.count} heads"
    return (
        f"Q, K and V are {len(found.tokens)} tokens × d_model {found.q.shape[1]}; each head has d_k = {found.d_k} of their "
        f"columns. Beside torch.nn.MultiheadAttention with the same matrices: outputs differ by at most {tiny(found.apart)}, "
        f"the weights of the heads by {tiny(found.apart_weights)}. The four matrices hold {found.parameters} numbers, "
        f"with {many} of width {found.d_k} as with any other number of heads."
    )


def heads_apart(found: Heads, i: int) -> str:
    """Where each head looks most, of one token; how unlike two heads are over all tokens."""
    most = ", ".join(
        f"head {place + 1} at ‘{short(found.tokens[int(row[i].argmax())])}’ ({percent(float(row[i].max()))})"
        for place, row in enumerate(found.weights)
        if found.allowed[i].any()
    )
    text = f"{cap(name(found, i))} looks most: {most or 'nowhere'}."
    if found.count < 2:
        return text
    pairs = [(a, b) for a in range(found.count) for b in range(a)]
    apart = [float(np.abs(found.weights[a] - found.weights[b]).sum(axis=1).mean() / 2) for a, b in pairs]
    return (
        f"{text} Two heads differ in {percent(min(apart))} to {percent(max(apart))} of a row's weight, on average over "
        "the tokens: each has its own matrices."
        if len(apart) > 1
        else f"{text} The two heads differ in {percent(apart[0])} of a row's weight, on average over the tokens."
    )


def brought(found: Heads, i: int) -> str:
    """The head that brings most to one token, and that the sum of parts is the product with the whole matrix."""
    sizes = np.linalg.norm(found.parts[:, i], axis=1)
    return (
        f"Of {name(found, i)}, head {int(sizes.argmax()) + 1} brings the longest vector ({sizes.max():.2f}). Concatenating "
        f"and multiplying by W_O is the same as adding up what each head brings through its own rows of W_O: largest "
        f"difference {tiny(found.apart_sum)}."
    )
