"""Losses of one example along a prediction, and their gradients: by autograd, and by the formula beside it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Shaped
from scipy.optimize import minimize_scalar
from torch import Tensor

from engine.labs.activations.gradients import GRADIENTS, losses_of, sigmoid, softmax
from engine.labs.activations.results import LossCurve, VectorGradient
from engine.labs.activations.state import LOGIT, LossView
from engine.losses import BCE, CrossEntropy, LossChoice, Task

POINTS = 401
PREDICTION = 10.0
"""Predictions of a number are drawn from minus this to this."""
SURE = 0.999
"""Probabilities are drawn from 1 minus this to this: at 0 and 1 a logit is infinite."""


def loss_curves(view: LossView) -> tuple[LossCurve, ...]:
    """Every loss of the task along what the view moves."""
    if view.task == "regression":
        x, here, place = _line(PREDICTION), view.prediction, None
    elif view.task == "two classes":
        x, here, place = _line(LOGIT), view.logit, None
    else:
        place = moved(view)
        x, here = _line(LOGIT), view.logits[place]
    return tuple(_curve(view, loss, x, here, place) for loss in losses_of(view.task, view.delta))


@dataclass(frozen=True)
class OfProbability:
    """A loss of a probability p and the class y, 0 or 1."""

    label: str
    formula: str
    """Of dL/dp, LaTeX."""
    loss: Callable[[Tensor, Tensor], Tensor]
    closed: Callable[[np.ndarray, float], np.ndarray]


OF_PROBABILITY = (
    OfProbability(
        BCE.label,
        r"\frac{p - y}{p (1 - p)}",
        lambda p, y: BCE().each(torch.logit(p).unsqueeze(1), y),
        lambda p, y: (p - y) / (p * (1 - p)),
    ),
    OfProbability("Squared error", r"2\,(p - y)", lambda p, y: (p - y).square(), lambda p, y: 2 * (p - y)),
)


def probability_curves(view: LossView) -> tuple[LossCurve, ...]:
    """Cross-entropy and squared error of a probability p of the positive class, and their gradients in p itself."""
    y = float(view.label)
    at = np.clip(sigmoid(np.array([view.logit])), 1 - SURE, SURE)
    points = np.concatenate([np.linspace(1 - SURE, SURE, POINTS), at])
    found = []
    for row in OF_PROBABILITY:
        p = torch.tensor(points, requires_grad=True)
        loss = row.loss(p, torch.full_like(p, y, requires_grad=False))
        (slope,) = torch.autograd.grad(loss.sum(), p)
        found.append(
            _as_curve(row.label, points, loss.detach().numpy(), slope.numpy(), row.closed(points, y), row.formula)
        )
    return tuple(found)


def vector_gradients(view: LossView) -> tuple[VectorGradient, ...]:
    """The gradient in all logits of one example of several classes, for each loss."""
    z = np.array([view.logits])
    true = truth(view)
    found = []
    for loss in losses_of("many classes"):
        row = GRADIENTS["many classes", loss.kind]
        value, slope = differentiated(loss, z, np.array([true]))
        found.append(
            VectorGradient(
                label=loss.label,
                loss=float(value[0]),
                autograd=slope[0],
                closed=row.value(loss, z, np.array([true]))[0],
                formula=row.formula,
                is_true=np.arange(len(view.logits)) == true,
                p=softmax(z)[0],
            )
        )
    return tuple(found)


def truth(view: LossView) -> int:
    """The true class from 0; the last one where there are fewer classes."""
    return min(view.truth, len(view.logits)) - 1


def moved(view: LossView) -> int:
    """The logit that is moved, from 0; the last one where there are fewer."""
    return min(view.moved, len(view.logits)) - 1


def differentiated(
    loss: LossChoice, outputs: Float[np.ndarray, "examples outputs"], targets: Shaped[np.ndarray, " examples"]
) -> tuple[Float[np.ndarray, " examples"], Float[np.ndarray, "examples outputs"]]:
    """(loss of each example, its gradient in the outputs) by autograd."""
    at = torch.from_numpy(outputs.copy()).requires_grad_()
    each = loss.each(at, torch.from_numpy(targets))
    (slope,) = torch.autograd.grad(each.sum(), at)
    return each.detach().numpy(), slope.numpy()


def best_answers(task: Task, sample: Float[np.ndarray, " examples"], delta: float) -> dict[str, float]:
    """The one constant output that makes each loss least on a sample of targets, by SciPy's bounded search."""
    targets = torch.from_numpy(sample if task == "regression" else sample.astype(np.int64))
    found = {}
    for loss in losses_of(task, delta):
        wide = loss.outputs(0 if task == "regression" else 2)

        def mean(value: float, loss: LossChoice = loss, wide: int = wide) -> float:
            z = torch.full((len(sample), 1), value, dtype=torch.float64)
            return float(loss.average(z if wide == 1 else torch.cat([torch.zeros_like(z), z], dim=1), targets))

        found[loss.kind] = float(minimize_scalar(mean, bounds=(-10, 10), method="bounded", options={"xatol": 1e-6}).x)
    return found


# --- one curve ------------------------------------------------------------------------------------------------------


def _line(reach: float) -> np.ndarray:
    return np.linspace(-reach, reach, POINTS)


def _curve(view: LossView, loss: LossChoice, x: np.ndarray, here: float, place: int | None) -> LossCurve:
    points = np.append(x, here)
    outputs, targets, place = _outputs(view, loss, points, place)
    value, slope = differentiated(loss, outputs, targets)
    row = GRADIENTS[view.task, loss.kind]
    closed = row.value(loss, outputs, targets)
    made = _as_curve(loss.label, points, value, slope[:, place], closed[:, place], row.formula)
    return replace(made, dashed=view.task == "two classes" and isinstance(loss, CrossEntropy))


def _outputs(view: LossView, loss: LossChoice, x: np.ndarray, place: int | None) -> tuple[np.ndarray, np.ndarray, int]:
    """(outputs, targets, which output is ``x``) for the view's task."""
    if view.task == "regression":
        return x[:, None], np.full(len(x), view.target), 0
    if view.task == "two classes":
        y = np.full(len(x), int(view.label))
        # Cross-entropy has a logit for each class; with the negative one at 0, the other is the log-odds.
        return (np.stack([np.zeros_like(x), x], axis=1), y, 1) if loss.outputs(2) == 2 else (x[:, None], y, 0)
    outputs = np.tile(np.array(view.logits), (len(x), 1))
    outputs[:, place or 0] = x
    return outputs, np.full(len(x), truth(view)), place or 0


def _as_curve(
    label: str, points: np.ndarray, loss: np.ndarray, autograd: np.ndarray, closed: np.ndarray, formula: str
) -> LossCurve:
    """The last point is the one that is looked at."""
    here = (float(points[-1]), float(loss[-1]), float(autograd[-1]), float(closed[-1]))
    return LossCurve(label, points[:-1], loss[:-1], autograd[:-1], closed[:-1], here, formula)
