"""What tutorials get wrong about backpropagation, and the runs that show it."""

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F

from engine.labs.backpropagation.autograd import by_autograd
from engine.labs.backpropagation.by_hand import by_hand
from engine.labs.backpropagation.heads import SigmoidBCE
from engine.labs.backpropagation.results import Numbers, Pass
from engine.labs.backpropagation.state import BackpropagationLab
from engine.labs.backpropagation.story import first_numbers, story
from engine.labs.proof import Proof, Proved
from engine.streams import stream

SEED = 0
BATCH = 4


def _near(distance: float) -> str:
    """How close something comes to autograd."""
    return "equal to the last digit to" if distance == 0 else f"within {distance:.0e} of"


def _two_layers() -> tuple[BackpropagationLab, Pass, Pass]:
    """A network 2-3-1 with a batch of four, by hand and by autograd."""
    lab = BackpropagationLab(hidden=BackpropagationLab().hidden[:1], batch=BATCH, seed=SEED)
    told = story(lab)
    return lab, told.hand, told.auto


def only_gradients() -> Proved:
    """One backward pass, then three optimizers that use its gradients."""
    generator = stream(SEED, "weights")
    first = torch.randn(1, 3, generator=generator, dtype=torch.float64)
    x = torch.randn(8, 3, generator=generator, dtype=torch.float64)
    rows, moved, stood = [], {}, 0.0
    for name, build in (("SGD", torch.optim.SGD), ("RMSprop", torch.optim.RMSprop), ("Adam", torch.optim.Adam)):
        weight = first.clone().requires_grad_()
        weight.grad = torch.zeros_like(weight)
        optimizer = build([weight], lr=0.1)
        F.linear(x, weight).square().mean().backward()
        stood = max(stood, float((weight.detach() - first).abs().max()))
        gradient = weight.grad[0].tolist()
        optimizer.step()
        moved[name] = (weight.detach() - first)[0].tolist()
        rows.append((name, *(f"{g:.3f}" for g in gradient), *(f"{m:.3f}" for m in moved[name])))
    return Proved(
        f"After `backward()` the weights have moved by {stood:g}: it only fills in gradients. From the same gradients "
        f"three optimizers then make three different steps: the first weight moves by "
        + ", ".join(f"{steps[0]:.3f} ({name})" for name, steps in moved.items())
        + ".",
        ("Optimizer", "dL/dw1", "dL/dw2", "dL/dw3", "step of w1", "step of w2", "step of w3"),
        rows,
    )


def right_formulas() -> Proved:
    """The four textbook formulas against autograd, and the two wrong ones."""
    _, hand, auto = _two_layers()
    y, a1, a2, x = hand.begun.y.T, hand.a[0].T, hand.a[1].T, hand.begun.x.T  # examples in columns
    w2 = hand.begun.weights[1].T  # (in, out)
    m = y.shape[1]
    d_z2 = a2 - y
    d_z1 = (w2 @ d_z2) * (1.0 - a1**2)
    found = {
        "dZ2 = A2 - Y": (d_z2 / m, auto.d_z[1].T),
        "dW2 = A1 dZ2^T / m": (a1 @ d_z2.T / m, auto.d_w[1].T),
        "db2 = sum dZ2 / m": (d_z2.sum(axis=1) / m, auto.d_b[1]),
        "dZ1 = (W2 dZ2) * g'(Z1)": (d_z1 / m, auto.d_z[0].T),
        "dW1 = X dZ1^T / m": (x @ d_z1.T / m, auto.d_w[0].T),
    }
    apart = {name: float(np.abs(mine - its).max()) for name, (mine, its) in found.items()}
    wrong_bias = float(np.abs((d_z2.sum() / m) - auto.d_w[1]).max())
    slope = a2 * (1.0 - a2)
    wrong_start = float(np.abs(slope - m * auto.d_a[1].T).max())
    rows = [(name, f"{value:.1e}" if value else "0") for name, value in apart.items()]
    rows += [("sum dZ2 / m taken for dW2", f"{wrong_bias:.2f}"), ("dA2/dZ2 taken for dJ/dA2", f"{wrong_start:.2f}")]
    return Proved(
        f"On a network 2-3-1 with {m} examples the right formulas are {_near(max(apart.values()))} autograd's. "
        f"The bias's formula used for $W_2$ is off by {wrong_bias:.2f}, and $dA_2/dZ_2$ taken for $dJ/dA_2$ by "
        f"{wrong_start:.2f}. Here $dZ$ belongs to the sum of the losses, so that the weights' formulas divide by $m$.",
        ("Formula", "Largest difference from autograd"),
        rows,
    )


