"""What is often written about convolution, put right by runs."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np
import torch

from engine.labs.convolution.geometry import line
from engine.labs.convolution.kernels import SobelX
from engine.labs.convolution.pictures import Digit, pixels
from engine.labs.convolution.shuffled import MLP, Score, order, scores, shuffled, trained
from engine.labs.convolution.sliding import slide
from engine.labs.proof import Proof, Proved
from engine.undrawn import undrawn
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits
from engine.words import percent, tiny

SEEDS = (0, 1)
PLACE = (2, 3)
"""Where the window stands, from 0."""


def shown(holds: bool, sentence: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> Proved:
    """What was measured, with its sentence only where the numbers bear it out."""
    return Proved(sentence if holds else "These runs did not show it: the numbers are below.", head, rows)


# --- a product of matrices ------------------------------------------------------------------------------------------


def product() -> Proved:
    """Patch and kernel, multiplied as matrices and element by element, beside PyTorch's convolution."""
    picture, kernel = pixels(Digit(), False, 0), SobelX().matrix(3)
    row, column = PLACE
    patch = slide(picture, kernel[None, None]).patch(0, row, column)[0]
    theirs = torch.nn.functional.conv2d(torch.from_numpy(picture)[None], torch.from_numpy(kernel)[None, None])
    landed = float(theirs[0, 0, row, column])
    matrices, elements = patch @ kernel, float((patch * kernel).sum())
    rows = [
        ["patch times kernel, as matrices", _written(matrices)],
        ["its trace, its sum", f"{np.trace(matrices):.4g}, {matrices.sum():.4g}"],
        ["sum of the products, element by element", f"{elements:.4g}"],
        ["torch.nn.functional.conv2d", f"{landed:.4g}"],
    ]
    sentence = (
        f"On the first digit, window in row {row + 1}, column {column + 1}: the products of each number with the weight "
        f"that lies over it sum to {elements:.4g}, which is PyTorch's {landed:.4g}. The product of the two as matrices is "
        f"nine numbers, and neither their sum, {matrices.sum():.4g}, nor their trace is that. (A matrix does come in: the "
        "one of *all* places, in the section *As a matrix*.)"
    )
    others = (float(matrices.sum()), float(np.trace(matrices)))
    holds = abs(elements - landed) < 1e-9 and min(abs(other - landed) for other in others) > 0.1
    return shown(holds, sentence, ["", "comes to"], rows)


def _written(values: np.ndarray) -> str:
    return "; ".join(" ".join(f"{value:.3g}" for value in row) for row in values)


# --- a stride of two ------------------------------------------------------------------------------------------------


def halves() -> Proved:
    """Sizes at stride 2, by the formula and by PyTorch."""
    rows, agree, halved = [], True, []
    for length in (7, 8, 28, 32, 224):
        for size, around in ((3, 0), (3, 1), (2, 0), (5, 2)):
            layer = undrawn(torch.nn.Conv2d, 1, 1, size, 2, around)
            theirs = layer(torch.zeros(1, 1, length, length)).shape[-1]
            mine = line(length + 2 * around, size, 2).places
            agree = agree and mine == theirs
            halved.append(2 * theirs == length)
            rows.append([str(length), str(size), str(around), f"{length / 2:g}", str(mine), str(theirs)])
    sentence = (
        rf"Of these {len(rows)} settings {sum(halved)} halve the size. In all of them it is "
        r"$\lfloor (n + 2p - k) / 2 \rfloor + 1$, by PyTorch as by the formula: an odd side has no half, and what kernel and "
        "padding do to the edge counts, too."
    )
    return shown(
        agree and not all(halved) and any(halved), sentence, ["n", "k", "p", "n / 2", "formula", "PyTorch"], rows
    )


# --- flattening -----------------------------------------------------------------------------------------------------


def flattening() -> Proved:
    """There and back again; a network that is told the order; and what a fixed shuffle costs a network that counts on it."""
    images = built(Digits(), SEEDS[0])
    places, x = order(images, SEEDS[0]), images.test.x
    back = float((x.flatten(1).unflatten(1, x.shape[1:]) - x).abs().max())
    told = _told(places)
    cnn, mlp = zip(*(scores(seed) for seed in SEEDS), strict=True)
    rows = [_row("CNN", cnn), _row("MLP on the flattened picture", mlp)]
    lost = [fmean(each.plain - each.shuffled for each in found) for found in (cnn, mlp)]
    sentence = (
        f"Flattened and folded back, every test picture is what it was (largest difference {tiny(back)}). With all pixels "
        "in another order, the same for every picture, the MLP whose columns are put in that order says the same (up to "
        f"{tiny(told)}); trained anew it changes by {-100 * lost[1]:+.1f} points of accuracy, the CNN by "
        f"{-100 * lost[0]:+.1f}. So nothing is lost of the picture. What is lost is the *prior* that neighbours belong "
        "together, which a convolution is built on, and a dense layer never had."
    )
    head = ["on digits", "parameters", "as they are", "shuffled", "difference by seed, points"]
    return shown(back == 0 and told < 1e-4 and lost[0] > 0.01 > abs(lost[1]), sentence, head, rows)


def _row(name: str, found: Sequence[Score]) -> list[str]:
    plain, moved = (fmean(values) for values in ([each.plain for each in found], [each.shuffled for each in found]))
    apart = " ".join(f"{100 * (each.shuffled - each.plain):+.1f}" for each in found)
    return [name, str(found[0].parameters), percent(plain), percent(moved), apart]


def _told(places: torch.Tensor) -> float:
    """How far the outputs of an MLP are from those on shuffled pictures, once its first columns are shuffled alike."""
    images = built(Digits(), SEEDS[0])
    network, _ = trained(MLP, images, SEEDS[0])
    x = images.test.x
    with torch.no_grad():
        before = network(x)
        first = next(weight for weight in network.parameters() if weight.ndim == 2 and weight.shape[1] == len(places))
        first.copy_(first[:, places])
        after = network(shuffled(images, SEEDS[0]).test.x)
    return float((before - after).abs().max())


PROOFS: tuple[Proof, ...] = (
    Proof(
        "product",
        "Convolution is a matrix multiplication of filter and patch.",
        "Each number of the patch times the weight that lies over it, and all products summed: "
        r"$y = \sum_{ij} w_{ij} x_{ij}$. In PyTorch the kernel slides as it is (*cross-correlation*); a flip makes it "
        r"convolution.",
        product,
    ),
    Proof(
        "stride",
        "A stride of 2 halves the size.",
        r"The size becomes $\lfloor (n + 2p - k) / s \rfloor + 1$.",
        halves,
    ),
    Proof(
        "flattening",
        "Flattening destroys an image's information.",
        "It is a bijection. What is lost is the prior that neighbours belong together: one fixed shuffle of all pixels "
        "leaves an MLP as it was, and costs a CNN.",
        flattening,
    ),
)  # fmt: skip
