"""Sequences of different lengths in one batch: which steps are real, and how a network passes over the others."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from engine.sequences.data import PAD


@dataclass(frozen=True)
class Reading:
    """In which order the real tokens of each sequence are read, wherever its padding stands.

    A masked pad changes nothing: the state after it is the state before it. So the network reads the real tokens alone,
    moved together to the front, and each pad is given the state of the last real token before it.
    """

    order: Int[Tensor, "batch tokens"]
    """Places of the real tokens in their order, then those of the pads."""
    lengths: Int[Tensor, "batch"]
    """Real tokens."""
    seen: Int[Tensor, "batch tokens"]
    """Real tokens up to and with each place."""

    @classmethod
    def of(cls, real: Bool[Tensor, "batch tokens"]) -> "Reading":
        """From which tokens are real."""
        order = torch.sort((~real).to(torch.int8), dim=1, stable=True).indices
        return cls(order, real.sum(1), real.cumsum(1))

    def together(self, values: Float[Tensor, "batch tokens size"]) -> Float[Tensor, "batch tokens size"]:
        """The real tokens' values at the front, those of the pads behind them."""
        return values.gather(1, _wide(self.order, values))

    def backward(self, values: Float[Tensor, "batch tokens size"]) -> Float[Tensor, "batch tokens size"]:
        """What stands together, its real part in reverse order; done twice it is as before."""
        place = torch.arange(values.shape[1], device=values.device).expand(values.shape[:2])
        mirrored = self.lengths[:, None] - 1 - place
        return values.gather(1, _wide(torch.where(mirrored >= 0, mirrored, place), values))

    def apart(
        self, values: Float[Tensor, "batch tokens size"], before: Float[Tensor, "batch size"] | None = None
    ) -> Float[Tensor, "batch tokens size"]:
        """What stands together back at its places; a pad has its last real token's, or ``before`` (0) where none was."""
        found = values.gather(1, _wide((self.seen - 1).clamp(min=0), values))
        start = found.new_zeros(()) if before is None else before[:, None]
        return torch.where((self.seen > 0)[..., None], found, start)

    def last(
        self, values: Float[Tensor, "batch tokens size"], before: Float[Tensor, "batch size"] | None = None
    ) -> Float[Tensor, "batch size"]:
        """Of what stands together, the last real token's; ``before`` (0) where there is none."""
        place = (self.lengths - 1).clamp(min=0)
        found = values.gather(1, place[:, None, None].expand(-1, 1, values.shape[2])).squeeze(1)
        start = found.new_zeros(()) if before is None else before
        return torch.where((self.lengths > 0)[:, None], found, start)

    def first(self, values: Float[Tensor, "batch tokens size"]) -> Float[Tensor, "batch size"]:
        """Of what stands together, the first real token's; 0 where there is none."""
        return values[:, 0] * (self.lengths > 0)[:, None]


def real_tokens(x: Tensor) -> Bool[Tensor, "batch tokens"]:
    """Which tokens are no padding; all of a series of numbers."""
    return x != PAD if x.dim() == 2 else torch.ones(x.shape[:2], dtype=torch.bool, device=x.device)


def _wide(places: Tensor, values: Tensor) -> Tensor:
    return places[..., None].expand(-1, -1, values.shape[2])
