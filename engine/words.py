"""Numbers as a learner reads them."""

import math


def percent(share: float) -> str:
    """``93.4 %``; ``n/a`` for NaN."""
    return "n/a" if math.isnan(share) else f"{share * 100:.1f} %"


def number(value: float) -> str:
    """Three digits, without the noise of a float; ``n/a`` for NaN."""
    return "n/a" if math.isnan(value) else f"{value:.3g}"


def tiny(value: float | int) -> str:
    """The power of ten of a difference that should be 0: ``2e-16``, or ``0``."""
    return f"{value:.0e}" if value else "0"


def count(value: int | float) -> str:
    """A whole number with commas between thousands."""
    return f"{value:,.0f}"


def times(factor: float) -> str:
    """``1.2``, ``5,580,000``, or in Markdown a power of ten where there would be too many digits to read."""
    if factor >= 1e9:
        return f"about $10^{{{math.log10(factor):.0f}}}$"
    return number(factor) if not factor >= 1000 else count(float(number(factor)))
