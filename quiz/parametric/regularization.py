"""Dropout, decay and penalties by hand."""

import math
from itertools import product

import torch
from torch import nn
from torch.optim import SGD

from engine.dropout import Dropout
from engine.penalties import L1Proximal
from engine.streams import stream
from quiz.parametric.drawing import Row, grid, nonzero, tenths
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, tex, vec

PENALTIES, DROPOUT = "regularization?section=L1+and+L2", "regularization?section=dropout"
COPIES = 200
"""So many copies of a unit are dropped or kept: one that is kept is among them."""


def _kept(activation: float, rate: float) -> Asked:
    layer = Dropout(rate, stream(0, "dropout"))
    value = float(layer(exact([activation] * COPIES)).max())
    return Asked(
        text=f"A unit with the activation ${tex(activation)}$ goes through `nn.Dropout(p={tex(rate)})` in training and is "
        f"**kept**. "
        "Which value is passed on?",
        value=value,
        rule=r"$\frac{a}{1 - p}$: what is kept is scaled up while training, so that the mean stays and nothing is done at "
        r"test time.",
        working=rf"$\frac{{{tex(activation)}}}{{1 - {tex(rate)}}} = \frac{{{tex(activation)}}}{{{tex(1 - rate)}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Divided by $p$: in PyTorch $p$ is the share that is dropped.": activation / rate,
            "Scaled down by $1 - p$: that is the original dropout's scaling, at test time.": activation * (1 - rate),
            "Left it as it is: the mean would shrink by $1 - p$.": activation,
        },
    )


def _scattering(terms: tuple[int, ...], rate: float) -> Asked:
    keep = 1 - rate
    masks = list(product((0.0, 1.0), repeat=len(terms)))
    chances = exact([math.prod(keep if bit else rate for bit in mask) for mask in masks])
    sums = (exact(masks) * exact(terms) / keep).sum(dim=1)
    value = float((chances * sums**2).sum() - (chances * sums).sum() ** 2)
    squares = sum(term**2 for term in terms)
    written = " + ".join(f"{par(term)}^2" for term in terms)
    return Asked(
        text=f"A unit adds up three inputs that contribute $w_i x_i = {vec(terms)}$. Each input is dropped independently "
        f"with $p = {tex(rate)}$, and what is kept is divided by $1 - p$. What is the variance of the sum?",
        value=value,
        rule=r"$\frac{p}{1 - p} \sum_i (w_i x_i)^2$: the mean is as without dropout, the noise grows with $p$.",
        working=rf"$\frac{{{tex(rate)}}}{{{tex(keep)}}} \cdot ({written}) = \frac{{{tex(rate)}}}{{{tex(keep)}}} \cdot "
        rf"{squares} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the scaling: that is the variance with a mask alone.": rate * keep * squares,
            "Divided by $1 - p$ once: a variance is divided by its square.": rate * squares,
            "Squared the sum: independent terms add their variances.": rate / keep * sum(terms) ** 2,
            "Swapped $p$ and $1 - p$.": keep / rate * squares,
        },
    )


def _decay(start: float, gradient: float, rate: float, decay: float) -> Asked:
    weight = nn.Parameter(exact([start]))
    weight.grad = exact([gradient])
    SGD([weight], rate, weight_decay=decay).step()
    value = weight.item()
    pull = decay * start
    return Asked(
        text=f"A weight of ${tex(start)}$ has the gradient ${tex(gradient)}$. What is it after one step of "
        f"`optim.SGD(lr={tex(rate)}, weight_decay={tex(decay)})`?",
        value=value,
        rule=r"$w \leftarrow w - \eta (g + \lambda w)$: PyTorch's SGD adds $\lambda w$ to the gradient, the slope of "
        r"$\frac{\lambda}{2} w^2$.",
        working=rf"${tex(start)} - {tex(rate)} \cdot ({tex(gradient)} + {tex(decay)} \cdot {par(start)}) = {tex(start)} - "
        rf"{tex(rate)} \cdot {par(gradient + pull)} {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the decay.": start - rate * gradient,
            "Left the rate out of the decay: it multiplies both parts.": start - rate * gradient - pull,
            "Took $2 \\lambda w$: that is the slope of $\\lambda w^2$, without the half.": start
            - rate * (gradient + 2 * pull),
            "Subtracted the decay from the gradient: it would push away from 0.": start - rate * (gradient - pull),
        },
    )


