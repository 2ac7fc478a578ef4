"""What is often written about optimizers, put right by runs."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from engine.labs.optimizers.surfaces import Ravine, slope
from engine.labs.optimizers.variants import Conventions, RateInside, VariationChoice, pair
from engine.labs.proof import Proof, Proved

STEPS = 100


def shown(holds: bool, sentence: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> Proved:
    """What was measured, with its sentence only where the numbers bear it out."""
    said = sentence if holds else "These runs did not show it: the numbers are below."
    return Proved(said, head, rows)


def descend(
    optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer],
    start: Sequence[float],
    loss: Callable[[Tensor], Tensor],
    steps: int = STEPS,
) -> tuple[np.ndarray, torch.optim.Optimizer]:
    """(places after 0..steps updates, the optimizer with what it keeps)."""
    weight = nn.Parameter(torch.tensor(start, dtype=torch.float64))
    made = optimizer([weight])
    places = [weight.detach().numpy().copy()]
    for _ in range(steps):
        made.zero_grad()
        loss(weight).backward()
        made.step()
        places.append(weight.detach().numpy().copy())
    return np.array(places), made


# --- momentum -------------------------------------------------------------------------------------------------------


def three_momenta() -> Proved:
    """The three forms, at a constant rate and at one that falls."""
    surface = Ravine()

    def apart(variation: VariationChoice) -> float:
        first, second = pair(surface, variation, STEPS)
        return float(np.linalg.norm(first.places - second.places, axis=1).max())

    steady = (apart(Conventions(rescale=True)), apart(RateInside(drop=0)))
    falling = apart(RateInside(drop=20))
    plain = apart(Conventions())
    rows = [
        ["averaged, rate η / (1 - β)", "constant", f"{steady[0]:.1e}"],
        ["averaged, the same η", "constant", f"{plain:.3g}"],
        ["rate inside", "constant", f"{steady[1]:.1e}"],
        ["rate inside", "a tenth from step 20 on", f"{falling:.3g}"],
    ]
    sentence = (
        f"At a constant rate the three are one path once the rate is rescaled: at most {max(steady):.1e} apart over {STEPS} "
        f"steps on the ravine. With the same $\\eta$ in both, the averaged form is up to {plain:.3g} away; and when the rate "
        f"falls, the form with $\\eta$ inside of $v$ is up to {falling:.3g} away from PyTorch's."
    )
    head = ["Beside v ← βv + g, w ← w - ηv", "Rate", "Largest distance"]
    return shown(max(steady) < 1e-9 and min(plain, falling) > 1e-3, sentence, head, rows)


# --- the gradient ---------------------------------------------------------------------------------------------------


def against_the_gradient() -> Proved:
    """The angle of a step to the gradient; gradient and Hessian at several places."""
    surface = Ravine()

    def height(place: Tensor) -> Tensor:
        return surface.value(place[0], place[1])

    rows, angles, curvatures, lengths = [], [], [], []
    for start in ((-3.5, 1.5), (1.0, 1.0), (2.0, -0.2)):
        places, _ = descend(lambda weights: torch.optim.SGD(weights, lr=0.01), start, height, 1)
        gradient = slope(surface, torch.tensor([start], dtype=torch.float64))[1][0].numpy()
        step = places[1] - places[0]
        cosine = float(step @ gradient / np.linalg.norm(step) / np.linalg.norm(gradient))
        hessian = torch.autograd.functional.hessian(height, torch.tensor(start, dtype=torch.float64)).numpy()
        angles.append(math.degrees(math.acos(max(-1.0, min(1.0, cosine)))))
        curvatures.append(np.diag(hessian))
        lengths.append(float(np.linalg.norm(gradient)))
        rows.append(
            [f"({start[0]:g}, {start[1]:g})", f"{angles[-1]:.1f}°", f"({gradient[0]:.4g}, {gradient[1]:.4g})",
             f"{hessian[0, 0]:.4g}, {hessian[1, 1]:.4g}"]
        )  # fmt: skip
    same = float(np.ptp(curvatures, axis=0).max()) < 1e-9
    sentence = (
        f"The step lies at {min(angles):.1f}° to the gradient or more: along minus the gradient. And from place to place the "
        f"gradient's length goes from {min(lengths):.3g} to {max(lengths):.3g}, while the curvature, the Hessian's diagonal, "
        f"stays at {curvatures[0][0]:.4g} and {curvatures[0][1]:.4g}."
    )
    holds = min(angles) > 179.9 and same and max(lengths) > 1.1 * min(lengths)
    return shown(holds, sentence, ["Place", "Step to gradient", "Gradient", "Hessian's diagonal"], rows)


# --- weight decay ---------------------------------------------------------------------------------------------------


def rate_times_decay() -> Proved:
    """AdamW without any gradient, at two rates; and with a small and a large one."""
    kept = {lr: _weight_after(torch.optim.AdamW, lr, 0.1, 0.0, STEPS) for lr in (0.1, 0.01)}
    shrunk = {}
    for scale in (1.0, 1000.0):
        for name, build in (("AdamW", torch.optim.AdamW), ("Adam with L2", torch.optim.Adam)):
            with_decay, without = (_weight_after(build, 0.01, decay, scale, 1) for decay in (0.1, 0.0))
            shrunk[name, scale] = without - with_decay
    rows = [[name, f"{scale:g}", f"{change:.2e}"] for (name, scale), change in shrunk.items()]
    sentence = (
        f"Without any gradient, {STEPS} steps with $\\lambda = 0.1$ leave {kept[0.1]:.4f} of a weight at $\\eta = 0.1$ and "
        f"{kept[0.01]:.4f} at $\\eta = 0.01$, which is $(1 - \\eta\\lambda)^{{{STEPS}}}$: the rate multiplies the decay. "
        f"What it is decoupled from is the adaptive scaling: one step's decay is {shrunk['AdamW', 1.0]:.1e} in AdamW whether "
        f"the gradient is 1 or 1000, while as an L2 term inside Adam it is {shrunk['Adam with L2', 1.0]:.1e}: the division "
        "by the gradient's own size takes it away."
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
    rows = [[f"{step}", f"{true[step, 0]:.4f}", f"{frozen[step]:.4f}"] for step in (0, 50, 100, 150, 200)]
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


# --- averages -------------------------------------------------------------------------------------------------------


def moments() -> Proved:
    """What Adam and RMSProp keep on a plane: its slope is constant, its Hessian and the slope's variance are 0."""
    gradient, steps = 3.0, 200

    def plane(w: Tensor) -> Tensor:
        return gradient * w.sum() + 0 * w.square().sum()

    _, adam = descend(lambda w: torch.optim.Adam(w, lr=1e-3, betas=(0.9, 0.9)), [0.0], plane, steps)
    _, rms = descend(lambda w: torch.optim.RMSprop(w, lr=1e-3, alpha=0.9), [0.0], plane, steps)
    (kept,), (squares,) = adam.state.values(), rms.state.values()
    m, v, s = float(kept["exp_avg"]), float(kept["exp_avg_sq"]), float(squares["square_avg"])
    curvature = float(torch.autograd.functional.hessian(plane, torch.zeros(1, dtype=torch.float64)))
    sentence = (
        f"On the plane $f = 3w$ the gradient is always {gradient:g}, the second derivative is {curvature:g} and the gradient "
        f"varies by 0. After {steps} steps Adam keeps $m = {m:.4f}$ and $v = {v:.4f}$, and RMSProp $s = {s:.4f}$: averages of "
        "$g$ and of $g^2$. Neither a second derivative nor a variance is "
        f"{v:.0f} here."
    )
    rows = [["Adam's m", f"{m:.4f}"], ["Adam's v", f"{v:.4f}"], ["RMSProp's s", f"{s:.4f}"],
            ["second derivative", f"{curvature:g}"], ["variance of g", "0"]]  # fmt: skip
    holds = math.isclose(m, 3, rel_tol=1e-3) and max(abs(v - 9), abs(s - 9)) < 1e-2 and curvature == 0
    return shown(holds, sentence, ["On f = 3w", f"after {steps} steps"], rows)


