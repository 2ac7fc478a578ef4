"""Attention by hand."""

import math

import torch
import torch.nn.functional as F

from quiz.parametric.drawing import Row, tenths, whole
from quiz.parametric.family import Asked, Family
from quiz.parametric.tensors import exact
from quiz.parametric.writing import dot, eq, tex, vec

Vectors = tuple[tuple[int, ...], ...]
ONE_HEAD, MASKED = "attention?section=one+head", "attention?section=causal+mask"
SMALL = whole(-2, 2)


def _scores(query: tuple[int, ...], keys: Vectors) -> list[int]:
    return [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]


def _weights(query: tuple[int, ...], keys: Vectors, scale: float | None = None) -> list[float]:
    """What PyTorch's attention gives to values that are the unit vectors: its weights."""
    q, k, v = exact([[query]]), exact([keys]), torch.eye(len(keys), dtype=torch.float64)[None]
    return F.scaled_dot_product_attention(q, k, v, scale=scale)[0, 0].tolist()


def _weight(query: tuple[int, ...], keys: Vectors, place: int) -> Asked:
    value = _weights(query, keys)[place - 1]
    scores = _scores(query, keys)
    scaled = [score / 2 for score in scores]
    terms = " + ".join(rf"e^{{{tex(score)}}}" for score in scaled)
    written = r",\ ".join(rf"q \cdot k_{n} = {score}" for n, score in enumerate(scores, start=1))
    return Asked(
        text=f"One head with $d_k = 4$ has the query $q = {vec(query)}$ and the keys "
        f"{', '.join(f'${vec(key)}$' for key in keys)}. Which weight does scaled dot-product attention give to token "
        f"{place}, counted from 1?",
        value=value,
        rule=r"$\alpha_j = \text{softmax}_j\left(\frac{q \cdot k_j}{\sqrt{d_k}}\right)$",
        working=rf"${written}$; divided by $\sqrt{{4}} = 2$: ${vec(scaled)}$, so $\alpha_{place} = "
        rf"\frac{{e^{{{tex(scaled[place - 1])}}}}}{{{terms}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Forgot to divide by $\\sqrt{d_k}$: the softmax becomes too sharp.": _weights(query, keys, 1.0)[place - 1],
            "Divided by $d_k$ instead of its root.": _weights(query, keys, 0.25)[place - 1],
            "That is the scaled score: softmax is still to come.": scaled[place - 1],
        },
    )


def _axis(scores: tuple[tuple[float, ...], ...], row: int, column: int) -> Asked:
    table = exact(scores)
    value = float(torch.softmax(table, dim=1)[row - 1, column - 1])
    over_queries = float(torch.softmax(table, dim=0)[row - 1, column - 1])
    everything = float(torch.softmax(table.flatten(), dim=0).view(2, 2)[row - 1, column - 1])
    entry, own = scores[row - 1][column - 1], scores[row - 1]
    terms = " + ".join(rf"e^{{{tex(score)}}}" for score in own)
    return Asked(
        text=f"Two tokens have the scaled scores ${vec(scores[0])}$ and ${vec(scores[1])}$, a row for each query and a "
        f"column for each key. Which weight does query {row} give to key {column}?",
        value=value,
        rule=r"$\alpha_{ij} = \frac{e^{s_{ij}}}{\sum_{k} e^{s_{ik}}}$: each query spreads a weight of 1 over the keys, so "
        r"every *row* "
        "sums to 1.",
        working=rf"$\frac{{e^{{{tex(entry)}}}}}{{{terms}}} {eq(value)}$",
        decimals=2,
        mistakes={
            "Took the softmax over the queries: then columns would sum to 1.": over_queries,
            "Took the softmax over the whole table.": everything,
            "Took the sigmoid of the score: keys compete for the weight.": 1 / (1 + math.exp(-entry)),
        },
    )


def _output(query: tuple[int, ...], keys: Vectors, values: tuple[int, ...]) -> Asked:
    q, k, v = exact([[query]]), exact([keys]), exact([[[number] for number in values]])
    value = float(F.scaled_dot_product_attention(q, k, v))
    weights, scores = _weights(query, keys), _scores(query, keys)
    scaled = [score / 2 for score in scores]
    sharp = _weights(query, keys, 1.0)
    best = values[max(range(len(scores)), key=lambda place: scores[place])]
    return Asked(
        text=f"One head with $d_k = 4$ has the query $q = {vec(query)}$, the keys "
        f"{', '.join(f'${vec(key)}$' for key in keys)} and values of one number each, ${vec(values)}$. What does it give "
        f"for this query?",
        value=value,
        rule=r"$\sum_j \alpha_j v_j$ with $\alpha = \text{softmax}\left(\frac{q K^\top}{\sqrt{d_k}}\right)$: a mean of the "
        r"values, so "
        "it lies between the smallest and the largest.",
        working=rf"Scores ${vec(scores)}$, divided by $\sqrt{{4}}$: ${vec(scaled)}$; weights $\alpha \approx {vec(weights)}$; "
        rf"${dot(weights, values)} {eq(value)}$",
        decimals=1,
        mistakes={
            "Forgot to divide by $\\sqrt{d_k}$.": sum(a * b for a, b in zip(sharp, values, strict=True)),
            "Averaged the values with equal weights.": sum(values) / len(values),
            "Took the value of the best key alone: softmax is soft.": float(best),
            "Weighed with the scores, without a softmax.": sum(a * b for a, b in zip(scaled, values, strict=True)),
        },
    )


