"""How a transformer is told where a token stands: the catalog. Without it, attention sees a set, not a sequence."""

import math
from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Choice
from engine.refusal import Refusal

LONGEST = 512
"""Positions that a table holds at most."""
BASE = 10_000.0
"""The slowest wave is this many times as long as the fastest."""


class Positions(nn.Module):
    """Says nothing of positions: what the others change."""

    def add(self, x: Float[Tensor, "batch tokens width"]) -> Float[Tensor, "batch tokens width"]:
        """Tokens on their way into the first block, with what is added to them."""
        return x

    def turn(self, q: Float[Tensor, "batch heads tokens d_k"]) -> Float[Tensor, "batch heads tokens d_k"]:
        """Queries or keys of self-attention, turned by their positions."""
        return q


def _fits(tokens: int, most: int) -> None:
    if tokens > most:
        raise Refusal(f"got {tokens} tokens; positions are known for {most} only: write less")


class Waves(Positions):
    """Adds a fixed table."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.table: Tensor
        self.register_buffer("table", sinusoids(LONGEST, width), persistent=False)

    def add(self, x: Float[Tensor, "batch tokens width"]) -> Float[Tensor, "batch tokens width"]:
        _fits(x.shape[1], len(self.table))
        return x + self.table[: x.shape[1]]


class Table(Positions):
    """Adds a row for each position, learned like any other weight."""

    def __init__(self, tokens: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(tokens, width).normal_(0.0, 1.0, generator=generator))

    def add(self, x: Float[Tensor, "batch tokens width"]) -> Float[Tensor, "batch tokens width"]:
        _fits(x.shape[1], len(self.weight))
        return x + self.weight[: x.shape[1]]


class Turn(Positions):
    """Turns each pair of a query's or key's entries by an angle that grows with the position."""

    def __init__(self, d_k: int) -> None:
        super().__init__()
        self.angles: Tensor
        rates = BASE ** (-torch.arange(0, d_k, 2) / d_k)
        self.register_buffer("angles", torch.arange(LONGEST).unsqueeze(1) * rates, persistent=False)

    def turn(self, q: Float[Tensor, "batch heads tokens d_k"]) -> Float[Tensor, "batch heads tokens d_k"]:
        _fits(q.shape[2], len(self.angles))
        angles = self.angles[: q.shape[2]]
        cos, sin = angles.cos(), angles.sin()
        even, odd = q[..., 0::2], q[..., 1::2]
        return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


def sinusoids(tokens: int, width: int) -> Float[Tensor, "tokens width"]:
    """PE[p, 2i] = sin(p / 10000^(2i / width)), PE[p, 2i + 1] = cos of the same (Vaswani et al. 2017)."""
    angles = torch.arange(tokens).unsqueeze(1) * torch.exp(-math.log(BASE) * torch.arange(0, width, 2) / width)
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)


class PositionsChoice(Choice, frozen=True):
    """A row of the catalog of positions."""

    def build(self, tokens: int, width: int, heads: int, generator: torch.Generator) -> Positions:
        """The module, for up to ``tokens`` tokens; ``generator`` draws what is learned."""
        raise NotImplementedError

    def parameters(self, tokens: int, width: int) -> int:
        """How many numbers are learned."""
        return 0


class NoPositions(PositionsChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"x_p = e_p"
    lesson: ClassVar = "The same tokens in another order look alike, except through the causal mask."
    source: ClassVar = "Haviv et al. 2022"

    def build(self, tokens: int, width: int, heads: int, generator: torch.Generator) -> Positions:
        return Positions()


class Sinusoidal(PositionsChoice, frozen=True):
    kind: Literal["sinusoidal"] = "sinusoidal"
    label: ClassVar = "Sinusoidal"
    formula: ClassVar = (
        r"x_p = e_p + \left[\sin(p\,\omega_i), \cos(p\,\omega_i)\right]_i, \quad \omega_i = 10000^{-2i/d}"
    )
    lesson: ClassVar = (
        "Waves of many lengths are added: nothing to learn, and places never trained on have a code, too."
    )
    source: ClassVar = "Vaswani et al. 2017"

    def build(self, tokens: int, width: int, heads: int, generator: torch.Generator) -> Positions:
        return Waves(width)


class Learned(PositionsChoice, frozen=True):
    kind: Literal["learned"] = "learned"
    label: ClassVar = "Learned"
    formula: ClassVar = r"x_p = e_p + P_p"
    lesson: ClassVar = "One vector per place, learned: none for places beyond the longest example."
    source: ClassVar = "Gehring et al. 2017; BERT, GPT-2"

    def build(self, tokens: int, width: int, heads: int, generator: torch.Generator) -> Positions:
        return Table(tokens, width, generator)

    def parameters(self, tokens: int, width: int) -> int:
        return tokens * width


class Rotary(PositionsChoice, frozen=True):
    kind: Literal["rotary"] = "rotary"
    label: ClassVar = "Rotary"
    formula: ClassVar = r"q_p = R_p W_Q x_p, \quad k_s = R_s W_K x_s, \quad q_p^{\top} k_s \text{ depends on } p - s"
    lesson: ClassVar = (
        "Queries and keys of self-attention are turned: of two places a score knows how far apart they are, no more."
    )
    source: ClassVar = "Su et al. 2021"

    def build(self, tokens: int, width: int, heads: int, generator: torch.Generator) -> Positions:
        return Turn(width // heads)


Place = Annotated[NoPositions | Sinusoidal | Learned | Rotary, Field(discriminator="kind")]
