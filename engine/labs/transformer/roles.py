"""What a head may be for: places at which a role would look, and how much of a head's weight lies there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor

from engine.labs.transformer.results import Kind
from engine.sequences.data import PAD

Weights = Float[Tensor, "examples heads queries keys"]
Targets = Bool[Tensor, "examples queries keys"]


@dataclass(frozen=True)
class Role:
    """One way to look."""

    id: str
    label: str
    said: str
    """What a head does that has this role: ends a sentence that begins with the head."""
    kinds: tuple[Kind, ...]
    target: Callable[[Shaped[Tensor, "examples tokens *features"]], Targets] | None
    """Where it would look in self-attention, from the tokens; None where the task says it."""


def _beside(apart: int) -> Callable[[Tensor], Targets]:
    def target(x: Tensor) -> Targets:
        size = x.shape[1]
        return torch.ones(size, size).tril(apart).triu(apart).bool().expand(len(x), -1, -1)

    return target


def _first(x: Tensor) -> Targets:
    """The first token that is not padding; it itself has nothing else to look at, and counts for nothing."""
    real = x != PAD if not x.is_floating_point() else torch.ones(x.shape[:2], dtype=torch.bool)
    first = real.long().argmax(1)
    places = torch.arange(x.shape[1])
    return (places == first[:, None])[:, None, :] & (places > first[:, None])[:, :, None]


def after_the_same(x: Int[Tensor, "examples tokens"]) -> Targets:
    """Of each token: the places right behind earlier ones that are the same."""
    same = (x[:, :, None] == x[:, None, :]).roll(1, dims=2)
    same[:, :, 0] = False
    return same & torch.ones(x.shape[1], x.shape[1]).tril(-1).bool()


ROLES: dict[str, Role] = {
    role.id: role
    for role in (
        Role("aligned", "the right source token", "looks where the answer comes from", ("decoder", "cross"), None),
        Role("previous", "the token before", "looks at the token before", ("encoder", "decoder"), _beside(-1)),
        Role("itself", "the token itself", "looks at the token itself", ("encoder", "decoder"), _beside(0)),
        Role("next", "the token behind", "looks at the token behind", ("encoder", "decoder"), _beside(1)),
        Role("first", "the first token", "looks at the first token", ("encoder", "decoder"), _first),
        Role(
            "induction",
            "what followed the same token before (induction)",
            "looks at what followed the same token before",
            ("decoder",),
            after_the_same,
        ),
    )
}
REPEATED = ("induction",)
"""Roles that are measured on random tokens said twice: in a text, other reasons to look there would count, too."""


def share(weights: Weights, targets: Targets, rows: Bool[Tensor, "examples queries"]) -> Float[Tensor, " heads"]:
    """Mean weight on the targets, over the queries ``rows`` that have any; NaN where none has."""
    asked = targets.any(2) & rows
    found = (weights * targets[:, None]).sum(3)
    return (found * asked[:, None]).sum((0, 2)) / asked.sum()


def even(sight: Targets, targets: Targets, rows: Bool[Tensor, "examples queries"]) -> float:
    """``share`` of a head that looks evenly at all it sees."""
    alike = sight.double() / sight.sum(2, keepdim=True).clamp(min=1)
    return float(share(alike[:, None], targets & sight, rows))


def repeated(
    ids: Int[Tensor, " ids"], length: int, rows: int, generator: torch.Generator
) -> Int[Tensor, "rows tokens"]:
    """Random tokens of ``ids``, every half said twice: (rows, 2 * (length // 2))."""
    half = ids[torch.randint(len(ids), (rows, length // 2), generator=generator)]
    return torch.cat([half, half], dim=1)


def best_role(shares: Mapping[str, float], evens: Mapping[str, float]) -> str | None:
    """The role that a head puts at least half of its weight on, and far more than an even look; the strongest of them."""
    clear = {role: value for role, value in shares.items() if value >= 0.5 and value >= 2 * evens[role]}
    return max(clear, key=clear.__getitem__) if clear else None