def _penalty(weights: tuple[int, ...], strength: float, place: int) -> Asked:
    w = exact(weights, wants_grad=True)
    value = float(torch.autograd.grad(strength * w.square().sum(), w)[0][place - 1])
    entry = weights[place - 1]
    return Asked(
        text=f"The penalty $\\lambda \\sum_i w_i^2$ with $\\lambda = {tex(strength)}$ is added to the loss; the weights are "
        f"${vec(weights)}$. What does it add to $\\partial L / \\partial w_{place}$?",
        value=value,
        rule=r"$\frac{\partial}{\partial w_i} \lambda \sum_j w_j^2 = 2 \lambda w_i$: in proportion to the weight itself.",
        working=rf"$2 \cdot {tex(strength)} \cdot {par(entry)} = {tex(value)}$",
        decimals=3,
        mistakes={
            "Forgot the 2: that is the slope of $\\frac{\\lambda}{2} \\sum w^2$.": strength * entry,
            "Took the slope of L1, the same for every size of the weight.": math.copysign(strength, entry),
            "That is the weight's part of the penalty, not its slope.": strength * entry**2,
            "Turned the sign round: the penalty grows with the weight's size.": -value,
        },
    )


def _soft_threshold(start: float, gradient: float, rate: float, strength: float) -> Asked:
    after = start - rate * gradient
    weight = exact([after])
    L1Proximal(strength=strength).shrink([weight], rate)
    value = float(weight) + 0.0
    reach = rate * strength
    pushed = after - math.copysign(reach, after)
    if round(after, 9) == 0:
        raise DrawAgain
    mistakes = {
        "Forgot the shrinking: that is the gradient step alone.": after,
        "Shrank by $\\lambda$: the proximal step is as long as the rate makes it, $\\eta \\lambda$.": math.copysign(
            max(abs(after) - strength, 0.0), after
        ),
        "Scaled the weight: that is weight decay, which never gets to 0.": after * (1 - reach),
    }
    if abs(after) < reach:
        mistakes["Pushed it across 0: soft-thresholding stops there."] = pushed
        del mistakes["Shrank by $\\lambda$: the proximal step is as long as the rate makes it, $\\eta \\lambda$."]
    return Asked(
        text=f"A weight of ${tex(start)}$ with the gradient ${tex(gradient)}$ takes a step of plain SGD with $\\eta = "
        f"{tex(rate)}$ and then the proximal step of an L1 penalty with $\\lambda = {tex(strength)}$. What is the weight then?",
        value=value,
        rule=r"$w \leftarrow \text{sign}(w) \max(|w| - \eta \lambda, 0)$ after the gradient step: small weights become "
        r"exactly 0.",
        working=rf"${tex(start)} - {tex(rate)} \cdot {par(gradient)} = {tex(after)}$; $\max({tex(abs(after))} - "
        rf"{tex(rate)} \cdot {tex(strength)}, 0) = {tex(round(abs(value), 6))}$, with the sign of ${tex(after)}$: "
        rf"${tex(value)}$",
        decimals=3,
        mistakes=mistakes,
    )


