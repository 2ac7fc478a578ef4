"""One picture on its way through the network: the maps of every block, kernels, and what a place sees of the picture."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.convolution.ink import inked
from engine.labs.vision.course import Course
from engine.labs.vision.results.features import Field, Given, Kernels, Passed
from engine.vision.network import VisionNetwork
from engine.vision.windows import seen_from

MOST_MAPS = 64
"""Of one block."""
MOST_KERNELS, MOST_CHANNELS = 64, 16

Picture = Float[Tensor, "1 channels height width"]


def picture_of(course: Course, number: int) -> tuple[Picture, str]:
    """(a validation picture, counted from 1, what it shows); beyond the last, the last."""
    part = course.data.validation
    place = min(number, len(part)) - 1
    return part.x[place : place + 1], course.data.classes[int(part.label[place])]


def drawing_of(course: Course, ink: str) -> tuple[Picture, str]:
    """(a drawing as a picture of the network's size, nothing that is known of it): grey in every channel."""
    channels, height, width = course.data.shape
    side = min(height, width)
    grey = torch.from_numpy(inked(ink, side)).float()
    found = torch.zeros(1, channels, height, width)
    found[0, :, :side, :side] = grey
    return found, ""


@torch.no_grad()
def passed(course: Course, place: int, x: Picture, label: str) -> Passed:
    """What each block gives for a picture, at one of the moments."""
    network = course.network(place)
    found = [given(name, values[0]) for name, values in zip(network.names, network.features(x), strict=True)]
    names = course.experiment.head.gives == "classes"
    answer = network(x)[0].softmax(0).numpy() if names else np.zeros(0, np.float32)
    picture = (x[0] * 255).round().byte().numpy()
    return Passed(picture, label, course.steps[place], tuple(found), answer, course.data.classes if names else ())


def given(name: str, values: Float[Tensor, "channels *places"]) -> Given:
    """The maps of a block, or its units as maps of one pixel."""
    maps = values if values.ndim == 3 else values[:, None, None]
    spread = maps.flatten(1).std(1, correction=0) if values.ndim == 3 else torch.full((len(maps),), torch.nan)
    return Given(name, tuple(values.shape), maps[:MOST_MAPS].numpy().copy(), spread[:MOST_MAPS].numpy().copy())


def kernels(course: Course, place: int, block: int) -> Kernels | None:
    """The kernels of the convolution that stands at or last before a block, counted from 1; None where there is none."""
    network = course.network(place)
    layers = [(name, weight) for name, weight in network.matrices.items() if weight.ndim == 4 and name != "output"]
    standing = [item for item in layers if number_of(item[0]) <= block] or layers[:1]
    if not standing:
        return None
    name, weight = standing[-1]
    shown = weight.detach()[:MOST_KERNELS, :MOST_CHANNELS].numpy().copy()
    return Kernels(name, shown, (weight.shape[0], weight.shape[1]), course.steps[place])


def number_of(name: str) -> int:
    """The block that weights belong to, as their name begins: 3 of ``3 conv``; 0 where it names none."""
    first = name.split()[0]
    return int(first) if first.isdigit() else 0


def field(course: Course, place: int, x: Picture, block: int, cell: tuple[int, int]) -> Field | None:
    """What a place of a block, counted from 1, sees of the picture. None of a block without places."""
    stages = course.experiment.plan()[:block]
    _, height, width = course.data.shape
    after = stages[-1].after
    if len(after) != 3 or not all(stage.reach or stage.before[1:] == stage.after[1:] for stage in stages):
        return None
    row, column = (min(at, side - 1) for at, side in zip(cell, after[1:], strict=True))
    slides = [slide for stage in stages for slide in stage.reach]
    box = (*seen_from(slides, row, height), *seen_from(slides, column, width))
    strength = support(course.network(place), x, block, (row, column))
    return Field(stages[-1].named, (row, column), box, strength)


def support(network: VisionNetwork, x: Picture, block: int, cell: tuple[int, int]) -> Float[np.ndarray, "height width"]:
    """Root of the sum over maps and channels of (d map at ``cell`` / d pixel)^2, as a share of its most."""
    with torch.enable_grad():
        seen = x.clone().requires_grad_()
        maps = network.features(seen)[block - 1][0, :, cell[0], cell[1]]
        slopes = [torch.autograd.grad(value, seen, retain_graph=True)[0][0] for value in maps]
    total = torch.stack(slopes).square().sum((0, 1)).sqrt()
    return (total / total.max().clamp(min=1e-30)).numpy()
