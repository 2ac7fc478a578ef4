"""Pictures with everything known of them, for tests."""

import torch

from engine.streams import stream
from engine.vision.images import NO_OBJECT, Part, Truth


def part(count: int = 6, channels: int = 1, height: int = 9, width: int = 12, seed: int = 0) -> Part:
    """Pictures of noise; each has one bright object of whole pixels, whose mask, box and list of objects say so."""
    generator = stream(seed, "data")
    x = 0.4 * torch.rand((count, channels, height, width), generator=generator)
    mask = torch.zeros((count, height, width), dtype=torch.uint8)
    box = torch.zeros(count, 4)
    label = torch.randint(3, (count,), generator=generator)
    for picture in range(count):
        top, left = (int(torch.randint(2, size - 5, (), generator=generator)) for size in (height, width))
        tall, wide = (int(torch.randint(2, 4, (), generator=generator)) for _ in range(2))
        x[picture, :, top : top + tall, left : left + wide] = 0.9
        mask[picture, top : top + tall, left : left + wide] = label[picture] + 1
        box[picture] = torch.tensor([left / width, top / height, (left + wide) / width, (top + tall) / height])
    none = torch.zeros(count, 1, 5)
    none[..., 0] = NO_OBJECT
    objects = torch.cat([torch.cat([label[:, None].float(), box], dim=1)[:, None], none], dim=1)
    angle = torch.rand(count, generator=generator)
    return Part(x, label, Truth(box=box, angle=angle, steering=angle - 0.5, mask=mask, objects=objects))


def extent(mask: torch.Tensor) -> list[float]:
    """Left, top, right, bottom of what is seen of the object, as shares, by looking at every pixel."""
    rows, columns = torch.nonzero(mask.any(1)).flatten(), torch.nonzero(mask.any(0)).flatten()
    height, width = mask.shape
    if not len(rows):
        return [0.0] * 4
    first = [int(columns[0]) / width, int(rows[0]) / height]
    return [*first, (int(columns[-1]) + 1) / width, (int(rows[-1]) + 1) / height]
