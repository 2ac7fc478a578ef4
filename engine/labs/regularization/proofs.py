"""Statements about regularization that are often read, put right by a run."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from sklearn.ensemble import BaggingRegressor, GradientBoostingRegressor
from sklearn.tree import DecisionTreeRegressor
from torch import nn

from engine.labs.proof import Proof, Proved
from engine.labs.regularization.penalised import experiment as penalised
from engine.labs.regularization.penalised import weights_of
from engine.labs.regularization.resampling import design, exact, measured, training_sets
from engine.labs.regularization.state import Paths, Resampling, Universal
from engine.labs.regularization.universal import constructed, rmse, target
from engine.penalties import L1, L2, L1Proximal, WeightDecay
from engine.supervised import SupervisedRun
from engine.undrawn import undrawn
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
    """3072 inputs, three hidden layers of 128, ten classes."""
    sizes = (32 * 32 * 3, 128, 128, 128, 10)
    pairs = pairwise(sizes)
    return nn.Sequential(*(undrawn(nn.Linear, i, o) for i, o in pairs))


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


def _zeros() -> Proved:
    """The engine's two L1 rows on the same network, with the same λ."""
    asked = Paths()
    found = []
    for row in (L1, L1Proximal):
        run = SupervisedRun(penalised(asked, 0, row))
        run.advance(run.last_step)
        weights = weights_of(run)
        found.append((row.label, int((weights == 0).sum()), float(np.abs(weights).min()), len(weights)))
    (_, plain, smallest, total), (_, proximal, _, _) = found
    sentence = (
        f"After the same steps with λ = {asked.network_strength:g}: {plain} of {total} weights are exactly 0 under the penalty "
        f"in the loss, the smallest weight being {smallest:.1e} in size; {proximal} are under the proximal step."
    )
    rows = [(label, f"{zeros} of {size}", number(least)) for label, zeros, least, size in found]
    return Proved(sentence, ("", "exact zeros", "smallest size of a weight"), rows)


def _decay() -> Proved:
    """L2 and decoupled decay from the same weights, by plain SGD and by Adam."""
    rows = []
    for optimizer in ("sgd", "adam"):
        runs = [SupervisedRun(penalised(Paths(optimizer=optimizer), 0, row)) for row in (L2, WeightDecay)]
        for run in runs:
            run.advance(100)
        first, second = (weights_of(run) for run in runs)
        rows.append(("plain SGD" if optimizer == "sgd" else "Adam", float(np.abs(first - second).max())))
    sentence = (
        f"After 100 steps the largest difference between a weight under L2 and under decay is {rows[0][1]:.1e} with plain SGD "
        f"(rounding) and {rows[1][1]:.2g} with Adam, which divides L2's pull by the gradient's size."
    )
    return Proved(sentence, ("", "largest difference"), [(name, number(apart)) for name, apart in rows])


def _scaling() -> Proved:
    """One unit of random weights: its mean under masks before and after ReLU, every mask counted."""
    rng = np.random.default_rng(3)
    a, w, rate = rng.standard_normal(10), rng.standard_normal(10), 0.5
    masks = (np.arange(2**10)[:, None] >> np.arange(10)) & 1
    z = masks @ (w * a) / (1 - rate)  # with p = 1/2 all masks are equally likely
    mean, rest = float(z.mean()), float(w @ a)
    relu, relu_rest = float(np.maximum(z, 0).mean()), max(rest, 0.0)
    sentence = (
        f"All {count(len(masks))} masks of ten inputs, p = {rate:g}: the pre-activation's mean {number(mean)} is that of "
        f"inference, {number(rest)}. Past ReLU the mean is {number(relu)}, inference gives {number(relu_rest)}."
    )
    rows = [("z", number(mean), number(rest)), ("ReLU(z)", number(relu), number(relu_rest))]
    return Proved(sentence, ("", "mean over masks", "inference"), rows)


