"""``Folder``: a visitor's own pictures, one folder for each class, as they are kept: small, a byte for each value."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zipfile import ZipFile

import numpy as np
from jaxtyping import Int, UInt8

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.names import plain_name, plain_names
from engine.pictures.archive import Member, members, opened, peeked, unpacked
from engine.pictures.decode import decode_square, pixels_of
from engine.pictures.kinds import is_read
from engine.settings import Settings, settings

SMALLEST, LARGEST = 16, 64
"""Pixels of a side that pictures are made to have."""
FEWEST_IN_CLASS = 5
"""Pictures: three to train on, and one each for validation and test."""
MOST_CLASSES = 10
"""So many can be told apart by their colour."""
SUFFIXES = (".png", ".jpg", ".jpeg")
"""A file of such a name is meant to be a picture: where it is none, that is said instead of leaving it out."""
PARTS = {"train", "training", "valid", "validation", "val", "test", "testing"}
"""Folders that only say which part of a data set pictures are for: the parts are drawn here anew."""
UNEVEN = 3.0
"""A class of so many times the pictures of another is worth a word."""
PICTURES_AT_FULL_SIZE = 8
"""All pictures of a zip together have at most so many times the pixels of the largest one that is allowed."""


@dataclass(frozen=True, eq=False)
class Folder:
    """Pictures of several classes, all of one size."""

    name: str
    """Of the file, fit to be shown."""
    classes: tuple[str, ...]
    labels: Int[np.ndarray, " pictures"]
    pixels: UInt8[np.ndarray, "pictures channels side side"]
    """Read-only. One channel where no picture has a colour."""
    digest: str
    """16 hexadecimal digits of the files in it and of the size they were brought to: what links know of it."""
    notes: tuple[str, ...] = ()
    """What was left out, and what to know of the classes: sentences."""

    def __post_init__(self) -> None:
        self.pixels.setflags(write=False)
        self.labels.setflags(write=False)

    @property
    def side(self) -> int:
        """Pixels of a side."""
        return int(self.pixels.shape[-1])

    @property
    def is_grey(self) -> bool:
        """Whether no picture has a colour."""
        return self.pixels.shape[1] == 1

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Pictures of each class."""
        return tuple(int(count) for count in np.bincount(self.labels, minlength=len(self.classes)))

    @property
    def nbytes(self) -> int:
        """Memory it takes, about."""
        return self.pixels.nbytes + self.labels.nbytes + sum(len(name) + 60 for name in self.classes) + 1000


def read(content: bytes, name: str = "", side: int = 32, limits: Settings | None = None) -> Folder:
    """The pictures in a zip with a folder for each class, cut to their middle square and made ``side`` pixels wide.

    Raises Refused, saying which file it is, what is wrong and what to do, for a zip that can't be used.
    """
    limits = limits or settings()
    with opened(content, limits) as zipped:
        every, hidden = members(zipped, limits)
        pictures, others = list[Member](), list[Member]()
        for member in every:
            is_picture = is_read(peeked(zipped, member)) or member.parts[-1].lower().endswith(SUFFIXES)
            (pictures if is_picture else others).append(member)
        _must_be_enough(pictures, others, limits)
        sorted_out = _by_class(pictures)
        digest = hashlib.blake2b(f"{side}".encode(), digest_size=8)
        labels, squares, budget = list[int](), list[np.ndarray](), _Budget(limits)
        for label, named in enumerate(sorted_out):
            digest.update(f"\n{named}\n".encode("utf-8", "surrogatepass"))
            for member in sorted_out[named]:
                file, square = _square(zipped, member, side, budget)
                digest.update(hashlib.blake2b(file, digest_size=16).digest())
                squares.append(square)
                labels.append(label)
    return Folder(
        name=plain_name(name) or "your pictures",
        classes=plain_names(list(sorted_out), "class"),
        labels=np.array(labels, np.int64),
        pixels=_together(squares),
        digest=digest.hexdigest(),
        notes=_notes(sorted_out, others, hidden),
    )


@dataclass
class _Budget:
    """What all pictures together take so far."""

    limits: Settings
    pixels: int = 0
    nbytes: int = 0

    def decode(self, pixels: int) -> None:
        """Raise Refused where so many more pixels are too many to be decoded."""
        self.pixels += pixels
        most = PICTURES_AT_FULL_SIZE * self.limits.own_picture_pixels
        if self.pixels > most:
            raise Refused(
                f"with it the pictures have more than {most / 1e6:g} million pixels. Make them smaller first."
            )

    def keep(self, square: UInt8[np.ndarray, "channels side side"]) -> None:
        """Raise Refused where one more small picture does not fit into memory."""
        self.nbytes += square.nbytes
        most, side = self.limits.own_pictures_mb * MEGABYTE, square.shape[-1]
        if self.nbytes > most:
            raise Refused(
                f"at {side} × {side} pixels no more pictures than those before it fit into {self.limits.own_pictures_mb} MB: "
                f"{most // (3 * side * side):,} in colour. Choose a smaller size, or pack fewer of them."
            )


