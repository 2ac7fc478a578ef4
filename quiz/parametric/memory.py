"""What weights, training and attention take of a memory."""

import torch
from torch import nn
from torch.optim import Adam

from quiz.parametric.drawing import grid, whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import META
from quiz.parametric.writing import eq, tex

BYTES = {torch.float32: "float32", torch.bfloat16: "bfloat16", torch.float16: "float16", torch.int8: "int8"}


def _weight_memory(billions: float, name: str) -> Asked:
    dtype = next(dtype for dtype, known in BYTES.items() if known == name)
    each = torch.empty(1, dtype=dtype, device=META).nbytes
    value = billions * each
    return Asked(
        text=f"How many gigabytes ($10^9$ bytes) do the weights of a model with {tex(billions)} billion parameters take in "
        f"{name}?",
        value=value,
        rule="Parameters times bytes of one: float32 has 4, float16 and bfloat16 have 2, int8 has 1.",
        working=rf"${tex(billions)} \cdot 10^9 \cdot {each} = {tex(value)} \cdot 10^9$ bytes",
        decimals=1,
        unit="GB",
        mistakes={
            "Counted bits: eight of them are a byte.": value * 8,
        }
        | {
            f"Took numbers of {size} byte{'s' if size > 1 else ''}: that is {known}.": billions * size
            for size, known in ((4, "float32"), (2, "float16 or bfloat16"), (1, "int8"))
            if size != each
        },
    )


def _training_memory(millions: int) -> Asked:
    layer = nn.Linear(1000, 1000 * millions, bias=False, device=META)
    optimizer = Adam(layer.parameters())
    layer.weight.grad = torch.empty_like(layer.weight)
    optimizer.step()
    averages = [held for held in optimizer.state[layer.weight].values() if held.shape == layer.weight.shape]
    value = sum(held.nbytes for held in (layer.weight, layer.weight.grad, *averages)) / 1e9
    return Asked(
        text=f"A model with {millions} million parameters is trained with Adam, all in float32. How many gigabytes ($10^9$ "
        f"bytes) do "
        "weights, gradients and the optimizer's state take together, without activations?",
        value=value,
        rule=r"$(1 + 1 + 2) \cdot 4 = 16$ bytes for a parameter: the weight, its gradient, and Adam's averages $m$ and $v$.",
        working=rf"${millions} \cdot 10^6 \cdot 16 = {tex(millions * 16)} \cdot 10^6$ bytes ${eq(value)}$ GB",
        decimals=2,
        unit="GB",
        mistakes={
            "Counted the weights only.": value / 4,
            "Forgot Adam's averages: that is plain SGD.": value / 2,
            "Forgot the gradients, or one of Adam's two averages.": value * 3 / 4,
            "Took eight bytes a number: float32 has four.": value * 2,
        },
    )


def _score_memory(batch: int, heads: int, tokens: int) -> Asked:
    value = torch.empty(batch, heads, tokens, tokens, device=META).nbytes / 1e6
    return Asked(
        text=f"Attention without a fused kernel keeps all its weights for the backward pass. How many megabytes ($10^6$ "
        f"bytes) do they take in one layer with {heads} heads, for a batch of {batch} sequences of {tokens} tokens in float32?",
        value=value,
        rule=r"$B \cdot h \cdot T^2 \cdot 4$ bytes: a table of all pairs of tokens for every head and every sequence.",
        working=rf"${batch} \cdot {heads} \cdot {tokens}^2 \cdot 4 = {tex(value * 1e6)}$ bytes ${eq(value)}$ MB",
        decimals=1,
        unit="MB",
        mistakes={
            "Forgot the heads: each has a table of its own.": value / heads,
            "Counted numbers, not bytes: a float32 takes four.": value / 4,
            "Forgot the batch.": value / batch,
            "Took the tokens once: a table has a row and a column for each.": value / tokens,
        },
    )


def _cache(layers: int, heads: int, width: int, tokens: int) -> Asked:
    value = torch.empty(2, layers, heads, tokens, width, dtype=torch.float16, device=META).nbytes / 1e6
    return Asked(
        text=f"A decoder has {layers} layers of {heads} heads with $d_k = {width}$ and writes with a cache of keys and "
        f"values in float16. How many megabytes ($10^6$ bytes) does the cache of one sequence of {tokens} tokens take?",
        value=value,
        rule=r"$2 \cdot L \cdot T \cdot h d_k \cdot 2$ bytes: a key and a value for every layer, token and head, at two "
        r"bytes each.",
        working=rf"$2 \cdot {layers} \cdot {tokens} \cdot {heads} \cdot {width} \cdot 2 = {tex(value * 1e6)}$ bytes "
        rf"${eq(value)}$ MB",
        decimals=1,
        unit="MB",
        mistakes={
            "Counted keys and forgot values, or took one byte a number.": value / 2,
            "Took four bytes a number: float16 has two.": 2 * value,
            "Forgot the layers: each keeps its own keys and values.": value / layers,
            "Kept a cache of all pairs of tokens: keys and values grow with $T$, not with $T^2$.": value * tokens,
        },
    )


FAMILIES = (
    Family(
        id="memory-of-weights",
        topic="practice",
        level="foundation",
        title="Memory of a model's weights",
        source="torch.Tensor.nbytes",
        draws={"billions": grid(0.5, 20.0, 0.5), "name": tuple(BYTES.values())},
        ask=_weight_memory,
        chosen=True,
    ),
    Family(
        id="memory-of-training",
        topic="practice",
        level="practitioner",
        title="Memory of a training with Adam",
        source="Rajbhandari et al. 2020 (ZeRO), section 3.1; torch.optim.Adam",
        draws={"millions": whole(15, 900, 5)},
        ask=_training_memory,
    ),
    Family(
        id="attention-memory",
        topic="attention",
        level="practitioner",
        title="Memory of the attention weights",
        source="Dao et al. 2022 (FlashAttention), section 2.2",
        draws={
            "batch": (2, 3, 4, 8, 16, 32),
            "heads": (2, 6, 8, 12, 16),
            "tokens": (128, 200, 256, 400, 512, 1000, 1024, 2048),
        },
        ask=_score_memory,
        lab="attention?section=cost",
    ),
    Family(
        id="key-value-cache",
        topic="transformers",
        level="expert",
        title="Memory of keys and values",
        source="Pope et al. 2023, section 2",
        draws={
            "layers": (6, 12, 16, 24, 32),
            "heads": (8, 12, 16, 32),
            "width": (64, 80, 128),
            "tokens": (500, 512, 1000, 1024, 2000, 2048, 4096),
        },
        ask=_cache,
    ),
)
