"""Two switches on the same numbers: examples in rows or in columns, the bias apart or as a unit that is always 1."""

import math
import re
from dataclasses import dataclass

import numpy as np

from engine.labs.backpropagation.results import Matrix

PICTURE_DIGITS = 3
SPELLED_DIGITS = 4


@dataclass(frozen=True)
class Notation:
    """How matrices are written. The engine's own arrays are as with ``rows`` and the bias apart."""

    columns: bool
    """False: examples in rows, W is (out, in), Z = X W^T + b (PyTorch). True: examples in columns, W is (in, out),
    Z = W^T X + b (many textbooks)."""
    bias_unit: bool

    def turned(self, rows: Matrix) -> Matrix:
        """An array of the engine's as it is written here."""
        return rows.T if self.columns else rows

    def shape(self, rows: Matrix) -> str:
        """Of what ``turned`` gives."""
        return f"({', '.join(map(str, self.turned(rows).shape))})"

    def matrix(self, rows: Matrix) -> str:
        """The numbers in brackets."""
        lines = [" & ".join(latex(value, PICTURE_DIGITS) for value in row) for row in self.turned(rows)]
        return r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}"

    def times(self, batch: str, weights: str) -> str:
        """Batch times the transposed weights: what a layer does."""
        return rf"{weights}^{{\top}} \, {batch}" if self.columns else rf"{batch} \, {weights}^{{\top}}"

    def back(self, batch: str, weights: str) -> str:
        """Batch times the weights: what goes back through a layer."""
        return rf"{weights} \, {batch}" if self.columns else rf"{batch} \, {weights}"

    def outer(self, gradient: str, fed: str) -> str:
        """The gradient of the weights: every pair of a unit and what it was fed, summed over the examples."""
        return rf"{fed} \, {gradient}^{{\top}}" if self.columns else rf"{gradient}^{{\top}} {fed}"

    def index(self, first: int, second: int) -> str:
        """The place of an entry that the engine has at (first, second)."""
        return f"{second}{first}" if self.columns else f"{first}{second}"

    def entry(self, symbol: str, layer: int, example: int, unit: int, batch: int) -> str:
        """One number of an array over the batch; a batch of one needs no example. Counted from 1."""
        place = str(unit) if batch == 1 else self.index(example, unit)
        return rf"{symbol}_{{{place}}}" + (rf"^{{({layer})}}" if layer else "")

    def weight(self, layer: int, unit: int, source: int) -> str:
        """One weight, to ``unit`` from ``source``; the unit that is always 1 is number 0."""
        return rf"w_{{{self.index(unit, source)}}}^{{({layer})}}"


def latex(value: float, digits: int = SPELLED_DIGITS) -> str:
    """A number as LaTeX, rounded to ``digits``: 0.25, 1.2 times ten to the -5, infinity."""
    if math.isnan(value):
        return r"\text{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}"
    return "0" if text == "-0" else text


def short(value: float) -> str:
    """A number that fits into a circle: two digits after the point, or one digit and its power of ten."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    size = abs(value)
    if size >= 99999.5 or 0 < size < 0.005:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    plain = f"{value:.2f}" if size < 100 else f"{value:.0f}"
    return plain.removeprefix("-") if plain == "-0.00" else plain


def bracketed(value: float) -> str:
    """The same, in brackets where it is negative or has a power: for products and sums."""
    text = latex(value)
    return rf"({text})" if text.startswith("-") or "cdot" in text else text


def joined(biases: np.ndarray, weights: Matrix) -> Matrix:
    """The bias as the first column of the weights: (out, 1 + in)."""
    return np.column_stack([biases, weights])


def with_one(batch: Matrix) -> Matrix:
    """A unit that is always 1, before all others: (batch, 1 + units)."""
    return np.column_stack([np.ones(len(batch)), batch])


def plain_text(formula: str) -> str:
    """A symbol for tables and menus, which know no LaTeX: ``dL/dw12``; the layer is said beside it."""
    text = re.sub(r"\\frac\{\\partial L\}\{\\partial (.*)\}$", r"dL/d\1", formula)
    text = re.sub(r"\^\{\(\d\)\}", "", text).replace(r"\,_{\text{new}}", " new").replace(r"\ell", "loss ")
    return re.sub(r"[_{}\\]", "", text)
