"""Bias and variance of polynomials: K training sets on the same inputs, each with noise of its own, and the closed form."""

import numpy as np
import torch
from jaxtyping import Float
from numpy.polynomial import legendre

from engine.data.regression import Curve
from engine.data.source import HALF_WIDTH
from engine.labs.regularization.results.resampling import Resampled, SizeRow, Split, Sweep
from engine.labs.regularization.state import Resampling

GRID = 121
DEGREES = range(12)


def clean(truth: Curve, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """The truth without noise at x in [-6, 6]."""
    return truth.height(torch.from_numpy(x)).numpy()


def design(x: Float[np.ndarray, " n"], degree: int) -> Float[np.ndarray, "n weights"]:
    """Legendre polynomials of degree 0..d of x / 6: the same models as powers of x, but well conditioned."""
    return legendre.legvander(x / HALF_WIDTH, degree)


def hat(phi: Float[np.ndarray, "n weights"], at: Float[np.ndarray, "m weights"], ridge: float) -> np.ndarray:
    """A with predictions A y, of the weights that lower (1/2n) |y - Φw|² + (λ/2) |w|²: A = Φ(x) (ΦᵀΦ + nλI)⁻¹ Φᵀ."""
    if ridge == 0:
        return at @ np.linalg.pinv(phi)
    return at @ np.linalg.solve(phi.T @ phi + len(phi) * ridge * np.eye(phi.shape[1]), phi.T)


def training_sets(asked: Resampling, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, clean targets, K rows of noisy targets): the inputs stand evenly and stay, the noise is new in every set."""
    x = np.linspace(-HALF_WIDTH, HALF_WIDTH, asked.points)
    f = clean(asked.truth, x)
    noise = np.random.default_rng((seed, 1)).standard_normal((asked.sets, asked.points))
    return x, f, f + asked.noise * noise


def exact(phi: np.ndarray, f: np.ndarray, noise: float, ridge: float) -> Split:
    """Averages over the n inputs: bias² = |(H - I) f|² / n, variance = σ² tr(H Hᵀ) / n, which is σ² (d + 1) / n for λ = 0.

    Source: Hastie, Tibshirani and Friedman 2009, section 7.3.
    """
    h = hat(phi, phi, ridge)
    return Split(float(np.mean((h @ f - f) ** 2)), float(noise**2 * np.sum(h**2) / len(f)), noise**2)


def measured(fits: Float[np.ndarray, "sets n"], f: Float[np.ndarray, " n"], noise: float) -> Split:
    """The split from the fits alone; both parts unbiased, so the squared bias of few sets may come out just below 0.

    The mean of K fits strays by variance / K from the true mean, which is taken off the squared bias.
    """
    variance = float(fits.var(axis=0, ddof=1).mean())
    return Split(float(np.mean((fits.mean(axis=0) - f) ** 2)) - variance / len(fits), variance, noise**2)


def degree_row(asked: Resampling, seed: int, degree: int) -> SizeRow:
    """One degree over all training sets."""
    x, f, targets = training_sets(asked, seed)
    phi = design(x, degree)
    fits = targets @ hat(phi, phi, asked.ridge).T
    fresh = f + asked.noise * np.random.default_rng((seed, 2)).standard_normal(targets.shape)
    return SizeRow(
        size=degree,
        sets=asked.sets,
        measured=measured(fits, f, asked.noise),
        exact=exact(phi, f, asked.noise, asked.ridge),
        train=float(np.mean((fits - targets) ** 2)),
        validation=float(np.mean((fits - fresh) ** 2)),
    )


def polynomials(asked: Resampling, seed: int) -> Sweep:
    """Every degree from 0 to 11, and the fits of the chosen one."""
    x, _, targets = training_sets(asked, seed)
    grid = np.linspace(-HALF_WIDTH, HALF_WIDTH, GRID)
    fits = targets @ hat(design(x, asked.degree), design(grid, asked.degree), asked.ridge).T
    shown = Resampled(f"degree {asked.degree}", grid, clean(asked.truth, grid), fits, x, targets[0])
    degrees = [degree for degree in DEGREES if degree < asked.points]
    return Sweep("degree of the polynomial", tuple(degree_row(asked, seed, d) for d in degrees), shown)
