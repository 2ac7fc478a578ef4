"""One sound: its samples, what lies between them, its spectrogram, and what a window's length costs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Zoomed:
    """The first moments of a sound."""

    t: Float[np.ndarray, " times"]
    """Seconds, many between two samples."""
    tone: Float[np.ndarray, " times"] | None
    """The tone itself, without noise; None where it is only known at its samples."""
    heard: Float[np.ndarray, " times"] | None
    """The slowest sines through the same samples; None where all of the tone lies below half the rate."""
    at: Float[np.ndarray, " samples"]
    """Seconds."""
    samples: Float[np.ndarray, " samples"]
    """With noise."""


@dataclass(frozen=True)
class Partial:
    """One of the frequencies that a tone is made of, in hertz."""

    frequency: float
    heard: float
    """What its samples are those of."""


@dataclass(frozen=True)
class Heard:
    """A sound and its spectrogram."""

    rate: int
    t: Float[np.ndarray, " samples"]
    """Seconds."""
    samples: Float[np.ndarray, " samples"]
    zoomed: Zoomed
    partials: tuple[Partial, ...]
    """The strongest first; none of a tone without steady ones."""
    strongest: float
    """The frequency of the strongest line of the whole sound's spectrum, in hertz."""
    grain: float
    """The distance of two lines of that spectrum: 1 over the length of the sound."""
    times: Float[np.ndarray, " columns"]
    """The middle of each window, in seconds."""
    hertz: Float[np.ndarray, " rows"]
    levels: Float[np.ndarray, "rows columns"]
    span: tuple[float, float]
    unit: str
    """Of the levels."""
    wav: bytes


@dataclass(frozen=True)
class Trade:
    """What one length of window can tell apart, measured."""

    window: int
    lasts: float
    """Seconds over which a click is at least half as strong as at its strongest."""
    wide: float
    """Hertz across which a steady sine is at least half as strong as at its strongest."""
