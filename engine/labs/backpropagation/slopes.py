"""The elementwise activations and their derivatives, written as their formulas stand: one row per kind."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.activations import ActivationChoice
from engine.labs.backpropagation.results import Matrix

SIGMA = r"\sigma"
normal_cdf = np.vectorize(lambda z: 0.5 * (1.0 + math.erf(z / math.sqrt(2.0))), otypes=[float])


def normal_density(z: Matrix) -> Matrix:
    """The density of the standard normal distribution."""
    return np.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi)


def sigmoid(z: Matrix) -> Matrix:
    """1 / (1 + e^-z), from the side on which e does not overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


@dataclass(frozen=True)
class Slope:
    """An activation g and its derivative g', as numbers and as LaTeX.

    ``c`` is the activation's row, with its knobs. In LaTeX, ``z`` and ``a`` are symbols or numbers.
    """

    value: Callable[[Any, Matrix], Matrix]
    slope: Callable[[Any, Matrix, Matrix], Matrix]
    value_latex: Callable[[Any, str], str]
    slope_latex: Callable[[Any, str, str], str]


def _below(z: str, low: str, high: str = "1") -> str:
    return rf"\begin{{cases}} {high} & {z} > 0 \\ {low} & \text{{else}} \end{{cases}}"


def _call(name: str, z: str) -> str:
    return f"{name}{z}" if z.startswith("(") else f"{name}({z})"


SLOPES: dict[str, Slope] = {
    "step": Slope(
        lambda c, z: np.where(z > 0, 1.0, 0.0),
        lambda c, z, a: np.zeros_like(z),
        lambda c, z: _below(z, "0"),
        lambda c, z, a: "0",
    ),
    "linear": Slope(
        lambda c, z: z.copy(),
        lambda c, z, a: np.ones_like(z),
        lambda c, z: z,
        lambda c, z, a: "1",
    ),
    "sigmoid": Slope(
        lambda c, z: sigmoid(z),
        lambda c, z, a: a * (1.0 - a),
        lambda c, z: rf"\frac{{1}}{{1 + e^{{-{z}}}}}",
        lambda c, z, a: rf"{a} \, (1 - {a})",
    ),
    "tanh": Slope(
        lambda c, z: np.tanh(z),
        lambda c, z, a: 1.0 - a**2,
        lambda c, z: _call(r"\tanh", z),
        lambda c, z, a: rf"1 - {a}^2",
    ),
    "relu": Slope(
        lambda c, z: np.maximum(0.0, z),
        lambda c, z, a: np.where(z > 0, 1.0, 0.0),
        lambda c, z: rf"\max(0, {z})",
        lambda c, z, a: _below(z, "0"),
    ),
    "leaky_relu": Slope(
        lambda c, z: np.maximum(0.0, z) + c.slope * np.minimum(0.0, z),
        lambda c, z, a: np.where(z > 0, 1.0, c.slope),
        lambda c, z: rf"\max(0, {z}) + {c.slope:g} \min(0, {z})",
        lambda c, z, a: _below(z, f"{c.slope:g}"),
    ),
    "elu": Slope(
        lambda c, z: np.where(z > 0, z, c.alpha * np.expm1(np.minimum(z, 0.0))),
        lambda c, z, a: np.where(z > 0, 1.0, c.alpha * np.exp(np.minimum(z, 0.0))),
        lambda c, z: _below(z, rf"{c.alpha:g} (e^{{{z}}} - 1)", z),
        lambda c, z, a: _below(z, rf"{c.alpha:g} e^{{{z}}}"),
    ),
    "gelu": Slope(
        lambda c, z: z * normal_cdf(z),
        lambda c, z, a: normal_cdf(z) + z * normal_density(z),
        lambda c, z: z + r" \cdot " + _call(r"\Phi", z),
        lambda c, z, a: _call(r"\Phi", z) + rf" + {z} \cdot \tfrac{{1}}{{\sqrt{{2\pi}}}} e^{{-{z}^2/2}}",
    ),
    "silu": Slope(
        lambda c, z: z * sigmoid(z),
        lambda c, z, a: sigmoid(z) * (1.0 + z * (1.0 - sigmoid(z))),
        lambda c, z: z + r" \cdot " + _call(SIGMA, z),
        lambda c, z, a: rf"{_call(SIGMA, z)} \, \bigl(1 + {z} \, (1 - {_call(SIGMA, z)})\bigr)",
    ),
    "softplus": Slope(
        lambda c, z: np.logaddexp(0.0, z),
        lambda c, z, a: sigmoid(z),
        lambda c, z: rf"\ln(1 + e^{{{z}}})",
        lambda c, z, a: rf"\frac{{1}}{{1 + e^{{-{z}}}}}",
    ),
}


def slope_of(choice: ActivationChoice) -> Slope:
    """The row of an activation. Raises ValueError where it is not elementwise."""
    if choice.kind not in SLOPES:
        raise ValueError(f"{choice.kind} does not work element by element; choose one of: {', '.join(SLOPES)}")
    return SLOPES[choice.kind]
