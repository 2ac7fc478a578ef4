"""Dropout that draws from its run's own generator: ``nn.Dropout`` draws from the global one."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout: each unit is dropped with probability ``p`` and the rest scaled up, in training mode only."""

    label: ClassVar = "Dropout"
    formula: ClassVar = r"a \leftarrow \frac{m \odot a}{1 - p}, \quad m_i \sim \mathrm{Bernoulli}(1 - p)"
    lesson: ClassVar = "Silences random units at each step, so that none can rely on another; off at test time."
    source: ClassVar = "Srivastava et al. 2014 (there p is the share kept)"

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p = p
        self.generator = generator

    def forward(self, a: Float[Tensor, "*batch units"]) -> Float[Tensor, "*batch units"]:
        if not self.training or self.p == 0.0:
            return a
        kept = torch.empty_like(a).bernoulli_(1 - self.p, generator=self.generator)
        return a * kept / (1 - self.p)
