"""Training and held-out pieces of a text with labels."""

from collections.abc import Sequence

import torch

from engine.streams import stream
from engine.text.text import Text


def split(text: Text, held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """(training, held-out) pieces of a text by their number; see ``split_groups``."""
    return split_groups(text.groups or tuple(range(len(text.lines))), held_out, seed)


def split_groups(groups: Sequence[int], held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """(training, held-out) places of ``groups``, in an order drawn from ``seed``; what has the same number stays together.

    Whole groups are held out until the share ``held_out`` of all places is reached. Each part has at least one group.
    """
    members: dict[int, list[int]] = {}
    for piece, group in enumerate(groups):
        members.setdefault(group, []).append(piece)
    names = list(members)
    if len(names) < 2:
        raise ValueError(f"a text of {len(names)} groups can't be split: at least 2 are needed")
    order = [names[place] for place in torch.randperm(len(names), generator=stream(seed, "split")).tolist()]
    kept, out = list[int](), list[int]()
    for place, name in enumerate(order):
        into = out if (len(out) < held_out * len(groups) or not out) and place < len(order) - 1 else kept
        into.extend(members[name])
    return kept, out
