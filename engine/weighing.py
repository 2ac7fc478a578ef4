"""How many bytes a run holds: every tensor and array that can be reached from it. Data that runs share count for each."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import Tensor

PLAIN = (type, str, bytes, int, float)
OBJECTS = 100_000
"""Bytes of a run's Python objects, modules and generators, as measured for the default network."""


def weight_of(run: Any) -> int:
    """Bytes of the tensors and arrays of ``run``, each storage once, its data included, and of the objects around them."""
    return OBJECTS + sum(dict(_storages(run)).values())


def _storages(root: Any) -> Iterator[tuple[int, int]]:
    """(address, bytes) of every storage, gradients included."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node is None or isinstance(node, PLAIN) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Tensor):
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
