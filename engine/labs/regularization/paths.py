"""Linear regression with L1, L2 and elastic net along λ, by coordinate descent."""

import numpy as np
from jaxtyping import Float

from engine.labs.regularization.results.paths import LinearPath
from engine.labs.regularization.state import Paths

TRUE = np.array([2.0, 0.0, 0.0, -1.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
"""Three inputs of ten matter."""
STRENGTHS = np.geomspace(10.0, 1e-3, 61)
NOISE = 1.0
SWEEPS = 2000
SETTLED = 1e-10


def soft(value: float, threshold: float) -> float:
    """sign(v) max(|v| - t, 0): the proximal step of t|w|, which gives exact zeros."""
    return float(np.sign(value) * max(abs(value) - threshold, 0.0))


def drawn(asked: Paths, seed: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """(inputs, targets): standard normal inputs, each correlated with its neighbour by ρ, and noisy linear targets."""
    rng = np.random.default_rng((seed, part))
    size = len(TRUE)
    covariance = asked.correlation ** np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    x = rng.standard_normal((asked.examples, size)) @ np.linalg.cholesky(covariance).T
    return x, x @ TRUE + NOISE * rng.standard_normal(asked.examples)


def fitted(gram: np.ndarray, xy: np.ndarray, strength: float, l1_share: float, start: np.ndarray) -> np.ndarray:
    """Lowers (1/2n) |y - Xw|² + λ (α |w|₁ + (1-α)/2 |w|²), one weight after another, each to its own best value.

    ``gram`` is XᵀX / n and ``xy`` Xᵀy / n. Source: Friedman, Hastie and Tibshirani 2010.
    """
    if l1_share == 0:
        return np.linalg.solve(gram + strength * np.eye(len(xy)), xy)
    w = start.copy()
    for _ in range(SWEEPS):
        before = w.copy()
        for j in range(len(w)):
            pull = float(xy[j] - gram[j] @ w + gram[j, j] * w[j])
            w[j] = soft(pull, strength * l1_share) / (gram[j, j] + strength * (1 - l1_share))
        if np.abs(w - before).max() < SETTLED:
            break
    return w


def path(asked: Paths, seed: int) -> LinearPath:
    """Every λ, each begun where the one before ended."""
    x, y = drawn(asked, seed, 0)
    new_x, new_y = drawn(asked.model_copy(update={"examples": 1000}), seed, 1)
    gram, xy = x.T @ x / len(x), x.T @ y / len(x)
    rows: list[np.ndarray] = []
    for strength in STRENGTHS:
        rows.append(fitted(gram, xy, float(strength), asked.l1_share, rows[-1] if rows else np.zeros(len(TRUE))))
    weights = np.stack(rows)
    return LinearPath(STRENGTHS, weights, TRUE, _error(weights, x, y), _error(weights, new_x, new_y))


def _error(weights: Float[np.ndarray, "moments inputs"], x: np.ndarray, y: np.ndarray) -> Float[np.ndarray, " moments"]:
    return np.asarray(np.mean((weights @ x.T - y) ** 2, axis=1))
