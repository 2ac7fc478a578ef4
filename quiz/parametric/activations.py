"""A forward pass and its activations by hand."""

import torch
import torch.nn.functional as F

from quiz.parametric.drawing import Row, grid, nonzero
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import dot, eq, par, plus, tex, vec


def _forward(
    x: tuple[int, ...], weights: tuple[tuple[int, ...], ...], biases: tuple[int, ...], v: tuple[int, ...], c: int
) -> Asked:
    z = F.linear(exact(x), exact(weights), exact(biases))
    value = float(F.linear(torch.relu(z), exact(v), exact(c)))
    z1, z2 = (round(number) for number in z.tolist())
    a1, a2 = max(z1, 0), max(z2, 0)
    rows = ", ".join(vec(row) for row in weights)
    return Asked(
        text=f"A network has two inputs, two hidden ReLU units and a linear output. The input is $x = {vec(x)}$; the "
        f"hidden units have the weights ${rows}$ and the biases ${vec(biases)}$; the output has the weights ${vec(v)}$ and "
        f"the bias ${c}$. "
        "What is the output?",
        value=value,
        rule=r"$\hat y = v \cdot \max(0, W x + b) + c$: the activation acts between the two affine maps, and not on the "
        r"output.",
        working=rf"$z_1 = {dot(weights[0], x)} {plus(biases[0])} = {z1}$ and $z_2 = {dot(weights[1], x)} {plus(biases[1])} = "
        rf"{z2}$, so $a = ({a1}, {a2})$ and $\hat y = {dot(v, (a1, a2))} {plus(c)} = {tex(value)}$",
        mistakes={
            "Forgot the ReLU: a negative pre-activation is passed on as 0.": v[0] * z1 + v[1] * z2 + c,
            "Forgot the hidden biases: they are added before the ReLU.": v[0] * max(z1 - biases[0], 0)
            + v[1] * max(z2 - biases[1], 0)
            + c,
            "Forgot the output's bias.": value - c,
        },
    )


def _sigmoid_slope(z: float) -> Asked:
    point = exact(z, wants_grad=True)
    s = torch.sigmoid(point)
    (slope,) = torch.autograd.grad(s, point)
    a, value = s.item(), slope.item()
    return Asked(
        text=f"What is the derivative of the sigmoid at $z = {tex(z)}$?",
        value=value,
        rule=r"$\sigma'(z) = \sigma(z)(1 - \sigma(z))$, at most $\frac{1}{4}$, at $z = 0$.",
        working=rf"$\sigma({tex(z)}) = \frac{{1}}{{1 + e^{{{tex(-z)}}}}} {eq(a)}$, so $\sigma' \approx {tex(a)} \cdot "
        rf"{tex(1 - a)} {eq(value)}$",
        decimals=3,
        mistakes={
            "That is the sigmoid itself, not its slope.": a,
            "Put $z$ itself into $s(1 - s)$: $s$ is the sigmoid of it.": z * (1 - z),
            "That is the slope of tanh, $1 - a^2$, with the sigmoid's value.": 1 - a * a,
        },
    )


def _times(slope: int) -> str:
    """``-x``, ``3x``: the slope before its x."""
    return f"{slope}x" if abs(slope) > 1 else "x" if slope > 0 else "-x"


def _maxout(x: int, slopes: tuple[int, ...], offsets: tuple[int, ...]) -> Asked:
    pieces = F.linear(exact([x]), exact(slopes).unsqueeze(1), exact(offsets))
    value = float(pieces.max())
    lines = ", ".join(f"{_times(w)} {plus(b)}" for w, b in zip(slopes, offsets, strict=True))
    at = ", ".join(rf"{par(w)} \cdot {par(x)} {plus(b)} = {w * x + b}" for w, b in zip(slopes, offsets, strict=True))
    slope, offset = max(zip(slopes, offsets, strict=True))
    return Asked(
        text=f"A maxout unit has the pieces ${lines}$. What does it give at $x = {x}$?",
        value=value,
        rule=r"$\max_k (w_k x + b_k)$: the largest of the affine functions, not of the inputs.",
        working=rf"${at}$; the largest is ${tex(value)}$.",
        mistakes={
            "Took the piece with the largest slope: which one is largest depends on $x$.": slope * x + offset,
            "Added the pieces up: maxout takes the largest.": sum(
                w * x + b for w, b in zip(slopes, offsets, strict=True)
            ),
            "That is a ReLU of the first piece: maxout compares pieces with each other, not with 0.": max(
                slopes[0] * x + offsets[0], 0
            ),
        },
    )


