"""How numbers stand in a question."""

import pytest

from quiz.kinds.number import number
from quiz.parametric.writing import dot, eq, fixed, par, plus, product, tex, total, vec


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (0, "0"),
        (-0.0, "0"),
        (12, "12"),
        (3.0, "3"),
        (1_234_567, "1{,}234{,}567"),
        (-1024, "-1{,}024"),
        (0.25, "0.25"),
        (1 / 3, "0.3333"),
        (-2 / 3, "-0.6667"),
        (0.001234567, "0.001235"),
        (12345.678, "12{,}346"),
        (0.00001234, r"1.234 \cdot 10^{-5}"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_a_number_has_four_digits_or_is_whole(given: float, written: str) -> None:
    assert tex(given) == written


def test_what_is_shown_in_full_is_equal_and_the_rest_is_near() -> None:
    assert eq(0.25) == "= 0.25"
    assert eq(0.1 + 0.2) == "= 0.3"
    assert eq(1 / 3) == r"\approx 0.3333"
    assert eq(0.0) == "= 0"
    assert eq(123456) == "= 123{,}456"


def test_signs_are_written_as_one_would() -> None:
    assert par(-2) == "(-2)" and par(2) == "2"
    assert plus(-2) == "- 2" and plus(0) == "+ 0"
    assert total((1, -2, 3.5)) == "1 - 2 + 3.5"
    assert product((2, -3, 0.5)) == r"2 \cdot (-3) \cdot 0.5"
    assert dot((1, -2), (3, -4)) == r"1 \cdot 3 + (-2) \cdot (-4)"
    assert vec((1, -2.5)) == "(1, -2.5)"


def test_an_option_has_as_many_decimals_as_are_asked_for() -> None:
    assert fixed(1234.5, 2) == "1{,}234.50"
    assert fixed(-0.001, 2) == "0.00"
    assert number(fixed(1234.5, 2).replace("{,}", ",")) == 1234.5
