"""Gradients that vanish or explode, and what keeps them."""

import math

import torch
from torch import Tensor, nn

from quiz.parametric.drawing import Row, grid, nonzero, tenths, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, vec


def _slope(of: Tensor, by: Tensor) -> Tensor:
    """What autograd says the derivative is."""
    return torch.autograd.grad(of, by)[0]


def _sigmoid_chain(weights: tuple[float, ...], z: tuple[float, ...]) -> Asked:
    point = exact(1.0, wants_grad=True)
    a: Tensor = point
    for weight, meant in zip(weights, z, strict=True):
        before = a * weight
        a = torch.sigmoid(before + (meant - before.item()))
    value = float(_slope(a, point))
    s = torch.sigmoid(exact(z)).tolist()
    slopes = [one * (1 - one) for one in s]
    factors = r" \cdot ".join(rf"{par(w)} \cdot {tex(slope)}" for w, slope in zip(weights, slopes, strict=True))
    return Asked(
        text=f"A chain of three sigmoid units, one a layer, has the weights ${vec(weights)}$; for an example its "
        f"pre-activations are $z = {vec(z)}$. What is the derivative of the last activation by the input of the chain?",
        value=value,
        rule=r"$\prod_l w_l\, \sigma'(z_l)$ with $\sigma' = \sigma(1 - \sigma) \le \frac{1}{4}$: every layer multiplies "
        r"one more "
        "small factor.",
        working=rf"$\sigma'(z) \approx {vec(slopes)}$; ${factors} {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the weights: that is the product of slopes alone.": math.prod(slopes),
            "Added the layers up instead of multiplying them.": sum(
                w * d for w, d in zip(weights, slopes, strict=True)
            ),
            "Took the sigmoids instead of their slopes.": math.prod(w * one for w, one in zip(weights, s, strict=True)),
            "Forgot the slopes: that is the chain without activations.": math.prod(weights),
        },
    )


def _residual(factor: float, blocks: int) -> Asked:
    point = exact(1.0, wants_grad=True)
    x: Tensor = point
    for _ in range(blocks):
        x = x + factor * x
    value = float(_slope(x, point))
    return Asked(
        text=f"{blocks} residual blocks $y = x + F(x)$ follow one another, each with $F(x) = {tex(factor)} x$. What is the "
        f"derivative "
        "of the last output by the first input?",
        value=value,
        rule=r"$\prod (1 + F'(x)) = (1 + c)^k$: the 1 of the skip keeps the product from vanishing.",
        working=rf"$(1 {plus(factor)})^{{{blocks}}} = {tex(1 + factor)}^{{{blocks}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the skip connections: only the branches were multiplied.": factor**blocks,
            "Added the blocks up: that is the first two terms of the power.": 1 + blocks * factor,
            "Took all the branches first and one skip around them.": 1 + factor**blocks,
        },
    )


def _through_time(weight: float, entry: float, steps: int) -> Asked:
    first = exact(1.0, wants_grad=True)
    h: Tensor = entry * first
    for _ in range(steps):
        h = weight * h
    value = float(torch.autograd.grad(h, first)[0])
    return Asked(
        text=f"In a linear recurrent unit $h_t = w h_{{t-1}} + u x_t$ the weights are $w = {tex(weight)}$ and $u = "
        f"{tex(entry)}$. What is "
        rf"$\partial h_{{{steps + 1}}} / \partial x_1$?",
        value=value,
        rule=r"$\frac{\partial h_T}{\partial x_t} = u\, w^{T - t}$: one factor $w$ for every step in between, so it "
        r"vanishes for $|w| < 1$ and explodes for $|w| > 1$.",
        working=rf"${par(entry)} \cdot {par(weight)}^{{{steps}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "Counted one step too many: from step 1 to $T$ there are $T - 1$.": entry * weight ** (steps + 1),
            "Forgot $u$: the input enters through it.": weight**steps,
            "Added the steps up instead of multiplying them.": entry * weight * steps,
        },
    )


def _clipped(gradient: tuple[int, ...], limit: float) -> Asked:
    weight = nn.Parameter(exact([0.0] * len(gradient)))
    weight.grad = exact(gradient)
    nn.utils.clip_grad_norm_([weight], limit)
    norm = math.hypot(*gradient)
    if norm <= limit:
        raise DrawAgain
    squares = " + ".join(f"{par(number)}^2" for number in gradient)
    scaled = tuple(weight.grad.tolist())
    return Asked(
        text=f"The gradient is $g = {vec(gradient)}$ and is clipped by its norm to at most ${tex(limit)}$. What is it then?",
        value=scaled,
        rule=r"$g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert_2}\right)$: it becomes shorter and keeps its direction.",
        working=rf"$\lVert g \rVert = \sqrt{{{squares}}} {eq(norm)}$; $\frac{{{tex(limit)}}}{{{tex(norm)}}} \cdot "
        rf"{vec(gradient)} \approx {vec(round(number, 4) for number in scaled)}$",
        decimals=2,
        mistakes={
            "Clipped by value: each entry was cut by itself, which turns the gradient.": tuple(
                max(-limit, min(limit, float(number))) for number in gradient
            ),
            "Divided by the squared norm: the root was forgotten.": tuple(
                number * limit / norm**2 for number in gradient
            ),
            "Divided by the sum of absolute values: that is the 1-norm.": tuple(
                number * limit / sum(map(abs, gradient)) for number in gradient
            ),
            "Made it a unit vector: it is shortened to the limit, not to 1.": tuple(
                number / norm for number in gradient
            ),
        },
    )


FAMILIES = (
    Family(
        id="sigmoid-chain",
        topic="gradients",
        level="practitioner",
        title="The gradient through three sigmoids",
        source="Nielsen 2015, chapter 5; Hochreiter 1991",
        draws={"weights": Row(3, tenths(-3.0, 3.0)), "z": Row(3, grid(-1.5, 1.5, 0.5))},
        ask=_sigmoid_chain,
        lab="gradient_flow?view=jacobians",
    ),
    Family(
        id="residual-product",
        topic="gradients",
        level="practitioner",
        title="The gradient through residual blocks",
        source="He et al. 2016, Identity Mappings in Deep Residual Networks, section 2",
        draws={"factor": tuple(c for c in grid(-0.3, 0.3, 0.02) if abs(c) >= 0.04), "blocks": whole(4, 12)},
        ask=_residual,
        lab="gradient_flow?view=cures",
    ),
    Family(
        id="gradient-through-time",
        topic="recurrent",
        level="practitioner",
        title="A gradient through time",
        source="Bengio et al. 1994; Pascanu et al. 2013",
        draws={
            "weight": (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.05, 1.1, 1.2, 1.3),
            "entry": (0.3, 0.4, 0.5, 0.8, 1.5, 2.0, 3.0),
            "steps": whole(3, 20),
        },
        ask=_through_time,
        lab="recurrent?section=gradients",
    ),
    Family(
        id="clip-by-norm",
        topic="gradients",
        level="foundation",
        title="A gradient clipped by its norm",
        source="Pascanu et al. 2013, algorithm 1; torch.nn.utils.clip_grad_norm_",
        draws={"gradient": Row(2, nonzero(-12, 12)), "limit": (0.5, 2.0, 2.5, 4.0, 5.0)},
        ask=_clipped,
        lab="gradient_flow?view=clipping",
        chosen=True,
    ),
)
