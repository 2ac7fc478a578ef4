"""One or two steps of an optimizer, by hand."""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from quiz.parametric.drawing import Among, Row, grid, tenths
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import eq, par, plus, tex

EVERY_STEP = "optimizers?section=Every+step"
FIRST_BETAS, SECOND_BETAS = (0.8, 0.9), (0.99, 0.999)


def _path(make: Callable[[list[nn.Parameter]], Optimizer], start: float, gradients: Sequence[float]) -> list[float]:
    """Where one weight is before the first step and after every one; each step sees one of ``gradients``."""
    weight = nn.Parameter(exact([start]))
    optimizer = make([weight])
    places = [start]
    for gradient in gradients:
        weight.grad = exact([gradient])
        optimizer.step()
        places.append(weight.item())
    return places


def _momentum(start: float, gradients: tuple[float, float], rate: float, beta: float) -> Asked:
    value = _path(lambda weights: SGD(weights, rate, momentum=beta), start, gradients)[-1]
    g1, g2 = gradients
    v2 = beta * g1 + g2
    return Asked(
        text=f"A weight stands at ${tex(start)}$. SGD with momentum as PyTorch writes it, $v \\leftarrow \\beta v + g$ and "
        rf"$w \leftarrow w - \eta v$, with $\beta = {tex(beta)}$, $\eta = {tex(rate)}$ and $v = 0$ at first, sees the "
        rf"gradients "
        f"${tex(g1)}$ and then ${tex(g2)}$. Where is the weight after both steps?",
        value=value,
        rule=r"$v_t = \beta v_{t-1} + g_t$, $w_t = w_{t-1} - \eta v_t$: a gradient goes on acting in later steps.",
        working=rf"$v_1 = {tex(g1)}$, $v_2 = {tex(beta)} \cdot {par(g1)} {plus(g2)} = {tex(v2)}$, so $w_2 = {tex(start)} - "
        rf"{tex(rate)} \cdot ({tex(g1)} {plus(v2)}) {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the momentum: that is plain SGD.": start - rate * (g1 + g2),
            "Weighed the new gradient with $1 - \\beta$: that is the other convention.": start
            - rate * (1 - beta) * (g1 + v2),
            "Left the first step out.": start - rate * v2,
            "Went along the gradient instead of against it.": start + rate * (g1 + v2),
        },
    )


def _nesterov(start: float, gradients: tuple[float, float], rate: float, beta: float) -> Asked:
    value = _path(lambda weights: SGD(weights, rate, momentum=beta, nesterov=True), start, gradients)[-1]
    g1, g2 = gradients
    v1, v2 = g1, beta * g1 + g2
    s1, s2 = g1 + beta * v1, g2 + beta * v2
    return Asked(
        text=f"A weight stands at ${tex(start)}$. SGD with Nesterov momentum as in PyTorch, $v \\leftarrow \\beta v + g$ and "
        rf"$w \leftarrow w - \eta (g + \beta v)$, with $\beta = {tex(beta)}$, $\eta = {tex(rate)}$ and $v = 0$ at first, sees "
        f"the gradients ${tex(g1)}$ and then ${tex(g2)}$. Where is the weight after both steps?",
        value=value,
        rule=r"$v_t = \beta v_{t-1} + g_t$, then the step is $\eta (g_t + \beta v_t)$, with the $v_t$ that has $g_t$ in it.",
        working=rf"$v_1 = {tex(v1)}$, step ${tex(s1)} \eta$; $v_2 = {tex(v2)}$, step $({tex(g2)} + {tex(beta)} \cdot "
        rf"{par(v2)}) \eta = {tex(s2)} \eta$; $w_2 = {tex(start)} - {tex(rate)} \cdot ({tex(s1)} {plus(s2)}) {eq(value)}$",
        decimals=3,
        mistakes={
            "That is plain momentum: Nesterov's step looks one more $\\beta v$ ahead.": start - rate * (v1 + v2),
            "Forgot $\\beta$ before $v$ in the step.": start - rate * (g1 + v1 + g2 + v2),
            "Forgot the momentum: that is plain SGD.": start - rate * (g1 + g2),
        },
    )


