"""PyTorch's optimizers without its compiler: a second and 80 MB that a server can do without, since it compiles nothing.

Every ``torch.optim`` optimizer imports ``torch._dynamo`` at its first call, only to tell the compiler to keep out of it.
Where PyTorch is built otherwise, or the compiler is there already, all stays as it is: the numbers are the same.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch.optim import Optimizer

Step = Callable[..., Any]


def leave_out_the_compiler() -> None:
    """Make the optimizers of ``torch.optim`` run as they do without it. Again and again does no harm."""
    for method in vars(Optimizer).values():
        if (plain := _wrapped(method, "inner")) is not None:
            setattr(plain, "__dynamo_disable", plain)
    for optimizer in vars(torch.optim).values():
        if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
            step = vars(optimizer).get("step")
            if (plain := _wrapped(step, "_use_grad")) is not None:
                optimizer.step = _eager(plain)  # type: ignore[method-assign]


def _wrapped(function: Any, wrapper: str) -> Step | None:
    """What stands within ``function``, where that is PyTorch's ``wrapper``."""
    code = getattr(function, "__code__", None)
    return getattr(function, "__wrapped__", None) if getattr(code, "co_name", "") == wrapper else None


def _eager(step: Step) -> Step:
    @wraps(step)
    def eager(self: Optimizer, *given: Any, **options: Any) -> Any:
        with torch.set_grad_enabled(self.defaults["differentiable"]):
            return step(self, *given, **options)

    return eager
