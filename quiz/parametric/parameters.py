"""Counting parameters: layers, convolutions, tables and norms."""

import itertools

from torch import nn

from quiz.parametric.drawing import whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import META, parameter_count
from quiz.parametric.writing import eq, tex


def _linear_parameters(inputs: int, outputs: int) -> Asked:
    value = parameter_count(nn.Linear(inputs, outputs, device=META))
    return Asked(
        text=f"How many parameters does `nn.Linear({inputs}, {outputs})` learn?",
        value=value,
        rule=r"$n_{in} n_{out} + n_{out}$: a weight for every pair of input and output, a bias for every output.",
        working=rf"${inputs} \cdot {outputs} + {outputs} = {tex(inputs * outputs)} + {outputs} = {tex(value)}$",
        mistakes={
            "Forgot the biases: `bias=True` is the default.": value - outputs,
            "Gave every input a bias: it is added to outputs.": value - outputs + inputs,
            "Gave inputs and outputs a bias each: only outputs have one.": value + inputs,
        },
    )


def _mlp_parameters(inputs: int, first: int, second: int, classes: int) -> Asked:
    sizes = (inputs, first, second, classes)
    pairs = list(itertools.pairwise(sizes))
    value = parameter_count(*(nn.Linear(a, b, device=META) for a, b in pairs))
    terms = " + ".join(rf"({a} \cdot {b} + {b})" for a, b in pairs)
    parts = " + ".join(tex(a * b + b) for a, b in pairs)
    return Asked(
        text=f"A fully connected network takes {inputs} inputs through hidden layers of {first} and {second} ReLU units to "
        f"{classes} outputs. How many parameters does it learn, biases included?",
        value=value,
        rule=r"$\sum_l (n_{l-1} n_l + n_l)$: layers add up, and ReLU has no parameters.",
        working=rf"${terms} = {parts} = {tex(value)}$",
        mistakes={
            "Forgot the biases: one for every unit after the input.": value - sum(sizes[1:]),
            "Multiplied the layers instead of adding them up.": inputs * first * second * classes,
            "Forgot the output layer: it has weights and biases too.": value - second * classes - classes,
            "Gave the inputs biases: they are no units that compute anything.": value + inputs,
        },
    )


def _parameters(inputs: int, outputs: int, kernel: int, size: int) -> Asked:
    value = parameter_count(nn.Conv2d(inputs, outputs, kernel, device=META))
    area = kernel * kernel
    return Asked(
        text=f"`nn.Conv2d({inputs}, {outputs}, kernel_size={kernel}, padding={kernel // 2})` is applied to images of "
        f"{size}×{size} pixels with {inputs} channels. How many parameters does it learn, biases included?",
        value=value,
        rule="$C_{out}(C_{in} k^2 + 1)$: every output channel has one kernel over all input channels and one bias. The image's "
        "size plays no part, for the weights are shared by all places.",
        working=rf"${outputs} \cdot ({inputs} \cdot {kernel}^2 + 1) = {outputs} \cdot {inputs * area + 1} = {tex(value)}$",
        mistakes={
            "Forgot the biases: one for each output channel.": value - outputs,
            "Forgot the input channels: a kernel has its own $k^2$ weights for each of them.": outputs * (area + 1),
            "Gave every slice of a kernel its own bias: there is one for each output channel.": outputs
            * inputs
            * (area + 1),
            "Counted the weights at every pixel: they are shared by all places.": value * size * size,
        },
    )


def _grouped_parameters(groups: int, inputs_each: int, outputs_each: int, kernel: int) -> Asked:
    inputs, outputs = groups * inputs_each, groups * outputs_each
    value = parameter_count(nn.Conv2d(inputs, outputs, kernel, groups=groups, device=META))
    area = kernel * kernel
    return Asked(
        text=f"How many parameters, biases included, does `nn.Conv2d({inputs}, {outputs}, kernel_size={kernel}, "
        f"groups={groups})` learn?",
        value=value,
        rule=r"$C_{out}\left(\frac{C_{in}}{g} k^2 + 1\right)$: each output channel looks at the input channels of its "
        r"group only.",
        working=rf"${outputs} \cdot \left(\frac{{{inputs}}}{{{groups}}} \cdot {kernel}^2 + 1\right) = {outputs} \cdot "
        rf"{inputs_each * area + 1} = {tex(value)}$",
        mistakes={
            "Ignored the groups: every output channel would look at all input channels.": outputs * (inputs * area + 1),
            "Divided both channel counts by $g$: that is a single group, and there are $g$ of them.": outputs_each
            * (inputs_each * area + 1),
            "Forgot the biases: one for each output channel, whatever the groups.": value - outputs,
        },
    )


def _separable_saving(inputs: int, outputs: int, kernel: int) -> Asked:
    plain = nn.Conv2d(inputs, outputs, kernel, bias=False, device=META)
    depthwise = nn.Conv2d(inputs, inputs, kernel, groups=inputs, bias=False, device=META)
    pointwise = nn.Conv2d(inputs, outputs, 1, bias=False, device=META)
    whole_cost, parts = parameter_count(plain), parameter_count(depthwise, pointwise)
    area = kernel * kernel
    return Asked(
        text=f"A {kernel}×{kernel} convolution from {inputs} to {outputs} channels is replaced by a depthwise "
        f"{kernel}×{kernel} "
        "and a pointwise 1×1 convolution, all without biases. How many times fewer weights does that take?",
        value=whole_cost / parts,
        rule=r"$\frac{C_{in} C_{out} k^2}{C_{in} k^2 + C_{in} C_{out}} = \frac{1}{1/C_{out} + 1/k^2}$: close to $k^2$ "
        r"where there "
        "are many output channels.",
        working=rf"$\frac{{{inputs} \cdot {outputs} \cdot {area}}}{{{inputs} \cdot {area} + {inputs} \cdot {outputs}}} = "
        rf"\frac{{{tex(whole_cost)}}}{{{tex(parts)}}} {eq(whole_cost / parts)}$",
        decimals=1,
        unit="times",
        mistakes={
            "Forgot the pointwise convolution: the depthwise one alone mixes no channels.": float(outputs),
            "Forgot the depthwise convolution: it is cheap, but not free.": float(area),
            "Gave the pointwise convolution as many outputs as inputs.": whole_cost / (inputs * area + inputs * inputs),
        },
    )


