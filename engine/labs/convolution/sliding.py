"""A window slides over a picture: at every place, weights times what lies under them, summed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from jaxtyping import Float

from engine.labs.convolution.bank import Bank, bank, flipped
from engine.labs.convolution.geometry import Padding, line
from engine.labs.convolution.pictures import pixels
from engine.labs.convolution.results.sliding import Beside, Slid
from engine.labs.convolution.state import ConvolutionLab

Pixels = Float[np.ndarray, "channels height width"]
Maps = Float[np.ndarray, "outs rows columns"]
MODES: Mapping[Padding, Literal["constant", "reflect"]] = {"none": "constant", "same": "constant", "reflect": "reflect"}
"""Padding as NumPy calls it."""


def slid(lab: ConvolutionLab) -> Slid:
    """The page's window over its picture. Raises Refusal where it has no place, or the picture can't be had."""
    window = lab.window
    weights = bank(window, lab.channels)
    return slide(
        pixels(lab.picture, lab.colour, lab.seed),
        flipped(weights) if window.flip else weights,
        stride=window.stride,
        padding=window.padding,
        dilation=window.dilation,
        groups=window.groups,
    )


def slide(
    picture: Pixels, weights: Bank, stride: int = 1, padding: Padding = "none", dilation: int = 1, groups: int = 1
) -> Slid:
    """y[o, r, c] = sum over i, a, b of w[o, i, a, b] x[i, s r + d a, s c + d b]: cross-correlation, as in PyTorch.

    ``x`` is the padded picture, of whose channels each group of outputs sees its own. Raises Refusal as ``line`` does.
    """
    size = weights.shape[-1]
    down, across = (line(length, size, stride, dilation, padding) for length in picture.shape[1:])
    around = ((0, 0), (down.before, down.after), (across.before, across.after))
    padded = np.pad(picture, around, mode=MODES[padding])
    spans = np.lib.stride_tricks.sliding_window_view(padded, (down.span, across.span), axis=(1, 2))
    patches = spans[:, ::stride, ::stride, ::dilation, ::dilation]
    grouped = patches.reshape(groups, -1, *patches.shape[1:])
    bound = weights.reshape(groups, -1, *weights.shape[1:])
    output = np.einsum("goiab,gircab->gorc", bound, grouped, optimize=True)
    return Slid(picture, padded, weights, output.reshape(-1, *output.shape[2:]), down, across, groups)


def beside(found: Slid) -> Beside:
    """How far the numbers are from PyTorch's and from SciPy's."""
    return Beside(
        torch=_apart(_of_torch(found), found.output),
        correlate=_apart(_of_scipy("correlate2d", found), found.output),
        convolve=_apart(_of_scipy("convolve2d", replace(found, weights=flipped(found.weights))), found.output),
        unflipped=_apart(_of_scipy("convolve2d", found), found.output),
    )


def convolved(found: Slid) -> Maps:
    """What SciPy's convolve2d makes of the picture with the weights that slid."""
    return _of_scipy("convolve2d", found)


def _of_torch(found: Slid) -> Maps:
    import torch

    x, w = torch.from_numpy(found.padded), torch.from_numpy(found.weights)
    y = torch.nn.functional.conv2d(
        x[None], w, stride=found.down.stride, dilation=found.down.dilation, groups=found.groups
    )
    return y[0].numpy()


def _of_scipy(name: str, found: Slid) -> Maps:
    """Channel by channel with weights spread by the dilation; SciPy takes every place, the stride keeps some."""
    from scipy import signal

    step, dilation = found.down.stride, found.down.dilation
    spread = np.zeros((*found.weights.shape[:2], found.down.span, found.across.span))
    spread[..., ::dilation, ::dilation] = found.weights
    work = getattr(signal, name)
    maps = [
        sum(
            work(found.padded[channel], spread[out, place], mode="valid")
            for place, channel in enumerate(found.seen(out))
        )
        for out in range(found.outs)
    ]
    return np.stack(maps)[:, ::step, ::step]


def _apart(one: Maps, other: Maps) -> float:
    return float(np.abs(one - other).max())
