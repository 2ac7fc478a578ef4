"""Numbers of several heads put into their formula (LaTeX)."""

import numpy as np

from engine.labs.attention.results.heads import Heads
from engine.labs.backpropagation.notation import latex

COMMA = r",\; "
PIECES = r",$ $\displaystyle "
"""A comma at which a formula ends and another begins: within one, a line is never broken at a comma."""


def vector(values: np.ndarray) -> str:
    """``(0.5, -1)``."""
    return "(" + COMMA.join(latex(float(value), 3) for value in values) + ")"


def aligned(lines: list[str]) -> str:
    """Lines below each other at their ``&``."""
    return r"\begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def broken(spelled: str) -> str:
    """The same as lines of text (Markdown), which a narrow page breaks where it would cut a displayed one off."""
    lines = spelled.removeprefix(r"\begin{aligned} ").removesuffix(r" \end{aligned}").split(r" \\ ")
    return "  \n".join(rf"$\displaystyle {line.replace('&', '').replace(COMMA, PIECES)}$" for line in lines)


def summed(found: Heads, i: int) -> str:
    """The output of token ``i`` (from 0) as the sum of what each head brings."""
    lines = [
        rf"O_{{{place + 1}}} W_O^{{({place + 1})}} &= {vector(np.round(part[i], 2))}"
        for place, part in enumerate(found.parts)
    ]
    return aligned([*lines, rf"o_{{{i + 1}}} = \text{{sum}} &= {vector(np.round(found.output[i], 2))}"])
