"""Optimizers beside their published formulas, written out in plain NumPy."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.choice import catalog
from engine.experiment import Experiment, Training
from engine.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, Optimizer, OptimizerChoice, RMSProp
from engine.supervised import SupervisedRun
from tests.rows import defaults_of

STEPS = 9
START = np.array([1.5, -2.0, 0.3])


def gradient(w: np.ndarray, t: int) -> np.ndarray:
    """Of a skewed bowl, with a push that changes from step to step and now and then vanishes."""
    return np.array([0.2, 3.0, 1.0]) * w + 2 * np.sin(1.7 * t + np.arange(3.0)) * (t % 3 != 0)


def sgd(k: SGD, w: np.ndarray) -> Iterator[np.ndarray]:
    for t in range(STEPS):
        w = w - k.lr * gradient(w, t)
        yield w


def momentum(k: Momentum, w: np.ndarray) -> Iterator[np.ndarray]:
    v = np.zeros_like(w)
    for t in range(STEPS):
        g = gradient(w, t)
        v = g if t == 0 else k.momentum * v + (1 - k.dampening) * g
        w = w - k.lr * v
        yield w


def nesterov(k: Nesterov, w: np.ndarray) -> Iterator[np.ndarray]:
    v = np.zeros(3)
    for t in range(STEPS):
        g = gradient(w, t)
        v = k.momentum * v + g
        w = w - k.lr * (g + k.momentum * v)
        yield w


def adagrad(k: Adagrad, w: np.ndarray) -> Iterator[np.ndarray]:
    total = np.full(3, k.initial_accumulator_value)
    for t in range(STEPS):
        g = gradient(w, t)
        total = total + g**2
        w = w - k.lr / (1 + t * k.lr_decay) * g / (np.sqrt(total) + k.eps)
        yield w


def rmsprop(k: RMSProp, w: np.ndarray) -> Iterator[np.ndarray]:
    s, mean, u = np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(STEPS):
        g = gradient(w, t)
        s = k.alpha * s + (1 - k.alpha) * g**2
        mean = k.alpha * mean + (1 - k.alpha) * g
        u = k.momentum * u + g / (np.sqrt(s - mean**2 if k.centered else s) + k.eps)
        w = w - k.lr * u
        yield w


def adam(k: Adam, w: np.ndarray) -> Iterator[np.ndarray]:
    m, v, largest = np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(STEPS):
        g = gradient(w, t)
        w = w * (1 - k.lr * getattr(k, "weight_decay", 0.0))
        m = k.beta1 * m + (1 - k.beta1) * g
        v = k.beta2 * v + (1 - k.beta2) * g**2
        largest = np.maximum(largest, v)
        divisor = np.sqrt((largest if k.amsgrad else v) / (1 - k.beta2 ** (t + 1))) + k.eps
        w = w - k.lr * m / (1 - k.beta1 ** (t + 1)) / divisor
        yield w


REFERENCES: dict[str, Any] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adam,
}
TURNED = [
    SGD(lr=0.17),
    Momentum(lr=0.07, momentum=0.7, dampening=0.3),
    Nesterov(lr=0.06, momentum=0.8),
    Adagrad(lr=0.4, lr_decay=0.25, initial_accumulator_value=0.5, eps=0.02),
    RMSProp(lr=0.05, alpha=0.8, eps=0.03, momentum=0.6, centered=False),
    RMSProp(lr=0.05, alpha=0.8, eps=0.03, momentum=0.6, centered=True),
    Adam(lr=0.2, beta1=0.7, beta2=0.8, eps=0.05, amsgrad=False),
    Adam(lr=0.2, beta1=0.7, beta2=0.8, eps=0.05, amsgrad=True),
    AdamW(lr=0.2, beta1=0.7, beta2=0.8, eps=0.05, amsgrad=False, weight_decay=0.9),
    AdamW(lr=0.2, beta1=0.7, beta2=0.8, eps=0.05, amsgrad=True, weight_decay=0.9),
]
EVERY = [*defaults_of(Optimizer).values(), *TURNED]
every = pytest.mark.parametrize("row", EVERY, ids=[f"{row.kind}-{i}" for i, row in enumerate(EVERY)])


def walked(row: OptimizerChoice) -> np.ndarray:
    weight = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = row.build([weight])
    path = []
    for t in range(STEPS):
        weight.grad = torch.from_numpy(gradient(weight.detach().numpy(), t))
        optimizer.step()
        path.append(weight.detach().numpy().copy())
    return np.array(path)


def test_every_row_has_a_reference_here() -> None:
    assert set(REFERENCES) == set(catalog(Optimizer))


@every
def test_each_optimizer_matches_its_published_formula(row: OptimizerChoice) -> None:
    expected = np.array(list(REFERENCES[row.kind](row, START)))
    np.testing.assert_allclose(walked(row), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("row", TURNED, ids=[f"{row.kind}-{i}" for i, row in enumerate(TURNED)])
def test_every_knob_changes_the_path(row: OptimizerChoice) -> None:
    before = walked(row)
    default = type(row)(kind=row.kind)
    for name in type(row).model_fields:
        if name == "kind" or getattr(row, name) == getattr(default, name):
            continue
        changed = row.model_copy(update={name: getattr(default, name)})
        assert not np.allclose(walked(changed), before, rtol=1e-4), name


@every
def test_the_momentum_is_read_and_written_where_the_optimizer_it_builds_keeps_it(row: OptimizerChoice) -> None:
    group = row.build([nn.Parameter(torch.zeros(2))]).param_groups[0]
    assert group["lr"] == row.lr
    key = "betas" if "betas" in group else "momentum" if group.get("momentum") else None
    assert row.has_momentum == (key is not None)
    if key is None:
        assert row.momentum_in(group) is None
        return
    kept = group["betas"][1] if key == "betas" else None
    assert row.momentum_in(group) == (row.beta1 if key == "betas" else row.momentum)
    row.set_momentum(group, 0.25)
    assert group[key] == ((0.25, kept) if key == "betas" else 0.25)
    assert row.momentum_in(group) == 0.25


@every
def test_groups_with_their_own_settings_are_passed_on(row: OptimizerChoice) -> None:
    one, two = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = row.build([{"params": [one]}, {"params": [two], "lr": 0.0}])
    one.grad, two.grad = torch.ones(1), torch.ones(1)
    optimizer.step()
    assert one.item() < 1.0
    assert two.item() == 1.0


def test_the_rate_shown_is_the_rate_that_adagrad_took() -> None:
    row = Adagrad(lr=0.4, lr_decay=0.5, eps=1e-12)
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = row.build([weight])
    for updates in range(4):
        before = weight.item()
        weight.grad = torch.ones(1)
        optimizer.step()
        taken = (before - weight.item()) * math.sqrt(updates + 1)  # the gradient is 1, so G is the number of updates
        assert row.effective_rate(0.4, updates) == pytest.approx(taken, rel=1e-5)
    run = SupervisedRun(Experiment(training=Training(optimizer=row)))
    run.advance(3)
    assert run.snapshot(detail=False).rate == pytest.approx(0.4 / (1 + 3 * 0.5))
