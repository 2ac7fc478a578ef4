"""What is often written about activations and losses, and a run that puts it right."""

import numpy as np
import torch
from torch import nn

from engine.activations import ActivationChoice, Linear, Sigmoid, Step, Tanh
from engine.data.tables import HousePrices
from engine.data.toy import Circle
from engine.initializers import LeCunNormal, XavierNormal
from engine.labs.activations.along import differentiated
from engine.labs.activations.collapse import multiplied, network
from engine.labs.activations.curves import bounds, through
from engine.labs.activations.maximum import envelope
from engine.labs.activations.state import LinearStack, MaxoutUnit
from engine.labs.proof import Proof, Proved
from engine.losses import BCE, CrossEntropy
from engine.model import MLP, Model
from engine.probes import gradients
from engine.streams import stream
from engine.words import count, number

LAYERS = 5


def ranges() -> Proved:
    """Outputs and slopes of sigmoid and tanh on many inputs, symmetric about 0."""
    z = torch.randn(100_000, generator=stream(0, "data"), dtype=torch.float64)
    z = torch.cat([z, -z])
    rows, means, flat = [], {}, {}
    for choice in (Sigmoid(), Tanh()):
        low, high = bounds(choice.build())
        a, _ = through(choice, z)
        at, slope = through(choice, torch.tensor([10.0], dtype=torch.float64))
        means[choice.kind], flat[choice.kind] = abs(float(a.mean())), float(slope)
        rows.append(
            (
                choice.label,
                number(low),
                f"{high:.12f}",
                f"{means[choice.kind]:.4f}",
                f"{float(at):.6f}",
                number(float(slope)),
            )
        )
    sentence = (
        f"On inputs symmetric about 0 the mean of tanh is {means['tanh']:.4f} and that of the sigmoid {means['sigmoid']:.4f}. "
        f"At z = 10 both are close to 1, their upper bound; what is close to 0 is the slope: {flat['sigmoid']:.1e} for the "
        f"sigmoid, {flat['tanh']:.1e} for tanh."
    )
    return Proved(sentence, ("", "least, z = -30", "most, z = 30", "mean", "a at 10", "slope at 10"), rows)


def softmax_hidden() -> Proved:
    """The spread over examples that is left after layers of softmax and of tanh, and several labels at once."""
    width = 32
    start = torch.randn(256, width, generator=stream(0, "data"), dtype=torch.float64)
    model = MLP(Model(hidden=(width,) * LAYERS, activation=Tanh(), initializer=XavierNormal()), width, 1, 0).double()
    left: dict[str, list[float]] = {}
    for name, function in (("softmax", lambda z: torch.softmax(z, dim=1)), ("tanh", torch.tanh)):
        x, left[name] = start, []
        for linear in model.linears[:-1]:
            with torch.no_grad():
                x = function(linear(x))
            left[name].append(float(x.var(dim=0, correction=0).mean().sqrt()))
    both = torch.tensor([4.0, 4.0, -4.0])
    together, apart = torch.softmax(both, 0).tolist(), torch.sigmoid(both).tolist()
    sentence = (
        f"After {LAYERS} hidden layers of {width} units with the same weights, a unit still differs between examples by "
        f"{number(left['tanh'][-1])} with tanh and by {number(left['softmax'][-1])} with softmax, whose outputs share a "
        f"sum of 1. And where two labels are true at once (logits 4, 4, -4), softmax says {together[0]:.3f}, {together[1]:.3f} "
        f"and sigmoids say {apart[0]:.3f}, {apart[1]:.3f}."
    )
    rows = [(name, *(number(value) for value in values)) for name, values in left.items()]
    return Proved(sentence, ("spread after layer", *(str(layer + 1) for layer in range(LAYERS))), rows)


