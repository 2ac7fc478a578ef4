"""Who tells motions apart: one frame, all without their order, all as channels, or a network that goes through them."""

from collections.abc import Iterator
from functools import lru_cache

import torch
from torch import nn

from engine.choice import catalog
from engine.jobs import Progress
from engine.labs.vision.race import Arena, Part, Rival, blank, race
from engine.labs.vision.readers import AllTogether, FrameByFrame, OneByOne, looker
from engine.labs.vision.results.clips import Shown
from engine.labs.vision.results.race import Standing
from engine.labs.vision.sound_settings import ClipRace
from engine.sequences.cells import Cell
from engine.vision.clips import MOTIONS, Clips
from engine.vision.clips import Part as ClipPart
from engine.vision.network import VisionNetwork

ONE, STACK, FRAMES = "one frame", "stack", "frames"
CHANNELS = (4, 8)
"""Of the convolutions that look at a frame."""


def rivals(asked: ClipRace) -> tuple[Rival, ...]:
    """Those that take part."""
    cell, pixels, classes = catalog(Cell)[asked.cell].label, asked.data.pixels, len(MOTIONS)
    frame = (1, pixels, pixels)

    def eye(width: int, seed: int) -> VisionNetwork:
        return looker(frame, width, CHANNELS, keep_place=asked.keep_place, seed=seed)

    def whole(shape: tuple[int, int, int], width: int, seed: int) -> nn.Module:
        return looker(shape, classes, (width, 2 * width), keep_place=asked.keep_place, seed=seed)

    return (
        Rival(
            "One frame",
            "A CNN that sees the frame in the middle and no other.",
            ONE,
            lambda width, seed: whole(frame, width, seed),
        ),
        Rival(
            "Mean over frames",
            "A CNN looks at every frame, the mean of what it found goes through a hidden layer: no order is left.",
            FRAMES,
            lambda width, seed: FrameByFrame(eye(width, seed), AllTogether(width, width, classes, seed)),
            steps=1,
        ),
        Rival(
            "Frames as channels",
            "One CNN sees all frames at once, as if they were colours: each has weights of its own in the first layer.",
            STACK,
            lambda width, seed: whole((asked.data.frames, pixels, pixels), width, seed),
            steps=1,
        ),
        Rival(
            f"CNN per frame + {cell}",
            "A CNN looks at every frame, a recurrent layer goes through what it found, in order.",
            FRAMES,
            lambda width, seed: FrameByFrame(eye(width, seed), OneByOne(asked.cell, width, width, classes, seed)),
            steps=1,
        ),
    )


def arena(data: Clips, seed: int) -> Arena:
    """The clips of a seed in three parts, in every form."""
    drawn = data.draw(seed)
    return Arena(forms(drawn.train), forms(drawn.validation), forms(drawn.test))


def forms(part: ClipPart) -> Part:
    """Clips as each network reads them: the frame in the middle, all as channels, all in order."""
    middle = part.x.shape[1] // 2
    return Part({ONE: part.x[:, middle], STACK: part.x[:, :, 0], FRAMES: part.x}, part.label)


@lru_cache(maxsize=32)
def begun(asked: ClipRace) -> Standing:
    """Before any training."""
    return blank(rivals(asked), MOTIONS, asked)


def contest(asked: ClipRace, seed: int) -> Iterator[Progress[Standing]]:
    """All of them, a few updates at a time."""
    return race(begun(asked), rivals(asked), asked, seed, lambda own: arena(asked.data, own))


def shown(data: Clips, seed: int, number: int) -> Shown:
    """The clip of that number, counted from 1 and round again, of each motion of the test part."""
    test = data.draw(seed).test
    rows = [torch.nonzero(test.label == label).flatten() for label in range(len(MOTIONS))]
    picked = test.x[torch.stack([some[(number - 1) % len(some)] for some in rows]), :, 0]
    return Shown(MOTIONS, (picked.clamp(0, 1) * 255).round().byte().numpy())
