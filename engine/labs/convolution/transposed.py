"""Transposed convolution by hand: stamps that add up, overlap that is uneven, a transpose that is no inverse."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from engine.labs.convolution.results.transposed import Overlap, Stamped, Undone
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.stamps import Drawn
from engine.streams import stream

GREY = 8
"""Cells along a side of the even picture, at least: enough that some lie inside."""


def given(asked: Transposed, seed: int) -> Float[Tensor, "side side"]:
    """The input."""
    shape = (asked.side, asked.side)
    if asked.values == "drawn":
        return torch.randint(-3, 4, shape, generator=stream(seed, "data")).double()
    if asked.values == "ones":
        return torch.ones(shape, dtype=torch.float64)
    return torch.arange(1, asked.side**2 + 1, dtype=torch.float64).reshape(shape)


def kernel(asked: Transposed, seed: int) -> Float[Tensor, "size size"]:
    """The kernel."""
    return asked.kernel.build(asked.size, asked.stride, seed)


def stamps(
    x: Float[Tensor, "side side"], k: Float[Tensor, "size size"], stride: int, padding: int, output: int
) -> Float[Tensor, "side side output output"]:
    """What each cell adds to an output with ``output`` cells along a side: cell (i, j) adds x_ij K at (s i - p, s j - p)."""
    side, size = len(x), len(k)
    wide = torch.zeros(side, side, output + 2 * padding, output + 2 * padding, dtype=x.dtype)
    for i in range(side):
        for j in range(side):
            room = wide[i, j, i * stride : i * stride + size, j * stride : j * stride + size]
            room += x[i, j] * k[: room.shape[0], : room.shape[1]]
    return wide[:, :, padding : padding + output, padding : padding + output]


def enlarged(x: Float[Tensor, "side side"], k: Float[Tensor, "size size"], asked: Transposed) -> Float[Tensor, "_ _"]:
    """The same by PyTorch."""
    return F.conv_transpose2d(
        x[None, None], k[None, None], stride=asked.stride, padding=asked.padding, output_padding=asked.extra
    )[0, 0]


def stamped(asked: Transposed, seed: int) -> Stamped:
    """Every stamp, and their sum."""
    x, k = given(asked, seed), kernel(asked, seed)
    each = stamps(x, k, asked.stride, asked.padding, asked.output)
    output = each.sum((0, 1))
    off = float((output - enlarged(x, k, asked)).abs().max())
    return Stamped(x.numpy(), k.numpy(), each.numpy().copy(), output.numpy(), off)


# --- overlap ----------------------------------------------------------------------------------------------------------


def counts(side: int, asked: Transposed) -> Int[np.ndarray, " output"]:
    """How many stamps reach each cell along one side: those i with 0 <= o + p - s i < k. In the plane they multiply."""
    output = (side - 1) * asked.stride - 2 * asked.padding + asked.size + asked.extra
    away = np.arange(output)[:, None] + asked.padding - asked.stride * np.arange(side)[None, :]
    return ((away >= 0) & (away < asked.size)).sum(axis=1)


def resized(x: Float[Tensor, "side side"], k: Float[Tensor, "size size"], stride: int) -> Float[Tensor, "large large"]:
    """Each cell repeated s by s times, then a convolution that keeps the size."""
    large = F.interpolate(x[None, None], scale_factor=stride, mode="nearest")
    size = len(k)
    before, after = (size - 1) // 2, size // 2
    return F.conv2d(F.pad(large, (before, after, before, after)), k[None, None])[0, 0]


def overlap(asked: Transposed, seed: int) -> Overlap:
    """An even picture enlarged in two ways: the counts of what reaches each cell, and what comes of drawn kernels."""
    side = max(asked.side, GREY)
    even = torch.ones(side, side, dtype=torch.float64)
    k, ones = kernel(asked, seed), torch.ones(asked.size, asked.size, dtype=torch.float64)
    along = counts(side, asked)
    grey, resized_grey = enlarged(even, k, asked), resized(even, k, asked.stride)
    inside, large_inside = _inside(side, asked), _inside_resized(side, asked)
    drawn = [Drawn().build(asked.size, asked.stride, seed + turn) for turn in range(asked.seeds)]
    return Overlap(
        np.outer(along, along),
        resized(even, ones, asked.stride).round().long().numpy(),
        grey.numpy(),
        resized_grey.numpy(),
        inside,
        large_inside,
        np.array([uneven(_within(enlarged(even, each, asked), inside)) for each in drawn]),
        np.array([uneven(_within(resized(even, each, asked.stride), large_inside)) for each in drawn]),
    )


def _inside(side: int, asked: Transposed) -> tuple[int, int]:
    """Output cells that would be reached by no further stamp if the picture went on."""
    first = max(asked.size - asked.stride, 0) - asked.padding
    last = side * asked.stride - asked.padding
    return max(first, 0), min(last, (side - 1) * asked.stride - 2 * asked.padding + asked.size + asked.extra)


def _inside_resized(side: int, asked: Transposed) -> tuple[int, int]:
    return (asked.size - 1) // 2, side * asked.stride - asked.size // 2


def _within(x: Float[Tensor, "output output"], part: tuple[int, int]) -> Float[Tensor, "inner inner"]:
    return x[part[0] : part[1], part[0] : part[1]]


def uneven(x: Float[Tensor, "inner inner"]) -> float:
    """Standard deviation over mean absolute value: 0 for an even picture."""
    size = float(x.abs().mean())
    return float(x.std(correction=0)) / size if size > 0 else float("nan")


# --- no inverse -------------------------------------------------------------------------------------------------------


def matrix(k: Float[Tensor, "size size"], asked: Transposed) -> Float[Tensor, "outputs inputs"]:
    """C of the convolution from the large picture to the small one: row (i, j) is the stamp of cell (i, j), flattened."""
    side, output = asked.side, asked.output
    ones = torch.ones(side, side, dtype=k.dtype)
    return stamps(ones, k, asked.stride, asked.padding, output).reshape(side * side, output * output)


def undone(asked: Transposed, seed: int) -> Undone:
    """A drawn picture through a convolution and its transpose, and C's transpose held to PyTorch twice."""
    k = kernel(asked, seed)
    c = matrix(k, asked)
    draws = stream(seed, "noise")
    large, small = (asked.output, asked.output), (asked.side, asked.side)
    x = torch.randn(large, generator=draws, dtype=torch.float64)
    y = torch.randn(small, generator=draws, dtype=torch.float64)
    transposed = (c.T @ y.flatten()).reshape(large)
    there = c @ x.flatten()
    back = c.T @ there
    nearest = torch.linalg.pinv(c) @ there
    square = float(back @ back)
    factor = float(back @ x.flatten()) / square if square > 0 else 0.0
    size = float(torch.linalg.vector_norm(x))
    return Undone(
        c.numpy(),
        x.numpy(),
        there.reshape(small).numpy(),
        back.reshape(large).numpy(),
        nearest.reshape(large).numpy(),
        int(torch.linalg.matrix_rank(c)),
        float((transposed - enlarged(y, k, asked)).abs().max()),
        float((transposed - gradient(y, k, asked)).abs().max()),
        (float(there @ y.flatten()), float(x.flatten() @ transposed.flatten())),
        float(torch.linalg.vector_norm(factor * back - x.flatten())) / size,
        float(torch.linalg.vector_norm(nearest - x.flatten())) / size,
    )


def gradient(
    y: Float[Tensor, "side side"], k: Float[Tensor, "size size"], asked: Transposed
) -> Float[Tensor, "output output"]:
    """Of <conv2d(x), y> with respect to x, by autograd."""
    with torch.enable_grad():
        x = torch.zeros(1, 1, asked.output, asked.output, dtype=k.dtype, requires_grad=True)
        small = F.conv2d(x, k[None, None], stride=asked.stride, padding=asked.padding)
        (found,) = torch.autograd.grad((small[0, 0] * y).sum(), x)
    return found[0, 0]
