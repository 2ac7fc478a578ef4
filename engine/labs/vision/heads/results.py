"""What the section measures: numbers that charts draw, free of torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Pictures:
    """The validation pictures of the first seed, and what is true of them."""

    pixels: UInt8[np.ndarray, "pictures height width 3"]
    truth: Arrays
    """By name, pictures along the first axis: ``mask``, ``box``, ``objects``, ``angle`` or ``ways``, as the view has them."""
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pixels)

    def objects(self, picture: int) -> Float[np.ndarray, "objects 5"]:
        """Class and box of each object of a picture."""
        known = self.truth["objects"][picture]
        return known[known[:, 0] >= 0]

    @property
    def nbytes(self) -> int:
        """Memory."""
        return self.pixels.nbytes + sum(array.nbytes for array in self.truth.values())


@dataclass(frozen=True)
class Course:
    """One network so far."""

    label: str
    seed: int
    """Counted from 0."""
    parameters: int
    planned: int
    """Epochs."""
    epoch: Float[np.ndarray, " points"]
    names: tuple[str, ...]
    """Of the scores: ``loss`` first."""
    scores: Float[np.ndarray, "points names"]
    """On the validation pictures."""
    loss_unit: str
    answers: Arrays
    """To the validation pictures, as it stands now, by name; see ``engine.labs.vision.heads.answers``."""
    ending: str = ""
    """Why it diverged; empty where it did not."""

    @property
    def is_done(self) -> bool:
        """Whether it is trained to its end."""
        return bool(self.ending) or (len(self.epoch) > 0 and float(self.epoch[-1]) >= self.planned - 1e-9)

    def score(self, name: str) -> float:
        """The last value of a score; NaN where there is none."""
        known = name in self.names and len(self.epoch)
        return float(self.scores[-1, self.names.index(name)]) if known else float("nan")

    @property
    def nbytes(self) -> int:
        """Memory."""
        return self.scores.nbytes + sum(array.nbytes for array in self.answers.values()) + 1000


@dataclass(frozen=True)
class Curve:
    """Precision and recall of the boxes with the k highest scores, for k = 1, 2, ..."""

    recall: Float[np.ndarray, " boxes"]
    precision: Float[np.ndarray, " boxes"]


@dataclass(frozen=True)
class Known:
    """All networks of a view so far."""

    pictures: Pictures
    labels: tuple[str, ...]
    seeds: int
    courses: tuple[Course, ...] = ()

    def of(self, label: str) -> tuple[Course, ...]:
        """The runs of one network, a seed each."""
        return tuple(course for course in self.courses if course.label == label)

    def first(self, label: str) -> Course | None:
        """The run of the first seed, whose answers are shown; None before it began."""
        return next((course for course in self.of(label) if course.seed == 0), None)

    def finals(self, label: str, name: str) -> Float[np.ndarray, " seeds"]:
        """A score at the end of each run that came to its end."""
        return np.array([course.score(name) for course in self.of(label) if course.is_done])
