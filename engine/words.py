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
