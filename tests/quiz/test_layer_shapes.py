"""Formulas of shapes against PyTorch's layers on small tensors, what both refuse included."""

import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from quiz.layer_shapes import RULES, output_shape
from quiz.question import BadAnswer

Draw = random.Random
TRIES = 250


def sizes(draw: Draw, least: int, most: int, values: tuple[int, int] = (1, 7)) -> tuple[int, ...]:
    return tuple(draw.randint(*values) for _ in range(draw.randint(least, most)))


def each(draw: Draw, directions: int, least: int, most: int) -> int | tuple[int, ...]:
    """A number, or one for each direction; now and then too many of them."""
    count = draw.choice((0, 0, directions, directions, 1, 3 if draw.random() < 0.1 else directions))
    return tuple(draw.randint(least, most) for _ in range(count)) if count else draw.randint(least, most)


def channels(draw: Draw) -> int:
    return draw.choice((2, 2, 2, 4))


def image(draw: Draw, directions: int) -> tuple[int, ...]:
    """(batch, channels, sizes), with one dimension less or more at times."""
    before = draw.choice(((2,), (3, 2), (3, 2), (3, 2), (3, 4), (1, 3, 2)))
    return (*before, *(draw.randint(1, 9) for _ in range(directions)))


def convolution(kind: type[nn.Module], directions: int) -> Callable[[Draw], tuple[nn.Module, tuple[int, ...]]]:
    def drawn(draw: Draw) -> tuple[nn.Module, tuple[int, ...]]:
        given: dict[str, Any] = {
            "kernel_size": each(draw, directions, 1, 4),
            "stride": each(draw, directions, 1 if draw.random() < 0.9 else 0, 3),
            "dilation": each(draw, directions, 1, 2),
            "padding": each(draw, directions, -1 if draw.random() < 0.1 else 0, 3),
            "groups": draw.choice((1, 1, 2)),
            "bias": draw.random() < 0.5,
        }
        if kind is nn.ConvTranspose2d:
            given["output_padding"] = each(draw, directions, 0, 2)
        else:
            given["padding_mode"] = draw.choice(("zeros", "zeros", "reflect", "replicate", "circular"))
            if given["padding_mode"] != "zeros":  # negative padding and tuples of another length are not read here
                given |= {"padding": draw.randint(0, 3), "dilation": draw.randint(1, 2)}
            if draw.random() < 0.3:
                given["padding"] = draw.choice(("same", "valid"))
                given["stride"] = 1
        return kind(channels(draw), draw.choice((2, 6)), **given), image(draw, directions)

    return drawn


def pooling(kind: type[nn.Module], directions: int) -> Callable[[Draw], tuple[nn.Module, tuple[int, ...]]]:
    def drawn(draw: Draw) -> tuple[nn.Module, tuple[int, ...]]:
        given: dict[str, Any] = {
            "kernel_size": each(draw, directions, 1, 4),
            "padding": each(draw, directions, 0, 2),
            "ceil_mode": draw.random() < 0.5,
        }
        if draw.random() < 0.7:
            given["stride"] = each(draw, directions, 0 if draw.random() < 0.1 else 1, 4)
        if kind is not nn.AvgPool2d:
            given["dilation"] = each(draw, directions, 1, 2)
        return kind(**given), image(draw, directions)

    return drawn


def unflattened(draw: Draw) -> tuple[nn.Module, tuple[int, ...]]:
    new = list(sizes(draw, 1, 3, (1, 3)))
    if draw.random() < 0.4:
        new[draw.randrange(len(new))] = -1
    return nn.Unflatten(draw.randint(-3, 3), tuple(new)), tuple(draw.choice((4, 6, 12)) for _ in range(3))


def plain(kind: type[nn.Module]) -> Callable[[Draw], tuple[nn.Module, tuple[int, ...]]]:
    return lambda draw: (kind(), sizes(draw, 0, 4))


