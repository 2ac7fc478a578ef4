"""The gradient of every loss with respect to the network's outputs, by its formula: a table beside the catalog's losses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float, Shaped

from engine.choice import catalog
from engine.losses import (
    BCE,
    MAE,
    MSE,
    CrossEntropy,
    Hinge,
    Huber,
    Loss,
    LossChoice,
    Matched,
    Outputs,
    Targets,
    Task,
)

Array = Float[np.ndarray, "examples outputs"]
Classes = Shaped[np.ndarray, " examples"]


class SquaredAfterSigmoid(LossChoice, frozen=True):
    """No row of the catalog: what squared error does where the output goes through a sigmoid first."""

    kind: Literal["squared_after_sigmoid"] = "squared_after_sigmoid"
    label: ClassVar = "Squared error after a sigmoid"
    formula: ClassVar = r"\frac{1}{m} \sum_i (p_i - y_i)^2, \quad p = \sigma(z)"
    lesson: ClassVar = (
        "Where the network is surely wrong, the sigmoid is flat and so is this loss: no gradient to learn from."
    )
    source: ClassVar = "Glorot and Bengio 2010, section 4.2"
    tasks: ClassVar = ("two classes",)
    gives: ClassVar = "probability"
    unit: ClassVar = "squared probability"

    def each(self, outputs: Outputs, targets: Targets) -> Float[torch.Tensor, " batch"]:
        return (torch.sigmoid(outputs.squeeze(1)) - targets).square()


@dataclass(frozen=True)
class Gradient:
    """The gradient of one loss for one task."""

    formula: str
    """LaTeX, of the gradient of one example's loss with respect to an output."""
    value: Callable[[LossChoice, Array, Classes], Array]
    """The same in NumPy: (loss, outputs, targets) -> one number for each output."""
    output: str
    """The output layer that goes with it."""
    aims_at: str
    """The answer that makes its mean least."""


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-z) without overflow."""
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: Array) -> Array:
    """e^z_k / sum_j e^z_j along the last axis."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _one_hot(z: Array, y: Classes) -> Array:
    return np.eye(z.shape[1])[y.astype(int)]


def _signs(z: Array, y: Classes) -> Array:
    return 2 * (_one_hot(z, y) if z.shape[1] > 1 else y[:, None]) - 1.0


def _margins(loss: LossChoice, z: Array, y: Classes) -> Array:
    """Weston and Watkins: every wrong class within the margin pushes itself down and the true one up."""
    true = _one_hot(z, y)
    within = (1 - (z * true).sum(axis=1, keepdims=True) + z > 0) & (true == 0)
    return (within - true * within.sum(axis=1, keepdims=True)) / z.shape[1]


def _huber(loss: LossChoice, z: Array, y: Classes) -> Array:
    delta = loss.delta if isinstance(loss, Huber) else np.inf
    return np.clip(z - y[:, None], -delta, delta)


def _squared_after_sigmoid(loss: LossChoice, z: Array, y: Classes) -> Array:
    p = sigmoid(z)
    return 2 * (p - y[:, None]) * p * (1 - p)


LINEAR = "one linear output"
GRADIENTS: dict[tuple[Task, str], Gradient] = {
    ("regression", MSE().kind): Gradient(
        r"2\,(\hat y - y)", lambda loss, z, y: 2 * (z - y[:, None]), LINEAR, "the mean"
    ),
    ("regression", MAE().kind): Gradient(
        r"\mathrm{sign}(\hat y - y)", lambda loss, z, y: np.sign(z - y[:, None]), LINEAR, "the median"
    ),
    ("regression", Huber().kind): Gradient(
        r"\mathrm{clip}(\hat y - y, -\delta, \delta)", _huber, LINEAR, "between median and mean"
    ),
    ("two classes", MSE().kind): Gradient(
        r"2\,(z - t), \; t = \pm 1",
        lambda loss, z, y: 2 * (z - _signs(z, y)),
        "one linear score",
        "the score 2P(y=1) - 1",
    ),
    ("two classes", BCE().kind): Gradient(
        r"\sigma(z) - y", lambda loss, z, y: sigmoid(z) - y[:, None], "one logit, sigmoid", "the probability P(y=1)"
    ),
    ("two classes", CrossEntropy().kind): Gradient(
        r"p_1 - y = \sigma(z) - y",
        lambda loss, z, y: softmax(z) - _one_hot(z, y),
        "two logits, softmax",
        "the probability P(y=1)",
    ),
    ("two classes", Hinge().kind): Gradient(
        r"-t \text{ if } t z < 1 \text{ else } 0, \; t = \pm 1",
        lambda loss, z, y: np.where(_signs(z, y) * z < 1, -_signs(z, y), 0.0),
        "one linear score",
        "the likelier class, by a margin of 1",
    ),
    ("two classes", SquaredAfterSigmoid().kind): Gradient(
        r"2\,(p - y)\,p\,(1 - p)", _squared_after_sigmoid, "one logit, sigmoid", "the probability P(y=1)"
    ),
    ("many classes", MSE().kind): Gradient(
        r"\tfrac{2}{K}\,(z_k - t_k), \; t_k = \pm 1",
        lambda loss, z, y: 2 * (z - _signs(z, y)) / z.shape[1],
        "K linear scores",
        "the scores 2P(k) - 1",
    ),
    ("many classes", CrossEntropy().kind): Gradient(
        r"p_k - y_k", lambda loss, z, y: softmax(z) - _one_hot(z, y), "K logits, softmax", "the probabilities P(k)"
    ),
    ("many classes", Hinge().kind): Gradient(
        r"\tfrac{1}{K}\left([k \ne y]\,m_k - [k = y]\textstyle\sum_j m_j\right), \; m_k = [\,1 - z_y + z_k > 0\,]",
        _margins,
        "K linear scores",
        "the true class ahead by a margin of 1",
    ),
}
"""(task, kind of loss) -> its gradient: every loss that the catalog offers for a task, and the one squared error."""


def losses_of(task: Task, delta: float = 1.0) -> list[LossChoice]:
    """The losses that are shown for a task; Huber's with ``delta``."""
    rows = {kind: row for kind, row in catalog(Loss).items() if row is not Matched}
    made = [row(kind=kind, delta=delta) if row is Huber else row(kind=kind) for kind, row in rows.items()]
    return [loss for loss in [*made, SquaredAfterSigmoid()] if isinstance(loss, LossChoice) and task in loss.tasks]
