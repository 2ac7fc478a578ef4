"""Convolution and pooling: sizes and work."""

import torch
import torch.nn.functional as F
from torch import nn

from quiz.parametric.drawing import whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import META
from quiz.parametric.writing import tex


def _output_size(size: int, kernel: int, stride: int, padding: int, dilation: int) -> Asked:
    layer = nn.Conv2d(1, 1, kernel, stride, padding, dilation, device=META)
    value = layer(torch.empty(1, 1, size, size, device=META)).shape[-1]
    span = dilation * (kernel - 1)
    room = size + 2 * padding - span - 1
    mistakes = {"Forgot the $+1$: the window stands once before it moves at all.": value - 1}
    others = {
        "Padded one side only: padding adds $p$ pixels at both ends, $2p$ in all.": size + padding - span - 1,
        "Ignored the dilation: the kernel's taps reach over $d(k - 1) + 1$ pixels, not over $k$.": size
        + 2 * padding
        - kernel,
        "Rounded up: a window that does not fit any more is left out, so it is the floor.": room + stride - 1,
    }
    for why, wrong in others.items():
        if (found := wrong // stride + 1) not in (value, *mistakes.values()):
            mistakes[why] = found
    return Asked(
        text=f"A convolution with a {kernel}×{kernel} kernel, stride {stride}, padding {padding} on every side and dilation "
        f"{dilation} is applied to an image of {size}×{size} pixels. How many pixels high is its output?",
        value=value,
        rule=r"$n_{out} = \left\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \right\rfloor + 1$: the number of places at which the "
        "window fits.",
        working=rf"$\left\lfloor \frac{{{size} + 2 \cdot {padding} - {dilation} \cdot {kernel - 1} - 1}}{{{stride}}} "
        rf"\right\rfloor + 1 = \left\lfloor \frac{{{room}}}{{{stride}}} \right\rfloor + 1 = {value}$",
        mistakes=mistakes,
        unit="pixels",
    )


def _pooled_size(size: int, kernel: int, stride: int) -> Asked:
    image = torch.empty(1, 1, size, size, device=META)
    value = F.max_pool2d(image, kernel, stride).shape[-1]
    mistakes = {
        "Forgot the $+1$: the window stands once before it moves at all.": value - 1,
        "Moved the window by one pixel at a time: that is the default of a convolution, here the stride is given.": size
        - kernel
        + 1,
    }
    if (size - kernel) % stride:
        mistakes["Rounded up: that is `ceil_mode=True`; by default what the window does not fit on is left out."] = (
            value + 1
        )
    return Asked(
        text=f"A feature map of {size}×{size} goes through `nn.MaxPool2d(kernel_size={kernel}, stride={stride})`. How high is "
        "what comes out?",
        value=value,
        rule=r"$n_{out} = \left\lfloor \frac{n - k}{s} \right\rfloor + 1$: pooling counts windows as a convolution without "
        "padding does.",
        working=rf"$\left\lfloor \frac{{{size} - {kernel}}}{{{stride}}} \right\rfloor + 1 = {(size - kernel) // stride} + 1 = "
        rf"{value}$",
        mistakes=mistakes,
    )


def _transposed_size(size: int, kernel: int, stride: int, padding: int, extra: int) -> Asked:
    layer = nn.ConvTranspose2d(1, 1, kernel, stride, padding, output_padding=extra, device=META)
    value = layer(torch.empty(1, 1, size, size, device=META)).shape[-1]
    mistakes = {
        "Used the formula of a plain convolution: the transposed one makes the map larger.": (
            size + 2 * padding - kernel
        )
        // stride
        + 1,
        "Forgot the kernel: the last input pixel is spread over $k$ output pixels.": value - kernel,
    }
    if padding:
        mistakes["Added the padding: in a transposed convolution it is cut off at both ends."] = value + 4 * padding
    if extra:
        mistakes["Forgot the output padding, which is added at one end."] = value - extra
    return Asked(
        text=f"`nn.ConvTranspose2d(16, 8, kernel_size={kernel}, stride={stride}, padding={padding}, output_padding={extra})` "
        f"is applied to a feature map of {size}×{size}. How high is its output?",
        value=value,
        rule=r"$n_{out} = (n - 1)s - 2p + k + p_{out}$ (without dilation): the formula of a convolution, solved for its input.",
        working=rf"$({size} - 1) \cdot {stride} - 2 \cdot {padding} + {kernel} + {extra} = {value}$",
        mistakes=mistakes,
        unit="pixels",
    )


def _multiplications(inputs: int, outputs: int, kernel: int, size: int, stride: int) -> Asked:
    padding = kernel // 2
    places = F.unfold(torch.empty(1, inputs, size, size, device=META), kernel, padding=padding, stride=stride)
    value = places.numel() * outputs
    height = (size + 2 * padding - kernel) // stride + 1
    weights = outputs * inputs * kernel**2
    mistakes = {
        "Counted the weights: each is used once at every place of the output.": weights,
        "Forgot the input channels: the window covers all of them.": value // inputs,
        "Counted additions too: asked for are multiplications, a multiply and its add are one multiply-add.": 2 * value,
    }
    if stride > 1:
        mistakes["Counted the places of the input: the window stands only where there is an output."] = (
            weights * size * size
        )
    return Asked(
        text=f"A convolution with {kernel}×{kernel} kernels, stride {stride} and padding {padding} takes an image of "
        f"{size}×{size} with {inputs} channels to {outputs} channels. How many multiplications does that take for one image, "
        "products with padded zeros included?",
        value=value,
        rule=r"$H_{out} W_{out} \cdot C_{out} \cdot C_{in} k^2$: at every place of the output each output channel "
        r"multiplies its "
        "whole kernel once.",
        working=rf"The output is ${height} \times {height}$: ${height}^2 \cdot {outputs} \cdot {inputs} \cdot {kernel}^2 = "
        rf"{tex(value)}$",
        mistakes=mistakes,
    )


FAMILIES = (
    Family(
        id="conv2d-output-size",
        topic="convolution",
        level="foundation",
        title="Output size of a convolution",
        source="Dumoulin & Visin 2016, section 5.1; torch.nn.Conv2d",
        draws={
            "size": whole(20, 64),
            "kernel": (3, 5, 7),
            "stride": (1, 2, 3, 4),
            "padding": (1, 2, 3),
            "dilation": (1, 1, 2, 3),
        },
        ask=_output_size,
        lab="convolution",
    ),
    Family(
        id="pooling-output-size",
        topic="convolution",
        level="foundation",
        title="Output size of max pooling",
        source="torch.nn.MaxPool2d",
        draws={"size": whole(14, 64), "kernel": (2, 3, 4), "stride": (2, 3)},
        ask=_pooled_size,
        lab="convolution?section=pooling",
        chosen=True,
    ),
    Family(
        id="transposed-conv-output-size",
        topic="convolution",
        level="practitioner",
        title="Output size of a transposed convolution",
        source="Dumoulin & Visin 2016, section 4; torch.nn.ConvTranspose2d",
        draws={
            "size": whole(6, 32),
            "kernel": (2, 3, 4, 5),
            "stride": (2, 3),
            "padding": (0, 1, 2),
            "extra": (0, 1),
        },
        ask=_transposed_size,
        lab="convolution?section=transposed",
    ),
    Family(
        id="conv-multiplications",
        topic="convolution",
        level="practitioner",
        title="Multiplications of a convolution",
        source="Goodfellow et al. 2016, section 9.2; Howard et al. 2017, section 3.1",
        draws={
            "inputs": (3, 8, 16, 32),
            "outputs": (8, 16, 32, 64),
            "kernel": (3, 5),
            "size": (16, 20, 28, 32, 56),
            "stride": (1, 2),
        },
        ask=_multiplications,
        lab="convolution?section=counting",
    ),
)
