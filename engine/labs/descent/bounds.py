"""What curvature each optimizer can bear, and what it measures the curvature in.

On a parabola of curvature s an optimizer with a fixed preconditioner P is a linear recurrence; it diverges where s, of the
preconditioned parabola, is above a limit. Cohen et al. 2021 (momentum, Nesterov) and 2022 (Adam).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.labs.descent.curvature import Hessian, Vector
from engine.optimizers import SGD, Adagrad, Adam, AdamW, Momentum, Nesterov, OptimizerChoice, RMSProp
from engine.supervised import SupervisedRun

State = dict[str, Any]


@dataclass(frozen=True)
class Bound:
    """What one optimizer can bear."""

    formula: str
    """The largest stable curvature, as LaTeX."""
    largest: Callable[[Any], float]
    """The same of an optimizer's settings; infinite where none is too large."""
    diagonal: Callable[[Any, State], Tensor] | None = None
    """The diagonal of P, from what PyTorch's optimizer keeps of one parameter tensor; None for the identity."""
    decay: Callable[[Any], float] = lambda optimizer: 0.0
    """Curvature that a decoupled decay of 1 stands for."""
    caveat: str = ""
    """Where the theory does not hold to the letter."""


MOVES = "The limit takes P as if it stood still, but P follows the gradients: a rule of thumb."


def _adam(o: Adam, state: State) -> Tensor:
    t = float(state["step"])
    v = state["max_exp_avg_sq"] if o.amsgrad else state["exp_avg_sq"]
    return (1 - o.beta1**t) * ((v.double() / (1 - o.beta2**t)).sqrt() + o.eps)


def _rmsprop(o: RMSProp, state: State) -> Tensor:
    s = state["square_avg"].double()
    if o.centered:
        s = (s - state["grad_avg"].double() ** 2).clamp(min=0)
    return s.sqrt() + o.eps


def _adagrad(o: Adagrad, state: State) -> Tensor:
    return (1 + (float(state["step"]) - 1) * o.lr_decay) * (state["sum"].double().sqrt() + o.eps)


BOUNDS: dict[type[OptimizerChoice], Bound] = {
    SGD: Bound(r"\frac{2}{\eta}", lambda o: 2 / o.lr),
    Momentum: Bound(
        r"\frac{2 (1 + \beta)}{\eta (1 - d)}",
        lambda o: 2 * (1 + o.momentum) / (o.lr * (1 - o.dampening)) if o.dampening < 1 else float("inf"),
    ),
    Nesterov: Bound(
        r"\frac{2 (1 + \beta)}{\eta (1 + 2 \beta)}",
        lambda o: 2 * (1 + o.momentum) / (o.lr * (1 + 2 * o.momentum)),
    ),
    Adagrad: Bound(
        r"\frac{2}{\eta}",
        lambda o: 2 / o.lr,
        _adagrad,
        caveat="The limit takes P as if it stood still. Adagrad's P holds the sum of **all** squared gradients and only grows: "
        "the curvature of H that it can bear rises as long as the run lasts, and an overshoot ends itself by the gradients "
        "that it adds. Whether the run keeps to the line depends on whether H grows sharper as fast: a rule of thumb.",
    ),
    RMSProp: Bound(r"\frac{2 (1 + \beta)}{\eta}", lambda o: 2 * (1 + o.momentum) / o.lr, _rmsprop, caveat=MOVES),
    Adam: Bound(
        r"\frac{2 + 2 \beta_1}{(1 - \beta_1) \eta}",
        lambda o: (2 + 2 * o.beta1) / ((1 - o.beta1) * o.lr),
        _adam,
        caveat=MOVES,
    ),
    AdamW: Bound(
        r"\frac{2 + 2 \beta_1}{(1 - \beta_1) \eta}",
        lambda o: (2 + 2 * o.beta1) / ((1 - o.beta1) * o.lr),
        _adam,
        decay=lambda o: (1 + o.beta1) / (1 - o.beta1),
        caveat=r"Its decay, $w \leftarrow (1 - \eta \lambda) w$, is not divided by P: it counts as a curvature of "
        r"$\lambda \frac{1 + \beta_1}{1 - \beta_1}$ that is added to every weight's own after P, and to no bias. "
        + MOVES,
    ),
}


def limit(optimizer: OptimizerChoice) -> float:
    """The largest curvature (preconditioned, where there is a preconditioner) at which the optimizer does not diverge."""
    return BOUNDS[type(optimizer)].largest(optimizer)


@dataclass(frozen=True)
class Scaling:
    """Turns the Hessian H into what the limit is for: P^-1/2 H P^-1/2 + D."""

    root: Vector
    """The diagonal of P^-1/2."""
    added: Vector
    """The diagonal of D: what decoupled decay adds."""


def scaling(run: SupervisedRun) -> Scaling | None:
    """At a run's present averages; None without a preconditioner, or before the first update."""
    optimizer, held = run.experiment.training.optimizer, run.optimizer
    bound = BOUNDS[type(optimizer)]
    if bound.diagonal is None or not run.steps:
        return None
    decays = {parameter: group.get("weight_decay", 0.0) for group in held.param_groups for parameter in group["params"]}
    parts = [bound.diagonal(optimizer, held.state[parameter]).reshape(-1) for parameter in run.parameters]
    added = [torch.full_like(part, decays[p]) for part, p in zip(parts, run.parameters, strict=True)]
    root = torch.cat(parts).clamp(min=1e-30).pow(-0.5)
    return Scaling(root.numpy().copy(), bound.decay(optimizer) * torch.cat(added).numpy())


def preconditioned(run: SupervisedRun, hessian: Hessian) -> Callable[[Vector], Vector]:
    """v -> (P^-1/2 H P^-1/2 + D) v, whose largest eigenvalue the limit is for; H v where there is nothing to scale by."""
    scale = scaling(run)
    return hessian.product if scale is None else hessian.scaled(scale.root, scale.added)
