"""Who tells sounds apart: a CNN that looks at the spectrogram, or a recurrent network that reads it, or the sound, in order."""

from collections.abc import Iterator
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from engine.choice import catalog
from engine.jobs import Progress
from engine.labs.vision.race import Arena, Part, Rival, blank, race
from engine.labs.vision.readers import AllTogether, OneByOne, looker
from engine.labs.vision.results.clips import Pictured
from engine.labs.vision.results.race import Standing
from engine.labs.vision.sound_settings import SoundRace
from engine.sequences.cells import Cell
from engine.vision.sources.catalog import built
from engine.vision.sources.sounds import LENGTH, Sounds
from engine.vision.sources.split import parted

PICTURE, COLUMNS, STRETCHES = "picture", "columns", "stretches"


def rivals(asked: SoundRace) -> tuple[Rival, ...]:
    """Those that take part."""
    data, cell = asked.data, catalog(Cell)[asked.cell].label
    classes, pixels, long = len(data.classes), data.pixels, LENGTH // data.pixels
    return (
        Rival(
            "CNN on the spectrogram",
            "Small windows over time and frequency; the mean of each map at the end.",
            PICTURE,
            lambda width, seed: looker(data.shape, classes, (width, 2 * width, 2 * width), keep_place=False, seed=seed),
            steps=3,
        ),
        Rival(
            f"{cell} on the spectrogram",
            "Reads a column, keeps what it needs in its state, reads the next.",
            COLUMNS,
            lambda width, seed: OneByOne(asked.cell, pixels, width, classes, seed),
            steps=1,
        ),
        Rival(
            f"{cell} on the samples",
            f"Reads {long} samples at a time, as many times as there are columns; no transform.",
            STRETCHES,
            lambda width, seed: OneByOne(asked.cell, long, width, classes, seed),
            steps=1,
        ),
        Rival(
            "Mean of the columns",
            "How much there is of each frequency, no longer when; a hidden layer.",
            COLUMNS,
            lambda width, seed: AllTogether(pixels, width, classes, seed),
            steps=1,
        ),
    )


def arena(data: Sounds, seed: int) -> Arena:
    """The sounds of a seed in three parts, in every form; the numbers of a form less their mean, over their deviation."""
    heard = data.hear(seed)
    picture = data.pictures(heard.samples)
    forms = {PICTURE: picture, COLUMNS: columns(picture), STRETCHES: stretches(heard.samples, data.pixels)}
    rows = parted(heard.label, data.classes, seed)
    scaled = {name: standardized(form, form[rows[0]]) for name, form in forms.items()}
    return Arena(*(Part({name: form[some] for name, form in scaled.items()}, heard.label[some]) for some in rows))


def columns(picture: Float[Tensor, "sounds 1 rows columns"]) -> Float[Tensor, "sounds columns rows"]:
    """The columns of spectrograms in the order of time."""
    return picture[:, 0].transpose(1, 2)


def stretches(samples: Float[Tensor, "sounds samples"], count: int) -> Float[Tensor, "sounds count long"]:
    """The samples in so many equal stretches; the few that are over are left out."""
    long = samples.shape[1] // count
    return samples[:, : count * long].unflatten(1, (count, long))


def pictured(data: Sounds, seed: int, number: int) -> Pictured:
    """The sound of that number, counted from 1 and round again, of each kind of the test part."""
    test = built(data, seed).test
    rows = [torch.nonzero(test.label == label).flatten() for label in range(len(data.classes))]
    picked = test.x[torch.stack([some[(number - 1) % len(some)] for some in rows]), 0]
    return Pictured(data.classes, (picked * 255).round().byte().numpy())


def standardized(x: Tensor, of: Tensor) -> Tensor:
    """``x`` less the mean of ``of``, over its standard deviation."""
    return (x - of.mean()) / of.std(correction=0).clamp(min=1e-6)


@lru_cache(maxsize=32)
def begun(asked: SoundRace) -> Standing:
    """Before any training."""
    return blank(rivals(asked), asked.data.classes, asked)


def contest(asked: SoundRace, seed: int) -> Iterator[Progress[Standing]]:
    """All of them, a few updates at a time."""
    return race(begun(asked), rivals(asked), asked, seed, lambda own: arena(asked.data, own))
