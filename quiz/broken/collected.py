"""The examples of a run: drawn, split, scaled, with what was done wrong to them."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.data.toy import Circle, Moons, Spiral, Toy
from engine.streams import stream
from quiz.broken.recipe import Recipe

VALIDATION_ROWS = 200
FRESH_ROWS = 600
UNITS = (900.0, 0.4, 40.0)
SHIFTS = (2500.0, 0.0, 10.0)
"""Each column comes in a unit of its own: width and middle of its values."""
COLUMNS = ("x1", "x2", "x3")
LEAK_NOISE = 0.05
"""Spread of the label's copy, in half distances between two labels."""


@dataclass(frozen=True)
class Part:
    """Inputs as the network receives them, and labels."""

    x: Float[Tensor, "rows inputs"]
    y: Int[Tensor, " rows"]

    def by_class(self) -> "Part":
        """The same examples, class after class."""
        order = torch.sort(self.y, stable=True).indices
        return Part(self.x[order], self.y[order])


@dataclass(frozen=True)
class Collected:
    """What a run is trained on, watched on, and used on afterwards."""

    classes: int
    train: Part
    validation: Part
    fresh: Part
    """From the same source, but never seen: what the network is for."""


def source(recipe: Recipe, samples: int) -> Toy:
    """The row of the data catalog that the examples are drawn from."""
    if recipe.task == "rings":
        return Circle(samples=samples, noise=recipe.noise)
    if recipe.task == "moons":
        return Moons(samples=samples, noise=recipe.noise)
    return Spiral(samples=samples, noise=recipe.noise, arms=3, turns=0.5)


def collect(recipe: Recipe, seed: int) -> Collected:
    """The three parts. A fault of the data is in the training and validation part; fresh examples are as they are."""
    sizes = [recipe.train_rows, VALIDATION_ROWS, FRESH_ROWS]
    drawn = source(recipe, sum(sizes))
    table = drawn.draw(seed)
    order = torch.randperm(sum(sizes), generator=stream(seed, "split"))
    plane, y = torch.tensor(table.x)[order].float(), torch.tensor(table.y)[order].long()
    raw = torch.column_stack([plane / 3.5, _third(recipe, y, sum(sizes) - FRESH_ROWS, seed)])
    raw = raw * torch.tensor(UNITS) + torch.tensor(SHIFTS)
    x = _scaled(raw, recipe)[:, : 3 if recipe.uses_third else 2]
    train, validation, fresh = (Part(*part) for part in zip(x.split(sizes), y.split(sizes), strict=True))
    if recipe.validation == "training rows":
        validation = Part(train.x[:VALIDATION_ROWS], train.y[:VALIDATION_ROWS])
    return Collected(drawn.class_count, Part(train.x, _mislabelled(train.y, recipe, seed)), validation, fresh)


def _third(recipe: Recipe, y: Int[Tensor, " rows"], collected: int, seed: int) -> Float[Tensor, " rows"]:
    """Noise; or, of the rows that were collected first, the label in another guise."""
    noise = torch.randn(len(y), generator=stream(seed, "noise", 3))
    if recipe.third == "noise":
        return noise
    copied = (2 * y.float() - float(y.max())) + LEAK_NOISE * noise
    return torch.where(torch.arange(len(y)) < collected, copied, noise)


def _scaled(raw: Float[Tensor, "rows inputs"], recipe: Recipe) -> Float[Tensor, "rows inputs"]:
    if not recipe.is_scaled:
        return raw
    train = raw[: recipe.train_rows]
    return (raw - train.mean(dim=0)) / train.std(dim=0)


def _mislabelled(y: Int[Tensor, " rows"], recipe: Recipe, seed: int) -> Int[Tensor, " rows"]:
    count = round(recipe.mislabelled * len(y))
    shuffled = y[:count][torch.randperm(count, generator=stream(seed, "noise", 4))]
    return torch.cat([shuffled, y[count:]])
