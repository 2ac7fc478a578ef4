"""Typed functions: what is allowed gives the right numbers, all else is refused with its column."""

import math

import numpy as np
import pytest
import torch

from engine.labs.optimizers.surfaces import Typed, ground, slope
from engine.labs.optimizers.typed import LONGEST, NotAFunction, parse

X = np.array([0.5, 1.5, 2.5])
Y = np.array([1.25, -0.5, 0.75])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x**2 + 3*y**2", X**2 + 3 * Y**2),
        ("-x + +y", -X + Y),
        ("sin(x)*cos(y) - tanh(x*y)", np.sin(X) * np.cos(Y) - np.tanh(X * Y)),
        ("exp(-x**2)/2", np.exp(-(X**2)) / 2),
        ("log(x) + sqrt(abs(y))", np.log(X) + np.sqrt(np.abs(Y))),
        ("min(x, y) + max(x, 2)", np.minimum(X, Y) + np.maximum(X, 2)),
        ("pi*x + e", np.pi * X + np.e),
        ("2**x", 2**X),
        ("  (x - 1)**-2 ", (X - 1) ** -2.0),
        ("x**y", X**Y),
        ("1e3*x", 1e3 * X),
    ],
)
def test_a_function_gives_what_numpy_gives(text: str, expected: np.ndarray) -> None:
    found = parse(text)(torch.from_numpy(X), torch.from_numpy(Y))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "empty"),
        ("x +", 3, "cannot be read"),
        ("x + (y", 5, "cannot be read"),
        ("x + z", 5, "no 'z'"),
        ("x^2", 1, r"write \*\* for powers"),
        ("x + sinh(y)", 5, "did you mean 'sin'"),
        ("x + sin", 5, "needs brackets"),
        ("sin(x, y)", 1, "takes 1 value"),
        ("min(x)", 1, "takes 2 values"),
        ("sin(x=1)", 1, "takes 1 value"),
        ("min(*x)", 1, "takes 2 values"),
        ("x + 'a'", 5, "not a number"),
        ("x + True", 5, "not a number"),
        ("x + 1j", 5, "not a number"),
        ("x ** 999", 6, "exponent 999 is too large"),
        ("x ** -21", 6, "exponent -21"),
        ("x + 1e10", 5, "too large"),
        ("x + 1e999", 5, "too large"),
        ("x if y else 1", 1, "'if' is not allowed"),
        ("x < y", 1, "a comparison"),
        ("x and y", 1, "'and' or 'or'|'and'"),
        ("x // y", 1, "//"),
        ("x @ y", 1, "@"),
        ("~x", 1, "~"),
        ("x.real", 1, "a dot"),
        ("x[0]", 1, "an index"),
        ("(lambda: x)()", 1, "no function"),
        ("__import__('os').system('x')", 1, "no function"),
        ("[x for x in y]", 1, "is not allowed"),
        ("x, y", 1, "comma"),
        ("(x := 2) + y", 2, "is not allowed"),
        ("x + ²", 5, "the sign"),
        ("x\n+y", 2, "the sign"),
        ("1 + 2", 1, "neither x nor y"),
        ("x" + "+x" * LONGEST, LONGEST + 1, "at most"),
        ("abs(" * 30 + "x" + ")" * 30, 65, "nested more than"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(NotAFunction, match=said) as refused:
        parse(text)
    assert refused.value.column == column
    assert str(refused.value).startswith(f"column {column}: ")


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(NotAFunction, match="at most 120"):
        parse("x" + "+x" * 99)


def test_a_row_with_a_function_that_cannot_be_read_is_no_row() -> None:
    with pytest.raises(ValueError, match="column 5: there is no 'z'"):
        Typed(text="x + z")


def test_slopes_of_a_typed_function_are_those_of_finite_differences() -> None:
    surface = Typed(text="sin(3*x)*y**2 + max(x, y)/2 + exp(-x*y)")
    at, h = torch.tensor([[0.4, 1.3], [2.0, -0.7]], dtype=torch.float64), 1e-6
    _, gradients = slope(surface, at)
    for axis in (0, 1):
        push = torch.zeros(2, dtype=torch.float64)
        push[axis] = h
        rise = (slope(surface, at + push)[0] - slope(surface, at - push)[0]) / (2 * h)
        torch.testing.assert_close(gradients[:, axis], rise, rtol=1e-7, atol=1e-7)


def test_where_a_function_is_no_number_the_ground_is_blank() -> None:
    under = ground(Typed(text="log(x) + y"))
    assert math.isclose(float(np.isfinite(under.z).mean()), 0.5, abs_tol=0.02)
    assert under.is_defined
    assert not ground(Typed(text="log(-x**2 - y**2 - 1)")).is_defined
