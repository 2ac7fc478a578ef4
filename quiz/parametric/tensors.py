"""What the answers are computed with: PyTorch in double precision, and on the meta device where only shapes count."""

from typing import Any

import torch
from torch import Tensor, nn

META = torch.device("meta")
"""Modules made here have shapes and no numbers, so nothing is drawn from the global generator."""


def exact(numbers: Any, wants_grad: bool = False) -> Tensor:
    """Numbers in double precision."""
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=wants_grad)


def parameter_count(*modules: nn.Module) -> int:
    """How many numbers the modules learn."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())
