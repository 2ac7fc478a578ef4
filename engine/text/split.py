"""Training and held-out pieces of a text with labels."""

import torch

from engine.streams import stream
from engine.text.text import Text


def split(text: Text, held_out: float, seed: int) -> tuple[list[int], list[int]]:
    """(training, held-out) pieces by their number, in an order drawn from ``seed``; groups stay together.

    Whole groups are held out until the share ``held_out`` of all pieces is reached. Each part has at least one group.
    """
    groups = text.groups or tuple(range(len(text.lines)))
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
