"""How alike two maps are."""

import numpy as np
from jaxtyping import Float

Map = Float[np.ndarray, "height width"]
WINDOW = 7
"""Side of the window of the structural similarity, in pixels; the map's own where it is smaller."""
K1, K2 = 0.01, 0.03
"""As Wang et al. 2004 chose them."""


def rank_correlation(one: Map, other: Map) -> float:
    """Spearman's correlation of the pixels' ranks, from -1 to 1; NaN where a map is the same everywhere."""
    from scipy.stats import rankdata

    return correlation(rankdata(one), rankdata(other))


def correlation(one: Float[np.ndarray, "*shape"], other: Float[np.ndarray, "*shape"]) -> float:
    """Pearson's, over all entries; NaN where one of the two does not vary."""
    a, b = (np.asarray(each, float).ravel() for each in (one, other))
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else float("nan")


def structural_similarity(one: Map, other: Map) -> float:
    """SSIM (Wang et al. 2004) of two maps, each stretched to 0..1 first: mean over all windows; 1 for the same map.

    (2 μ₁μ₂ + C₁)(2 σ₁₂ + C₂) / ((μ₁² + μ₂² + C₁)(σ₁² + σ₂² + C₂)) in every window, C₁ = K₁², C₂ = K₂².
    """
    from numpy.lib.stride_tricks import sliding_window_view

    side = min(WINDOW, *one.shape)
    a, b = (sliding_window_view(_stretched(each), (side, side)) for each in (one, other))
    axes = (2, 3)
    mean_a, mean_b = a.mean(axes), b.mean(axes)
    free = side * side / max(1, side * side - 1)  # variances without bias
    var_a, var_b = a.var(axes) * free, b.var(axes) * free
    both = ((a * b).mean(axes) - mean_a * mean_b) * free
    c1, c2 = K1**2, K2**2
    found = (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return float(found.mean())


def _stretched(values: Map) -> Map:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
