"""The shape that a layer gives, by its formula: running it, even without numbers, would load half of PyTorch's compiler."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from torch import nn

from quiz.question import BadAnswer

Sizes = tuple[int, ...]
Rule = Callable[[Any, Sizes], Sizes]
"""From a layer and the shape of its input to the shape of its output."""


def output_shape(layer: nn.Module, shape: Sizes) -> Sizes:
    """The shape of ``layer(x)`` for an x of ``shape``. Raises BadAnswer where PyTorch would refuse it."""
    rule = RULES.get(type(layer))
    if rule is None:
        raise BadAnswer(f"{type(layer).__name__} is not known here")
    return rule(layer, shape)


def _fits(is_so: bool, layer: nn.Module, asked: str, shape: Sizes) -> None:
    if not is_so:
        raise BadAnswer(f"{type(layer).__name__} takes {asked}, not {shape}")


def _each(layer: nn.Module, name: str, count: int, least: int) -> Sizes:
    """An argument as one whole number for each of ``count`` directions."""
    given = getattr(layer, name)
    values = tuple(given) if isinstance(given, list | tuple) else (given,)
    values = values * count if len(values) == 1 else values
    if len(values) != count or not all(type(value) is int and value >= least for value in values):
        whole = "a whole number" if count == 1 else f"a whole number or {count} of them"
        raise BadAnswer(f"{name} of {type(layer).__name__} is {whole}, at least {least}, not {given!r}")
    return values


def _split(layer: nn.Module, shape: Sizes, directions: int) -> tuple[Sizes, Sizes]:
    """(what stands before, the sizes of the directions): (batch, channels) or (channels,), then height, width."""
    asked = f"{directions + 2} dimensions (batch, channels, {'height, width' if directions == 2 else 'length'})"
    _fits(len(shape) in (directions + 1, directions + 2), layer, asked, shape)
    _fits(all(size > 0 for size in shape), layer, "sizes above zero", shape)
    return shape[:-directions], shape[-directions:]


def _big_enough(layer: nn.Module, found: Sizes, shape: Sizes) -> Sizes:
    if min(found) < 1:
        raise BadAnswer(f"the input {shape} is too small for this {type(layer).__name__}: nothing would be left")
    return found


def _linear(layer: nn.Linear, shape: Sizes) -> Sizes:
    """(..., in) -> (..., out)."""
    _fits(bool(shape) and shape[-1] == layer.in_features, layer, f"(..., {layer.in_features})", shape)
    return (*shape[:-1], layer.out_features)


def _kernel(layer: nn.Conv1d | nn.Conv2d | nn.ConvTranspose2d, directions: int, channels: int, shape: Sizes) -> Sizes:
    """The sizes of a convolution's kernel, which fits to what comes in."""
    _fits(channels == layer.in_channels, layer, f"{layer.in_channels} channels", shape)
    if len(layer.kernel_size) != directions:
        raise BadAnswer(f"kernel_size of {type(layer).__name__} has {directions} sizes, not {layer.kernel_size}")
    return _each(layer, "kernel_size", directions, 1)


def _convolution(layer: nn.Conv1d | nn.Conv2d, shape: Sizes) -> Sizes:
    """(in + 2 padding - dilation (kernel - 1) - 1) / stride + 1, rounded down."""
    directions = 1 if isinstance(layer, nn.Conv1d) else 2
    before, sizes = _split(layer, shape, directions)
    kernels = _kernel(layer, directions, before[-1], shape)
    strides = _each(layer, "stride", directions, 1)
    dilations = _each(layer, "dilation", directions, 1)
    reaches = [dilation * (kernel - 1) for dilation, kernel in zip(dilations, kernels, strict=True)]
    around = _around(layer, directions, reaches, sizes)
    found = tuple(
        (size + more - reach - 1) // stride + 1
        for size, more, reach, stride in zip(sizes, around, reaches, strides, strict=True)
    )
    return (*before[:-1], layer.out_channels, *_big_enough(layer, found, shape))


