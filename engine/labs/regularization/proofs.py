"""Statements about regularization that are often read, put right by a run."""

from itertools import pairwise

from torch import nn

from engine.labs.proof import Proof, Proved
from engine.labs.regularization.resampling import design, exact, training_sets
from engine.labs.regularization.state import Resampling
from engine.words import count, number


def _trade() -> Proved:
    """Ridge on a polynomial of degree 9, by the closed form."""
    asked = Resampling(degree=9)
    x, f, _ = training_sets(asked, seed=0)
    phi = design(x, asked.degree)
    strengths = (0.0, 0.001, 0.01, 0.1, 1.0)
    found = [exact(phi, f, asked.noise, strength) for strength in strengths]
    best = min(range(len(found)), key=lambda place: found[place].total)
    bias_rose = all(after.bias2 > before.bias2 for before, after in pairwise(found))
    said = "rose at every step" if bias_rose else "did not rise at every step"
    sentence = (
        f"With λ from 0 to {strengths[-1]:g} the variance went from {number(found[0].variance)} to "
        f"{number(found[-1].variance)}; the squared bias {said}, from {number(found[0].bias2)} to {number(found[-1].bias2)}. "
        f"Their sum with the noise was smallest, {number(found[best].total)}, at λ = {strengths[best]:g}."
    )
    rows = [
        (f"{strength:g}", number(split.bias2), number(split.variance), number(split.total))
        for strength, split in zip(strengths, found, strict=True)
    ]
    return Proved(sentence, ("λ", "bias²", "variance", "total"), rows)


def image_network() -> nn.Sequential:
    """3072 inputs, three hidden layers of 128, ten classes; on the meta device, so that it takes no memory."""
    sizes = (32 * 32 * 3, 128, 128, 128, 10)
    pairs = pairwise(sizes)
    return nn.Sequential(*(nn.Linear(i, o, device="meta") for i, o in pairs))


def _parameters() -> Proved:
    layers = [sum(parameter.numel() for parameter in layer.parameters()) for layer in image_network()]
    hidden, multiplied = sum(layers[:-1]), 32 * 32 * 3 * 128**3
    sentence = (
        f"Built and counted: {count(hidden)} weights and biases up to the third hidden layer, and {count(layers[-1])} more "
        f"for ten classes. Multiplying all widths instead of adding the layers gives {count(multiplied)}, which counts paths "
        "from an input to a unit of the last layer, not parameters."
    )
    rows = [(f"{name}", count(found)) for name, found in zip(("1", "2", "3", "output"), layers, strict=True)]
    return Proved(sentence, ("layer", "parameters"), rows)


PROOFS = (
    Proof(
        "trade",
        "Regularization lowers variance without raising bias.",
        "It usually raises bias; the trade is the point, and it pays where variance falls by more than bias² rises.",
        _trade,
    ),
    Proof(
        "parameters",
        "A 32x32x3 image into three hidden layers of 128 needs 6.5 billion parameters.",
        "$3072 \\cdot 128 + 128 + 2(128 \\cdot 128 + 128)$: the layers add up, they do not multiply.",
        _parameters,
    ),
)
