"""Each formula with its numbers put in, read back from its LaTeX and worked out by Python."""

import math
import re

import numpy as np
import pytest

from engine.labs.attention.head import head
from engine.labs.attention.heads import heads
from engine.labs.attention.matrices import MATRICES
from engine.labs.attention.results.heads import Head
from engine.labs.attention.spelled import broken, summed
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.steps import ORDER, STEPS, row_table
from tests.engine.labs.attention.drawn import LABS


def group(text: str, start: int) -> tuple[str, int]:
    """(what stands in the braces that open at ``start``, the place behind them)."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], place + 1
    raise AssertionError(text)


def in_python(latex: str) -> str:
    """A formula of numbers as Python writes it."""
    text = latex
    for sign, name in ((r"\frac", ""), (r"\sqrt", "math.sqrt"), ("e^", "math.exp"), ("10^", "10**")):
        while (start := text.find(sign)) >= 0:
            first, end = group(text, start + len(sign))
            if sign == r"\frac":
                second, end = group(text, end)
                text = f"{text[:start]}(({first})/({second})){text[end:]}"
            else:
                text = f"{text[:start]}{name}({first}){text[end:]}"
    return text.replace(r"\cdot", "*").replace(r"\infty", "math.inf")


def worked_out(latex: str) -> float:
    """The value of a formula of numbers."""
    text = in_python(latex)
    assert not re.search(r"[\\{}]", text), text
    return float(eval(text, {"math": math, "__builtins__": {}}))


def lines(latex: str) -> list[list[str]]:
    """Every line, split where it says that things are equal; the first piece is the symbol."""
    body = latex.replace(r"\begin{aligned}", "").replace(r"\end{aligned}", "").replace("&", "")
    return [[piece.strip() for piece in re.split(r"=|\\approx", line)] for line in body.split(r"\\ ")]


PAIRS = [(name, i, j) for name in LABS for i, j in ((0, 0), (1, 0), (3, 2)) if max(i, j) < len(LABS[name].tokens)]


@pytest.mark.parametrize(("name", "i", "j"), PAIRS)
@pytest.mark.parametrize("step", ["projections", "scores", "scaling", "mask", "softmax", "output"])
def test_what_a_step_says_is_right(name: str, i: int, j: int, step: str) -> None:
    found = head(LABS[name])
    if step == "softmax" and i in found.blind:
        assert "= 0" in STEPS[step].spelled(found, i, j)
        return
    top = 0.0 if i in found.blind else float(found.masked[i].max())
    expected = {
        "projections": [*found.q[i]],
        "scores": [found.scores[i, j]],
        "scaling": [found.scaled[i, j]],
        "mask": [found.masked[i, j]],
        "softmax": [top, float(np.exp(found.masked[i] - top).sum()), found.weights[i, j]],
        "output": [*found.output[i]],
    }[step]
    size = 1 + float(np.abs(found.v).max()) * len(found.tokens)
    for pieces, value in zip(lines(STEPS[step].spelled(found, i, j)), expected, strict=False):
        for piece in pieces[1:]:
            tolerance = 2e-3 * max(abs(value), 1.0) + (0.006 * size if step == "output" else 0.006)
            assert worked_out(piece) == pytest.approx(value, abs=tolerance), (piece, value)


def test_the_symbols_carry_the_places_from_1() -> None:
    found = head(AttentionLab())
    assert STEPS["scores"].spelled(found, 1, 4).startswith("s_{2,5} =")
    assert "q_{2,3} &=" in STEPS["projections"].spelled(found, 1, 4)
    assert STEPS["embeddings"].spelled(found, 2, 2).count("x_{3}") == 1


def test_every_step_shows_matrices_there_are_and_together_they_show_all() -> None:
    assert tuple(STEPS) == ORDER
    assert {id for step in STEPS.values() for id in step.shows} == set(MATRICES)


def numbers(cells: tuple[str, ...]) -> list[float]:
    return [float(cell.replace("−∞", "-inf")) for cell in cells[1:]]


@pytest.mark.parametrize("name", LABS)
def test_the_table_of_a_row_goes_from_the_dot_product_to_the_weight(name: str) -> None:
    found: Head = head(LABS[name])
    title, rows = row_table(found, 0)
    assert len(title) == 6 and len(rows) == len(found.tokens)
    for j, cells in enumerate(rows):
        score, scaled, masked, power, weight = numbers(cells)
        assert score == pytest.approx(found.scores[0, j], abs=6e-4)
        assert scaled == pytest.approx(found.scores[0, j] / found.divisor, abs=6e-4)
        assert weight == pytest.approx(found.weights[0, j], abs=6e-4)
        assert masked == pytest.approx(found.masked[0, j], abs=6e-4) and 0 <= power <= 1


def test_what_the_heads_bring_adds_up_as_it_is_written() -> None:
    found = heads(AttentionLab())
    vectors = [
        [float(number) for number in re.findall(r"-?[\d.]+(?=\\;|,|\)$|\))", line.split("(", 1)[-1])]
        for line in re.findall(r"&= (\([^)]*\))", summed(found, 2))
    ]
    assert len(vectors) == found.count + 1
    np.testing.assert_allclose(np.sum(vectors[:-1], axis=0), vectors[-1], atol=0.02)


def test_lines_that_a_narrow_page_may_break_say_the_same() -> None:
    text = broken(STEPS["projections"].spelled(head(AttentionLab()), 1, 4))
    assert text.count("$\\displaystyle ") == text.count("\n") + text.count(",$ $") + 1
    assert "aligned" not in text and "&" not in text
    assert text.startswith("$\\displaystyle q_{2,1} = ")
    pieces = re.split(r"\$\s+\$", broken(summed(heads(AttentionLab()), 1)))
    assert max(map(len, pieces)) < 60, "a vector is one unbroken piece"
