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
    return Parts(*(all_pictures.rows(rows) for rows in parted(all_pictures.label, classes, seed, share)))


def parted(
    labels: Int[Tensor, " examples"], classes: tuple[str, ...], seed: int, share: float = HELD_BACK
) -> tuple[Int[Tensor, " train"], Int[Tensor, " validation"], Int[Tensor, " test"]]:
    """Which examples stand in each part, in the order of the shuffle: the first n of a part are a fair sample.

    Raises Refusal as ``split``.
    """
    order = torch.randperm(len(labels), generator=stream(seed, "split"))
    label = labels[order]
    part_of = torch.zeros(len(order), dtype=torch.int64)
    for number, name in enumerate(classes):
        members = torch.nonzero(label == number).flatten()
        held = max(1, round(len(members) * share))
        if 0 < len(members) <= 2 * held:
            few = f"{len(members)} picture{'s' if len(members) > 1 else ''}"
            raise Refusal(f"The class {name} has {few}: at least 3 are needed, one for each part.")
        part_of[members[:held]], part_of[members[held : 2 * held]] = 1, 2
    return order[part_of == 0], order[part_of == 1], order[part_of == 2]
