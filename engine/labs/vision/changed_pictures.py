"""What augmentation makes of one picture."""

import numpy as np
import torch
from torch import Tensor

from engine.labs.vision.results.augmentation import Drawn
from engine.vision.augment.catalog import AnyAugmentation, augmented
from engine.vision.images import Images, Part
from engine.words import percent

DRAWS = 8
OTHERS = 24
"""Pictures of the batch beside the one that is looked at: mix-up takes from them."""
LEAST_SHARE = 0.0005
"""Less of a class is not told."""
TOGETHER = "all, in turn"


def drawn(data: Images, rows: tuple[AnyAugmentation, ...], number: int, draw: int, seed: int) -> Drawn:
    """Picture ``number``, from 1, of the training part: several draws of each row alone, and of all in turn."""
    train = data.train
    place = (number - 1) % len(train)
    around = (place + 1 + torch.arange(OTHERS)) % len(train)
    batch = train.rows(torch.cat([torch.full((DRAWS,), place), around]))
    lines = [(row,) for row in rows] + ([rows] if len(rows) > 1 else [])
    found = [augmented(line, batch, len(data.classes), seed, draw - 1) for line in lines]
    original = _pixels(batch.x[:1])[0]
    return Drawn(
        number=place + 1,
        original=original,
        label=data.classes[int(train.label[place])],
        names=tuple(line[0].label if len(line) == 1 else TOGETHER for line in lines),
        draws=np.stack([_pixels(part.x[:DRAWS]) for part in found])
        if found
        else np.zeros((0, DRAWS, *original.shape), np.uint8),
        said=tuple(_said(part, data.classes) for part in found),
    )


def _pixels(x: Tensor) -> np.ndarray:
    """(pictures, height, width, channels), 0 to 255."""
    return x.permute(0, 2, 3, 1).clamp(0, 1).mul(255).round().byte().cpu().numpy()


def _said(part: Part, classes: tuple[str, ...]) -> tuple[str, ...]:
    """As what each of the first pictures counts."""
    if part.truth.shares is None:
        return tuple(classes[label] for label in part.label[:DRAWS].tolist())
    return tuple(_mixed(shares, classes) for shares in part.truth.shares[:DRAWS].tolist())


def _mixed(shares: list[float], classes: tuple[str, ...]) -> str:
    """``70.0 % 3, 30.0 % 5``, the larger first."""
    there = [(share, name) for share, name in zip(shares, classes, strict=True) if share >= LEAST_SHARE]
    return ", ".join(f"{percent(share)} {name}" for share, name in sorted(there, reverse=True))
