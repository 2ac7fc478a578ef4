"""Receptive fields by formula: what of the picture a cell of each layer can depend on (Araujo et al. 2019)."""

import numpy as np
import torch

from engine.labs.convolution.results.receptive import Reach, Support
from engine.labs.convolution.stacks import Stack, paths_through
from engine.refusal import Refusal


def reaches(stack: Stack, length: int) -> tuple[Reach, ...]:
    """After each layer, along a side of ``length`` pixels; the picture itself comes first.

    A cell that reads k cells, d apart, of a layer whose fields are r wide and j apart has a field that is (k - 1) d j wider:
        r' = r + (k - 1) d j,   j' = s j,   e' = e - p j
    The cells of a layer whose window has no place, and of those after it, are counted as 0.
    """
    found = [Reach("picture", 1, 1, 1, 0, 1, 1, 0, length)]
    for layer in stack:
        last = found[-1]
        line = layer.line(last.cells)
        cells = max(line.places, 0) if last.cells else 0
        found.append(
            Reach(
                layer.written,
                line.size,
                line.stride,
                line.dilation,
                line.before,
                last.size + (line.size - 1) * line.dilation * last.jump,
                last.jump * line.stride,
                last.start - line.before * last.jump,
                cells,
            )
        )
    return tuple(found)


def must_fit(stack: Stack, height: int, width: int) -> None:
    """Raise Refusal, naming the layer, where its window has no place in what is left of the picture."""
    for place, (down, across) in enumerate(
        zip(reaches(stack, height), reaches(stack, width), strict=True),
    ):
        if down.cells < 1 or across.cells < 1:
            before = reaches(stack, min(height, width))[place - 1].cells
            raise Refusal(
                f"Layer {place}, {down.name}: its window has no place, for only {before} cells are left along a side. "
                "Remove a layer, take a smaller stride or window, or a larger picture."
            )


def middle(cells: int) -> int:
    """The cell in the middle, from 0."""
    return (cells - 1) // 2


def clipped(reach: Reach, cell: int, length: int) -> tuple[int, int]:
    """The first and the last pixel of a cell's field, as far as it lies in the picture."""
    first, last = reach.field(cell)
    return max(first, 0), min(last, length - 1)


def support(stack: Stack, shape: tuple[int, int], cell: tuple[int, int]) -> Support:
    """Which pixels one cell (row, column) of the last layer depends on, and by how many paths.

    The gradient of the cell where all layers are linear and all weights 1: it counts paths, and nothing cancels.
    Raises Refusal where a layer has no place for its window.
    """
    must_fit(stack, *shape)
    with torch.enable_grad():
        x = torch.zeros(1, 1, *shape, dtype=torch.float64, requires_grad=True)
        out = x
        for layer in stack:
            out = paths_through(layer, out)
        (found,) = torch.autograd.grad(out[0, 0, cell[0], cell[1]], x)
    rows, columns = (clipped(reaches(stack, side)[-1], at, side) for side, at in zip(shape, cell, strict=True))
    return Support(np.array(found[0, 0].numpy()), (*rows, *columns))
