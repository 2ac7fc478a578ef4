"""Transfer measured: learned on some classes, then on others from few pictures, in four ways and from several seeds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.vision.fitting import accuracy, few_of, fit, held_back
from engine.labs.vision.results.transfer import FIRST, WAYS, Transferred
from engine.labs.vision.transfer_settings import Transferring
from engine.vision.images import Images, Part
from engine.vision.model import Cnn, CnnNetwork
from engine.vision.network import Asked, weighted
from engine.vision.sources.catalog import built
from engine.vision.sources.source import Source

RATE = 0.003
"""Of Adam, on the first classes."""
OUTPUT = "output"
KEPT_BYTES = 500_000
DONE: Kept[Transferred] = Kept(lambda: KEPT_BYTES)
"""What was measured to the end, by all that decides it and for every visitor."""
FEWEST = 4
"""Classes that there have to be: two to learn first, two others."""


@dataclass(frozen=True)
class Group:
    """Layers that learn at one rate: one with weights, and what follows it until the next."""

    name: str
    blocks: tuple[int, ...]
    """Numbers of the blocks, from 0; none of the output."""
    module: nn.Module


# --- what is learned from ---------------------------------------------------------------------------------------------


def classes_first(asked: Transferring, source: Source) -> int:
    """How many classes are learned first: two others are left."""
    return max(2, min(asked.first, len(source.classes) - 2))


def of_classes(part: Part, low: int, high: int) -> Part:
    """The pictures of classes ``low`` up to ``high``, which are counted from 0 then."""
    chosen = torch.nonzero((part.label >= low) & (part.label < high)).flatten()
    found = part.rows(chosen)
    return replace(found, label=found.label - low)


# --- layers and their rates -------------------------------------------------------------------------------------------


def groups(network: CnnNetwork) -> tuple[Group, ...]:
    """The blocks from one with weights to the next, in order; the output last."""
    found: list[tuple[str, list[int]]] = []
    for number, (row, block) in enumerate(zip(network.row.blocks, network.blocks, strict=True)):
        if weighted(block) or not found:
            found.append((f"{number + 1} {row.short}", []))
        found[-1][1].append(number)
    named = (Group(name, tuple(at), nn.ModuleList(network.blocks[number] for number in at)) for name, at in found)
    return (*named, Group(OUTPUT, (), network.head))


def kept_of(count: int, asked: Transferring) -> int:
    """How many of ``count`` groups are kept: the output never is."""
    return min(asked.kept, count - 1)


def rates(way: str, count: int, asked: Transferring) -> tuple[float, ...]:
    """The learning rate of each of ``count`` groups, the output's last: 0 for one that stands still."""
    if way == "frozen":
        kept = kept_of(count, asked)
        return (*(0.0,) * kept, *(asked.rate,) * (count - kept))
    if way == "discriminative rates":
        return tuple(asked.rate / asked.factor ** (count - 1 - place) for place in range(count))
    return (asked.rate,) * count


def begun(way: str, model: Cnn, wanted: Asked, seed: int, learned: CnnNetwork, asked: Transferring) -> CnnNetwork:
    """The network for the other classes: first weights of its own, in the groups that are kept those that were learned."""
    network = model.build(wanted, seed)
    if way != "from scratch":
        pairs = list(zip(groups(network), groups(learned), strict=True))
        for new, old in pairs[: kept_of(len(pairs), asked)]:
            new.module.load_state_dict(old.module.state_dict())
    return network


def tuned(way: str, network: CnnNetwork, few: Part, asked: Transferring, seed: int) -> Iterator[int]:
    """Train it on the few pictures, each group at its rate."""
    parts = groups(network)
    at = [(group, rate) for group, rate in zip(parts, rates(way, len(parts), asked), strict=True) if rate]
    optimizer = torch.optim.Adam([{"params": list(group.module.parameters()), "lr": rate} for group, rate in at])
    still = sum(len(group.blocks) for group in parts[: len(parts) - len(at)])
    module, x = (tail(network, still), head_start(network, still, few.x)) if still else (network, few.x)

    def shown(chosen: Tensor, step: int) -> tuple[Tensor, Tensor]:
        return x[chosen], few.label[chosen]

    yield from fit(module, len(few), shown, asked.updates, seed, optimizer)


@torch.no_grad()
def head_start(network: CnnNetwork, still: int, x: Tensor) -> Tensor:
    """What the first ``still`` blocks give: where they stand still it is computed once, in evaluation mode."""
    network.eval()
    signal = network.standardized(x)
    for block in network.blocks[:still]:
        signal = block(signal)
    return signal


def tail(network: CnnNetwork, still: int) -> nn.Module:
    """All that comes behind."""
    return nn.Sequential(*network.blocks[still:], network.head)


# --- the comparison ---------------------------------------------------------------------------------------------------


