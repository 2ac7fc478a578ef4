"""Counts, sizes and memory a second way: closed forms, or counting one by one."""

import numpy as np


def windows(size, kernel, stride, padding=0, dilation=1):
    """How often a window fits, by trying every place."""
    last = size + 2 * padding - (dilation * (kernel - 1) + 1)
    return sum(1 for start in range(last + 1) if start % stride == 0)


def received(kernels, strides):
    """The receptive field, from the last layer back: each layer widens what is seen."""
    seen = 1
    for kernel, stride in reversed(list(zip(kernels, strides, strict=True))):
        seen = (seen - 1) * stride + kernel
    return seen


def transposed(size, kernel, stride, padding, extra):
    """The largest place that any input pixel is spread to, less the padding at both ends."""
    reached = max(place * stride + tap for place in range(size) for tap in range(kernel))
    return reached + 1 - 2 * padding + extra


def flattened(size, first, second, kernel):
    half = size // 2
    return second * ((half - kernel + 1) // 2) ** 2


def overlap(x, y, width, height, right, down, other_width, other_height):
    across = min(width, right + other_width) - right
    along = min(height, down + other_height) - down
    both = across * along
    return both / (width * height + other_width * other_height - both)


def block(heads, width, factor):
    d = heads * width
    return (4 + 2 * factor) * d**2 + (4 + factor + 1 + 4) * d


WAYS = {
    "linear-parameters": lambda inputs, outputs: (inputs + 1) * outputs,
    "mlp-parameters": lambda inputs, first, second, classes: (
        (inputs + 1) * first + (first + 1) * second + (second + 1) * classes
    ),
    "conv2d-parameters": lambda inputs, outputs, kernel, size: (
        np.zeros((outputs, inputs, kernel, kernel)).size + outputs
    ),
    "grouped-conv-parameters": lambda groups, inputs_each, outputs_each, kernel: (
        groups * (outputs_each * inputs_each * kernel**2 + outputs_each)
    ),
    "separable-conv-saving": lambda inputs, outputs, kernel: 1 / (1 / outputs + 1 / kernel**2),
    "batch-norm-parameters": lambda channels, side: 2 * channels,
    "language-model-tables": lambda words, width: words * (2 * width + 1),
    "rnn-parameters": lambda inputs, units, length: units * (inputs + units + 2),
    "gru-parameters": lambda inputs, units: 3 * units * (inputs + units + 2),
    "lstm-parameters": lambda inputs, units: 4 * units * (inputs + 3 * units + 4),
    "multihead-parameters": lambda heads, width: 4 * heads * width * (heads * width + 1),
    "transformer-block-parameters": block,
    "conv2d-output-size": windows,
    "pooling-output-size": windows,
    "transposed-conv-output-size": transposed,
    "conv-multiplications": lambda inputs, outputs, kernel, size, stride: (
        windows(size, kernel, stride, kernel // 2) ** 2 * outputs * inputs * kernel**2
    ),
    "receptive-field": received,
    "flatten-features": flattened,
    "box-iou": overlap,
    "vision-transformer-tokens": lambda patches, patch: patches**2 + 1,
    "skip-gram-pairs": lambda tokens, window: 2 * window * tokens - window * (window + 1),
    "causal-pairs": lambda tokens: tokens * (tokens + 1) // 2,
    "memory-of-weights": lambda billions, name: (
        billions * {"float32": 32, "float16": 16, "bfloat16": 16, "int8": 8}[name] / 8
    ),
    "memory-of-training": lambda millions: 16 * millions / 1000,
    "attention-memory": lambda batch, heads, tokens: batch * heads * tokens**2 * np.dtype(np.float32).itemsize / 1e6,
    "key-value-cache": lambda layers, heads, width, tokens: (
        2 * layers * heads * width * tokens * np.dtype(np.float16).itemsize / 1e6
    ),
}
