"""A token as a one-hot row times a matrix, and as a row of that matrix: the same numbers."""

from collections.abc import Sequence

import torch
from torch import nn

from engine.labs.tokens.results.cutting import Lookup
from engine.streams import stream
from engine.text.vocabulary import Vocabulary

AROUND = 24
"""Rows of E that are shown."""


def embedding(size: int, dim: int, seed: int) -> nn.Embedding:
    """E, drawn from N(0, 1) as PyTorch does, but from a stream of its own."""
    weight = torch.randn(size, dim, generator=stream(seed, "weights"))
    return nn.Embedding(size, dim, _weight=weight)


def lookup(vocabulary: Vocabulary, ids: Sequence[int], place: int, dim: int, seed: int) -> Lookup:
    """The token at ``place`` of a sentence's ``ids``, looked up in both ways; and which rows of E get a gradient."""
    table = embedding(vocabulary.size, dim, seed)
    chosen = ids[place]
    one_hot = torch.nn.functional.one_hot(torch.tensor(chosen), vocabulary.size).float()
    rows = table(torch.tensor(list(ids)))
    (gradient,) = torch.autograd.grad(0.5 * rows.square().sum(), table.weight)
    weight = table.weight.detach()
    product, row = one_hot @ weight, weight[chosen]
    first = max(0, min(chosen - AROUND // 2, vocabulary.size - AROUND))
    unit = nn.functional.normalize(weight[list(ids)], dim=1)
    lengths = gradient.norm(dim=1)
    return Lookup(
        token=vocabulary.tokens[chosen],
        id=chosen,
        table=weight[first : first + AROUND].numpy().copy(),
        first=first,
        product=product.numpy().copy(),
        row=row.numpy().copy(),
        size=vocabulary.size,
        difference=float((product - row).abs().max()),
        cosines=(unit @ unit.T).numpy().copy(),
        touched=lengths[first : first + AROUND].numpy().copy(),
        rows_touched=int((lengths > 0).sum()),
    )