def _rmsprop(average: float, gradient: float, rate: float, alpha: float) -> Asked:
    def make(weights: list[nn.Parameter]) -> Optimizer:
        optimizer = RMSprop(weights, rate, alpha=alpha)
        optimizer.state[weights[0]] = {"step": torch.tensor(1.0), "square_avg": exact([average])}
        return optimizer

    value = abs(_path(make, 0.0, [gradient])[-1])
    g = abs(gradient)
    new = alpha * average + (1 - alpha) * g * g
    return Asked(
        text=f"RMSProp with $\\alpha = {tex(alpha)}$ and $\\eta = {tex(rate)}$ holds $v = {tex(average)}$ for a weight "
        f"when the gradient ${tex(gradient)}$ comes in; $\\epsilon$ is negligible. How far does the weight move?",
        value=value,
        rule=r"$v \leftarrow \alpha v + (1 - \alpha) g^2$, then the step is $\frac{\eta\, g}{\sqrt{v} + \epsilon}$.",
        working=rf"$v = {tex(alpha)} \cdot {tex(average)} + {tex(1 - alpha)} \cdot {par(gradient)}^2 {eq(new)}$; "
        rf"$\frac{{{tex(rate)} \cdot {tex(g)}}}{{\sqrt{{{tex(new)}}}}} {eq(value)}$",
        decimals=3,
        mistakes={
            "Forgot the root: $v$ averages squares.": rate * g / new,
            "Swapped $\\alpha$ and $1 - \\alpha$: $\\alpha$ weighs what was there before.": rate
            * g
            / math.sqrt((1 - alpha) * average + alpha * g * g),
            "Forgot $1 - \\alpha$ before $g^2$.": rate * g / math.sqrt(alpha * average + g * g),
            "That is plain SGD: the step is not divided by anything.": rate * g,
        },
    )


def _adam_first(gradient: float, rate: float, beta1: float, beta2: float) -> Asked:
    value = _path(lambda weights: Adam(weights, rate, (beta1, beta2)), 0.0, [gradient])[-1]
    g = gradient
    m, v = (1 - beta1) * g, (1 - beta2) * g * g
    return Asked(
        text=f"Adam with $\\eta = {tex(rate)}$, $\\beta_1 = {tex(beta1)}$, $\\beta_2 = {tex(beta2)}$ takes its very first "
        f"step; the gradient of a weight is ${tex(g)}$ and $\\epsilon$ is negligible. By what does the weight change?",
        value=value,
        rule=r"The first step is $-\eta\,\text{sign}(g)$: after the corrections $\hat m = g$ and $\hat v = g^2$.",
        working=rf"$m = {tex(m)}$, $\hat m = \frac{{{tex(m)}}}{{{tex(1 - beta1)}}} = {tex(g)}$; $v = {tex(v)}$, $\hat v = "
        rf"\frac{{{tex(v)}}}{{{tex(1 - beta2)}}} = {tex(g * g)}$; $-{tex(rate)} \cdot \frac{{{tex(g)}}}{{{tex(abs(g))}}} = "
        rf"{tex(value)}$",
        decimals=4,
        mistakes={
            "Dropped both bias corrections: $m$ and $v$ begin at 0 and are too small at first.": -rate
            * m
            / math.sqrt(v),
            "That is plain SGD: Adam's first step does not depend on the gradient's size.": -rate * g,
            "Corrected $m$ but not $v$.": -rate * g / math.sqrt(v),
            "Went along the gradient instead of against it.": -value,
        },
    )


def _adam_second(gradients: tuple[float, float], rate: float, beta1: float, beta2: float) -> Asked:
    places = _path(lambda weights: Adam(weights, rate, (beta1, beta2)), 0.0, gradients)
    value = places[2] - places[1]
    g1, g2 = gradients
    m = beta1 * (1 - beta1) * g1 + (1 - beta1) * g2
    v = beta2 * (1 - beta2) * g1**2 + (1 - beta2) * g2**2
    m_hat, v_hat = m / (1 - beta1**2), v / (1 - beta2**2)
    return Asked(
        text=f"Adam with $\\eta = {tex(rate)}$, $\\beta_1 = {tex(beta1)}$, $\\beta_2 = {tex(beta2)}$ and a negligible "
        f"$\\epsilon$ sees the gradients ${tex(g1)}$ and ${tex(g2)}$ of a weight in its first two steps. By what does the "
        f"**second** step "
        "change the weight?",
        value=value,
        rule=r"$\hat m = \frac{m}{1 - \beta_1^t}$, $\hat v = \frac{v}{1 - \beta_2^t}$, step "
        r"$-\frac{\eta\, \hat m}{\sqrt{\hat v} + \epsilon}$.",
        working=rf"$m_2 = {tex(beta1)} \cdot {tex(1 - beta1)} \cdot {par(g1)} + {tex(1 - beta1)} \cdot {par(g2)} {eq(m)}$, "
        rf"$\hat m = \frac{{{tex(m)}}}{{1 - {tex(beta1)}^2}} {eq(m_hat)}$; "
        rf"$v_2 = {tex(beta2)} \cdot {tex(1 - beta2)} \cdot {par(g1)}^2 + {tex(1 - beta2)} \cdot {par(g2)}^2 {eq(v)}$, "
        rf"$\hat v = \frac{{{tex(v)}}}{{1 - {tex(beta2)}^2}} {eq(v_hat)}$; "
        rf"$-{tex(rate)} \cdot \frac{{{tex(m_hat)}}}{{\sqrt{{{tex(v_hat)}}}}} {eq(value)}$",
        decimals=4,
        mistakes={
            "Dropped the bias corrections: $m$ and $v$ begin at 0 and are too small at first.": -rate
            * m
            / math.sqrt(v),
            "Corrected as in the first step, with $\\beta$ instead of $\\beta^2$.": -rate
            * (m / (1 - beta1))
            / math.sqrt(v / (1 - beta2)),
            "Forgot the root of $\\hat v$.": -rate * m_hat / v_hat,
            "Forgot the first gradient: only a first step would be $-\\eta\\,\\text{sign}(g)$.": -math.copysign(
                rate, g2
            ),
        },
    )


