"""Networks that see: receptive fields, sizes and overlaps."""

import torch
import torch.nn.functional as F
from torch import nn

from quiz.parametric.drawing import Row, whole
from quiz.parametric.family import Asked, DrawAgain, Family
from quiz.parametric.tensors import META, exact
from quiz.parametric.writing import eq, tex


def _receptive_field(kernels: tuple[int, ...], strides: tuple[int, ...]) -> Asked:
    signal = exact([[[1.0] * 400]], wants_grad=True)
    out: torch.Tensor = signal
    for kernel, stride in zip(kernels, strides, strict=True):
        out = F.conv1d(out, exact([[[1.0] * kernel]]), stride=stride)
    (seen,) = torch.autograd.grad(out[0, 0, out.shape[-1] // 2], signal)
    value = int((seen != 0).sum())
    steps = [1, strides[0], strides[0] * strides[1]]
    layers = ", ".join(
        f"{kernel}×{kernel} with stride {stride}" for kernel, stride in zip(kernels, strides, strict=True)
    )
    terms = " + ".join(rf"{kernel - 1} \cdot {step}" for kernel, step in zip(kernels, steps, strict=True))
    return Asked(
        text=f"Three convolutions without dilation follow one another: {layers}. How many input pixels wide is the receptive "
        "field of one unit of the last layer?",
        value=value,
        rule=r"$r = 1 + \sum_l (k_l - 1) \prod_{i < l} s_i$: a step in layer $l$ is as many input pixels as the strides "
        "*before* it multiply to.",
        working=rf"$1 + {terms} = {value}$",
        mistakes={
            "Ignored the strides: after a stride of 2 neighbours lie two input pixels apart.": 1
            + sum(kernel - 1 for kernel in kernels),
            "Added the kernels up: windows of neighbours overlap.": sum(kernels),
            "Counted each layer's own stride: it spaces the windows of the next layer, not the taps of its own.": 1
            + sum((k - 1) * step * s for k, step, s in zip(kernels, steps, strides, strict=True)),
        },
        unit="pixels",
    )


def _flattened(size: int, first: int, second: int, kernel: int) -> Asked:
    network = nn.Sequential(
        nn.Conv2d(3, first, 3, padding=1, device=META),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, kernel, device=META),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )
    value = network(torch.empty(1, 3, size, size, device=META)).shape[-1]
    half = size // 2
    valid = half - kernel + 1
    last = valid // 2
    return Asked(
        text=f"Images of 3×{size}×{size} go through `Conv2d(3, {first}, 3, padding=1)`, `MaxPool2d(2)`, "
        f"`Conv2d({first}, {second}, {kernel})`, `MaxPool2d(2)` and `Flatten()`. What is `in_features` of the linear layer "
        "that follows?",
        value=value,
        rule="Follow height and channels layer by layer; flattening multiplies channels, height and width of the last map.",
        working=rf"Height ${size} \to {size} \to {half} \to {valid} \to {last}$; ${second} \cdot {last} \cdot {last} = "
        rf"{tex(value)}$",
        mistakes={
            "Forgot that a convolution without padding loses $k - 1$ pixels.": second * (half // 2) ** 2,
            "Forgot the channels: all maps are laid end to end.": last * last,
            "Forgot the second pooling.": second * valid * valid,
            "Counted one side of the map: it has height and width.": second * last,
        },
    )


def _overlap(
    x: int, y: int, width: int, height: int, right: int, down: int, other_width: int, other_height: int
) -> Asked:
    first = (x, y, x + width, y + height)
    second = (x + right, y + down, x + right + other_width, y + down + other_height)
    one, other = (_covered(*box) for box in (first, second))
    both, either = int((one & other).sum()), int((one | other).sum())
    if not both:
        raise DrawAgain
    a, b = int(one.sum()), int(other.sum())
    return Asked(
        text=f"Two boxes are given as $(x_1, y_1, x_2, y_2)$: ${first}$ and ${second}$. What is their intersection over union?",
        value=both / either,
        rule=r"$\text{IoU} = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}$",
        working=rf"The areas are ${a}$ and ${b}$, the overlap is ${both}$: $\frac{{{both}}}{{{a} + {b} - {both}}} = "
        rf"\frac{{{both}}}{{{either}}} {eq(both / either)}$",
        decimals=2,
        mistakes={
            "Divided by the sum of the areas: the overlap is in it twice.": both / (a + b),
            "Divided by the smaller box: a box inside a much larger one would be a perfect match.": both / min(a, b),
            "That is Dice, $2|A \\cap B| / (|A| + |B|)$: the overlap counts twice above and below.": 2 * both / (a + b),
        },
    )


def _covered(left: int, top: int, right: int, bottom: int) -> torch.Tensor:
    """The unit squares of a grid that a box covers."""
    grid = torch.zeros(40, 40, dtype=torch.bool)
    grid[top:bottom, left:right] = True
    return grid


def _tokens_of_an_image(patches: int, patch: int) -> Asked:
    size = patches * patch
    cut = nn.Conv2d(3, 8, patch, stride=patch, device=META)
    value = cut(torch.empty(1, 3, size, size, device=META)).flatten(2).shape[-1] + 1
    return Asked(
        text=f"A vision transformer cuts colour images of {size}×{size} pixels into patches of {patch}×{patch} and puts one "
        "class token before them. How many tokens does its attention see?",
        value=value,
        rule=r"$\left(\frac{n}{p}\right)^2 + 1$: every patch is a token with all its channels in it, and the class token "
        r"is one "
        "more.",
        working=rf"$\left(\frac{{{size}}}{{{patch}}}\right)^2 + 1 = {patches}^2 + 1 = {value}$",
        mistakes={
            "Forgot the class token.": value - 1,
            "Counted one side only: patches lie in rows and columns.": patches + 1,
            "Made tokens of every channel: a patch's three channels are in one token.": 3 * (value - 1) + 1,
        },
    )


FAMILIES = (
    Family(
        id="receptive-field",
        topic="vision",
        level="practitioner",
        title="Receptive field of a stack of convolutions",
        source="Araujo et al. 2019, Computing Receptive Fields of Convolutional Neural Networks",
        draws={"kernels": Row(3, (3, 5, 7)), "strides": Row(3, (1, 2, 3))},
        ask=_receptive_field,
        lab="convolution?section=receptive",
    ),
    Family(
        id="flatten-features",
        topic="vision",
        level="practitioner",
        title="Inputs of the linear layer after a CNN",
        source="torch.nn.Conv2d, torch.nn.MaxPool2d, torch.nn.Flatten",
        draws={"size": whole(24, 64, 4), "first": (8, 16, 32), "second": (16, 24, 32, 64), "kernel": (3, 5)},
        ask=_flattened,
        lab="vision?experiment.model.blocks.0.kind=convolution&experiment.model.blocks.1.kind=pool"
        "&experiment.model.blocks.2.kind=convolution&experiment.model.blocks.3.kind=pool"
        "&experiment.model.blocks.4.kind=dense",
    ),
    Family(
        id="box-iou",
        topic="vision",
        level="foundation",
        title="Intersection over union of two boxes",
        source="Everingham et al. 2010 (PASCAL VOC), section 4.2",
        draws={
            "x": whole(0, 4),
            "y": whole(0, 4),
            "width": whole(3, 9),
            "height": whole(3, 9),
            "right": whole(1, 5),
            "down": whole(1, 5),
            "other_width": whole(3, 9),
            "other_height": whole(3, 9),
        },
        ask=_overlap,
        lab="vision?section=heads&heads.view=box",
    ),
    Family(
        id="vision-transformer-tokens",
        topic="vision",
        level="foundation",
        title="Tokens of a vision transformer",
        source="Dosovitskiy et al. 2021, section 3.1",
        draws={"patches": whole(6, 28), "patch": (4, 8, 14, 16, 32)},
        ask=_tokens_of_an_image,
        chosen=True,
    ),
)
