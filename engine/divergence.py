"""When a number stops being one: which step, which layer, and in which part of the step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.probes import traced

if TYPE_CHECKING:
    from engine.supervised import SupervisedRun


class Diverged(Exception):
    """The loss before the update of ``step`` was not finite."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the loss at step {step} is not finite")
        self.step = step


def is_finite(tensors: Sequence[Tensor]) -> bool:
    """Whether every entry of every tensor is finite."""
    flat = [tensor.detach().reshape(-1) for tensor in tensors]
    return not flat or bool(torch.cat(flat).isfinite().all())


def floats(module: nn.Module) -> list[Tensor]:
    """Everything of a module that can stop being a number: its parameters and running statistics."""
    return [*module.parameters(), *(buffer for buffer in module.buffers() if buffer.is_floating_point())]


def inspect_step(run: "SupervisedRun") -> str:
    """Do the update that breaks, and say where: the first layer with a non-finite gradient, weight or output.

    The run's state is spoilt afterwards; the caller restores it.
    """
    number = run.steps + 1
    names = _names(len(run.model.linears))
    try:
        run.step()
    except Diverged:
        return f"At step {number} the loss was not finite: {_first_output(run, names)}."
    layers = [*run.model.layers, run.model.output]
    for name, layer in zip(names, layers, strict=True):
        if not is_finite([parameter.grad for parameter in layer.parameters() if parameter.grad is not None]):
            return f"At step {number} the gradient of {name} was not finite."
    for name, layer in zip(names, layers, strict=True):
        if not is_finite(list(layer.parameters())):
            return f"At step {number} the weights of {name} became infinite or not a number."
    for name, layer in zip(names, layers, strict=True):
        if not is_finite(floats(layer)):
            return f"At step {number} the running statistics of {name} became infinite or not a number."
    return f"The update of step {number} made the loss infinite or not a number: {_first_output(run, names)}."


def _first_output(run: "SupervisedRun", names: list[str]) -> str:
    """The first layer whose output on the training part is not finite."""
    with torch.no_grad(), traced(run.model) as trace:
        outputs = run.model(run.batches.x)
    for name, output in zip(names, trace.outputs, strict=True):
        if not is_finite([output]):
            return f"{name} is the first whose output is not finite"
    largest = float(outputs.abs().max())
    return f"every output is finite, the largest is {largest:.3g}, and the loss overflows"


def _names(layers: int) -> list[str]:
    return [f"hidden layer {i}" for i in range(1, layers)] + ["the output layer"]