def _adamw(start: float, gradient: float, rate: float, decay: float) -> Asked:
    value = _path(lambda weights: AdamW(weights, rate, weight_decay=decay), start, [gradient])[-1]
    moved = math.copysign(rate, gradient)
    return Asked(
        text=f"A weight of ${tex(start)}$ has the gradient ${tex(gradient)}$ in the very first step of AdamW with "
        rf"$\eta = {tex(rate)}$, `weight_decay={tex(decay)}` and a negligible $\epsilon$. What is the weight after the step?",
        value=value,
        rule=r"$w \leftarrow w - \eta \lambda w - \eta \frac{\hat m}{\sqrt{\hat v}}$: the decay is decoupled from the adaptive "
        r"scaling, not from the rate; the first step's second part is $\eta\,\text{sign}(g)$.",
        working=rf"${tex(start)} \cdot (1 - {tex(rate)} \cdot {tex(decay)}) {plus(-moved)} = "
        rf"{tex(start * (1 - rate * decay))} {plus(-moved)} {eq(value)}$",
        decimals=3,
        mistakes={
            "Left the learning rate out of the decay: it multiplies $\\lambda$ too.": start * (1 - decay) - moved,
            "Forgot the decay: that is Adam's step alone.": start - moved,
            "Took the gradient as it is: Adam's first step is $\\eta\\,\\text{sign}(g)$.": start * (1 - rate * decay)
            - rate * gradient,
            "Added the decay: it pulls towards 0.": start * (1 + rate * decay) - moved,
        },
    )


GRADIENT = tenths(-4.0, 4.0)
HALVES = tuple(number for number in grid(-4.0, 4.0, 0.5) if number)
TWO_STEPS: Mapping[str, Among] = {
    "start": tenths(-2.0, 2.0),
    "gradients": Row(2, HALVES),
    "rate": (0.05, 0.1, 0.2),
    "beta": (0.5, 0.8, 0.9),
}
"""What two steps with momentum are drawn from, of either kind."""
FAMILIES = (
    Family(
        id="momentum-two-steps",
        topic="optimizers",
        level="foundation",
        title="Two steps of SGD with momentum",
        source="Sutskever et al. 2013; torch.optim.SGD",
        draws=TWO_STEPS,
        ask=_momentum,
        lab=EVERY_STEP,
    ),
    Family(
        id="nesterov-two-steps",
        topic="optimizers",
        level="expert",
        title="Two steps of Nesterov momentum",
        source="Sutskever et al. 2013; torch.optim.SGD",
        draws=TWO_STEPS,
        ask=_nesterov,
        lab=EVERY_STEP,
    ),
    Family(
        id="rmsprop-step",
        topic="optimizers",
        level="practitioner",
        title="One step of RMSProp",
        source="Hinton 2012, lecture 6e; torch.optim.RMSprop",
        draws={
            "average": (0.25, 0.5, 1.0, 2.0, 4.0, 9.0, 16.0),
            "gradient": GRADIENT,
            "rate": (0.05, 0.1, 0.2),
            "alpha": (0.8, 0.9, 0.99),
        },
        ask=_rmsprop,
        lab=EVERY_STEP,
    ),
    Family(
        id="adam-first-step",
        topic="optimizers",
        level="practitioner",
        title="The first step of Adam",
        source="Kingma & Ba 2015, algorithm 1; torch.optim.Adam",
        draws={
            "gradient": GRADIENT,
            "rate": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1),
            "beta1": FIRST_BETAS,
            "beta2": SECOND_BETAS,
        },
        ask=_adam_first,
        lab=EVERY_STEP,
        chosen=True,
    ),
    Family(
        id="adam-second-step",
        topic="optimizers",
        level="expert",
        title="The second step of Adam",
        source="Kingma & Ba 2015, algorithm 1; torch.optim.Adam",
        draws={"gradients": Row(2, GRADIENT), "rate": (0.1, 0.2, 0.5), "beta1": FIRST_BETAS, "beta2": SECOND_BETAS},
        ask=_adam_second,
        lab=EVERY_STEP,
    ),
    Family(
        id="adamw-first-step",
        topic="optimizers",
        level="practitioner",
        title="The first step of AdamW",
        source="Loshchilov & Hutter 2019, algorithm 2; torch.optim.AdamW",
        draws={
            "start": tenths(-3.0, 3.0),
            "gradient": GRADIENT,
            "rate": (0.05, 0.1, 0.2),
            "decay": (0.05, 0.1, 0.2),
        },
        ask=_adamw,
        lab=EVERY_STEP,
    ),
)
