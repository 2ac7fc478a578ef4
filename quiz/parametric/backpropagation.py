"""Gradients by hand: through a graph, a layer, a network."""

import torch
from torch import Tensor, nn

from quiz.parametric.drawing import Row, grid, nonzero, tenths
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, vec


def _slope(of: Tensor, by: Tensor) -> Tensor:
    """What autograd says the derivative is."""
    return torch.autograd.grad(of, by)[0]


def _two_paths(a: int, b: int, c: int) -> Asked:
    point = exact(float(a), wants_grad=True)
    value = float(_slope((point * b + c) * point, point))
    return Asked(
        text=f"In the graph $f = (a b + c)\\, a$ the input $a$ is used twice. What is $\\partial f / \\partial a$ at $a = "
        f"{a}$, $b = {b}$, $c = {c}$?",
        value=value,
        rule=r"Gradients of all paths add up: $\frac{\partial f}{\partial a} = b \cdot a + (ab + c)$, one term for each use.",
        working=rf"${par(b)} \cdot {par(a)} + ({par(a)} \cdot {par(b)} {plus(c)}) = {a * b} {plus(a * b + c)} = {tex(value)}$",
        mistakes={
            "Followed the last multiplication only: $a$ is in the bracket too.": a * b + c,
            "Followed the bracket only: $a$ is also the factor behind it.": a * b,
            "Multiplied the two paths instead of adding them up.": a * b * (a * b + c),
            "Differentiated the bracket and forgot the factor behind it.": b,
        },
    )


def _layer(x: tuple[tuple[int, ...], ...], delta: tuple[tuple[int, ...], ...], row: int, column: int) -> Asked:
    weight = exact([[0.0] * 2] * 2, wants_grad=True)
    z = exact(x) @ weight.T
    (gradient,) = torch.autograd.grad(z, weight, exact(delta))
    value = float(gradient[row - 1, column - 1])
    terms = [(delta[n][row - 1], x[n][column - 1]) for n in range(2)]
    written = " + ".join(rf"{par(d)} \cdot {par(entry)}" for d, entry in terms)
    mistakes = {
        "Left the second example out.": terms[0][0] * terms[0][1],
        "Averaged: a mean over the batch is already in the given derivatives where there is one.": value / 2,
        "Summed derivatives and inputs before multiplying them.": sum(d for d, _ in terms) * sum(e for _, e in terms),
    }
    if row != column:
        mistakes["Swapped row and column: the row belongs to the output, the column to the input."] = sum(
            delta[n][column - 1] * x[n][row - 1] for n in range(2)
        )
    return Asked(
        text="A linear layer $z = W x$ has two inputs and two outputs. A batch of two examples has the inputs "
        f"${vec(x[0])}$ and ${vec(x[1])}$; the loss of the whole batch has the derivatives $\\partial L / \\partial z$ of "
        f"${vec(delta[0])}$ and ${vec(delta[1])}$. What is $\\partial L / \\partial W_{{{row}{column}}}$, row {row} for "
        f"the output and column {column} for the input?",
        value=value,
        rule=r"$\frac{\partial L}{\partial W} = \sum_n \delta^{(n)} x^{(n)\top}$: the derivative at the output times the "
        r"input, "
        "summed over the batch.",
        working=rf"$\sum_n \delta^{{(n)}}_{row} x^{{(n)}}_{column} = {written} = {tex(value)}$",
        mistakes=mistakes,
    )


def _logistic(x: float, weight: float, bias: float, label: int) -> Asked:
    w = exact(weight, wants_grad=True)
    z = w * x + bias
    loss = nn.functional.binary_cross_entropy_with_logits(z, exact(float(label)))
    value = float(_slope(loss, w))
    score, p = z.item(), torch.sigmoid(z).item()
    return Asked(
        text=f"Logistic regression with one input has $w = {tex(weight)}$ and $b = {tex(bias)}$. For the example $x = "
        f"{tex(x)}$, $y = {label}$, what is $\\partial L / \\partial w$ of the binary cross-entropy?",
        value=value,
        rule=r"$\frac{\partial L}{\partial w} = (\sigma(z) - y)\, x$: the slopes of sigmoid and logarithm cancel.",
        working=rf"$z = {par(weight)} \cdot {par(x)} {plus(bias)} {eq(score)}$, $\sigma(z) {eq(p)}$; "
        rf"$({tex(p)} - {label}) \cdot {par(x)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the input: that is the derivative by $b$, or by $z$.": p - label,
            "Kept the slope of the sigmoid: that belongs to the squared error.": (p - label) * p * (1 - p) * x,
            "Turned the sign round: it is prediction minus label.": -value,
            "Took the logit for the probability.": (score - label) * x,
        },
    )


