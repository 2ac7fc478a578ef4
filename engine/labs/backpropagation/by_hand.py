"""One pass through a small network, written as the formulas stand. Examples in rows, W (out, in), as in PyTorch."""

import numpy as np

from engine.activations import ActivationChoice
from engine.labs.backpropagation.heads import HeadChoice
from engine.labs.backpropagation.results import Matrix, Numbers, Pass
from engine.labs.backpropagation.slopes import slope_of


def by_hand(begun: Numbers, hidden: tuple[ActivationChoice, ...], head: HeadChoice, rate: float) -> Pass:
    """Forward, loss, backward and one step of gradient descent (Rumelhart et al. 1986), in float64.

    Numbers that overflow become infinite or NaN and are passed on: what divergence looks like.
    """
    with np.errstate(all="ignore"):
        x, y, weights, biases = begun.x, begun.y, begun.weights, begun.biases
        z: list[Matrix] = []
        a: list[Matrix] = []
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            fed = a[-1] if a else x
            z.append(fed @ w.T + b)
            a.append(slope_of(hidden[layer]).value(hidden[layer], z[-1]) if layer < len(hidden) else head.output(z[-1]))
        loss = float(head.terms(z[-1], y).sum() / head.divisor(len(y)))

        d_a, d_z = [head.d_output(a[-1], y)], [head.d_z(a[-1], y)]
        for layer in reversed(range(len(hidden))):
            d_a.insert(0, d_z[0] @ weights[layer + 1])
            d_z.insert(0, d_a[0] * slope_of(hidden[layer]).slope(hidden[layer], z[layer], a[layer]))
        inputs = [x, *a[:-1]]
        d_w = [d.T @ fed for d, fed in zip(d_z, inputs, strict=True)]
        d_b = [d.sum(axis=0) for d in d_z]
        d_x = d_z[0] @ weights[0]

        new_weights = tuple(w - rate * d for w, d in zip(weights, d_w, strict=True))
        new_biases = tuple(b - rate * d for b, d in zip(biases, d_b, strict=True))
    updated = Numbers(x, y, new_weights, new_biases)
    return Pass(begun, tuple(z), tuple(a), loss, tuple(d_a), tuple(d_z), tuple(d_w), tuple(d_b), d_x, updated)
