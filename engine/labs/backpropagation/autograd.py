"""The same pass by PyTorch: its layers, its losses, its autograd, its optimizer. Shares no formula with ``by_hand``."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.activations import ActivationChoice
from engine.labs.backpropagation.heads import HeadChoice
from engine.labs.backpropagation.results import Numbers, Pass


def by_autograd(begun: Numbers, hidden: tuple[ActivationChoice, ...], head: HeadChoice, rate: float) -> Pass:
    """Every number of the pass as float64 tensors give it."""
    x, y = _leaf(begun.x), torch.from_numpy(begun.y.copy())
    weights, biases = [_leaf(w) for w in begun.weights], [_leaf(b) for b in begun.biases]
    z: list[Tensor] = []
    a: list[Tensor] = []
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z.append(F.linear(a[-1] if a else x, w, b))
        a.append(hidden[layer].build()(z[-1]) if layer < len(hidden) else head.torch_output(z[-1]))
    loss = head.torch_loss(z[-1], y)
    wanted = [*weights, *biases, *z, *a[:-1], x]
    found = list(torch.autograd.grad(loss, wanted, allow_unused=True, materialize_grads=True))
    count = len(weights)
    d_w, d_b, d_z, d_a = found[:count], found[count : 2 * count], found[2 * count : 3 * count], found[3 * count : -1]
    output = a[-1].detach().requires_grad_()
    d_a += torch.autograd.grad(head.torch_loss_of_output(output, y), output)

    for parameter, gradient in zip([*weights, *biases], found, strict=False):
        parameter.grad = gradient
    torch.optim.SGD([*weights, *biases], lr=rate).step()
    updated = Numbers(begun.x, begun.y, _copies(weights), _copies(biases))
    d_x = found[-1].numpy().copy()
    return Pass(
        begun,
        _copies(z),
        _copies(a),
        float(loss.detach()),
        _copies(d_a),
        _copies(d_z),
        _copies(d_w),
        _copies(d_b),
        d_x,
        updated,
    )


def _leaf(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.copy()).requires_grad_()


def _copies(tensors: list[Tensor]) -> tuple[np.ndarray, ...]:
    return tuple(tensor.detach().numpy().copy() for tensor in tensors)
