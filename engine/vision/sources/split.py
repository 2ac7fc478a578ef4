"""Pictures in three parts, each class in proportion."""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from engine.refusal import Refusal
from engine.streams import stream
from engine.vision.images import Part

HELD_BACK = 0.2
"""The share of each class that goes to the validation part, and to the test part."""


@dataclass(frozen=True)
class Parts:
    """The three of them."""

    train: Part
    validation: Part
    test: Part


def split(all_pictures: Part, classes: tuple[str, ...], seed: int, share: float = HELD_BACK) -> Parts:
    """Training, validation and test part, in random order; of each class ``share`` in the latter two, but at least one.

    Raises Refusal naming a class that has too few pictures to stand in every part.
    """
    order = torch.randperm(len(all_pictures), generator=stream(seed, "split"))
    label = all_pictures.label[order]
    part_of = torch.zeros(len(order), dtype=torch.int64)
    for number, name in enumerate(classes):
        members = torch.nonzero(label == number).flatten()
        held = max(1, round(len(members) * share))
        if 0 < len(members) <= 2 * held:
            few = f"{len(members)} picture{'s' if len(members) > 1 else ''}"
            raise Refusal(f"The class {name} has {few}: at least 3 are needed, one for each part.")
        part_of[members[:held]], part_of[members[held : 2 * held]] = 1, 2
    return Parts(*(all_pictures.rows(rows_of(order, part_of, number)) for number in range(3)))


def rows_of(order: Int[Tensor, " pictures"], part_of: Int[Tensor, " pictures"], number: int) -> Int[Tensor, " chosen"]:
    """Which pictures stand in a part, in the order of the shuffle: the first n of them are a fair sample."""
    return order[part_of == number]