def _around(layer: nn.Conv1d | nn.Conv2d, directions: int, reaches: list[int], sizes: Sizes) -> list[int]:
    """How much padding lies on both sides together."""
    if layer.padding == "same":
        sides = [(reach - reach // 2, reach) for reach in reaches]
    elif layer.padding == "valid":
        sides = [(0, 0)] * directions
    else:
        sides = [(padding, 2 * padding) for padding in _each(layer, "padding", directions, 0)]
    decisive = layer.dilation if layer.padding == "same" else layer.padding
    if layer.padding_mode != "zeros" and isinstance(decisive, tuple) and len(decisive) != directions:
        raise BadAnswer(f"padding of the kind {layer.padding_mode!r} has {directions} sizes, not {decisive}")
    most = {"reflect": -1, "circular": 0}.get(layer.padding_mode)
    if most is not None and any(side > size + most for (side, _), size in zip(sides, sizes, strict=True)):
        raise BadAnswer(f"padding of the kind {layer.padding_mode!r} is smaller than the input {sizes}")
    return [both for _, both in sides]


def _transposed(layer: nn.ConvTranspose2d, shape: Sizes) -> Sizes:
    """(in - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1."""
    before, sizes = _split(layer, shape, 2)
    kernels, strides = _kernel(layer, 2, before[-1], shape), _each(layer, "stride", 2, 1)
    paddings, dilations = _each(layer, "padding", 2, 0), _each(layer, "dilation", 2, 1)
    more = _each(layer, "output_padding", 2, 0)
    if any(extra >= max(pair) for extra, *pair in zip(more, strides, dilations, strict=True)):
        raise BadAnswer("output_padding of ConvTranspose2d is smaller than its stride or its dilation")
    found = tuple(
        (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        for size, kernel, stride, padding, dilation, extra in zip(
            sizes, kernels, strides, paddings, dilations, more, strict=True
        )
    )
    return (*before[:-1], layer.out_channels, *_big_enough(layer, found, shape))


def _pooled(layer: Any, shape: Sizes) -> Sizes:
    """As a convolution, with the stride of its kernel; rounded up, no window starts behind the input."""
    directions = 1 if isinstance(layer, nn.MaxPool1d) else 2
    before, sizes = _split(layer, shape, directions)
    kernels, strides = _each(layer, "kernel_size", directions, 1), _each(layer, "stride", directions, 1)
    paddings = _each(layer, "padding", directions, 0)
    dilations = _each(layer, "dilation", directions, 1) if hasattr(layer, "dilation") else (1,) * directions
    if getattr(layer, "return_indices", False):
        raise BadAnswer("with return_indices this gives two tensors")
    if getattr(layer, "divisor_override", None) == 0:
        raise BadAnswer("divisor_override is not zero")
    if any(2 * padding > kernel for padding, kernel in zip(paddings, kernels, strict=True)):
        raise BadAnswer(f"padding of {type(layer).__name__} is at most half of its kernel_size")
    found = []
    for size, kernel, stride, padding, dilation in zip(sizes, kernels, strides, paddings, dilations, strict=True):
        free = size + 2 * padding - dilation * (kernel - 1) - 1
        windows = (-(-free // stride) if layer.ceil_mode else free // stride) + 1
        is_behind = layer.ceil_mode and (windows - 1) * stride >= size + padding
        found.append(windows - is_behind)
    return (*before, *_big_enough(layer, tuple(found), shape))


def _adaptive(layer: nn.AdaptiveAvgPool2d, shape: Sizes) -> Sizes:
    """The asked size, whatever comes in; None keeps it."""
    given: Any = layer.output_size
    if given == 1 and len(shape) >= 2:  # PyTorch takes the mean, of however many dimensions stand before
        return (*shape[:-2], 1, 1)
    before, sizes = _split(layer, shape, 2)
    asked = tuple(given) if isinstance(given, list | tuple) else (given, given)
    if len(asked) != 2 or not all(size is None or (type(size) is int and size >= 0) for size in asked):
        raise BadAnswer(f"output_size of AdaptiveAvgPool2d is a whole number or 2 of them, not {given!r}")
    return (*before, *(size if new is None else new for size, new in zip(sizes, asked, strict=True)))


def _place(layer: nn.Module, name: str, shape: Sizes) -> int:
    """Which dimension an argument names, counted from the front."""
    given, most = getattr(layer, name), max(len(shape), 1)
    if type(given) is not int or not -most <= given < most:
        raise BadAnswer(f"{name} of {type(layer).__name__} is from {-most} to {most - 1} for {shape}, not {given!r}")
    return given % most


def _flattened(layer: nn.Flatten, shape: Sizes) -> Sizes:
    first, last = _place(layer, "start_dim", shape), _place(layer, "end_dim", shape)
    if first > last:
        raise BadAnswer("start_dim of Flatten does not come after its end_dim")
    return (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])


def _unflattened(layer: nn.Unflatten, shape: Sizes) -> Sizes:
    _fits(bool(shape), layer, "at least one dimension", shape)
    place = _place(layer, "dim", shape)
    sizes: Any = layer.unflattened_size
    if not sizes or not all(type(size) is int and size >= -1 for size in sizes) or list(sizes).count(-1) > 1:
        raise BadAnswer(f"unflattened_size of Unflatten is a tuple of sizes, at most one of them -1, not {sizes!r}")
    known = math.prod(size for size in sizes if size != -1)
    is_whole = known > 0 and shape[place] % known == 0 if -1 in sizes else known == shape[place]
    _fits(is_whole, layer, f"a dimension {place} that is cut into {tuple(sizes)}", shape)
    new = [shape[place] // known if size == -1 else size for size in sizes]
    return (*shape[:place], *new, *shape[place + 1 :])


def _more_than_one(layer: nn.Module, values: int, shape: Sizes) -> None:
    _fits(values > 1, layer, "more than one value for each average", shape)


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, shape: Sizes) -> Sizes:
    """(batch, features, ...), unchanged."""
    flat = isinstance(layer, nn.BatchNorm1d)
    asked = "(batch, features) or (batch, features, length)" if flat else "(batch, channels, height, width)"
    _fits(len(shape) in ((2, 3) if flat else (4,)), layer, asked, shape)
    is_counted = layer.affine or layer.track_running_stats
    _fits(shape[1] == layer.num_features or not is_counted, layer, f"{layer.num_features} features", shape)
    _more_than_one(layer, math.prod(shape) // max(shape[1], 1), shape)
    return shape


def _layer_norm(layer: nn.LayerNorm, shape: Sizes) -> Sizes:
    """(..., *normalized_shape), unchanged."""
    sizes = tuple(layer.normalized_shape)
    _fits(bool(sizes) and shape[-len(sizes) :] == sizes, layer, f"(..., {', '.join(map(str, sizes))})", shape)
    return shape


def _group_norm(layer: nn.GroupNorm, shape: Sizes) -> Sizes:
    """(batch, channels, ...), unchanged."""
    _fits(len(shape) >= 2, layer, "(batch, channels, ...)", shape)
    is_counted = shape[1] == layer.num_channels if layer.affine else shape[1] % layer.num_groups == 0
    _fits(is_counted, layer, f"{layer.num_channels} channels", shape)
    _more_than_one(layer, math.prod(shape) // layer.num_groups, shape)
    return shape


def _embedding(layer: nn.Embedding, shape: Sizes) -> Sizes:
    """(...) -> (..., embedding_dim)."""
    return (*shape, layer.embedding_dim)


def _softmax(layer: nn.Softmax, shape: Sizes) -> Sizes:
    if layer.dim is not None:
        _place(layer, "dim", shape)
    return shape


def _gelu(layer: nn.GELU, shape: Sizes) -> Sizes:
    if layer.approximate not in ("none", "tanh"):
        raise BadAnswer(f"approximate of GELU is 'none' or 'tanh', not {layer.approximate!r}")
    return shape


def _kept(layer: nn.Module, shape: Sizes) -> Sizes:
    return shape


RULES: Mapping[type[nn.Module], Rule] = {
    nn.Linear: _linear,
    nn.Conv1d: _convolution,
    nn.Conv2d: _convolution,
    nn.ConvTranspose2d: _transposed,
    nn.MaxPool1d: _pooled,
    nn.MaxPool2d: _pooled,
    nn.AvgPool2d: _pooled,
    nn.AdaptiveAvgPool2d: _adaptive,
    nn.Flatten: _flattened,
    nn.Unflatten: _unflattened,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.LayerNorm: _layer_norm,
    nn.GroupNorm: _group_norm,
    nn.Embedding: _embedding,
    nn.Softmax: _softmax,
    nn.GELU: _gelu,
    **dict.fromkeys((nn.ReLU, nn.Tanh, nn.Sigmoid, nn.SiLU, nn.Dropout, nn.Identity), _kept),
}
"""Every layer that a line may name."""
