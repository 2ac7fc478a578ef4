"""Losses of numbers and scores, and their slopes."""

import math

import torch
import torch.nn.functional as F

from engine.losses import Hinge
from quiz.parametric.drawing import Row, grid, tenths, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex, vec


def _mse(predictions: tuple[float, ...], targets: tuple[float, ...]) -> Asked:
    guess, wanted = exact(predictions), exact(targets)
    value = float(F.mse_loss(guess, wanted))
    errors = [round(a - b, 6) for a, b in zip(predictions, targets, strict=True)]
    squares = " + ".join(f"{par(error)}^2" for error in errors)
    return Asked(
        text=f"What is the mean squared error of the predictions ${vec(predictions)}$ against the targets ${vec(targets)}$?",
        value=value,
        rule=r"$\text{MSE} = \frac{1}{n} \sum_i (\hat y_i - y_i)^2$",
        working=rf"$\frac{{{squares}}}{{{len(errors)}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Summed instead of averaged.": float(F.mse_loss(guess, wanted, reduction="sum")),
            "Took the absolute errors: that is the mean absolute error.": float(F.l1_loss(guess, wanted)),
            "Took the root: that is the RMSE.": math.sqrt(value),
            "Squared the mean error: errors of opposite sign must not cancel.": (sum(errors) / len(errors)) ** 2,
        },
    )


def _mse_gradient(predictions: tuple[float, ...], targets: tuple[float, ...], place: int) -> Asked:
    guess = exact(predictions, wants_grad=True)
    (gradient,) = torch.autograd.grad(F.mse_loss(guess, exact(targets)), guess)
    value = float(gradient[place - 1])
    n, error = len(predictions), round(predictions[place - 1] - targets[place - 1], 6)
    return Asked(
        text=f"The predictions ${vec(predictions)}$ have the targets ${vec(targets)}$ and the loss is the mean squared "
        f"error. What "
        rf"is its derivative $\partial L / \partial \hat y_{place}$?",
        value=value,
        rule=r"$\frac{\partial L}{\partial \hat y_i} = \frac{2}{n}(\hat y_i - y_i)$: the mean divides by $n$, the square gives "
        "the 2.",
        working=rf"$\frac{{2}}{{{n}}} \cdot ({tex(predictions[place - 1])} {plus(-targets[place - 1])}) = "
        rf"\frac{{2}}{{{n}}} \cdot {par(error)} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the mean: each example counts for $1/n$ of the loss.": n * value,
            "Forgot the 2 from the square.": value / 2,
            "Turned the sign round: a prediction that is too large is to fall, so its slope is positive.": -value,
        },
    )


def _huber(prediction: float, target: float, delta: float) -> Asked:
    error = round(prediction - target, 6)
    value = float(F.huber_loss(exact(prediction), exact(target), delta=delta))
    if abs(error) == delta:
        raise DrawAgain
    is_far = abs(error) > delta
    far = rf"{tex(delta)} \cdot \left({tex(abs(error))} - \frac{{{tex(delta)}}}{{2}}\right)"
    near = rf"\frac{{1}}{{2}} \cdot {par(error)}^2"
    mistakes = {
        "Forgot the $\\frac{1}{2}$ of the parabola.": error**2,
        "Took the absolute error alone.": abs(error),
        "Took the other branch: the size of the error against $\\delta$ decides.": error**2 / 2
        if is_far
        else delta * (abs(error) - delta / 2),
    }
    if is_far:
        mistakes["Forgot to take $\\delta / 2$ off: line and parabola would not meet."] = delta * abs(error)
    return Asked(
        text=f"What is the Huber loss with $\\delta = {tex(delta)}$ for the prediction ${tex(prediction)}$ and the target "
        f"${tex(target)}$?",
        value=value,
        rule=r"$\frac{1}{2} r^2$ for $|r| \le \delta$, else $\delta\left(|r| - \frac{\delta}{2}\right)$, with $r = \hat y "
        r"- y$: "
        "squared for small errors, a line for large ones.",
        working=rf"$|r| = {tex(abs(error))}$ is {'larger' if is_far else 'smaller'} than $\delta = {tex(delta)}$, so "
        rf"$L = {far if is_far else near} {eq(value)}$",
        decimals=3,
        mistakes=mistakes,
    )


def _hinge(scores: tuple[float, ...], signs: tuple[int, ...]) -> Asked:
    labels = torch.tensor([(sign + 1) // 2 for sign in signs])
    each = Hinge().each(exact(scores).unsqueeze(1), labels)
    value = float(each.mean())
    margins = [sign * score for sign, score in zip(signs, scores, strict=True)]
    terms = ", ".join(rf"\max(0, 1 {plus(-margin)}) = {tex(round(max(0.0, 1 - margin), 6))}" for margin in margins)
    return Asked(
        text=f"A classifier gives the scores ${vec(scores)}$ for examples with the labels $y = {vec(signs)}$. What is the mean "
        "hinge loss?",
        value=value,
        rule=r"$\frac{1}{n} \sum_i \max(0, 1 - y_i z_i)$: beyond the margin an example costs nothing.",
        working=rf"${terms}$; the mean is $\frac{{{tex(float(each.sum()))}}}{{{len(scores)}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Let examples beyond the margin count as negative losses.": sum(1 - margin for margin in margins)
            / len(scores),
            "Forgot the margin of 1: that is the perceptron's loss.": sum(max(0, -margin) for margin in margins)
            / len(scores),
            "Summed instead of averaged.": float(each.sum()),
            "Forgot the labels' signs.": sum(max(0, 1 - score) for score in scores) / len(scores),
        },
    )


FAMILIES = (
    Family(
        id="mean-squared-error",
        topic="losses",
        level="foundation",
        title="Mean squared error",
        source="Goodfellow et al. 2016, section 5.1.4; torch.nn.MSELoss",
        draws={"predictions": Row(4, grid(-3.0, 3.0, 0.5)), "targets": Row(4, whole(-3, 3))},
        ask=_mse,
        lab="activations?section=losses",
        chosen=True,
    ),
    Family(
        id="mse-gradient",
        topic="losses",
        level="practitioner",
        title="The slope of the mean squared error",
        source="torch.nn.MSELoss",
        draws={"predictions": Row(4, tenths(-3.0, 3.0)), "targets": Row(4, whole(-3, 3)), "place": (1, 2, 3, 4)},
        ask=_mse_gradient,
        lab="activations?section=losses",
    ),
    Family(
        id="huber-loss",
        topic="losses",
        level="practitioner",
        title="Huber loss on one example",
        source="Huber 1964; torch.nn.HuberLoss",
        draws={"prediction": tenths(-4.0, 4.0), "target": whole(-3, 3), "delta": (0.5, 1.0, 1.5, 2.0)},
        ask=_huber,
        lab="activations?section=losses",
    ),
    Family(
        id="hinge-loss",
        topic="losses",
        level="practitioner",
        title="Hinge loss of scores",
        source="Cortes & Vapnik 1995",
        draws={"scores": Row(4, tenths(-2.0, 2.5)), "signs": Row(4, (-1, 1))},
        ask=_hinge,
        lab="activations?section=losses",
    ),
)
