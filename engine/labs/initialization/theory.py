"""The mean-field recursion: signal and gradient from layer to layer in networks of infinite width.

With weights of mean 0 and variance v, fan-in n and biases of 0:
q_1 = n_0 v_1 mean(x^2); q_(l+1) = n_l v_(l+1) E[phi(sqrt(q_l) Z)^2], Z ~ N(0, 1), and backwards
g_l = n_(l+1) v_(l+1) g_(l+1) E[phi'(sqrt(q_l) Z)^2]. Poole et al. 2016, Schoenholz et al. 2017; for one activation
each, He et al. 2015 (ReLU) and Glorot and Bengio 2010 (linear).
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float
from numpy.polynomial.legendre import leggauss

from engine.activations import ActivationChoice, Step
from engine.labs.initialization.results import Theory

REACH = 12.0
"""A normal variable lies further out with probability 4e-33."""
PANELS, NODES = 44, 12


@lru_cache(maxsize=1)
def _rule() -> tuple[Float[np.ndarray, " nodes"], Float[np.ndarray, " nodes"]]:
    """Nodes z and weights of E[f(Z)], Z ~ N(0, 1): Gauss-Legendre on panels that halve towards 0, on either side of it.

    Every activation of the catalog is smooth but at 0, so no panel holds a kink; and the smallest ones resolve a slope
    that has narrowed to a spike, as tanh's has for large q. Gauss-Hermite does neither.
    """
    edges = np.concatenate([[0.0], REACH * 2.0 ** -np.arange(PANELS - 1, -1, -1)])
    nodes, weights = leggauss(NODES)
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    z = (middle + half * nodes).ravel()
    w = (half * weights).ravel() * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return np.concatenate([-z[::-1], z]), np.concatenate([w[::-1], w])


@lru_cache(maxsize=4096)
def moments(activation: ActivationChoice, q: float) -> tuple[float, float, float]:
    """(E[phi], E[phi^2], E[phi'^2]) of phi(sqrt(q) Z), Z ~ N(0, 1), in float64; the slope as autograd gives it.

    NaN for a q that is not finite. Not for maxout, which is no function of one pre-activation.
    """
    if not math.isfinite(q):
        return math.nan, math.nan, math.nan
    nodes, weights = _rule()
    with torch.enable_grad():
        z = torch.from_numpy(math.sqrt(q) * nodes).requires_grad_()
        a = activation.build()(z)
        (slope,) = torch.autograd.grad(a.sum(), z)
    values, slopes = a.detach().numpy(), slope.numpy()
    with np.errstate(over="ignore", invalid="ignore"):
        return float(weights @ values), float(weights @ values**2), float(weights @ slopes**2)


def silence(activation: ActivationChoice, variances: Sequence[float | None]) -> str:
    """Why the theory does not apply; empty where it does."""
    if any(variance is None for variance in variances):
        return "its weights are not drawn at random with mean 0, which the theory assumes"
    if activation.pieces > 1:
        return f"{activation.label} takes the largest of {activation.pieces} pre-activations, the theory is for one"
    return ""


def theory(
    activation: ActivationChoice, sizes: Sequence[int], variances: Sequence[float | None], start: float, top: float
) -> Theory:
    """The lines of a network with ``sizes`` = inputs, hidden widths, outputs and weights of ``variances`` per layer.

    ``start`` is the mean square of the inputs, ``top`` that of the gradient at the outputs.
    """
    depth = len(sizes) - 2
    nothing = np.full(depth, np.nan)
    if reason := silence(activation, variances):
        return Theory(nothing, nothing, nothing, math.nan, reason)
    known = [float(variance) for variance in variances if variance is not None]
    pre, post, slopes = np.empty(depth), np.empty(depth), np.empty(depth)
    signal = start
    for layer in range(depth):
        pre[layer] = sizes[layer] * known[layer] * signal
        mean, signal, slopes[layer] = moments(activation, pre[layer])
        post[layer] = max(signal - mean**2, 0.0)
    gradient = np.empty(depth)
    above = top
    for layer in range(depth - 1, -1, -1):
        above = sizes[layer + 2] * known[layer + 1] * above * slopes[layer]
        gradient[layer] = above
    chi = sizes[-2] * known[-2] * slopes[-2] if depth > 1 else math.nan
    if isinstance(activation, Step):
        reason = "the step's derivative is 0, so no gradient passes and there is no line for it"
        return Theory(pre, post, nothing, 0.0, reason)
    return Theory(pre, post, gradient, chi)
