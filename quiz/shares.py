"""How sure one may be of a share that was counted."""

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Share:
    """A share with an interval that holds the true one with a stated probability."""

    mean: float
    low: float
    high: float


def wilson(right: float, count: float, level: float = 0.95) -> Share:
    """The share ``right / count`` with the interval of all p from which it lies at most z standard errors away.

    |right / count - p| <= z sqrt(p (1 - p) / count), solved for p (Wilson 1927). ``right`` may have parts of answers:
    those vary less than right and wrong ones do, so that the interval is rather too wide. Nothing counted: from 0 to 1.
    """
    if count <= 0:
        return Share(0.5, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    low = 0.0 if share == 0 else max(0.0, middle - half)
    high = 1.0 if share == 1 else min(1.0, middle + half)
    return Share(share, low, high)


def beta(right: float, wrong: float, level: float = 0.9, prior: tuple[float, float] = (1.0, 1.0)) -> Share:
    """Mean and central interval of Beta(prior + right, prior + wrong): what is believed of a share once these are seen.

    The prior (1, 1) holds every share to be equally likely (Bayes 1763, Laplace 1774).
    """
    from scipy.special import betaincinv  # takes 0.3 s the first time

    a, b = prior[0] + right, prior[1] + wrong
    low, high = (float(betaincinv(a, b, edge)) for edge in ((1 - level) / 2, (1 + level) / 2))
    return Share(a / (a + b), low, high)