def matrix_product() -> Proved:
    """Shapes that fit, and shapes that do not."""
    generator = stream(SEED, "data")
    outcomes = []
    for left, right in (((3, 1), (3, 5)), ((3, 1), (1, 5)), ((1, 3), (3, 5)), ((5, 3), (3, 1))):
        first, second = (torch.randn(*shape, generator=generator) for shape in (left, right))
        try:
            outcome = str(tuple((first @ second).shape))
        except RuntimeError:
            outcome = "refused: the inner sizes differ"
        outcomes.append((f"{left} times {right}", outcome))
    transposed = (torch.randn(3, 1, generator=generator).T @ torch.randn(3, 5, generator=generator)).T
    return Proved(
        f"PyTorch on {outcomes[0][0]}: {outcomes[0][1]}. With the first one transposed it works: {outcomes[2][0]} gives "
        f"{outcomes[2][1]}, and only the transpose of that is {tuple(transposed.shape)}.",
        ("Product", "Result"),
        outcomes,
    )


def one_input_layer() -> Proved:
    """Parameters of a network with two features; the spread of its pre-activations."""
    lab = BackpropagationLab(batch=BATCH, seed=SEED)
    numbers = first_numbers(lab)
    z = by_hand(numbers, tuple(layer.activation for layer in lab.hidden), lab.head, 0.0).z[0]
    rows = [(f"unit {k + 1}", f"{z[:, k].mean():.3f}", f"{z[:, k].std():.3f}") for k in range(z.shape[1])]
    off = float(np.abs(z.mean(axis=0)).max())
    shape = numbers.weights[0].shape
    return Proved(
        f"Two features are two units of one input layer: the weights after it are one matrix of shape {shape}. A z-score "
        f"would have mean 0 and standard deviation 1. Over {BATCH} examples the pre-activations here have means up to "
        f"{off:.2f} away from 0 and standard deviations from {z.std(axis=0).min():.2f} to {z.std(axis=0).max():.2f}: "
        "$z = Wx + b$ is a weighted sum, not standardised.",
        ("Pre-activation", "Mean", "Standard deviation"),
        rows,
    )


def bias_is_learned() -> Proved:
    """The same bias for other targets; its gradient; a line with and without it."""
    lab = BackpropagationLab(hidden=(), inputs=1, batch=BATCH, seed=SEED)
    begun = first_numbers(lab)
    flipped = Numbers(begun.x, 1.0 - begun.y, begun.weights, begun.biases)
    one, other = (by_autograd(numbers, (), SigmoidBCE(), 0.5) for numbers in (begun, flipped))
    at_zero = [
        by_autograd(Numbers(np.zeros((1, 1)), np.ones((1, 1)), begun.weights, (np.array([b]),)), (), SigmoidBCE(), 0.0)
        for b in (-1.0, 0.0, 1.0)
    ]
    outputs = [float(done.a[0][0, 0]) for done in at_zero]
    b = float(begun.biases[0][0])
    return Proved(
        f"The bias is a parameter: {b:g} before the pass whatever the targets are, although the loss is {one.loss:.3f} for "
        f"one set of targets and {other.loss:.3f} for the opposite one, so it is no error term. Its gradient is "
        f"{float(one.d_b[0][0]):.3f} and an update moves it to {float(one.updated.biases[0][0]):.3f}. Nor is it a feature: "
        f"with the input held at 0, biases of -1, 0 and 1 give outputs of {outputs[0]:.3f}, {outputs[1]:.3f} and "
        f"{outputs[2]:.3f}. Its 'input' is the constant 1."
    )


