"""The steps of one head: the formula of each, and the same with the numbers of one query and one key put in (LaTeX)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.labs.attention.results.heads import Head
from engine.labs.attention.spelled import aligned, vector
from engine.labs.attention.tokens import short
from engine.labs.attention.views import Step
from engine.labs.backpropagation.notation import bracketed, latex

TIED = "\N{NO-BREAK SPACE}"
Spelled = Callable[[Head, int, int], str]


@dataclass(frozen=True)
class HeadStep:
    """One step: what it does, what is shown of it."""

    title: str
    words: str
    """For the learner, Markdown."""
    formula: str
    """LaTeX; the symbols of the code."""
    spelled: Spelled
    """The formula with numbers, of (head, query i, key j), from 0."""
    shows: tuple[str, ...]
    """Ids of the matrices that take part."""


def _dot(left: np.ndarray, right: np.ndarray) -> str:
    """``0.5 · (-1) + 2 · 3``."""
    return " + ".join(
        rf"{bracketed(round(float(a), 4))} \cdot {bracketed(round(float(b), 4))}"
        for a, b in zip(left, right, strict=True)
    )


def _embeddings(head: Head, i: int, j: int) -> str:
    lines = [f"x_{{{place + 1}}} &= {vector(head.x[place])}" for place in dict.fromkeys((i, j))]
    return aligned(lines)


def _projections(head: Head, i: int, j: int) -> str:
    lines = [
        rf"q_{{{i + 1},{c + 1}}} &= {_dot(head.x[i], head.w_q[:, c])} = {latex(float(head.q[i, c]))}"
        for c in range(head.d_k)
    ]
    lines.append(rf"k_{{{j + 1}}} &= x_{{{j + 1}}} W_K = {vector(head.k[j])}")
    lines.append(rf"v_{{{j + 1}}} &= x_{{{j + 1}}} W_V = {vector(head.v[j])}")
    return aligned(lines)


def _scores(head: Head, i: int, j: int) -> str:
    return rf"s_{{{i + 1},{j + 1}}} = {_dot(head.q[i], head.k[j])} = {latex(float(head.scores[i, j]))}"


def _scaling(head: Head, i: int, j: int) -> str:
    by = rf"\sqrt{{{head.d_k}}}" if head.divisor != 1 or head.d_k == 1 else "1"
    score = latex(float(head.scores[i, j]))
    return (
        rf"\frac{{s_{{{i + 1},{j + 1}}}}}{{{by}}} = \frac{{{score}}}{{{latex(head.divisor)}}} = {_scaled(head, i, j)}"
    )


def _scaled(head: Head, i: int, j: int) -> str:
    return latex(float(head.scaled[i, j]))


def _mask(head: Head, i: int, j: int) -> str:
    added = "0" if head.allowed[i, j] else r"(-\infty)"
    return rf"z_{{{i + 1},{j + 1}}} = {_scaled(head, i, j)} + {added} = {latex(float(head.masked[i, j]))}"


def _softmax(head: Head, i: int, j: int) -> str:
    row = head.masked[i]
    if i in head.blind:
        return rf"m_{{{i + 1}}} = -\infty: \quad a_{{{i + 1},{j + 1}}} = 0 \quad \text{{(a sum of nothing)}}"
    top = float(row.max())
    powers = np.exp(row - top)
    sums = " + ".join(latex(float(power), 3) for power in powers)
    total = latex(float(powers.sum()))
    return aligned(
        [
            rf"m_{{{i + 1}}} &= {latex(top)}",
            rf"\textstyle\sum_l e^{{z_{{{i + 1},l}} - m_{{{i + 1}}}}} &= {sums} = {total}",
            rf"a_{{{i + 1},{j + 1}}} &= \frac{{e^{{{_exponent(row[j], top)}}}}}{{{total}}} = "
            rf"\frac{{{latex(float(powers[j]))}}}{{{total}}} = {latex(float(head.weights[i, j]))}",
        ]
    )


def _exponent(z: float, top: float) -> str:
    if math.isinf(z):
        return r"-\infty"
    return f"{latex(float(z))} {'-' if top >= 0 else '+'} {latex(abs(top))}"


def _output(head: Head, i: int, j: int) -> str:
    return aligned(
        [
            rf"o_{{{i + 1},{c + 1}}} &= {_dot(np.round(head.weights[i], 3), np.round(head.v[:, c], 2))} \approx "
            rf"{latex(float(head.output[i, c]))}"
            for c in range(head.d_k)
        ]
    )


STEPS: dict[Step, HeadStep] = {
    "embeddings": HeadStep(
        "1 Embeddings",
        "Every token is a vector, its *embedding*: a row of $X$. The same word has the same row wherever it stands.",
        r"X \in \mathbb{R}^{n \times d_{model}}",
        _embeddings,
        ("x",),
    ),
    "projections": HeadStep(
        "2 Queries, keys, values",
        "Three matrices make three vectors of every embedding: a *query* (what the token looks for), a *key* (what it is "
        "found by) and a *value* (what it hands over).",
        r"Q = X W_Q, \quad K = X W_K, \quad V = X W_V",
        _projections,
        ("x", "w_q", "w_k", "w_v", "q", "k", "v"),
    ),
    "scores": HeadStep(
        "3 Scores",
        "How well the query of token i fits the key of token j: their dot product, large where both point the same way.",
        r"S = Q K^{\top}, \quad s_{ij} = \sum_c q_{ic} \, k_{jc}",
        _scores,
        ("q", "k", "scores"),
    ),
    "scaling": HeadStep(
        "4 Scaling",
        "A dot product of longer vectors is larger; dividing by $\\sqrt{d_k}$ takes that out. The section *Scaling* measures "
        "what it is good for.",
        r"S / \sqrt{d_k}",
        _scaling,
        ("scores", "scaled"),
    ),
    "mask": HeadStep(
        "5 Mask",
        "Where token i may not look at token j, minus infinity is added: softmax makes a weight of exactly 0 of it.",
        r"Z = S / \sqrt{d_k} + M, \quad M_{ij} \in \{0, -\infty\}",
        _mask,
        ("scaled", "masked"),
    ),
    "softmax": HeadStep(
        "6 Softmax",
        "Each row becomes weights that are positive and sum to 1. The row's largest entry $m_i$ is taken off first: that "
        "changes no weight and keeps the powers from overflowing.",
        r"a_{ij} = \frac{e^{z_{ij} - m_i}}{\sum_l e^{z_{il} - m_i}}, \quad m_i = \max_l z_{il}",
        _softmax,
        ("masked", "weights"),
    ),
    "output": HeadStep(
        "7 Output",
        "The output of token i is the mean of all values, each with its weight: token i now holds some of what it looked at.",
        r"O = A V, \quad o_i = \sum_j a_{ij} \, v_j",
        _output,
        ("weights", "v", "output"),
    ),
}
ORDER: tuple[Step, ...] = tuple(STEPS)


def row_table(head: Head, i: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(head, rows) of query ``i``: what becomes of its score with every key, from the dot product to the weight."""
    row = head.masked[i]
    top = float(row.max())
    powers = np.exp(row - top) if math.isfinite(top) else np.zeros(len(row))
    title = ("key j", "q·k", "/√d_k" if head.divisor != 1 or head.d_k == 1 else "/1", "+M", "e^(z−m)", "weight")
    columns = (head.scores[i], head.scaled[i], row, powers, head.weights[i])
    rows = [
        (f"{j + 1}{TIED}{short(token)}", *(f"{value:.3f}".replace("-inf", "−∞") for value in values))
        for j, (token, values) in enumerate(zip(head.tokens, zip(*columns, strict=True), strict=True))
    ]
    return title, rows