def wrong_sign() -> Proved:
    """1 / (1 - e^-z) beside PyTorch's sigmoid, and the derivative s (1 - s) beside autograd's."""
    z = np.array([-2.0, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0])
    with np.errstate(divide="ignore"):
        wrong = 1 / (1 - np.exp(-z))
    right = 1 / (1 + np.exp(-z))
    a, slope = through(Sigmoid(), torch.from_numpy(z))
    gap = float(np.abs(right - a.numpy()).max())
    slopes = float(np.abs(right * (1 - right) - slope.numpy()).max())
    outside = int(((wrong < 0) | (wrong > 1)).sum())
    sentence = (
        rf"$1/(1 - e^{{-z}})$ leaves the range from 0 to 1 at {outside} of these {len(z)} places and is infinite at 0. "
        rf"$1/(1 + e^{{-z}})$ is within {number(gap)} of PyTorch's sigmoid, and $s(1-s)$ within {number(slopes)} of "
        "its derivative."
    )
    rows = [
        ("1/(1 - e^-z)", *(f"{value:.3g}" for value in wrong)),
        ("1/(1 + e^-z)", *(f"{value:.3g}" for value in right)),
        ("derivative s(1-s)", *(f"{value:.3g}" for value in right * (1 - right))),
    ]
    return Proved(sentence, ("z", *(f"{value:g}" for value in z)), rows)


def what_allows_backpropagation() -> Proved:
    """Gradients that reach each layer of one network with a linear, a smooth and a step activation."""
    table = Circle().draw(0)
    x, y = torch.tensor(table.x), torch.tensor(table.y)
    rows, norms = [], {}
    choices: tuple[ActivationChoice, ...] = (Linear(), Tanh(), Step())
    for choice in choices:
        model = MLP(Model(hidden=(8,) * LAYERS, activation=choice, initializer=LeCunNormal()), 2, 1, 0).double()
        norms[choice.kind] = [float(gradient.norm()) for gradient in gradients(model, BCE(), x, y)]
        rows.append((choice.label, *(number(norm) for norm in norms[choice.kind])))
    stack = LinearStack(depth=LAYERS, width=8)
    deep = network(stack, Linear())
    weight, bias = multiplied(deep)
    with torch.no_grad():
        gap = float((deep(x)[:, 0] - x @ weight[0] - bias[0]).abs().max())
    sentence = (
        f"In {LAYERS} linear layers the smallest gradient norm is {number(min(norms['linear']))}: backpropagation works. "
        f"Yet the {LAYERS} layers are one affine map to within {gap:.0e}. The step is not linear, and below the output its "
        f"gradients are {max(norms['step'][:-1]):g}: what backpropagation needs is a slope, not a bend."
    )
    head = ("gradient norm of layer", *(str(layer + 1) for layer in range(LAYERS)), "output")
    return Proved(sentence, head, rows)


def house_price() -> Proved:
    """One linear unit on house prices in thousands: a linear output with MSE, and a sigmoid with BCE."""
    table = HousePrices().draw(0)
    x = torch.tensor((table.x - table.x.mean(axis=0)) / table.x.std(axis=0))
    prices = torch.tensor(table.y)
    design = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], dim=1)
    linear = design @ torch.linalg.lstsq(design, prices.unsqueeze(1)).solution[:, 0]
    weights = torch.zeros(design.shape[1], dtype=x.dtype, requires_grad=True)
    optimizer, losses = torch.optim.Adam([weights], lr=0.1), []
    for _ in range(200):
        loss = BCE().average((design @ weights).unsqueeze(1), prices)
        (weights.grad,) = torch.autograd.grad(loss, weights)
        optimizer.step()
        losses.append(float(loss.detach()))
    squeezed = torch.sigmoid(design @ weights).detach()
    errors = [float((found - prices).abs().mean()) for found in (linear, squeezed)]
    sentence = (
        f"The prices average {float(prices.mean()):.0f} thousand, and a sigmoid cannot say more than 1: after 200 steps its "
        f"largest prediction is {float(squeezed.max()):.6f}, its mean error {errors[1]:.0f} thousand, and the loss has fallen "
        f"from {losses[0]:.2f} to {count(losses[-1])} without a bottom, which means nothing for a price. A linear output "
        f"with the least squared error is off by {errors[0]:.0f} thousand."
    )
    rows = [
        ("linear, MSE", f"{float(linear.min()):.0f} to {float(linear.max()):.0f}", f"{errors[0]:.1f}"),
        ("sigmoid, BCE", f"{float(squeezed.min()):.3f} to {float(squeezed.max()):.3f}", f"{errors[1]:.1f}"),
    ]
    return Proved(sentence, ("output, loss", "predictions (thousand)", "mean error (thousand)"), rows)


