"""How numbers stand in the text of a question: LaTeX, as Streamlit's Markdown shows it."""

import math
from collections.abc import Iterable

DIGITS = 4
"""Significant ones of a number that is shown on the way to the answer."""
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SMALL, LARGE = 1e-4, 1e15


def word(count: int) -> str:
    """``three``; beyond ten in figures."""
    return WORDS[count] if count < len(WORDS) else str(count)


def tex(number: float) -> str:
    """A number in LaTeX: whole ones in full, others to four significant digits."""
    if number == int(number) and abs(number) < LARGE:
        return f"{int(number):,}".replace(",", "{,}")
    size = math.floor(math.log10(abs(number)))
    if abs(number) < SMALL or abs(number) >= LARGE:
        return rf"{_short(number / 10.0**size, DIGITS - 1)} \cdot 10^{{{size}}}"
    return _short(number, max(DIGITS - 1 - size, 0)).replace(",", "{,}")


def par(number: float) -> str:
    """A number as a factor or after a sign: in parentheses where it is negative."""
    return rf"({tex(number)})" if number < 0 else tex(number)


def plus(number: float) -> str:
    """``+ 3`` or ``- 3``: a number as the next term of a sum."""
    return f"- {tex(-number)}" if number < 0 else f"+ {tex(number)}"


def eq(number: float) -> str:
    """``= 0.25`` or ``\\approx 0.3333``: whether the number is shown in full."""
    size = math.floor(math.log10(abs(number))) if number else 0
    shown = number if number == int(number) else round(number, DIGITS - 1 - size)
    is_full = math.isclose(shown, number, rel_tol=1e-9, abs_tol=1e-15)
    return rf"{'=' if is_full else chr(92) + 'approx'} {tex(number)}"


def vec(numbers: Iterable[float]) -> str:
    """``(1, -2, 0.5)``."""
    return f"({', '.join(map(tex, numbers))})"


def total(numbers: Iterable[float]) -> str:
    """``1 + 2 - 3``: a sum written out."""
    first, *rest = numbers
    return " ".join((tex(first), *map(plus, rest)))


def product(numbers: Iterable[float]) -> str:
    r"""``2 \cdot (-3)``: a product written out."""
    first, *rest = numbers
    return r" \cdot ".join((tex(first), *map(par, rest)))


def dot(left: Iterable[float], right: Iterable[float]) -> str:
    r"""``1 \cdot 2 + (-3) \cdot 4``: a scalar product written out."""
    return " + ".join(rf"{par(a)} \cdot {par(b)}" for a, b in zip(left, right, strict=True))


def fixed(number: float, decimals: int) -> str:
    """A number in LaTeX with so many decimals, as an option shows it."""
    rounded = round(number, decimals) + 0.0  # no minus before a zero
    return f"{rounded:,.{decimals}f}".replace(",", "{,}")


def _short(number: float, decimals: int) -> str:
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
