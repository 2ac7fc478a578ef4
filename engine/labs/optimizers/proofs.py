"""What is often written about optimizers, put right by runs."""

import math

import numpy as np
import torch
from torch import Tensor

from engine.labs.optimizers.proofs_of_decay import frozen_copy, l2_and_decay, rate_times_decay
from engine.labs.optimizers.proving import STEPS, descend, shown
from engine.labs.optimizers.surfaces import Ravine, slope
from engine.labs.optimizers.variants import Conventions, RateInside, VariationChoice, pair
from engine.labs.proof import Proof, Proved

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