def transferred(
    asked: Transferring, source: Source, model: Cnn, seed: int, known: Kept[Transferred] = DONE
) -> Iterator[Progress[Transferred]]:
    """One seed after another: the first classes, then every way from every number of pictures. What is done is kept."""
    key = (asked, source, model, seed)
    found = known.get(key)
    if found is None:
        for progress in _measured(asked, source, model, seed):
            found = progress.result or found
            yield progress
        assert found is not None
        found = replace(found, is_done=True)
        known.put(key, found)
    yield Progress(1.0, found, "All seeds")


def _measured(asked: Transferring, source: Source, model: Cnn, seed: int) -> Iterator[Progress[Transferred]]:
    data = built(source, seed)
    found = blank(asked, source, model)
    pieces = asked.seeds * (1 + len(asked.counts) * len(WAYS))
    done = 0
    for number in range(asked.seeds):
        own, said = seed + number, f"Seed {number + 1} of {asked.seeds}"
        learned, first = _first(asked, source, data, model, own)
        for step in first:
            yield Progress((done + step / asked.before) / pieces, said=f"{said}: the first classes, update {step:,}")
        done += 1
        found = _with_first(found, number, learned, of_classes(held_back(data), 0, len(found.first)))
        yield Progress(done / pieces, found)
        held = of_classes(held_back(data), len(found.first), len(data.classes))
        for column, count in enumerate(asked.counts):
            few = few_of(of_classes(data.train, len(found.first), len(data.classes)), count, own)
            for row, way in enumerate(WAYS):
                network = begun(way, model, Asked.of(data, len(found.second)), own, learned, asked)
                start = [_flat(group) for group in groups(network)]
                for step in tuned(way, network, few, asked, own):
                    share = (done + step / asked.updates) / pieces
                    yield Progress(share, said=f"{said}: {way}, {count} pictures a class")
                done += 1
                found = _with(replace(found, held=len(held)), (row, column, number), accuracy(network, held))
                if column == len(asked.counts) - 1:
                    found = _with_layers(found, row, number, network, start)
            yield Progress(done / pieces, found)


def _first(
    asked: Transferring, source: Source, data: Images, model: Cnn, seed: int
) -> tuple[CnnNetwork, Iterator[int]]:
    """(the network for the first classes, its training)."""
    count = classes_first(asked, source)
    part = of_classes(data.train, 0, count)
    network = model.build(Asked.of(data, count), seed)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)

    def shown(chosen: Tensor, step: int) -> tuple[Tensor, Tensor]:
        batch = part.rows(chosen)
        return batch.x, batch.label

    return network, fit(network, len(part), shown, asked.before, seed, optimizer)


def _flat(group: Group) -> Tensor:
    """All numbers that a group learns, as they stand, in a row."""
    return torch.cat([parameter.detach().flatten().clone() for parameter in group.module.parameters()])


def _with_first(found: Transferred, seed: int, network: CnnNetwork, held: Part) -> Transferred:
    before = found.before.copy()
    before[seed] = accuracy(network, held)
    filters = found.filters if seed else ((FIRST, _filters(network)),)
    return replace(found, before=before, filters=tuple(item for item in filters if item[1].size))


def _filters(network: CnnNetwork) -> np.ndarray:
    """Of the first layer with weights, where that is a convolution; none else."""
    first = next(iter(network.matrices.values())).detach()
    return first.numpy().copy() if first.ndim == 4 else np.zeros((0, 0, 0, 0), np.float32)


def _with(found: Transferred, place: tuple[int, int, int], share: float) -> Transferred:
    table = found.accuracy.copy()
    table[place] = share
    return replace(found, accuracy=table)


def _with_layers(found: Transferred, way: int, seed: int, network: CnnNetwork, start: list[Tensor]) -> Transferred:
    """How far each group has moved; of the first seed its filters, too."""
    moved = found.moved.copy()
    for place, (group, before) in enumerate(zip(groups(network), start, strict=True)):
        moved[way, place, seed] = float((_flat(group) - before).norm() / before.norm())
    filters = found.filters
    if seed == 0 and filters:
        filters = (*filters, (WAYS[way], _filters(network)))
    return replace(found, moved=moved, filters=filters)


def blank(asked: Transferring, source: Source, model: Cnn) -> Transferred:
    """Before anything is learned."""
    first = classes_first(asked, source)
    network = model.build(Asked(source.shape, len(source.classes) - first), 0)
    names = tuple(group.name for group in groups(network))
    return Transferred(
        first=source.classes[:first],
        second=source.classes[first:],
        counts=asked.counts,
        before=np.full(asked.seeds, np.nan),
        accuracy=np.full((len(WAYS), len(asked.counts), asked.seeds), np.nan),
        groups=names,
        rates=np.array([rates(way, len(names), asked) for way in WAYS]),
        moved=np.full((len(WAYS), len(names), asked.seeds), np.nan),
        filters=(),
        held=0,
    )
