"""From a row of the catalog to tensors: draw, derive, split (stratified), scale on the training part."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from engine.data import hand
from engine.data.catalog import Data
from engine.data.features import derive
from engine.data.own.encoder import Encoder
from engine.data.sharing import shared
from engine.data.source import DataSource, Handmade
from engine.data.table import ColumnKind, Table
from engine.refusal import Refusal
from engine.settings import settings
from engine.streams import stream

OBJECTS = 10_000
"""Bytes that the tensors, arrays and names of a data set take beside its numbers, about."""


@dataclass(frozen=True)
class Part:
    """Training, validation or test examples."""

    x: Float[Tensor, "rows features"]
    """What the network receives: derived and scaled."""
    y: Tensor
    """Labels (int64), or scaled values (float32)."""
    raw_x: Float[np.ndarray, "rows columns"]
    raw_y: np.ndarray
    """Labels, or values in the target's own unit."""
    rows: Int[np.ndarray, " rows"] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Which row of what was drawn each is; -1 - n for the point number n placed by hand."""

    @property
    def nbytes(self) -> int:
        """Bytes of all five."""
        return sum(array.nbytes for array in (self.x, self.y, self.raw_x, self.raw_y, self.rows))


@dataclass(frozen=True)
class Scaler:
    """x -> (x - shift) / width, per input; the identity where scaling is off."""

    shift: Float[np.ndarray, " inputs"]
    width: Float[np.ndarray, " inputs"]

    @classmethod
    def fitted(cls, kind: str, x: Float[np.ndarray, "rows inputs"]) -> "Scaler":
        """``standard``: mean and standard deviation; ``minmax``: lowest and range. A constant column has width 1."""
        if kind == "none":
            return cls(np.zeros(x.shape[1]), np.ones(x.shape[1]))
        shift, width = (x.mean(axis=0), x.std(axis=0)) if kind == "standard" else (x.min(axis=0), np.ptp(x, axis=0))
        return cls(shift, np.where(np.ptp(x, axis=0) > 0, width, 1.0))

    def __call__(self, x: Float[np.ndarray, "rows inputs"]) -> Float[np.ndarray, "rows inputs"]:
        scaled: np.ndarray = (x - self.shift) / self.width
        return scaled


@dataclass(frozen=True)
class Dataset:
    """A data set ready for a network. Shared between runs: nobody may write to it."""

    classes: tuple[str, ...]
    """Empty for regression."""
    columns: tuple[str, ...]
    units: tuple[str, ...]
    feature_names: tuple[str, ...]
    """Names of the network's inputs: the columns, or functions of them."""
    target: str
    target_unit: str
    train: Part
    validation: Part
    test: Part
    scaler: Scaler | Encoder
    target_mean: float
    target_std: float
    """The target's own value is scaled value * target_std + target_mean (0 and 1 for labels and where scaling is off).

    With min-max scaling these are the lowest training target and the range, not a mean and a deviation.
    """
    learned_in: str
    """What a difference of 1 between output and target is."""
    features: tuple[str, ...]
    """Derived inputs, for planar data; empty where the columns go in as they are."""
    drawn: tuple[Part, ...] = ()
    """The parts before anything was changed by hand, from which scaling, axes and colours are taken: they stay."""
    kinds: tuple[ColumnKind, ...] = ()
    """What the columns stand for, where not all are plain numbers."""

    @property
    def class_count(self) -> int:
        """Number of classes; 0 for regression."""
        return len(self.classes)

    @property
    def nbytes(self) -> int:
        """Bytes of its three parts and of the objects around them."""
        return sum(part.nbytes for part in (self.train, self.validation, self.test)) + OBJECTS

    @property
    def input_size(self) -> int:
        """Number of the network's inputs."""
        return len(self.feature_names)

    def encode(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[Tensor, "rows features"]:
        """Raw columns as the network's inputs."""
        inputs = derive(raw_x, self.features) if self.features else raw_x
        return torch.from_numpy(self.scaler(inputs).astype(np.float32))

    def filled(self, raw_x: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, "rows columns"]:
        """Raw columns with what stands in for missing numbers: where an example with gaps is drawn."""
        return self.scaler.filled(raw_x) if isinstance(self.scaler, Encoder) else raw_x

    @property
    def class_weights(self) -> Float[Tensor, " classes"]:
        """Of the training labels, so that each class counts the same. Empty for regression."""
        return balanced_weights(self.train.y, self.class_count) if self.classes else torch.ones(0)


def balanced_weights(labels: Int[Tensor, " rows"], class_count: int) -> Float[Tensor, " classes"]:
    """n / (K n_c) for each of the K classes: a rare class counts as much as a common one."""
    counts = torch.bincount(labels, minlength=class_count).clamp_min(1)
    return (len(labels) / (class_count * counts)).float()


def _scaler(table: Table, scaling: str, inputs: Float[np.ndarray, "rows inputs"]) -> Scaler | Encoder:
    """What turns raw columns into inputs, fitted on those of the training part."""
    if table.kinds:
        return Encoder.fitted(table.kinds, table.columns, scaling, inputs)
    return Scaler.fitted(scaling, inputs)


def _learned_in(table: Table, scaling: str) -> str:
    if table.classes:
        return "difference from ±1"
    scale = {"standard": "standard deviations", "minmax": "ranges"}
    return (
        f"{scale[scaling]} of {table.target}" if scaling in scale else table.target_unit or f"units of {table.target}"
    )


@shared(most=lambda: settings().data_mb * 1e6)
def prepare(data: Data, seed: int) -> Dataset:
    """The data set of an experiment, the same for the same seed: drawn, derived, split, scaled as the training part.

    The last ones are kept and shared between threads, a visitor's own only while a run has them. Raises DataUnavailable
    where the data can't be had, Refusal where a class is too small to be split.
    """
    table = data.draw(seed)
    rows = split(table, data, seed)
    features = tuple(getattr(data, "features", ()))
    fitted = table.x[rows[0]] if len(table.x) else getattr(data, "corners", table.x)
    inputs = derive(fitted, features) if features else fitted
    scaler = _scaler(table, data.scaling, inputs)
    targets = np.zeros((1, 1)) if table.classes else table.y[rows[0]].reshape(-1, 1).astype(float)
    target = Scaler.fitted("none" if table.classes else data.scaling, targets)
    shell = Dataset(
        classes=table.classes,
        columns=table.columns,
        units=table.units or ("",) * len(table.columns),
        feature_names=scaler.names if isinstance(scaler, Encoder) else features or table.columns,
        target=table.target,
        target_unit=table.target_unit,
        train=_EMPTY,
        validation=_EMPTY,
        test=_EMPTY,
        scaler=scaler,
        target_mean=float(target.shift[0]),
        target_std=float(target.width[0]),
        learned_in=_learned_in(table, data.scaling),
        features=features,
        kinds=table.kinds,
    )
    x, y = (table.x, table.x, table.test_x), (table.y, table.y, table.test_y)
    drawn = tuple(
        _part(
            shell, (table.x if own_x is None else own_x)[chosen], (table.y if own_y is None else own_y)[chosen], chosen
        )
        for chosen, own_x, own_y in zip(rows, x, y, strict=True)
    )
    parts = _by_hand(shell, data, drawn) if isinstance(data, Handmade) else drawn
    if not len(table.x):
        drawn = tuple(_part(shell, fitted, np.zeros(len(fitted), table.y.dtype), np.arange(len(fitted))) for _ in drawn)
    return replace(shell, train=parts[0], validation=parts[1], test=parts[2], drawn=drawn)


def _by_hand(shell: Dataset, data: Handmade, drawn: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts after what was done by hand: rows changed or removed, then the placed points at the end."""
    said = hand.read(data.hand)
    if not data.hand:
        return drawn
    joins = [data.part_of(text) for text in hand.placed_only(data.hand)]
    parts = []
    for number, part in enumerate(drawn):
        mine = [place for place, joined in enumerate(joins) if joined == number]
        placed = [said.placed[place] for place in mine]
        x, y = hand.changed_part(part.rows, part.raw_x, part.raw_y, said.changed, placed)
        stays, _ = hand.changed_rows(part.rows, part.raw_y, said.changed)
        parts.append(_part(shell, x, y, np.concatenate([part.rows[stays], -1 - np.array(mine, dtype=np.int64)])))
    return tuple(parts)


def split(table: Table, data: DataSource, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row numbers of the training, validation and test parts, in random order, each class in proportion.

    The validation part is empty when its share is 0. Raises Refusal, naming the setting, when a class has too few
    rows to stand in every part.
    """
    counts = np.bincount(table.y, minlength=len(table.classes)) if table.classes else [len(table.x)]
    for name, rows in zip(table.classes or ("all data",), counts, strict=True):
        if len(table.x) and rows - sum(held_back(int(rows), data)) < 1:
            raise Refusal(_too_few(data, name, int(rows)))
    return drawn_split(table, data, seed)


def held_back(rows: int, data: DataSource) -> tuple[int, int]:
    """How many of ``rows`` examples of a class go to the validation and the test part: at least one where any do."""
    validation = max(1, round(rows * data.validation_share)) if data.validation_share > 0 else 0
    return validation, max(1, round(rows * data.test_share))


def drawn_split(table: Table, data: DataSource, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row numbers of the training, validation and test parts, in random order, each class in proportion."""
    order = torch.randperm(len(table.x), generator=stream(seed, "split")).numpy()
    groups = [order[table.y[order] == label] for label in range(len(table.classes))] if table.classes else [order]
    parts: tuple[list[np.ndarray], ...] = ([], [], [])
    for rows in groups if len(table.x) else []:
        held, tested = held_back(len(rows), data)
        cuts = [len(rows) - tested - held, len(rows) - tested]
        for part, chosen in zip(parts, np.split(rows, cuts), strict=True):
            part.append(chosen)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    train, validation, test_rows = (in_order(np.concatenate([order[:0], *part]), place) for part in parts)
    return train, validation, test_rows


def _too_few(data: DataSource, name: str, rows: int) -> str:
    samples = getattr(data, "samples", None)
    field, cure = ("data.test_share", "") if samples is None else ("data.samples", "more samples or ")
    shares = f"validation {data.validation_share:g}, test {data.test_share:g}"
    return f"{field}: {name} has {rows} rows, too few to split ({shares}); choose {cure}smaller shares"


def in_order(rows: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Rows in the order of the shuffle, so that the first n of a part are a fair sample of its classes."""
    ordered: np.ndarray = rows[np.argsort(place[rows])]
    return ordered


def _part(data: Dataset, x: np.ndarray, y: np.ndarray, rows: np.ndarray) -> Part:
    x, y, rows = x.copy(), y.copy(), rows.copy()
    for array in (x, y, rows):
        array.setflags(write=False)
    inputs = data.encode(x.copy())
    if data.classes:
        return Part(inputs, torch.from_numpy(y.copy()).long(), x, y, rows)
    scaled = ((y - data.target_mean) / data.target_std).astype(np.float32)
    return Part(inputs, torch.from_numpy(scaled), x, y, rows)


_EMPTY = Part(torch.zeros(0, 0), torch.zeros(0), np.zeros((0, 0)), np.zeros(0))