def _two_inputs() -> Proved:
    """One hidden layer on a function of two variables, by construction; and on a jump, which no continuous network has."""
    asked = Universal(dimensions="two inputs", most=32)
    x, y = target(asked)
    fits = constructed(x, y, asked.most)
    spread = float(y.std())
    sizes = (1, 4, 8, 16, 32)
    errors = [rmse(fits[size - 1], y) for size in sizes]
    sentence = (
        f"A function of two variables whose values have deviation {number(spread)}: constructed with one hidden layer, the "
        f"error falls from {number(errors[0])} with 1 ReLU unit to {number(errors[-1])} with {sizes[-1]}. It says nothing "
        "about functions that jump, or about what training finds."
    )
    return Proved(sentence, ("units", "error"), [(str(n), number(e)) for n, e in zip(sizes, errors, strict=True)])


def _boosting() -> Proved:
    """Bagging averages trees that know nothing of each other; boosting adds each to what the others left."""
    rng = np.random.default_rng(0)
    grid = np.linspace(0, 1, 101)[:, None]
    truth = np.sin(2 * np.pi * grid[:, 0])
    makers: dict[str, Callable[[], Any]] = {
        "one full tree": lambda: DecisionTreeRegressor(random_state=0),
        "bagging, 20 full trees": lambda: BaggingRegressor(DecisionTreeRegressor(), n_estimators=20, random_state=0),
        "one stump": lambda: DecisionTreeRegressor(max_depth=1, random_state=0),
        "boosting, 20 stumps": lambda: GradientBoostingRegressor(
            n_estimators=20, max_depth=1, learning_rate=0.5, random_state=0
        ),
    }
    sets = [(rng.random((60, 1)), rng.standard_normal(60)) for _ in range(12)]
    found = {}
    for name, make in makers.items():
        fits = np.stack([make().fit(x, np.sin(2 * np.pi * x[:, 0]) + 0.4 * noise).predict(grid) for x, noise in sets])
        found[name] = measured(fits, truth, 0.4)
    tree, bag, stump, boost = found.values()
    sentence = (
        f"Over {len(sets)} training sets: averaging full trees took the variance from {number(tree.variance)} to "
        f"{number(bag.variance)} (bias² {number(tree.bias2)} to {number(bag.bias2)}: about 0, which an estimate from few sets "
        f"may fall below); boosting stumps took bias² from {number(stump.bias2)} to {number(boost.bias2)}, and the variance "
        f"went from {number(stump.variance)} to {number(boost.variance)}. Dropout, an average of networks that share weights, "
        "is of bagging's kind."
    )
    rows = [(name, number(split.bias2), number(split.variance)) for name, split in found.items()]
    return Proved(sentence, ("", "bias²", "variance"), rows)


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
    Proof(
        "zeros",
        "An L1 penalty makes weights exactly 0.",
        "Its minimum has zeros, but gradient steps on the penalty jump over 0; a proximal step stops there.",
        _zeros,
    ),
    Proof(
        "decay",
        "L2 regularization and weight decay are the same.",
        "Only for plain SGD: $w - \\eta(g + \\lambda w) = (1 - \\eta\\lambda)w - \\eta g$. Adam rescales "
        "$g + \\lambda w$, decay does not go through it.",
        _decay,
    ),
    Proof(
        "scaling",
        "With drop rate p, scaling by p at test time makes up for dropout.",
        "Scale by the share that is *kept*, $1 - p$ (Srivastava et al. call that share p); and it matches the mean exactly "
        "only before a non-linearity.",
        _scaling,
    ),
    Proof(
        "universal",
        "One hidden layer approximates only functions of one variable; or: any function.",
        "Any *continuous* function on a bounded closed region of $R^n$, with enough units and an activation that is no "
        "polynomial. It says nothing about learning it.",
        _two_inputs,
    ),
    Proof(
        "boosting",
        "Boosting is averaging against variance, as dropout is.",
        "That is *bagging*. Boosting adds models one after another, each fitted to what the sum still misses: it mainly lowers "
        "bias.",
        _boosting,
    ),
)
