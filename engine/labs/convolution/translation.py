"""What a shift of the input does to every layer: does the map go along, and does anything change at all?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.jobs import Progress
from engine.labs.convolution.downsampling import EVERY, DownsamplingChoice
from engine.labs.convolution.pooling import change, shifted
from engine.labs.convolution.receptive import reaches
from engine.labs.convolution.results.receptive import Reach
from engine.labs.convolution.results.translation import LAYERS, Kind, Seen, Translated
from engine.labs.convolution.settings.translation import MAX_SHIFT, Translation
from engine.labs.convolution.shifting import SIDE, ShiftNetwork, drawn, from_kept, placed, training, windows
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits

PICTURES = 40
"""Test pictures that are moved."""
TRAINED = 600
"""Training pictures at most."""
SHIFTS = tuple(range(MAX_SHIFT + 1))
PIECE = 12
"""Updates between two looks at how far it is."""

Pictures = Float[Tensor, "pictures 1 height width"]


def held_back() -> tuple[Pictures, Int[Tensor, " pictures"]]:
    """The pictures that are moved, and what they show."""
    part = built(Digits(), 0).test.first(PICTURES)
    return placed(part.x), part.label


def translated(asked: Translation, seed: int) -> Iterator[Progress[Translated]]:
    """Every way to halve the maps, for every seed."""
    names = (*LAYERS, "largest of each map" if asked.end == "largest" else "all numbers of the maps", "scores")
    kinds = {row.kind: _unknown(row, asked.seeds, len(names)) for row in EVERY}
    jumps = tuple(reaches(layers, SIDE)[-1].jump for layers in windows(EVERY[0]))
    x, labels = held_back()
    total, done = asked.seeds * len(EVERY), 0

    def known() -> Translated:
        return Translated(np.array(SHIFTS), jumps, names, tuple(kinds.values()), len(x), asked.weights == "trained")

    for turn in range(asked.seeds):
        for row in EVERY:
            network = drawn(row, asked.end, seed + turn)
            said = f"{row.label}, seed {turn + 1} of {asked.seeds}"
            if asked.weights == "trained":
                part = built(Digits(), 0).train.first(TRAINED)
                steps = training(network, placed(part.x), part.label, asked.epochs, seed + turn)
                for number, share in enumerate(steps):
                    if number % PIECE == 0:
                        yield Progress((done + share) / total, None, said)
            done += 1
            kinds[row.kind] = _with(kinds[row.kind], turn, network, x, labels)
            yield Progress(done / total, known(), said)


def _unknown(row: DownsamplingChoice, seeds: int, stages: int) -> Kind:
    maps, every, one = (np.full((seeds, *shape, len(SHIFTS)), np.nan) for shape in ((len(LAYERS),), (stages,), ()))
    return Kind(row.kind, row.label, maps, every, one, one)


def _with(known: Kind, turn: int, network: ShiftNetwork, x: Pictures, labels: Int[Tensor, " pictures"]) -> Kind:
    """``known`` with one more seed."""
    tables = {name: getattr(known, name).copy() for name in ("apart", "change", "accuracy", "same")}
    for name, values in measured(network, x, labels).items():
        tables[name][turn] = values
    return replace(known, **tables, weights=known.weights or network.kept())


@torch.no_grad()
def measured(
    network: ShiftNetwork, x: Pictures, labels: Int[Tensor, " pictures"], shifts: Sequence[int] = SHIFTS
) -> dict[str, Float[np.ndarray, "..."]]:
    """``apart``, ``change``, ``accuracy`` and ``same`` of ``Kind``, over the shifts."""
    before = network.maps(x)
    rest = network.ended(before[-1])
    first = network.scores(rest)
    fields = [reaches(layers, SIDE)[-1] for layers in windows(network.down)]
    found: dict[str, list[object]] = {"apart": [], "change": [], "accuracy": [], "same": []}
    for by in shifts:
        now = network.maps(shifted(x, by, "right", is_around=True))
        numbers = network.ended(now[-1])
        scores = network.scores(numbers)
        found["apart"].append([apart(*each, by) for each in zip(now, before, fields, strict=True)])
        ended = [change(numbers, rest), change(scores, first)]
        found["change"].append([change(*pair) for pair in zip(now, before, strict=True)] + ended)
        found["accuracy"].append(float((scores.argmax(1) == labels).float().mean()))
        found["same"].append(float((scores.argmax(1) == first.argmax(1)).float().mean()))
    return {name: np.array(values).T for name, values in found.items()}


def cells_along(jump: int, by: int) -> int:
    """The whole number of cells nearest to a shift by so many pixels; of two as near, the larger."""
    return (2 * by + jump) // (2 * jump)


def inside(field: Reach) -> tuple[int, int]:
    """The first cell and that after the last one whose field lies in the picture, so that no padding is in them."""
    cells = [cell for cell in range(field.cells) if field.field(cell)[0] >= 0 and field.field(cell)[1] < SIDE]
    return (cells[0], cells[-1] + 1) if cells else (0, 0)


def apart(
    now: Float[Tensor, "pictures channels rows columns"],
    before: Float[Tensor, "pictures channels rows columns"],
    field: Reach,
    by: int,
) -> float:
    """‖now - before moved along‖ / ‖before‖ over the cells that know nothing of the border; NaN where there are none."""
    along = cells_along(field.jump, by)
    first, last = inside(field)
    if last - along <= first:
        return float("nan")
    rows = slice(first, last)
    return change(now[..., rows, first + along : last], before[..., rows, first : last - along])


@torch.no_grad()
def seen(asked: Translation, kind: Kind) -> Seen | None:
    """One digit's map of the chosen layer and channel; None where the network is not there yet."""
    if kind.weights is None:
        return None
    network = from_kept(asked.kind, asked.end, kind.weights)
    x, _ = held_back()
    x = x[asked.digit - 1 : asked.digit]
    moved = shifted(x, asked.shift, "right", is_around=True)
    before, now = network.maps(x)[asked.layer], network.maps(moved)[asked.layer]
    channel = slice(min(asked.channel, before.shape[1]) - 1, min(asked.channel, before.shape[1]))
    field = reaches(windows(asked.kind)[asked.layer], SIDE)[-1]
    along = cells_along(field.jump, asked.shift)
    return Seen(
        moved[0, 0].numpy().copy(),
        torch.roll(before[0, channel][0], along, -1).numpy().copy(),
        now[0, channel][0].numpy().copy(),
        along,
        field.jump,
        inside(field),
        apart(now[:, channel], before[:, channel], field, asked.shift),
    )