def _ridge(x: tuple[int, ...], y: tuple[int, ...], strength: float) -> Asked:
    w = exact(0.0, wants_grad=True)
    loss = ((exact(y) - w * exact(x)) ** 2).sum() + strength * w**2
    (slope,) = torch.autograd.grad(loss, w, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, w)
    value = -slope.item() / curvature.item()  # Newton's step reaches the bottom of a parabola at once
    both, squares = sum(a * b for a, b in zip(x, y, strict=True)), sum(a * a for a in x)
    return Asked(
        text=f"The line $y = w x$ without a bias is fitted to the points "
        f"{', '.join(f'$({a}, {b})$' for a, b in zip(x, y, strict=True))} by "
        rf"minimising $\sum_i (y_i - w x_i)^2 + \lambda w^2$ with $\lambda = {tex(strength)}$. What is $w$?",
        value=value,
        rule=r"$w = \frac{\sum_i x_i y_i}{\sum_i x_i^2 + \lambda}$, where the derivative is 0: shrunk, but not to 0.",
        working=rf"$\sum x y = {both}$, $\sum x^2 = {squares}$; $\frac{{{both}}}{{{squares} + {tex(strength)}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot the penalty: that is least squares.": both / squares,
            "Took $2\\lambda$: both terms have the 2 of their squares, and it cancels.": both
            / (squares + 2 * strength),
            "That is the solution for L1, $\\lambda |w|$, which takes $\\lambda / 2$ off above.": math.copysign(
                max(abs(both) - strength / 2, 0.0), both
            )
            / squares,
        },
    )


FAMILIES = (
    Family(
        id="dropout-scaling",
        topic="regularization",
        level="foundation",
        title="A unit that dropout keeps",
        source="Srivastava et al. 2014, section 10; torch.nn.Dropout",
        draws={"activation": tenths(0.6, 6.0), "rate": (0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.75)},
        ask=_kept,
        lab=DROPOUT,
        chosen=True,
    ),
    Family(
        id="dropout-variance",
        topic="regularization",
        level="expert",
        title="The noise of dropout",
        source="Srivastava et al. 2014; Wager et al. 2013",
        draws={"terms": Row(3, nonzero(-5, 5)), "rate": (0.1, 0.2, 0.25, 0.3, 0.4)},
        ask=_scattering,
        lab=DROPOUT,
    ),
    Family(
        id="weight-decay-step",
        topic="regularization",
        level="foundation",
        title="A step with weight decay",
        source="torch.optim.SGD; Krogh & Hertz 1991",
        draws={
            "start": tenths(-4.0, 4.0),
            "gradient": tenths(-2.0, 2.0),
            "rate": (0.1, 0.2, 0.5),
            "decay": (0.05, 0.1, 0.2),
        },
        ask=_decay,
        lab=PENALTIES,
    ),
    Family(
        id="l2-penalty-gradient",
        topic="regularization",
        level="foundation",
        title="The gradient of an L2 penalty",
        source="Goodfellow et al. 2016, section 7.1.1",
        draws={"weights": Row(3, nonzero(-6, 6)), "strength": (0.01, 0.02, 0.05, 0.1, 0.2), "place": (1, 2, 3)},
        ask=_penalty,
        lab=PENALTIES,
        chosen=True,
    ),
    Family(
        id="soft-threshold-step",
        topic="regularization",
        level="expert",
        title="A proximal step of L1",
        source="Beck & Teboulle 2009, section 1",
        draws={
            "start": tenths(-1.5, 1.5),
            "gradient": tenths(-2.0, 2.0),
            "rate": (0.1, 0.2, 0.5),
            "strength": (0.2, 0.4, 0.5, 1.0),
        },
        ask=_soft_threshold,
        lab=PENALTIES,
    ),
    Family(
        id="ridge-weight",
        topic="regularization",
        level="practitioner",
        title="A weight of ridge regression",
        source="Hoerl & Kennard 1970; Goodfellow et al. 2016, section 7.1.1",
        draws={"x": Row(3, nonzero(-3, 4)), "y": Row(3, nonzero(-5, 8)), "strength": grid(1.0, 6.0, 0.5)},
        ask=_ridge,
        lab=PENALTIES,
    ),
)
