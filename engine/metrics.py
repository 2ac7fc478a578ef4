"""Metrics of predictions. Own NumPy lines, because scikit-learn would cost 145 MB before any real data is opened."""

import numpy as np
from jaxtyping import Float, Int


def confusion(truth: Int[np.ndarray, " n"], guess: Int[np.ndarray, " n"], classes: int) -> Float[np.ndarray, "k k"]:
    """Counts by (true class, predicted class)."""
    flat = np.bincount(truth * classes + guess, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.float32)


def accuracy(table: Float[np.ndarray, "k k"]) -> float:
    """Share of right answers in a confusion table; NaN for an empty one."""
    total = table.sum()
    return float(np.trace(table) / total) if total else float("nan")


def by_class(table: Float[np.ndarray, "k k"]) -> Float[np.ndarray, "3 k"]:
    """Precision TP / (TP + FP), recall TP / (TP + FN) and F1 = 2 TP / (2 TP + FP + FN) of each class; 0 where undefined."""
    hits, said, there = np.diag(table), table.sum(axis=0), table.sum(axis=1)
    wholes = np.stack([said, there, (said + there) / 2])
    return np.divide(hits, wholes, out=np.zeros_like(wholes), where=wholes > 0)


def f1(table: Float[np.ndarray, "k k"]) -> float:
    """F1 = 2 TP / (2 TP + FP + FN) of class 1 for two classes, the mean over classes for more; 0 where undefined."""
    if not table.sum():
        return float("nan")
    each, counts = by_class(table)[2], table.sum(axis=0) + table.sum(axis=1)
    return float(each[1] if len(table) == 2 else each[counts > 0].mean())


def rmse(truth: Float[np.ndarray, " n"], guess: Float[np.ndarray, " n"]) -> float:
    """Root of the mean squared error, in the unit of the target; NaN for no rows."""
    return float(np.sqrt(np.mean((guess - truth) ** 2))) if len(truth) else float("nan")


def r2(truth: Float[np.ndarray, " n"], guess: Float[np.ndarray, " n"]) -> float:
    """1 - squared error / variance: 1 is perfect, 0 is as good as the mean; NaN where the target does not vary."""
    spread = float(((truth - truth.mean()) ** 2).sum()) if len(truth) else 0.0
    return float(1 - ((guess - truth) ** 2).sum() / spread) if spread else float("nan")
