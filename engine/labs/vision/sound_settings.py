"""What the section on sound and clips is asked for."""

from typing import Any, Literal

from pydantic import Field

from engine.choice import Frozen
from engine.vision.clips import Clips
from engine.vision.sound.recording import Recording
from engine.vision.sound.spectrogram import Spectrogram
from engine.vision.sources.sounds import Sounds

CellKind = Literal["rnn", "gru", "lstm"]


def budget(default: int) -> Any:
    """How many parameters each network may have."""
    return Field(
        default,
        ge=1000,
        le=20_000,
        title="Parameters at most",
        description="Each network is made as wide as fits.",
        json_schema_extra={"scale": "log"},
    )


def updates(default: int) -> Any:
    """How long each network is trained."""
    return Field(
        default,
        ge=10,
        le=2000,
        title="Updates",
        description="Of Adam, with batches of 64, for every network alike.",
        json_schema_extra={"scale": "log"},
    )


class Race(Frozen):
    """Networks of one size, trained alike from several seeds."""

    cell: CellKind = Field("gru", title="Recurrent cell")
    budget: int = budget(4000)
    updates: int = updates(200)
    lr: float = Field(0.01, ge=1e-4, le=0.1, title="Learning rate", json_schema_extra={"scale": "log"})
    seeds: int = Field(
        3, ge=1, le=8, title="Seeds", description="Of each network so many: other data, first weights and batches."
    )


class SoundRace(Race, frozen=True):
    """Who tells sounds apart."""

    data: Sounds = Sounds()


class ClipRace(Race, frozen=True):
    """Who tells motions apart."""

    data: Clips = Clips()
    budget: int = budget(8000)
    updates: int = updates(300)
    keep_place: bool = Field(
        True,
        title="Keep the place",
        description="Each network reads the map of what its convolutions found, place by place; off, only the mean of each "
        "map over all places.",
    )


class SoundPart(Frozen):
    """The section's own part of what the page shows."""

    view: Literal["tone", "sounds", "clips"] = "tone"
    recording: Recording = Recording()
    spectrogram: Spectrogram = Spectrogram()
    sounds: SoundRace = SoundRace()
    clips: ClipRace = ClipRace()
    example: int = Field(
        1, ge=1, le=40, title="Example", description="Which of the examples held back is shown, of each kind."
    )
