"""How many bytes a run holds: every tensor and array that can be reached from it, but for the data all runs share."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import Tensor

from engine.data.prepare import Dataset

PLAIN = (type, str, bytes, int, float)
OBJECTS = 100_000
"""Bytes of a run's Python objects, modules and generators, as measured for the default network."""


def weight_of(run: Any) -> int:
    """Bytes of the tensors and arrays of ``run``, each storage once, and of the objects around them."""
    shared: list[Dataset] = []
    held = dict(_storages(run, shared))
    for data in shared:
        for place, _ in _storages(vars(data), []):
            held.pop(place, None)
    return OBJECTS + sum(held.values())


def _storages(root: Any, shared: list[Dataset]) -> Iterator[tuple[int, int]]:
    """(address, bytes) of every storage, gradients included; data sets on the way are put into ``shared``."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node is None or isinstance(node, PLAIN) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Dataset):
            shared.append(node)
        elif isinstance(node, Tensor):
            storage = node.untyped_storage()
            yield storage.data_ptr(), storage.nbytes()
            waiting.append(node.grad if node.is_leaf else None)
        elif isinstance(node, np.ndarray):
            whole = node if node.base is None else node.base
            yield id(whole), getattr(whole, "nbytes", node.nbytes)
        else:
            waiting.extend(_parts(node))


def _parts(node: Any) -> list[Any]:
    """What ``node`` holds: entries of a container, attributes of an object."""
    if isinstance(node, dict):
        return list(node.values())
    if isinstance(node, (list, tuple, set, frozenset)):
        return list(node)
    return list(getattr(node, "__dict__", {}).values())