# --- local and global -----------------------------------------------------------------------------------------------


def one_local_optimum() -> Proved:
    """Descent on x^3 - 3x from two sides."""

    def cubic(x: Tensor) -> Tensor:
        return (x**3 - 3 * x).sum()

    ends = {}
    for start in (-0.9, 0.5, 3.0):
        places, _ = descend(lambda weights: torch.optim.SGD(weights, lr=0.02), [start], cubic, 300)
        ends[start] = float(places[-1, 0])
    beyond, _ = descend(lambda weights: torch.optim.SGD(weights, lr=0.02), [-1.1], cubic, 60)
    lost = int(np.argmax(beyond[:, 0] < -2.5))
    there = float(beyond[lost, 0])
    lower = there**3 - 3 * there
    rows = [[f"{start:g}", f"{end:.6f}", f"{end**3 - 3 * end:.6f}"] for start, end in ends.items()]
    rows.append(["-1.1", f"{there:.3f} at step {lost}, falling", f"{lower:.3f}"])
    sentence = (
        f"$x^3 - 3x$ has one local minimum: from {', '.join(f'{start:g}' for start in ends)} descent ends at "
        f"$x = {np.mean(list(ends.values())):.4f}$, where $f = -2$. Yet from $-1.1$ it is at $x = {there:.2f}$ after {lost} "
        f"steps, where $f = {lower:.2f}$ is lower already, and falls on without end: there is no global minimum."
    )
    holds = all(abs(end - 1) < 1e-3 for end in ends.values()) and lower < -2 and lost > 0
    return shown(holds, sentence, ["Start", "x after the descent", "f there"], rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "momentum",
        "Momentum is one formula.",
        r"There are three: $v \leftarrow \beta v + g$ with step $\eta v$ (PyTorch); $v \leftarrow \beta v + (1 - \beta) g$; "
        r"$v \leftarrow \beta v + \eta g$ with step $v$. The same path at a constant rate after rescaling, not when the rate "
        "changes.",
        three_momenta,
    ),
    Proof(
        "gradient",
        "Gradient descent goes along the gradient; the gradient is the local curvature.",
        "It goes along *minus* the gradient. Curvature is the Hessian, the gradient's own derivative.",
        against_the_gradient,
    ),
    Proof(
        "decoupled",
        "AdamW decouples the decay from the learning rate.",
        "It decouples it from the adaptive scaling; the rate still multiplies it.",
        rate_times_decay,
    ),
    Proof(
        "frozen",
        "AdamW subtracts the decay times a frozen copy of the first weights.",
        "Decay times the *present* weight times the rate. A frozen copy is a constant push that crosses zero and goes on.",
        frozen_copy,
    ),
    Proof(
        "moments",
        "Adam's moments are the first and second derivative; RMSProp's average is the Hessian, or the variance.",
        "Averages of $g$ and of $g^2$, the latter not centred.",
        moments,
    ),
    Proof(
        "cubic",
        "An objective with one local optimum has it as its global optimum.",
        "$x^3 - 3x$ has one local minimum and no global one.",
        one_local_optimum,
    ),
    Proof(
        "l2",
        "L2 regularization and weight decay are the same; the Euclidean norm is the sum of squares.",
        "The same only for plain SGD. The sum of squares is the *squared* norm.",
        l2_and_decay,
    ),
)
