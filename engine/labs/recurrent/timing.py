"""Seconds per sequence by its length: one recurrent layer of each cell, and one layer of attention."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from engine.choice import catalog
from engine.initializers import Orthogonal, XavierUniform
from engine.jobs import Progress
from engine.labs.recurrent.results.timing import Timing, Timings
from engine.labs.recurrent.state import Speed
from engine.sequences.cells import Cell, CellChoice
from engine.sequences.layers import RecurrentLayer
from engine.sequences.transformer import Attention, Transformer
from engine.streams import stream

SHORTEST = 16
REPEATED = 5
ATTENTION = "Attention (4 heads)"


def lengths_of(asked: Speed) -> tuple[int, ...]:
    """Doubling from the shortest."""
    found = [SHORTEST]
    while found[-1] * 2 <= asked.longest:
        found.append(found[-1] * 2)
    return tuple(found)


def layers(units: int) -> dict[str, tuple[nn.Module, Callable[[Tensor], Tensor]]]:
    """(the module, how it reads (batch, tokens, units)) of each kind, by its label."""
    found: dict[str, tuple[nn.Module, Callable[[Tensor], Tensor]]] = {}
    for kind, row in catalog(Cell).items():
        cell = row(kind=kind)
        if isinstance(cell, CellChoice) and not cell.peepholes:
            found[cell.label] = _recurrent(cell, units)
    attention = Attention(Transformer(width=units, heads=4), "decoder", 1, 0, 0, causal=True)
    found[ATTENTION] = (attention, lambda x: attention(x, x, None, None, None))
    return found


def _recurrent(cell: CellChoice, units: int) -> tuple[nn.Module, Callable[[Tensor], Tensor]]:
    layer = RecurrentLayer(cell, units, units)
    layer.initialize(XavierUniform(), Orthogonal(), stream(0, "weights"))
    return layer, lambda x: layer(x)[0]


def timings(asked: Speed) -> Iterator[Progress[Timings]]:
    """Every kind at every length, the short ones first. Seconds are the processor's, of one core."""
    kinds, lengths = layers(asked.units), lengths_of(asked)
    spent: dict[str, list[list[float]]] = {label: [] for label in kinds}
    done, total = 0, len(kinds) * len(lengths)
    for length in lengths:
        shape = (asked.batch, length, asked.units)
        x = torch.empty(shape).normal_(generator=stream(0, "noise"))
        for label, (module, read) in kinds.items():
            once(module, read, x, backward=asked.backward)
            spent[label].append([once(module, read, x, backward=asked.backward) for _ in range(REPEATED)])
            done += 1
            yield Progress(done / total, None, f"{label}, {length} tokens")
        lines = tuple(_line(label, kinds[label][0], lengths, spent[label]) for label in kinds)
        yield Progress(done / total, Timings(lines, asked.batch, asked.backward))


def once(module: nn.Module, read: Callable[[Tensor], Tensor], x: Tensor, *, backward: bool) -> float:
    """Seconds of reading a batch once, and of its gradient where asked."""
    began = time.thread_time()
    if backward:
        read(x).sum().backward()
        module.zero_grad()
    else:
        with torch.no_grad():
            read(x)
    return time.thread_time() - began


def _line(label: str, module: nn.Module, lengths: tuple[int, ...], spent: list[list[float]]) -> Timing:
    known = lengths[: len(spent)]
    table = np.array(spent)
    waits = tuple(1 if label == ATTENTION else length for length in known)
    size = sum(parameter.numel() for parameter in module.parameters())
    return Timing(label, known, np.median(table, axis=1), table.min(1), table.max(1), waits, size)
