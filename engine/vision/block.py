"""What every block of a network on pictures has in common."""

from typing import ClassVar

import torch
from torch import nn

from engine.choice import Choice
from engine.vision.shapes import Shape
from engine.vision.windows import Slide


class BlockChoice(Choice, frozen=True):
    """A row of the catalog of blocks. Blocks stand in a row: each takes what the one before it gives."""

    short: ClassVar[str]
    """What its weights are called in charts, behind the number of the block: ``3 conv``."""

    @property
    def named(self) -> str:
        """What it is, with what tells it from others of its kind: ``max pool 2x2``."""
        return self.label.lower()

    def shape(self, before: Shape) -> Shape:
        """What it gives where ``before`` comes. Raises engine.vision.shapes.CannotFit where it can't take that."""
        return before

    def build(self, before: Shape, generator: torch.Generator) -> nn.Module:
        """The module; weights that are to be drawn are left unfilled, and what is dropped comes from ``generator``."""
        raise NotImplementedError

    def parameters(self, before: Shape) -> int:
        """How many numbers it learns."""
        return 0

    def multiply_adds(self, before: Shape) -> int:
        """Multiply-adds of its weights with one picture."""
        return 0

    @property
    def reach(self) -> tuple[Slide, ...]:
        """What it slides over the picture, one after another: for receptive fields."""
        return ()


def learned(module: nn.Module | None) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in module.parameters()) if module is not None else 0
