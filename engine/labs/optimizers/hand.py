"""The catalog's optimizers by their formulas alone, in NumPy: every quantity of every step.

Each rule takes the row, what it remembers, the gradient g, the place w, the rate η and the momentum in force, and the
number t of the step, from 1; it returns the quantities in the order of the formula. The last one is the step taken.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.labs.optimizers.results import Path, StepTable
from engine.optimizers import Adagrad, Adam, AdamW, Momentum, Nesterov, OptimizerChoice, RMSProp

Memory = dict[str, Any]
Quantities = dict[str, Any]

PLAIN = {
    r"\hat m": "m̂",
    r"\hat v": "v̂",
    r"v_{max}": "v max",
    r"\Delta w": "step",
    r"\eta": "η",
    r"\eta \lambda w": "ηλw",
    r"\bar g": "mean g",
    r"v_{t-1}": "v before",
}
"""Symbols as the table writes them, where they are not plain letters."""


def _sgd(row: Any, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    return {r"\Delta w": -rate * g}


def _momentum(row: Momentum, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    v = memory["v"] = g if t == 1 else beta * memory["v"] + (1 - row.dampening) * g
    return {"v": v, r"\Delta w": -rate * v}


def _nesterov(row: Nesterov, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    v = memory["v"] = beta * memory.get("v", 0.0) + g
    return {"v": v, r"\Delta w": -rate * (g + beta * v)}


def _adagrad(row: Adagrad, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    total = memory["G"] = memory.get("G", row.initial_accumulator_value) + g**2
    return {"G": total, r"\Delta w": -rate / (1 + (t - 1) * row.lr_decay) * g / (np.sqrt(total) + row.eps)}


def _rmsprop(row: RMSProp, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    s = memory["s"] = row.alpha * memory.get("s", 0.0) + (1 - row.alpha) * g**2
    mean = memory["m"] = row.alpha * memory.get("m", 0.0) + (1 - row.alpha) * g
    scaled = g / (np.sqrt(s - mean**2 if row.centered else s) + row.eps)
    u = memory["u"] = (beta if row.momentum > 0 else 0.0) * memory.get("u", 0.0) + scaled
    return {"s": s, **({r"\bar g": mean} if row.centered else {}), "u": u, r"\Delta w": -rate * u}


def _adam(row: Adam, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    m = memory["m"] = beta * memory.get("m", 0.0) + (1 - beta) * g
    v = memory["v"] = row.beta2 * memory.get("v", 0.0) + (1 - row.beta2) * g**2
    largest = memory["largest"] = np.maximum(memory.get("largest", 0.0), v)
    m_hat = m / (1 - beta**t)
    v_hat = (largest if row.amsgrad else v) / (1 - row.beta2**t)
    step = -rate * m_hat / (np.sqrt(v_hat) + row.eps)
    ams = {r"v_{max}": largest} if row.amsgrad else {}
    return {"m": m, "v": v, **ams, r"\hat m": m_hat, r"\hat v": v_hat, r"\Delta w": step}


def _adamw(row: AdamW, memory: Memory, g: Any, w: Any, rate: float, beta: float, t: int) -> Quantities:
    found = _adam(row, memory, g, w, rate, beta, t)
    shrink = rate * row.weight_decay * w
    return {**found, r"\eta \lambda w": shrink, r"\Delta w": found[r"\Delta w"] - shrink}


RULES: dict[str, Callable[..., Quantities]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}


_ADAM = {
    "m": r"\beta_1 m + (1 - \beta_1) g",
    "v": r"\beta_2 v + (1 - \beta_2) g^2",
    r"v_{max}": r"\max(v_{max}, v)",
    r"\hat m": r"m / (1 - \beta_1^t)",
    r"\hat v": r"v / (1 - \beta_2^t)",
    r"\Delta w": r"-\eta\, \hat m / (\sqrt{\hat v} + \epsilon)",
}
FORMULAS: dict[str, dict[str, str]] = {
    "sgd": {r"\Delta w": r"-\eta g"},
    "momentum": {"v": r"\beta v + (1 - d) g", r"\Delta w": r"-\eta v"},
    "nesterov": {"v": r"\beta v + g", r"\Delta w": r"-\eta (g + \beta v)"},
    "adagrad": {"G": "G + g^2", r"\Delta w": r"-\frac{\eta}{1 + (t - 1) d}\, g / (\sqrt{G} + \epsilon)"},
    "rmsprop": {
        "s": r"\alpha s + (1 - \alpha) g^2",
        r"\bar g": r"\alpha \bar g + (1 - \alpha) g",
        "u": r"\beta u + g / (\sqrt{s} + \epsilon) \text{, centred: } \sqrt{s - \bar g^2}",
        r"\Delta w": r"-\eta u",
    },
    "adam": _ADAM,
    "adamw": {
        **_ADAM,
        r"\eta \lambda w": r"\eta \lambda w",
        r"\Delta w": r"-\eta\, \hat m / (\sqrt{\hat v} + \epsilon) - \eta \lambda w",
    },
}
"""How each quantity comes about, by the kind of the row: those on the right are from before the step where they recur."""
COMMON = {r"\eta": r"\text{the rate at this step}", "w": r"\text{where it stands}", "g": r"\partial f / \partial w"}


def step_table(row: OptimizerChoice, path: Path) -> StepTable:
    """Every step of ``path`` once more by the formulas, from the gradients that it met.

    Columns: η, w, g, what the optimizer keeps and computes, the step Δw, and the place after it. How far these places
    are from those of ``path``, which PyTorch made, is in ``off``.
    """
    rule, w = RULES[row.kind], path.places[0]
    memory: Memory = {}
    rows: list[Quantities] = []
    for t in range(1, path.steps + 1):
        g, rate, beta = path.gradients[t - 1], float(path.rates[t - 1]), float(path.momenta[t - 1])
        found = rule(row, memory, g, w, rate, beta, t)
        after = w + found[r"\Delta w"]
        rows.append({r"\eta": np.full(2, rate), "w": w, "g": g, **found, "w'": after})
        w = after
    names = tuple(rows[0]) if rows else ()
    values = np.array([[row_[name] for name in names] for row_ in rows]).reshape(len(rows), len(names), 2)
    off = float(np.abs(values[:, -1] - path.places[1:]).max()) if rows else 0.0
    return StepTable(names, tuple(PLAIN.get(name, "w after" if name == "w'" else name) for name in names), values, off)
