"""What a person does to the window: sets weights by hand, takes them back, chooses kernels that fit together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from engine.labs.convolution.bank import bank
from engine.labs.convolution.edits import LARGEST, MAX_EDITS, Edit, rounded
from engine.labs.convolution.kernels import BoxBlur, GaussianBlur, Kernel, KernelChoice, Laplacian, SobelX, SobelY
from engine.labs.convolution.settings.window import Window, sizes_of
from engine.labs.convolution.state import ConvolutionLab

FURTHER: tuple[KernelChoice, ...] = (SobelX(), SobelY(), GaussianBlur(), Laplacian(), BoxBlur())
"""Kernels of further output channels: the first of them that has the size and is not there yet."""
_KERNELS: TypeAdapter[tuple[Kernel, ...]] = TypeAdapter(tuple[Kernel, ...])


def with_weights(lab: ConvolutionLab, edits: Sequence[Edit]) -> ConvolutionLab:
    """Weights set by hand; one set to what its kernel has there anyway counts as taken back.

    Raises ValueError where a weight is out of bounds or a link could not hold one more.
    """
    window = lab.window
    untouched = bank(window.model_copy(update={"edits": ()}), lab.channels)
    kept = {edit.place: edit for edit in window.read_edits}
    for edit in edits:
        place, value = edit.place, rounded(edit.value)
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"a weight goes from {-LARGEST:g} to {LARGEST:g}")
        kept.pop(place, None)
        at = (place.out - 1, place.channel - 1, place.row - 1, place.column - 1)
        if not np.isclose(untouched[at], value, rtol=1e-6, atol=1e-12):
            kept[place] = Edit(place, value)
    if len(kept) > MAX_EDITS:
        raise ValueError(f"at most {MAX_EDITS} weights are set by hand: take some back")
    changed = {**window.model_dump(), "edits": tuple(map(str, kept.values()))}
    return lab.model_copy(update={"window": Window.model_validate(changed)})


def taken_back(lab: ConvolutionLab) -> ConvolutionLab:
    """Without weights set by hand."""
    return lab.model_copy(update={"window": lab.window.model_copy(update={"edits": ()})})


def with_outs(kernels: tuple[KernelChoice, ...], outs: int, size: int) -> tuple[KernelChoice, ...]:
    """The kernels of ``outs`` output channels: some of those that are there, or further ones."""
    found = list(kernels[:outs])
    while len(found) < outs:
        fitting = [kernel for kernel in FURTHER if size in kernel.sizes]
        new = (kernel for kernel in fitting if kernel not in found)
        found.append(next(new, fitting[len(found) % len(fitting)]))
    return tuple(found)


def reshaped(old: ConvolutionLab, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the controls say, with a size that all kernels have, groups that divide, and the edits that still have a place.

    A weight set by hand stays as long as its output channel has the same kernel of the same size.
    """
    said = {**old.window.model_dump(), **values.get("window", {})}
    kernels = _KERNELS.validate_python(said["kernels"])
    channels = 3 if values.get("colour", old.colour) else 1
    size = min(sizes_of(kernels), key=lambda each: abs(each - said["size"]))
    groups = max(g for g in range(1, said["groups"] + 1) if channels % g == len(kernels) % g == 0)
    before = old.window

    def stays(edit: Edit) -> bool:
        place = edit.place
        there = place.out <= len(kernels) and place.channel <= channels // groups
        return there and size == before.size and kernels[place.out - 1] == before.kernels[place.out - 1]

    kept = tuple(str(edit) for edit in before.read_edits if stays(edit))
    return {**values, "window": {**said, "kernels": kernels, "size": size, "groups": groups, "edits": kept}}
