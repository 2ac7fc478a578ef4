"""A network whose layers are replaced by random ones, from the top down (Adebayo et al. 2018)."""

import copy
from collections.abc import Iterator

from torch import nn

from engine.vision.network import VisionNetwork


def parts_from_the_top(network: VisionNetwork) -> list[tuple[str, nn.Module]]:
    """(name, module) of everything that learns, the output first; what learns nothing has nothing to be replaced."""
    found = [*zip(network.names, network.parts, strict=True), ("output", network.head)]
    return [(name, part) for name, part in reversed(found) if next(part.parameters(), None) is not None]


def cascade(trained: VisionNetwork, fresh: VisionNetwork) -> Iterator[tuple[str, VisionNetwork]]:
    """(what was replaced last, the network then): more and more of ``trained`` has the weights of ``fresh``.

    The two are built alike. Neither is changed: what is given is a copy, at rest, which goes on being changed.
    """
    mixed = copy.deepcopy(trained).eval()
    theirs = dict(parts_from_the_top(fresh))
    for name, part in parts_from_the_top(mixed):
        part.load_state_dict(theirs[name].state_dict())
        yield name, mixed