def _relu_slope(x: int, weights: tuple[int, ...], biases: tuple[int, ...], v: tuple[int, ...]) -> Asked:
    point = exact(float(x), wants_grad=True)
    z = point * exact(weights) + exact(biases)
    if 0.0 in z.tolist():
        raise DrawAgain
    output = (torch.relu(z) * exact(v)).sum()
    value = float(_slope(output, point))
    live = [number > 0 for number in z.tolist()]
    if not any(live):
        raise DrawAgain
    terms = " + ".join(rf"{par(b)} \cdot {par(a)}" for a, b, is_live in zip(weights, v, live, strict=True) if is_live)
    listed = ", ".join(tex(number) for number in z.tolist())
    return Asked(
        text=f"A network with one input has three hidden ReLU units with the weights ${vec(weights)}$ and the biases "
        f"${vec(biases)}$, and a linear output with the weights ${vec(v)}$. What is the derivative of the output by the "
        f"input at $x = {x}$?",
        value=value,
        rule=r"$\frac{dy}{dx} = \sum_{i:\, z_i > 0} v_i w_i$: a unit whose pre-activation is negative passes no gradient.",
        working=rf"$z = ({listed})$, so ${terms} = {tex(value)}$",
        mistakes={
            "Let the dead units pass gradient: ReLU's slope is 0 where $z < 0$.": sum(
                a * b for a, b in zip(weights, v, strict=True)
            ),
            "Left the hidden weights out: the chain rule multiplies both layers.": sum(
                b for b, is_live in zip(v, live, strict=True) if is_live
            ),
            "That is the output itself, not its derivative.": output.item(),
        },
    )


FAMILIES = (
    Family(
        id="gradient-of-two-paths",
        topic="backpropagation",
        level="foundation",
        title="An input that is used twice",
        source="Goodfellow et al. 2016, section 6.5.2",
        draws={"a": nonzero(-5, 5), "b": nonzero(-5, 5), "c": nonzero(-6, 6)},
        ask=_two_paths,
        lab="backpropagation",
    ),
    Family(
        id="weight-gradient-of-a-batch",
        topic="backpropagation",
        level="practitioner",
        title="The weight gradient of a linear layer",
        source="Goodfellow et al. 2016, algorithm 6.4",
        draws={
            "x": Row(2, Row(2, nonzero(-4, 4))),
            "delta": Row(2, Row(2, nonzero(-3, 3))),
            "row": (1, 2),
            "column": (1, 2),
        },
        ask=_layer,
        lab="backpropagation",
    ),
    Family(
        id="logistic-gradient",
        topic="backpropagation",
        level="practitioner",
        title="The gradient of logistic regression",
        source="Goodfellow et al. 2016, section 6.2.2.2",
        draws={"x": grid(-3.0, 3.0, 0.5), "weight": tenths(-1.5, 1.5), "bias": tenths(-1.0, 1.0), "label": (0, 1)},
        ask=_logistic,
        lab="backpropagation?section=losses",
    ),
    Family(
        id="slope-of-a-relu-network",
        topic="backpropagation",
        level="practitioner",
        title="The slope of a ReLU network",
        source="Goodfellow et al. 2016, section 6.3.1",
        draws={
            "x": nonzero(-3, 3),
            "weights": Row(3, nonzero(-3, 3)),
            "biases": Row(3, nonzero(-4, 4)),
            "v": Row(3, nonzero(-3, 3)),
        },
        ask=_relu_slope,
        lab="backpropagation",
    ),
)