def _softmax(logits: tuple[float, ...], place: int) -> Asked:
    if not sum(logits):
        raise DrawAgain
    p = torch.softmax(exact(logits), dim=0)
    exponentials = exact(logits).exp()
    terms = " + ".join(rf"e^{{{tex(z)}}}" for z in logits)
    values = " + ".join(tex(number) for number in exponentials.tolist())
    z = logits[place - 1]
    return Asked(
        text=f"The logits of three classes are $z = {vec(logits)}$. Which probability does softmax give to class {place}, "
        "counted from 1?",
        value=float(p[place - 1]),
        rule=r"$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$",
        working=rf"$\frac{{e^{{{tex(z)}}}}}{{{terms}}} \approx \frac{{{tex(float(exponentials[place - 1]))}}}{{{values}}} "
        rf"{eq(float(p[place - 1]))}$",
        decimals=2,
        mistakes={
            "Divided the logits themselves by their sum: softmax takes their exponentials.": z / sum(logits),
            "That is the sigmoid of the logit: it does not look at the other classes.": float(exact(z).sigmoid()),
            "Took the share among the other classes: the class itself is in the sum too.": float(
                p[place - 1] / (1 - p[place - 1])
            ),
        },
    )


def _temperature(logits: tuple[float, ...], temperature: float) -> Asked:
    def first(scores: torch.Tensor) -> float:
        return float(torch.softmax(scores, dim=0)[0])

    z = exact(logits)
    scaled = (z / temperature).tolist()
    value = first(z / temperature)
    p = torch.softmax(z, dim=0)
    terms = " + ".join(rf"e^{{{tex(number)}}}" for number in scaled)
    return Asked(
        text=f"A language model scores three tokens with the logits ${vec(logits)}$. With which probability is the first one "
        f"drawn at the temperature $\\tau = {tex(temperature)}$?",
        value=value,
        rule=r"$p_i = \frac{e^{z_i / \tau}}{\sum_j e^{z_j / \tau}}$: below 1 the likely become likelier, above 1 all "
        r"become alike.",
        working=rf"$z / \tau \approx {vec(scaled)}$, so $p_1 = \frac{{e^{{{tex(scaled[0])}}}}}{{{terms}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Left the temperature out: that is softmax at $\\tau = 1$.": float(p[0]),
            "Multiplied by the temperature instead of dividing.": first(z * temperature),
            "Divided the probability by the temperature: it acts on the logits, before softmax.": float(p[0])
            / temperature,
        },
    )


FAMILIES = (
    Family(
        id="forward-pass",
        topic="networks",
        level="foundation",
        title="A forward pass by hand",
        source="Goodfellow et al. 2016, section 6.1",
        draws={
            "x": Row(2, nonzero(-3, 3)),
            "weights": Row(2, Row(2, nonzero(-3, 3))),
            "biases": Row(2, nonzero(-2, 2)),
            "v": Row(2, nonzero(-3, 3)),
            "c": nonzero(-3, 3),
        },
        ask=_forward,
        lab="backpropagation",
    ),
    Family(
        id="sigmoid-slope",
        topic="activations",
        level="foundation",
        title="The slope of the sigmoid",
        source="Goodfellow et al. 2016, section 3.10",
        draws={"z": tuple(z for z in grid(-4.0, 4.0, 0.02) if abs(z) >= 0.2)},
        ask=_sigmoid_slope,
        lab="activations?section=curves",
    ),
    Family(
        id="maxout-unit",
        topic="activations",
        level="foundation",
        title="A maxout unit",
        source="Goodfellow et al. 2013",
        draws={"x": nonzero(-4, 4), "slopes": Row(3, nonzero(-3, 3), distinct=True), "offsets": Row(3, nonzero(-5, 5))},
        ask=_maxout,
        lab="activations?section=maxout",
        chosen=True,
    ),
    Family(
        id="softmax-probability",
        topic="activations",
        level="foundation",
        title="A probability from three logits",
        source="Goodfellow et al. 2016, section 6.2.2.3",
        draws={"logits": Row(3, grid(-1.0, 3.0, 0.5), distinct=True), "place": (1, 2, 3)},
        ask=_softmax,
        lab="activations?section=softmax",
    ),
    Family(
        id="softmax-temperature",
        topic="transformers",
        level="practitioner",
        title="Sampling with a temperature",
        source="Hinton et al. 2015, section 2; Holtzman et al. 2020",
        draws={
            "logits": Row(3, grid(-1.0, 4.0, 0.5), distinct=True),
            "temperature": (0.4, 0.5, 0.8, 1.25, 1.5, 2.0, 2.5),
        },
        ask=_temperature,
        lab="activations?section=softmax",
    ),
)
