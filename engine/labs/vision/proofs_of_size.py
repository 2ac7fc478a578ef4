"""What is often written of MLPs and CNNs, and the runs that show what is right."""

import itertools

import torch
from torch import nn

from engine.labs.proof import Proof, Proved
from engine.labs.vision.contest import ORDERS
from engine.labs.vision.training import paced
from engine.undrawn import undrawn
from engine.vision.blocks import Activate, Dense
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn
from engine.vision.run import VisionRun
from engine.vision.sources.rearranged import Rearranged, permutation
from engine.words import count, percent, tiny

SIDE, CHANNELS, HIDDEN, CLASSES = 32, 3, (128, 128, 128), 10
EPOCHS = 4
"""Of the small networks that proofs train."""


def miscount() -> Proved:
    """Build the network and count what is in it."""
    sizes = (CHANNELS * SIDE * SIDE, *HIDDEN, CLASSES)
    layers = [undrawn(nn.Linear, a, b) for a, b in itertools.pairwise(sizes)]
    counts = [sum(parameter.numel() for parameter in layer.parameters()) for layer in layers]
    rows = [
        [
            f"Linear({layer.in_features}, {layer.out_features})",
            count(layer.weight.numel()),
            count(layer.bias.numel()),
            count(n),
        ]
        for layer, n in zip(layers, counts, strict=True)
    ]
    hidden, product = sum(counts[:-1]), sizes[0]
    for units in HIDDEN:
        product *= units
    rows.append(["all", "", "", count(sum(counts))])
    sentence = (
        f"PyTorch's own layers hold {count(hidden)} parameters in the three hidden layers and {count(counts[-1])} in the "
        f"scores of {CLASSES} classes: {count(sum(counts))}. Multiplied instead of added, ${sizes[0]} \\cdot 128^3$ = "
        f"{count(product)}: {count(product / hidden)} times too many."
    )
    return Proved(sentence, ("", "weights", "biases", "parameters"), rows)


def shuffled_twin() -> Proved:
    """Train an MLP on digits, and its twin, with first weights shuffled like the pixels, on shuffled digits."""
    model = Cnn(blocks=(Dense(units=24), Activate()))
    straight, other = (VisionRun(short_run(Rearranged(border=0, shuffled=order), model)) for order in (False, True))
    order = permutation(straight.data.train.x, 0)
    first = next(iter(other.network.matrices.values()))
    with torch.no_grad():
        first.copy_(first[:, order])
    rows, gaps = [], []
    tests = straight.data.test.x, other.data.test.x
    for moment in ("first weights", f"after {EPOCHS} epochs"):
        scores = [scores_of(run, x) for run, x in zip((straight, other), tests, strict=True)]
        right = [float((each.argmax(1) == straight.data.test.label).double().mean()) for each in scores]
        gaps.append(float((scores[0] - scores[1]).abs().max()))
        alike = int((scores[0].argmax(1) == scores[1].argmax(1)).sum())
        rows.append([moment, *map(percent, right), tiny(gaps[-1]), f"{alike} of {len(tests[0])}"])
        for run in (straight, other):
            for _ in paced(run):
                pass
    sentence = (
        f"The twin began with the same first weights, shuffled as its pixels are. The scores of the two differ by at most "
        f"{tiny(gaps[0])} before training and {tiny(gaps[1])} after it: rounding, since the same sums are added in another "
        "order. To an MLP the order of the pixels is a matter of names."
    )
    head = (
        "MLP with 24 hidden units",
        *(f"right, pixels {name}" for name in ORDERS),
        "largest difference",
        "same answer",
    )
    return Proved(sentence, head, rows)


def short_run(data: Rearranged, model: Cnn) -> VisionExperiment:
    return VisionExperiment(data=data, model=model, training=VisionTraining(epochs=EPOCHS))


@torch.no_grad()
def scores_of(run: VisionRun, x: torch.Tensor) -> torch.Tensor:
    scores: torch.Tensor = run.network.eval()(x)
    run.network.train()
    return scores


PROOFS: tuple[Proof, ...] = (
    Proof(
        "miscount",
        "A picture of 32 × 32 × 3 into three hidden layers of 128 needs 6.5 billion parameters.",
        r"$3072 \cdot 128 + 128 + 2\,(128 \cdot 128 + 128) = 426{,}368$, and 1,290 more for 10 classes: layers are added, not "
        "multiplied.",
        miscount,
    ),
    Proof(
        "shuffled_twin",
        "Shuffle the pixels of every picture, and no network can learn them any more.",
        "An MLP learns them exactly as before, if all pictures are shuffled alike: it never knew which pixels are neighbours. "
        "It is the CNN that loses something.",
        shuffled_twin,
    ),
)
