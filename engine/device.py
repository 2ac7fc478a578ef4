"""The one place that decides where a run computes."""

from typing import Literal

import torch

DeviceName = Literal["cpu", "cuda", "mps"]


def available() -> tuple[DeviceName, ...]:
    """The devices of this machine, the CPU first."""
    found: list[DeviceName] = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def choose(name: str = "cpu") -> torch.device:
    """The device called ``name``. Raises ValueError, saying what there is, when this machine has none such."""
    if name not in available():
        raise ValueError(f"no device {name!r} here; choose one of: {', '.join(available())}")
    return torch.device(name)