def _square(zipped: ZipFile, member: Member, side: int, budget: _Budget) -> tuple[bytes, np.ndarray]:
    """(the file, its small picture). Raises Refused, naming the file."""
    file = unpacked(zipped, member, budget.limits)
    try:
        budget.decode(pixels_of(file, budget.limits))
        square = decode_square(file, side, budget.limits)
        budget.keep(square)
    except Refused as refused:
        raise Refused(f"{member.path}: {refused}") from None
    return file, square


def _together(squares: Sequence[np.ndarray]) -> UInt8[np.ndarray, "pictures channels side side"]:
    """All in grey, or all in colour where one is."""
    channels = max(len(square) for square in squares)
    side = squares[0].shape[-1]
    return np.stack([np.broadcast_to(square, (channels, side, side)) for square in squares])


# --- classes --------------------------------------------------------------------------------------------------------


def _by_class(pictures: Sequence[Member]) -> dict[str, list[Member]]:
    """The pictures of each class by its name, in order: that of the first folder in which they part. Raises Refused."""
    found = defaultdict[str, list[Member]](list)
    above = _common([member.parts[:-1] for member in pictures])
    for member in pictures:
        folders = member.parts[above:-1]
        folders = folders[1:] if folders and folders[0].lower() in PARTS else folders
        if not folders:
            raise Refused(
                f"{member.path}: it lies in no folder beside another class's. Put each picture into a folder named after its "
                "class, at least two of them."
            )
        found[folders[0]].append(member)
    _must_be_classes(found)
    return {name: found[name] for name in sorted(found, key=lambda name: (name.casefold(), name))}


def _common(folders: Sequence[tuple[str, ...]]) -> int:
    """How many folders all pictures lie in: a zip of a folder of folders."""
    first, last = min(folders), max(folders)
    return next(
        (place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )


def _must_be_enough(pictures: Sequence[Member], others: Sequence[Member], limits: Settings) -> None:
    if not pictures:
        what = f", only {_listed(others)}" if others else ""
        raise Refused(f"The zip has no PNG or JPEG picture in it{what}. Pack a folder of pictures for each class.")
    if len(pictures) > limits.own_pictures:
        raise Refused(
            f"The zip holds {len(pictures):,} pictures; at most {limits.own_pictures:,} can be read. Keep some of each class."
        )


def _must_be_classes(found: dict[str, list[Member]]) -> None:
    if len(found) < 2:
        only = plain_name(next(iter(found)))
        raise Refused(
            f"There is only the folder '{only}'. A network needs at least two classes to tell apart: one each."
        )
    if len(found) > MOST_CLASSES:
        raise Refused(
            f"The zip has {len(found):,} folders of pictures; at most {MOST_CLASSES} classes can be told apart by their "
            "colour. Leave out some, or join them."
        )
    for name, inside in found.items():
        if len(inside) < FEWEST_IN_CLASS:
            count = "1 picture" if len(inside) == 1 else f"{len(inside)} pictures"
            raise Refused(
                f"The folder '{plain_name(name)}' has only {count}; at least {FEWEST_IN_CLASS} are needed: three to train on, "
                "one each for validation and test. Add pictures, or leave the folder out."
            )


def _notes(classes: dict[str, list[Member]], others: Sequence[Member], hidden: int) -> tuple[str, ...]:
    notes = list[str]()
    if hidden:
        notes.append(f"{_counted(hidden, 'hidden file')} left out, as systems put into folders.")
    if others:
        notes.append(f"{_counted(len(others), 'file')} left out, being no PNG or JPEG: {_listed(others)}.")
    above = {part.lower() for inside in classes.values() for member in inside for part in member.parts[:-2]}
    if len(above & PARTS) > 1:
        notes.append("Folders such as train and test were taken together: the parts are drawn here anew.")
    sizes = {name: len(inside) for name, inside in classes.items()}
    most, fewest = max(sizes, key=sizes.__getitem__), min(sizes, key=sizes.__getitem__)
    if sizes[most] >= UNEVEN * sizes[fewest]:
        share, common, rare = sizes[most] / sum(sizes.values()), plain_name(most), plain_name(fewest)
        notes.append(
            f"'{common}' has {sizes[most] / sizes[fewest]:.1f} times the pictures of '{rare}': a network that always says "
            f"'{common}' is right {share:.0%} of the time, so look at each class of its own."
        )
    return tuple(notes)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what} was" if count == 1 else f"{count:,} {what}s were"


def _listed(others: Sequence[Member]) -> str:
    shown = ", ".join(member.path for member in others[:3])
    return f"{shown}, …" if len(others) > 3 else shown
