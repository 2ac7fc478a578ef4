"""MLP and CNN of as many parameters as each other, trained on the same pictures: moved, shuffled, from several seeds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.vision.against_mlp_settings import Against
from engine.labs.vision.budget import MOST_FILTERS, MOST_UNITS, Tried, closest, cnn, mlp, parameters_of
from engine.labs.vision.results.against import KINDS, Contest, Match
from engine.labs.vision.training import paced
from engine.optimizers import Adam
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.images import Part
from engine.vision.model import Cnn, Stage
from engine.vision.network import Asked, VisionNetwork
from engine.vision.run import VisionRun
from engine.vision.sources.catalog import built
from engine.vision.sources.digits import Digits
from engine.vision.sources.rearranged import Rearranged, permutation, shuffle
from engine.vision.sources.scenes import ShapeScenes

BATCH = 32
FARTHEST = 8
"""Shifts are measured up to so many pixels, whatever is shown."""
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0))
KEPT_BYTES = 300_000
SHAPES = ShapeScenes(size=16, shapes="five", samples=3000)
ORDERS = ("in place", "shuffled")


@dataclass(frozen=True)
class Measured:
    """What one run came to."""

    accuracy: tuple[float, ...]
    """On the test part, shifted by 0, 1, ... pixels."""

    @property
    def nbytes(self) -> int:
        """Memory, with its key."""
        return 2_500


DONE: Kept[Measured] = Kept(lambda: KEPT_BYTES)
"""What was measured, by experiment and for every visitor."""


# --- what is trained --------------------------------------------------------------------------------------------------


def source(asked: Against, *, shuffled: bool) -> Rearranged:
    """The pictures, framed; in their places or shuffled."""
    inner = Digits() if asked.data == "digits" else SHAPES
    return Rearranged(of=inner, border=asked.border, shuffled=shuffled, pictures=asked.pictures)


def made_for(asked: Against) -> Asked:
    """What all networks are made for."""
    pictures = source(asked, shuffled=False)
    return Asked(pictures.shape, len(pictures.classes))


def models(asked: Against) -> list[tuple[Match, Cnn]]:
    """Of each kind the network whose parameters come closest to the budget."""
    for_these = made_for(asked)
    makes: list[tuple[Callable[[int], Cnn], int]] = [
        (partial(mlp, layers=asked.layers), MOST_UNITS),
        (partial(cnn, ends="flatten"), MOST_FILTERS),
        (partial(cnn, ends="global"), MOST_FILTERS),
    ]
    found = []
    for label, (make, most) in zip(KINDS, makes, strict=True):
        width, tried = closest(asked.budget, partial(_size, make, for_these), most)
        model = make(width)
        found.append((_match(label, width, tried, model.plan(for_these)), model))
    return found


def _size(make: Callable[[int], Cnn], for_these: Asked, width: int) -> int:
    return parameters_of(make(width), for_these)


def _match(label: str, width: int, tried: Tried, plan: tuple[Stage, ...]) -> Match:
    parameters, work = (sum(costs) for costs in zip(*((s.parameters, s.multiply_adds) for s in plan), strict=True))
    return Match(label, width, parameters, tried, described(plan), work)


def described(plan: tuple[Stage, ...]) -> str:
    """What comes in, what each stage that learns puts out: ``1×16×16 → 15 → 10``."""
    shapes = [plan[0].before, *(stage.after for stage in plan if stage.parameters)]
    return " → ".join("×".join(map(str, shape)) for shape in shapes)


def experiment(asked: Against, model: Cnn, seed: int, *, shuffled: bool) -> VisionExperiment:
    """One run."""
    training = VisionTraining(optimizer=Adam(lr=asked.lr), batch_size=BATCH, epochs=asked.epochs)
    pictures = source(asked, shuffled=shuffled)
    return VisionExperiment(data=pictures, model=model, training=training, seed=seed % (MAX_SEED + 1))


# --- what is measured -------------------------------------------------------------------------------------------------


def moved(
    x: Float[Tensor, "pictures channels height width"], down: int, right: int
) -> Float[Tensor, "pictures channels height width"]:
    """Pictures moved by whole pixels; what comes in is what stands at their edge."""
    reach = max(abs(down), abs(right))
    wide = F.pad(x, (reach,) * 4, mode="replicate") if reach else x
    top, left = reach - down, reach - right
    return wide[:, :, top : top + x.shape[2], left : left + x.shape[3]]


@torch.no_grad()
def accuracy_by_shift(network: VisionNetwork, test: Part, pictures: Rearranged, seed: int) -> tuple[float, ...]:
    """On test pictures in a frame, moved 0, 1, ... pixels, mean over four directions; shuffled after that where asked."""
    order = permutation(test.x, seed)
    found = []
    for pixels in range(FARTHEST + 1):
        shares = []
        for down, right in SIDES[:1] if pixels == 0 else SIDES:
            x = moved(test.x, pixels * down, pixels * right)
            guess = network(shuffle(x, order) if pictures.shuffled else x).argmax(1)
            shares.append(float((guess == test.label).double().mean()))
        found.append(float(np.mean(shares)))
    return tuple(found)


def contest(asked: Against, seed: int, done: Kept[Measured] = DONE) -> Iterator[Progress[Contest]]:
    """Every network on pixels in place and shuffled, seed by seed; what was measured before is not trained again."""
    found = blank(asked)
    chosen = [model for _, model in models(asked)]
    planned = [
        (number, kind, order) for number in range(asked.seeds) for order in range(2) for kind in range(len(KINDS))
    ]
    for place, (number, kind, order) in enumerate(planned):
        own = experiment(asked, chosen[kind], seed + number, shuffled=order == 1)
        said = f"Seed {number + 1} of {asked.seeds}: {KINDS[kind]}, pixels {ORDERS[order]}"
        yield Progress(place / len(planned), said=said)
        measured = done.get(own)
        if measured is None:
            run = VisionRun(own)
            for share in paced(run):
                yield Progress((place + share) / len(planned), said=f"{said}, epoch {run.epochs:.0f}")
            measured = _measured(run)
            done.put(own, measured)
        accuracy = found.accuracy.copy()
        accuracy[kind, order, :, number] = measured.accuracy[: asked.shift + 1]
        found = replace(found, accuracy=accuracy, pictures=_sizes(own))
        yield Progress((place + 1) / len(planned), found, said)
    yield Progress(1.0, replace(found, is_done=True))


def blank(asked: Against) -> Contest:
    """Before any run."""
    return Contest(
        matches=tuple(match for match, _ in models(asked)),
        budget=asked.budget,
        shifts=tuple(range(asked.shift + 1)),
        accuracy=np.full((len(KINDS), 2, asked.shift + 1, asked.seeds), np.nan),
        pictures=(0, 0),
        epochs=asked.epochs,
        border=asked.border,
    )


def _measured(run: VisionRun) -> Measured:
    data, seed = run.experiment.data, run.experiment.seed
    assert isinstance(data, Rearranged)
    framed = built(data.model_copy(update={"shuffled": False}), seed).test
    return Measured(accuracy_by_shift(run.network.eval(), framed, data, seed))


def _sizes(own: VisionExperiment) -> tuple[int, int]:
    data = built(own.data, own.seed)
    return len(data.train), len(data.test)