def _causal_row(scores: tuple[float, ...]) -> Asked:
    mask = torch.tensor([True, True, False])
    q, k, v = exact([[scores]]), torch.eye(3, dtype=torch.float64)[None], torch.eye(3, dtype=torch.float64)[None]
    found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=1.0)[0, 0].tolist()
    unmasked = torch.softmax(exact(scores), dim=0).tolist()
    first, second, _ = scores
    zeroed = torch.softmax(exact((first, second, 0.0)), dim=0).tolist()
    total = math.exp(first) + math.exp(second)
    return Asked(
        text=f"Under a causal mask the **second** of three tokens has the scaled scores ${vec(scores)}$ for the three "
        f"keys. What are "
        "its attention weights?",
        value=tuple(found),
        rule=r"The mask sets the scores of later tokens to $-\infty$ *before* the softmax: their weights are 0 and the "
        r"others sum "
        "to 1.",
        working=rf"$\frac{{e^{{{tex(first)}}}}}{{e^{{{tex(first)}}} + e^{{{tex(second)}}}}} \approx "
        rf"\frac{{{tex(math.exp(first))}}}{{{tex(total)}}} {eq(found[0])}$, the second has the rest, the third $0$.",
        decimals=2,
        mistakes={
            "Masked after the softmax: the weights don't sum to 1 any more.": (unmasked[0], unmasked[1], 0.0),
            "Set the score to 0 instead of $-\\infty$: $e^0 = 1$ still gets a weight.": tuple(zeroed),
            "Forgot the mask: the second token would look at the third.": tuple(unmasked),
            "Hid the token's own key too: a token may look at itself.": (1.0, 0.0, 0.0),
        },
    )


def _pairs(tokens: int) -> Asked:
    value = int(torch.ones(tokens, tokens, dtype=torch.bool).tril().sum())
    return Asked(
        text=f"How many pairs of query and key does a causal mask leave for a sequence of {tokens} tokens?",
        value=value,
        rule=r"$\frac{T(T + 1)}{2}$: token $t$ looks at itself and the $t - 1$ before it.",
        working=rf"$\frac{{{tokens} \cdot {tokens + 1}}}{{2}} = {tex(value)}$",
        mistakes={
            "Left the diagonal out: a token looks at itself too.": value - tokens,
            "Forgot the mask: that is every pair.": tokens**2,
            "Masked the past as well as the future: that leaves the diagonal.": tokens,
        },
    )


def _deviation(width: int, query_variance: float, key_variance: float) -> Asked:
    variances = exact([query_variance] * width) * exact([key_variance] * width)
    value = float(variances.sum().sqrt())
    variance = width * query_variance * key_variance
    return Asked(
        text=f"The entries of $q$ and $k$ are independent with mean 0 and the variances ${tex(query_variance)}$ and "
        f"${tex(key_variance)}$; $d_k = {width}$. What is the standard deviation of the score $q \\cdot k$, before it is "
        f"scaled?",
        value=value,
        rule=r"$\text{Var}(q \cdot k) = d_k\, \sigma_q^2 \sigma_k^2$: it grows with the width, and that is why scores are "
        r"divided by $\sqrt{d_k}$.",
        working=rf"$\sqrt{{{width} \cdot {tex(query_variance)} \cdot {tex(key_variance)}}} = \sqrt{{{tex(variance)}}} "
        rf"{eq(value)}$",
        decimals=2,
        mistakes={
            "That is the variance: the root is still to be taken.": variance,
            "Forgot the width: that is the deviation of one product.": math.sqrt(query_variance * key_variance),
            "Added the variances of query and key: a product multiplies them.": math.sqrt(
                width * (query_variance + key_variance)
            ),
        },
    )


FAMILIES = (
    Family(
        id="attention-weight",
        topic="attention",
        level="practitioner",
        title="One attention weight",
        source="Vaswani et al. 2017, section 3.2.1; F.scaled_dot_product_attention",
        draws={"query": Row(4, SMALL), "keys": Row(3, Row(4, SMALL)), "place": (1, 2, 3)},
        ask=_weight,
        lab=ONE_HEAD,
    ),
    Family(
        id="attention-softmax-axis",
        topic="attention",
        level="foundation",
        title="The axis of attention's softmax",
        source="Vaswani et al. 2017, section 3.2.1",
        draws={"scores": Row(2, Row(2, tenths(-1.5, 2.5))), "row": (1, 2), "column": (1, 2)},
        ask=_axis,
        lab=ONE_HEAD,
    ),
    Family(
        id="attention-output",
        topic="attention",
        level="practitioner",
        title="What a head gives",
        source="Vaswani et al. 2017, section 3.2.1; F.scaled_dot_product_attention",
        draws={"query": Row(4, SMALL), "keys": Row(3, Row(4, SMALL)), "values": Row(3, whole(-9, 20), distinct=True)},
        ask=_output,
        lab=ONE_HEAD,
    ),
    Family(
        id="causal-attention-row",
        topic="attention",
        level="practitioner",
        title="A row of causal attention",
        source="Vaswani et al. 2017, section 3.2.3",
        draws={"scores": Row(3, tenths(-1.0, 3.0))},
        ask=_causal_row,
        lab=MASKED,
        chosen=True,
    ),
    Family(
        id="causal-pairs",
        topic="attention",
        level="foundation",
        title="Pairs that a causal mask leaves",
        source="Vaswani et al. 2017, section 3.2.3",
        draws={"tokens": whole(6, 256)},
        ask=_pairs,
        lab=MASKED,
        chosen=True,
    ),
    Family(
        id="score-deviation",
        topic="attention",
        level="expert",
        title="How far scores scatter",
        source="Vaswani et al. 2017, footnote 4",
        draws={
            "width": (8, 16, 24, 32, 48, 64, 96, 128),
            "query_variance": (0.25, 0.5, 2.0, 4.0),
            "key_variance": (0.5, 1.0, 1.5, 3.0),
        },
        ask=_deviation,
        lab="attention?section=scaling",
    ),
)