def missing_minus() -> Proved:
    """Ten steps of descent on the sum of y log p, with and without the minus."""
    rows, ends, start = [], {}, 0.0
    for name, sign in (("sum of y ln p", -1.0), ("minus that sum", 1.0)):
        z = np.zeros((1, 3))
        path = []
        for _ in range(11):
            value, slope = differentiated(CrossEntropy(), z, np.array([0]))
            path.append((float(np.exp(-value[0])), sign * float(value[0])))
            z = z - sign * slope
        start, ends[name] = path[0][0], path[-1]
        rows.append((name, f"{path[0][1]:.3f}", f"{path[-1][1]:.3f}", f"{path[0][0]:.3f}", f"{path[-1][0]:.3f}"))
    wrong, right = ends["sum of y ln p"], ends["minus that sum"]
    sentence = (
        f"Three classes, all logits 0, rate 1: ten steps down the sum of y ln p take the probability of the true class from "
        f"{start:.3f} to {wrong[0]:.1e}; down minus that sum, to {right[0]:.3f}. Only the latter is PyTorch's cross-entropy, "
        f"which is never below 0."
    )
    return Proved(sentence, ("what is lowered", "before", "after 10 steps", "p true, before", "p true, after"), rows)


def largest_input() -> Proved:
    """The largest input beside the largest affine function, as PyTorch's max and the app's module give them."""
    made = envelope(MaxoutUnit(slopes=(-1.0, 1.0), offsets=(0.0, 0.0)))
    gap = float(np.abs(made.a - np.abs(made.x)).max())
    generator = stream(0, "weights")
    weight = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    bias = torch.randn(2, generator=generator, dtype=torch.float64)
    inputs = torch.tensor([[1.0, -2.0, 3.0], [-1.0, -2.0, -3.0], [0.5, 0.0, -0.5]], dtype=torch.float64)
    largest = nn.functional.linear(inputs, weight, bias)
    rows = [
        (
            ", ".join(f"{value:g}" for value in x.tolist()),
            f"{float(x.max()):.3f}",
            *(f"{value:.3f}" for value in pieces.tolist()),
            f"{float(pieces.max()):.3f}",
        )
        for x, pieces in zip(inputs, largest, strict=True)
    ]
    sentence = (
        f"With one input the largest input is the input itself. Two pieces, x and -x, make |x| (largest difference on 801 "
        f"points: {gap:g}), at x = -3 for example {float(np.interp(-3, made.x, made.a)):g}. Below, two affine functions of "
        "three inputs with random weights: what comes out is the larger function, not the largest input."
    )
    return Proved(sentence, ("inputs", "largest input", "piece 1", "piece 2", "maxout"), rows)


PROOFS: tuple[Proof, ...] = (
    Proof(
        "ranges",
        "The sigmoid gives values from -1 to 1, tanh has mean 1, and large inputs saturate close to 0.",
        "The sigmoid gives values from 0 to 1; tanh from -1 to 1, centred on 0. At saturation the *derivative* is close to 0.",
        ranges,
    ),
    Proof(
        "softmax",
        "Softmax is a usual activation for hidden layers.",
        "It is for the output of a classifier and inside attention; where several labels may be true, sigmoids are.",
        softmax_hidden,
    ),
    Proof(
        "sign",
        r"The sigmoid is $1/(1 - e^{-z})$.",
        r"$s = 1/(1 + e^{-z})$, and its derivative is $s(1-s)$.",
        wrong_sign,
    ),
    Proof(
        "backpropagation",
        "Non-linear activations are what allows backpropagation.",
        "Linear ones have gradients too, but their layers collapse into one.",
        what_allows_backpropagation,
    ),
    Proof(
        "price",
        "A house price is predicted through a sigmoid with binary cross-entropy.",
        "With a linear output and squared error: a price is no probability.",
        house_price,
    ),
    Proof(
        "minus",
        r"Cross-entropy is $\sum_k y_k \ln p_k$.",
        r"Minus that sum, $-\sum_k y_k \ln p_k$: a loss has to fall as the prediction gets better.",
        missing_minus,
    ),
    Proof(
        "maxout",
        "Maxout is the largest of a unit's inputs.",
        "The largest of $k$ affine functions of the inputs.",
        largest_input,
    ),
)