def _learned(channels: int, side: int) -> Asked:
    value = parameter_count(nn.BatchNorm2d(channels, device=META))
    return Asked(
        text=f"How many parameters does `nn.BatchNorm2d({channels})` learn, on feature maps of {channels}×{side}×{side}?",
        value=value,
        rule=r"$2C$: $\gamma$ and $\beta$ for each channel. The running mean and variance are buffers, no gradient reaches "
        r"them.",
        working=rf"$2 \cdot {channels} = {value}$",
        mistakes={
            "Counted running mean and variance: they are buffers, not parameters.": 2 * value,
            "Forgot the shift $\\beta$: `affine=True` learns scale and shift.": channels,
            "Gave every pixel its own scale and shift: they are shared within a channel.": value * side * side,
        },
    )


def _language_model(words: int, width: int) -> Asked:
    value = parameter_count(nn.Embedding(words, width, device=META), nn.Linear(width, words, device=META))
    table = words * width
    return Asked(
        text=f"How many parameters do `nn.Embedding({words}, {width})` and, at the other end of a language model, "
        f"`nn.Linear({width}, {words})` have together, without sharing weights?",
        value=value,
        rule=r"$V d + (d V + V)$: a vector for each token, and at the output a weight vector and a bias for each. Tying "
        r"the two "
        "tables would save $V d$.",
        working=rf"${words} \cdot {width} + ({width} \cdot {words} + {words}) = {tex(table)} + {tex(table + words)} = "
        rf"{tex(value)}$",
        mistakes={
            "Counted the table once: the weights are not shared here.": table + words,
            "Forgot the biases of the output.": 2 * table,
            "Gave the embedding a bias: it is a table and nothing else.": value + width,
            "Gave the output a bias for each of the $d$ inputs: there is one for each token.": 2 * table + width,
        },
    )


FAMILIES = (
    Family(
        id="linear-parameters",
        topic="networks",
        level="foundation",
        title="Parameters of a linear layer",
        source="torch.nn.Linear",
        draws={"inputs": whole(12, 128, 4), "outputs": whole(3, 64)},
        ask=_linear_parameters,
        lab="backpropagation?section=shapes",
        chosen=True,
    ),
    Family(
        id="mlp-parameters",
        topic="networks",
        level="foundation",
        title="Parameters of a fully connected network",
        source="Goodfellow et al. 2016, section 6.1; torch.nn.Linear",
        draws={
            "inputs": (20, 64, 100, 128, 256, 784, 3072),
            "first": (16, 32, 64, 128, 200),
            "second": (8, 16, 32, 64, 100),
            "classes": (2, 3, 5, 10),
        },
        ask=_mlp_parameters,
        lab="backpropagation?section=shapes",
    ),
    Family(
        id="conv2d-parameters",
        topic="convolution",
        level="foundation",
        title="Parameters of a convolution",
        source="torch.nn.Conv2d",
        draws={
            "inputs": (3, 4, 8, 16, 32),
            "outputs": (8, 16, 24, 32, 48, 64),
            "kernel": (3, 5, 7),
            "size": (28, 32, 64, 224),
        },
        ask=_parameters,
    ),
    Family(
        id="grouped-conv-parameters",
        topic="convolution",
        level="practitioner",
        title="Parameters of a grouped convolution",
        source="Xie et al. 2017 (ResNeXt); torch.nn.Conv2d",
        draws={
            "groups": (2, 4, 8),
            "inputs_each": (4, 6, 8, 12, 16),
            "outputs_each": (4, 8, 12, 16),
            "kernel": (3, 5),
        },
        ask=_grouped_parameters,
        chosen=True,
    ),
    Family(
        id="separable-conv-saving",
        topic="convolution",
        level="expert",
        title="What a depthwise separable convolution saves",
        source="Howard et al. 2017 (MobileNets), section 3.1",
        draws={"inputs": (16, 24, 32, 48, 64, 96), "outputs": (16, 32, 48, 64, 128, 160, 256), "kernel": (3, 5, 7)},
        ask=_separable_saving,
    ),
    Family(
        id="batch-norm-parameters",
        topic="normalization",
        level="foundation",
        title="What batch norm learns",
        source="torch.nn.BatchNorm2d",
        draws={"channels": whole(8, 256, 4), "side": (7, 8, 14, 16, 28, 32)},
        ask=_learned,
        chosen=True,
    ),
    Family(
        id="language-model-tables",
        topic="embeddings",
        level="foundation",
        title="The two tables of a language model",
        source="Press & Wolf 2017; torch.nn.Embedding",
        draws={
            "words": (1000, 2000, 5000, 8000, 10_000, 16_000, 20_000, 30_000, 32_000, 50_000),
            "width": (16, 32, 50, 64, 100, 128, 200, 256, 300, 512),
        },
        ask=_language_model,
        lab="tokens?section=sizes",
    ),
)
