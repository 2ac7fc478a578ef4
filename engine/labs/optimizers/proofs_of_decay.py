"""Weight decay and L2, told apart by runs."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.labs.optimizers.proving import STEPS, descend, shown
from engine.labs.optimizers.surfaces import Ravine
from engine.labs.proof import Proved
from engine.words import number


def rate_times_decay() -> Proved:
    """AdamW without any gradient, at two rates; and with a small and a large one."""
    kept = {lr: _weight_after(torch.optim.AdamW, lr, 0.1, 0.0, STEPS) for lr in (0.1, 0.01)}
    shrunk = {}
    for scale in (1.0, 1000.0):
        for name, build in (("AdamW", torch.optim.AdamW), ("Adam with L2", torch.optim.Adam)):
            with_decay, without = (_weight_after(build, 0.01, decay, scale, 1) for decay in (0.1, 0.0))
            shrunk[name, scale] = without - with_decay
    rows = [[name, f"{scale:g}", number(change)] for (name, scale), change in shrunk.items()]
    sentence = (
        f"Without any gradient, {STEPS} steps with $\\lambda = 0.1$ leave {kept[0.1]:.4f} of a weight at $\\eta = 0.1$ and "
        f"{kept[0.01]:.4f} at $\\eta = 0.01$, which is $(1 - \\eta\\lambda)^{{{STEPS}}}$: the rate multiplies the decay. "
        f"What it is decoupled from is the adaptive scaling: one step's decay is {number(shrunk['AdamW', 1.0])} in AdamW "
        f"whether the gradient is 1 or 1000, while as an L2 term inside Adam it is {shrunk['Adam with L2', 1.0]:.1e}: the "
        "division by the gradient's own size takes it away."
    )
    expected = all(math.isclose(value, (1 - lr * 0.1) ** STEPS, rel_tol=1e-9) for lr, value in kept.items())
    holds = expected and math.isclose(shrunk["AdamW", 1.0], shrunk["AdamW", 1000.0], rel_tol=1e-6)
    return shown(
        holds and abs(shrunk["Adam with L2", 1.0]) < 1e-6, sentence, ["", "Gradient", "Decay of one step"], rows
    )


def _weight_after(build: type[torch.optim.Adam], lr: float, decay: float, gradient: float, steps: int) -> float:
    """Where a weight of 1 stands after ``steps`` with a constant gradient."""
    places, _ = descend(
        lambda weights: build(weights, lr=lr, weight_decay=decay), [1.0], lambda w: gradient * w.sum(), steps
    )
    return float(places[-1, 0])


def frozen_copy() -> Proved:
    """Decay times the present weight, beside decay times a copy of the first one."""
    lr, strength, steps = 0.1, 0.1, 200
    true, _ = descend(
        lambda weights: torch.optim.AdamW(weights, lr=lr, weight_decay=strength), [1.0], lambda w: 0 * w.sum(), steps
    )
    frozen = 1.0 - lr * strength * np.arange(steps + 1)
    crossed = int(np.argmax(frozen < -1e-12))
    rows = [
        [f"{step}", f"{true[step, 0]:.4f}", f"{round(frozen[step], 4) + 0.0:.4f}"] for step in (0, 50, 100, 150, 200)
    ]
    sentence = (
        f"PyTorch's AdamW, without any gradient, brings a weight of 1 to {true[-1, 0]:.4f} in {steps} steps: it nears 0 and "
        f"never crosses it. With a frozen copy of the first weight the push stays the same: it crosses 0 at step {crossed} "
        f"and stands at {frozen[-1]:.2f} after {steps}."
    )
    holds = bool((true > 0).all() and frozen[-1] < 0)
    return shown(holds, sentence, ["Step", "decay × present weight", "decay × frozen copy"], rows)


def l2_and_decay() -> Proved:
    """L2 in the loss beside decay of the weight, for plain SGD and for Adam."""
    lr, strength = 0.02, 0.3
    surface = Ravine()

    def height(weight: Tensor) -> Tensor:
        return surface.value(weight[0] - 1, weight[1] - 1)

    def with_l2(weight: Tensor) -> Tensor:
        return height(weight) + strength / 2 * weight.square().sum()

    start = (-3.5, 1.5)
    plain = descend(lambda weights: torch.optim.SGD(weights, lr=lr), start, with_l2)[0]
    decayed = _decayed_sgd(height, start, lr, strength)
    adam = descend(lambda weights: torch.optim.Adam(weights, lr=lr), start, with_l2)[0]
    adamw = descend(lambda weights: torch.optim.AdamW(weights, lr=lr, weight_decay=strength), start, height)[0]
    sgd_apart = float(np.abs(plain - decayed).max())
    adam_apart = float(np.abs(adam - adamw).max())
    sentence = (
        f"On a ravine that is lowest at (1, 1), plain SGD with $\\frac{{\\lambda}}{{2}}\\|w\\|^2$ in the loss and SGD that "
        f"shrinks $w$ by $1 - \\eta\\lambda$ take the same path: {sgd_apart:.1e} apart at most. Adam with that term and AdamW "
        f"do not: {adam_apart:.3g} apart. And $\\|w\\|^2$ is the squared norm: of (3, 4) it is "
        f"{np.square([3.0, 4.0]).sum():g}, while the Euclidean norm is {np.linalg.norm([3.0, 4.0]):g}."
    )
    rows = [["SGD", f"{sgd_apart:.1e}"], ["Adam", f"{adam_apart:.3g}"]]
    head = ["L2 in the loss beside decay", f"Largest distance in {STEPS} steps"]
    return shown(sgd_apart < 1e-9 and adam_apart > 1e-3, sentence, head, rows)


def _decayed_sgd(height: Callable[[Tensor], Tensor], start: Sequence[float], lr: float, strength: float) -> np.ndarray:
    places = [np.array(start)]
    for _ in range(STEPS):
        weight = torch.tensor(places[-1], requires_grad=True)
        (gradient,) = torch.autograd.grad(height(weight), weight)
        places.append((1 - lr * strength) * places[-1] - lr * gradient.numpy())
    return np.array(places)
