"""Well-known picture sets: downloaded once, read in pieces, of which only the pictures that were drawn are kept."""

import gzip
import tarfile
from collections.abc import Iterator
from typing import ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Int, UInt8
from pydantic import Field

from engine.streams import stream
from engine.vision.images import Images, Part, images_of
from engine.vision.sources.remote import Remote
from engine.vision.sources.source import Source
from engine.vision.sources.split import split

READ_AT_ONCE = 1000
"""Pictures."""
Rows = Int[np.ndarray, " rows"]
Records = UInt8[np.ndarray, "rows bytes"]


@runtime_checkable
class Readable(Protocol):
    """An open file of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most ``size``; none at the end."""


class Downloaded(Source, frozen=True):
    """A picture set of which some pictures are drawn at random from the published training part."""

    samples: int
    names: ClassVar[tuple[str, ...]]
    published: ClassVar[int]
    """Pictures of the published training part."""
    formula: ClassVar = r"\text{photographed, not drawn}"

    @property
    def classes(self) -> tuple[str, ...]:
        return self.names

    def read(self, rows: Rows) -> tuple[Records, Rows]:
        """(bytes of these pictures, their classes); ``rows`` ascend. Raises Refusal where the files can't be had."""
        raise NotImplementedError

    def build(self, seed: int) -> Images:
        drawn = torch.randperm(self.published, generator=stream(seed, "data"))[: self.samples].sort().values
        records, labels = self.read(drawn.numpy())
        pictures = torch.from_numpy(records).view(-1, *self.shape)
        parts = split(Part(pictures, torch.from_numpy(labels)), self.names, seed)
        note = f"{self.samples:,} pictures drawn at random from the {self.published:,} of the published training part."
        return images_of(parts.train, parts.validation, parts.test, self.names, note)


class FashionMnist(Downloaded, frozen=True):
    kind: Literal["fashion_mnist"] = "fashion_mnist"
    samples: int = Field(
        2000,
        ge=500,
        le=6000,
        title="Samples",
        description="Pictures drawn at random.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Fashion-MNIST"
    lesson: ClassVar = "Clothes and shoes in grey, 28 by 28: shirts, coats and pullovers are hard to tell apart."
    source: ClassVar = "Xiao, Rasul and Vollgraf 2017, MIT licence; downloaded once (26 MB)"
    names: ClassVar = (
        "T-shirt",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    )
    published: ClassVar = 60_000
    folder: ClassVar = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion"
    images: ClassVar = Remote(
        f"{folder}/train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26.0
    )
    labels: ClassVar = Remote(
        f"{folder}/train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 0.03
    )

    @property
    def shape(self) -> tuple[int, int, int]:
        return (1, 28, 28)

    def read(self, rows: Rows) -> tuple[Records, Rows]:
        with gzip.open(self.images.path(self.label)) as file:
            file.read(16)  # the header of an IDX file: a magic number and three sizes
            pictures = picked(file, 28 * 28, rows)
        with gzip.open(self.labels.path(self.label)) as file:
            file.read(8)
            return pictures, picked(file, 1, rows)[:, 0].astype(np.int64)


class Cifar10(Downloaded, frozen=True):
    kind: Literal["cifar10"] = "cifar10"
    samples: int = Field(
        1000,
        ge=500,
        le=2000,
        title="Samples",
        description="Pictures drawn at random.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "CIFAR-10"
    lesson: ClassVar = "Small photographs in colour, 32 by 32: with so few of them, no small network is right often."
    source: ClassVar = "Krizhevsky 2009; downloaded once (170 MB)"
    names: ClassVar = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    published: ClassVar = 50_000
    batch: ClassVar = 10_000
    """Pictures of each of the five files in the archive."""
    archive: ClassVar = Remote(
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        170.0,
    )

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3, 32, 32)

    def read(self, rows: Rows) -> tuple[Records, Rows]:
        records = np.concatenate([self._batch(number, file, rows) for number, file in self._batches()])
        return np.ascontiguousarray(records[:, 1:]), records[:, 0].astype(np.int64)

    def _batches(self) -> Iterator[tuple[int, Readable]]:
        """(its number from 0, the file) of each part of the training pictures, in the archive's order, which is theirs."""
        with tarfile.open(self.archive.path(self.label), "r:gz") as archive:
            for member in archive:
                file = archive.extractfile(member) if "data_batch_" in member.name else None
                if file is not None:
                    yield int(member.name.removesuffix(".bin")[-1]) - 1, file

    def _batch(self, number: int, file: Readable, rows: Rows) -> UInt8[np.ndarray, "here bytes"]:
        """Its records of a byte for the class and 3 times 1,024 for red, green and blue, where they are among ``rows``."""
        return picked(file, 1 + 3 * 32 * 32, rows[rows // self.batch == number] - number * self.batch)


def picked(file: Readable, size: int, rows: Rows) -> Records:
    """The records at ``rows``, which ascend, of a file of records of ``size`` bytes; read in pieces.

    Raises ValueError where the file ends before them.
    """
    found = np.zeros((len(rows), size), np.uint8)
    done = first = 0
    while done < len(rows):
        content = file.read(READ_AT_ONCE * size)
        piece = np.frombuffer(content, np.uint8, len(content) // size * size).reshape(-1, size)
        if not len(piece):
            raise ValueError(f"the file ends at record {first:,}, before record {rows[done]:,}")
        here = rows[(rows >= first) & (rows < first + len(piece))]
        found[done : done + len(here)] = piece[here - first]
        done, first = done + len(here), first + len(piece)
    return found