def residual_gradient() -> Proved:
    """dE/dx of y = x + F(x), by autograd, against the two formulas."""
    generator = stream(SEED, "weights")
    weight = torch.randn(3, 3, generator=generator, dtype=torch.float64)
    x = torch.randn(3, generator=generator, dtype=torch.float64, requires_grad=True)
    target = torch.randn(3, generator=generator, dtype=torch.float64)

    def bend(values: torch.Tensor) -> torch.Tensor:
        return torch.tanh(weight @ values)

    y = x + bend(x)
    error = F.mse_loss(y, target, reduction="sum")
    d_y, d_x = torch.autograd.grad(error, (y, x))
    jacobian = torch.autograd.functional.jacobian(bend, x.detach())
    without, right = jacobian.T @ d_y, (torch.eye(3, dtype=torch.float64) + jacobian).T @ d_y
    rows = [(f"x{k + 1}", *(f"{float(values[k]):.4f}" for values in (d_x, right, without, d_y))) for k in range(3)]
    return Proved(
        f"With the 1 the formula is {_near(float((right - d_x).abs().max()))} autograd's; without it, off by up to "
        f"{float((without - d_x).abs().max()):.2f}. The part that is missing is $\\partial E/\\partial y$ itself: what comes "
        "through the shortcut unchanged.",
        ("Input", "autograd", "with the 1", "without it", "dE/dy"),
        rows,
    )


def after_each_batch() -> Proved:
    """How often the weights change within one epoch of twelve examples."""
    generator = stream(SEED, "data")
    x = torch.randn(12, 2, generator=generator, dtype=torch.float64)
    y = x.sum(dim=1, keepdim=True)
    rows = []
    for size in (12, 4, 1):
        weight = torch.zeros(1, 2, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([weight], lr=0.05)
        seen = [weight.detach().clone()]
        for batch in torch.arange(12).split(size):
            optimizer.zero_grad()
            F.mse_loss(F.linear(x[batch], weight), y[batch]).backward()
            optimizer.step()
            seen.append(weight.detach().clone())
        changes = sum(not torch.equal(a, b) for a, b in pairwise(seen))
        loss = float(F.mse_loss(F.linear(x, weight.detach()), y))
        rows.append((str(size), str(changes), f"{loss:.3f}"))
    return Proved(
        f"Within one epoch over 12 examples the weights changed {rows[0][1]}, {rows[1][1]} and {rows[2][1]} times for "
        f"batches of 12, 4 and 1: after every mini-batch. The loss after that one epoch: {rows[0][2]}, {rows[1][2]} and "
        f"{rows[2][2]}.",
        ("Batch size", "Updates in one epoch", "Loss after it"),
        rows,
    )


PROOFS: tuple[Proof, ...] = (
    Proof(
        "only-gradients",
        "Backpropagation is gradient descent with the chain rule.",
        "Backpropagation only computes the gradients; an optimizer, gradient descent or another, uses them.",
        only_gradients,
    ),
    Proof(
        "formulas",
        "dJ/dA2 = dA2/dZ2; and the gradient of the bias again for W.",
        r"With sigmoid and cross-entropy, or softmax: $dZ_2 = A_2 - Y$, $dW_2 = A_1 dZ_2^{\top} / m$, "
        r"$db_2 = \sum dZ_2 / m$, $dZ_1 = (W_2 \, dZ_2) \odot g'(Z_1)$. Examples stand in columns.",
        right_formulas,
    ),
    Proof(
        "shapes",
        "(3, 1) times (3, 5) gives (5, 1).",
        r"The inner sizes must be equal: $(3, 1)^{\top} (3, 5)$ gives $(1, 5)$; as written it cannot be multiplied.",
        matrix_product,
    ),
    Proof(
        "input-layer",
        "Two features need two input layers; pre-activations are z-scores.",
        "Two features are two units of one input layer; a pre-activation is a weighted sum plus a bias.",
        one_input_layer,
    ),
    Proof(
        "bias",
        "The bias is the error term, or a feature.",
        "The bias is a learned parameter: the weight of a constant input of 1.",
        bias_is_learned,
    ),
    Proof(
        "residual",
        "$y = x + F(x)$ gives $dE/dx = dE/dy \\, F'(x)$.",
        r"$dE/dx = dE/dy \, (1 + F'(x))$; for vectors $(I + J_F)^{\top} \, dE/dy$. The 1 is the point of it.",
        residual_gradient,
    ),
    Proof(
        "mini-batch",
        "Networks are adjusted after the previous epoch.",
        "The weights change after each mini-batch; an epoch has as many updates as batches.",
        after_each_batch,
    ),
)
