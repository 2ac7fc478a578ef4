"""Augmentation measured: the same networks, from several seeds, trained with it and without."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.vision.augment_settings import Augmenting
from engine.labs.vision.fitting import Shown, accuracy, answers, few_of, fit, held_back
from engine.labs.vision.results.augmentation import ARMS, Compared
from engine.vision.augment.catalog import AnyAugmentation, augmented
from engine.vision.augment.moves import turned
from engine.vision.augment.plane import slid
from engine.vision.images import Images, Part, Truth
from engine.vision.model import ModelChoice
from engine.vision.network import Asked
from engine.vision.sources.catalog import built
from engine.vision.sources.source import Source

TURNS = (0.0, 15.0, 30.0, 45.0, 60.0, 90.0)
SHIFTS = (0.1, 0.2, 0.3)
"""As shares of the side, rounded to whole pixels."""
RATE = 0.003
"""Of Adam."""
KEPT_BYTES = 1_000_000


@dataclass(frozen=True)
class Measured:
    """What one trained network came to."""

    learned: float
    shifted: tuple[float, ...]
    turned: tuple[float, ...]
    confusion: Float[np.ndarray, "classes classes"]

    @property
    def nbytes(self) -> int:
        """Memory, with its key."""
        return self.confusion.nbytes + 2_500


DONE: Kept[Measured] = Kept(lambda: KEPT_BYTES)
"""What was measured, by all that decides it and for every visitor: another stack of rows trains only one network a seed."""


@dataclass(frozen=True)
class Trial:
    """What is tested with: pictures as they are, and moved ones."""

    held: Part
    shifted: tuple[tuple[Part, ...], ...]
    """For each distance, to the four sides."""
    turned: tuple[tuple[Part, ...], ...]
    """For each angle, both ways."""


def shifts_of(size: int) -> tuple[int, ...]:
    """Pixels by which pictures of this size are moved."""
    return tuple(sorted({0, *(round(size * share) for share in SHIFTS)}))


def trial(held: Part) -> Trial:
    """The pictures moved in every way that is measured; what comes in is black."""
    plain = replace(held, truth=Truth())
    moves = [[(k, 0), (-k, 0), (0, k), (0, -k)] if k else [(0, 0)] for k in shifts_of(min(held.x.shape[2:]))]
    angles = [(angle, -angle) if angle else (0.0,) for angle in TURNS]
    return Trial(
        plain,
        tuple(tuple(_slid(plain, *move) for move in each) for each in moves),
        tuple(tuple(_turned(plain, angle) for angle in each) for each in angles),
    )


def _slid(part: Part, across: int, down: int) -> Part:
    by = torch.ones(len(part), dtype=torch.int64)
    return slid(part, across * by, down * by, "black") if across or down else part


def _turned(part: Part, degrees: float) -> Part:
    return turned(part, torch.full((len(part),), degrees).deg2rad(), "black") if degrees else part


def compared(
    asked: Augmenting, source: Source, model: ModelChoice, seed: int, done: Kept[Measured] = DONE
) -> Iterator[Progress[Compared]]:
    """One seed after another, without and with: from the same pictures, first weights and batches."""
    data = built(source, seed)
    tested = trial(held_back(data))
    found = blank(asked, source, len(tested.held))
    yield Progress(0.0, found, "The first network")
    total = len(ARMS) * asked.seeds
    for place in range(total):
        number, arm = divmod(place, len(ARMS))
        rows = asked.rows if arm else ()
        few = few_of(data.train, asked.each, seed + number)
        key = (source, model, asked.each, asked.updates, rows, seed, number)
        measured = done.get(key)
        if measured is None:
            network = model.build(Asked.of(data, len(data.classes)), seed + number)
            optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
            shown = shower(few, rows, data, seed + number)
            for step in fit(network, len(few), shown, asked.updates, seed + number, optimizer):
                said = f"Seed {number + 1} of {asked.seeds}, {ARMS[arm]}: update {step:,}"
                yield Progress((place + step / asked.updates) / total, said=said)
            measured = measure(network, few, tested, len(data.classes))
            done.put(key, measured)
        found = _joined(replace(found, pictures=len(few)), arm, number, measured)
        yield Progress((place + 1) / total, found)
    yield Progress(1.0, replace(found, is_done=True), "All seeds")


def shower(part: Part, rows: tuple[AnyAugmentation, ...], data: Images, seed: int) -> Shown:
    """What a network reads of the pictures of a batch, and what they count as."""
    known = replace(part, truth=part.truth.only("box"))

    def shown(chosen: Tensor, step: int) -> tuple[Tensor, Tensor]:
        batch = augmented(rows, known.rows(chosen), len(data.classes), seed, step)
        return batch.x, batch.label if batch.truth.shares is None else batch.truth.shares

    return shown


def measure(network: nn.Module, few: Part, tested: Trial, classes: int) -> Measured:
    """Accuracy on what was learned from and on every kind of test picture."""
    return Measured(
        learned=accuracy(network, few),
        shifted=tuple(float(np.mean([accuracy(network, part) for part in each])) for each in tested.shifted),
        turned=tuple(float(np.mean([accuracy(network, part) for part in each])) for each in tested.turned),
        confusion=confused(network, tested.held, classes),
    )


def confused(network: nn.Module, part: Part, classes: int) -> Float[np.ndarray, "classes classes"]:
    """Share of the pictures of each class (rows) that is taken for each; NaN of a class without any."""
    counts = torch.zeros(classes, classes, dtype=torch.float64)
    one = torch.ones(len(part), dtype=torch.float64)
    counts.index_put_((part.label, answers(network, part.x)), one, accumulate=True)
    totals = counts.sum(1, keepdim=True)
    return torch.where(totals > 0, counts / totals.clamp(min=1), torch.nan).numpy()


def _joined(found: Compared, arm: int, seed: int, measured: Measured) -> Compared:
    """``found`` with one more network; what is shown already keeps its arrays."""
    names = ("learned", "shifted", "turned", "confusion")
    arrays = {name: getattr(found, name).copy() for name in names}
    for name, array in arrays.items():
        array[arm, seed] = getattr(measured, name)
    return replace(found, **arrays)


def blank(asked: Augmenting, source: Source, held: int = 0) -> Compared:
    """Before any network is trained."""
    shifts, count = shifts_of(min(source.shape[1:])), len(source.classes)

    def none(*more: int) -> np.ndarray:
        return np.full((len(ARMS), asked.seeds, *more), np.nan)

    return Compared(
        classes=source.classes,
        shifts=shifts,
        turns=TURNS,
        learned=none(),
        shifted=none(len(shifts)),
        turned=none(len(TURNS)),
        confusion=none(count, count),
        pictures=0,
        held=held,
    )