DRAWN: dict[type[nn.Module], Callable[[Draw], tuple[nn.Module, tuple[int, ...]]]] = {
    nn.Linear: lambda draw: (nn.Linear(draw.randint(1, 3), 4), sizes(draw, 0, 3, (1, 3))),
    nn.Conv1d: convolution(nn.Conv1d, 1),
    nn.Conv2d: convolution(nn.Conv2d, 2),
    nn.ConvTranspose2d: convolution(nn.ConvTranspose2d, 2),
    nn.MaxPool1d: pooling(nn.MaxPool1d, 1),
    nn.MaxPool2d: pooling(nn.MaxPool2d, 2),
    nn.AvgPool2d: pooling(nn.AvgPool2d, 2),
    nn.AdaptiveAvgPool2d: lambda draw: (
        nn.AdaptiveAvgPool2d(draw.choice((1, 3, (2, 5), (None, 2), (-1, 2), (1, 2, 3)))),
        image(draw, 2),
    ),
    nn.Flatten: lambda draw: (nn.Flatten(draw.randint(-3, 3), draw.randint(-3, 3)), sizes(draw, 0, 4)),
    nn.Unflatten: unflattened,
    nn.BatchNorm1d: lambda draw: (
        nn.BatchNorm1d(2, affine=draw.random() < 0.5, track_running_stats=draw.random() < 0.5),
        sizes(draw, 1, 4, (1, 3)),
    ),
    nn.BatchNorm2d: lambda draw: (
        nn.BatchNorm2d(2, affine=draw.random() < 0.5),
        sizes(draw, 4, draw.choice((4, 5)), (1, 3)),
    ),
    nn.LayerNorm: lambda draw: (nn.LayerNorm(sizes(draw, 1, 2, (1, 3))), sizes(draw, 0, 4, (1, 3))),
    nn.GroupNorm: lambda draw: (
        nn.GroupNorm(draw.choice((1, 2)), 4, affine=draw.random() < 0.5),
        sizes(draw, 1, 4, (1, 4)),
    ),
    nn.Embedding: lambda draw: (nn.Embedding(5, draw.randint(1, 4)), sizes(draw, 0, 3)),
    nn.Softmax: lambda draw: (nn.Softmax(draw.choice((None, -3, -1, 0, 1, 2))), sizes(draw, 0, 4)),
    nn.GELU: lambda draw: (nn.GELU(draw.choice(("none", "tanh", "exact"))), sizes(draw, 0, 4)),
    **{kind: plain(kind) for kind in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.SiLU, nn.Dropout, nn.Identity)},
}


def by_pytorch(layer: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | str:
    given = torch.zeros(shape, dtype=torch.long if isinstance(layer, nn.Embedding) else torch.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return tuple(layer(given).shape)
        except (RuntimeError, ValueError, TypeError, IndexError, AssertionError, NotImplementedError) as error:
            return str(error)


def by_formula(layer: nn.Module, shape: tuple[int, ...]) -> tuple[int, ...] | str:
    try:
        return output_shape(layer, shape)
    except BadAnswer as error:
        return str(error)


@pytest.mark.parametrize("kind", list(RULES), ids=lambda kind: kind.__name__)
def test_the_formula_gives_pytorch_s_shape_or_refuses_with_it(kind: type[nn.Module]) -> None:
    draw, taken, refused = Draw(7), 0, 0
    while taken + refused < TRIES:
        try:
            layer, shape = DRAWN[kind](draw)
        except (ValueError, RuntimeError):
            continue
        expected, found = by_pytorch(layer, shape), by_formula(layer, shape)
        if isinstance(expected, str) or 0 in expected:  # of nothing left over, PyTorch's kernels think differently
            assert isinstance(found, str), (layer, shape, expected, found)
            refused += 1
        else:
            assert found == expected, (layer, shape)
            taken += 1
    assert taken > TRIES // 10


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (nn.Linear(3, 4), (2, 5), r"Linear takes \(..., 3\), not \(2, 5\)"),
        (nn.Conv2d(3, 4, 3), (1, 2, 8, 8), r"Conv2d takes 3 channels, not \(1, 2, 8, 8\)"),
        (nn.Conv2d(3, 4, 9), (1, 3, 8, 8), "is too small for this Conv2d"),
        (nn.MaxPool2d(2, padding=2), (1, 3, 8, 8), "padding of MaxPool2d is at most half of its kernel_size"),
        (nn.BatchNorm2d(3), (3, 8), r"BatchNorm2d takes \(batch, channels, height, width\)"),
        (nn.LSTM(2, 3), (4, 2), "LSTM is not known here"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_a_refusal_says_what_is_taken(layer: nn.Module, shape: tuple[int, ...], said: str) -> None:
    with pytest.raises(BadAnswer, match=said):
        output_shape(layer, shape)
