"""Modules of PyTorch without its first weights: ours are drawn from the run's streams, and no global one is touched."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from torch import Tensor, nn
from torch.nn import init
from torch.overrides import TorchFunctionMode

P = ParamSpec("P")
M = TypeVar("M", bound=nn.Module)
DRAWS = {
    Tensor.uniform_,
    Tensor.normal_,
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.orthogonal_,
}


class _Undrawn(TorchFunctionMode):
    """What this thread would draw into a tensor is left out."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in DRAWS:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **(kwargs or {}))


def undrawn(make: Callable[P, M], *args: P.args, **options: P.kwargs) -> M:
    """``make(*args, **options)``, whose weights are whatever their memory held: fill them.

    ``torch.nn.utils.skip_init`` goes by the meta device, which imports 40 MB and takes a second, the first time.
    """
    with _Undrawn():
        return make(*args, **options)
