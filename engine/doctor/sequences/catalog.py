"""The doctor's catalog for runs on sequences, in the order in which things explain others."""

from engine.doctor.finding import Row
from engine.doctor.sequences.case import SequenceCase
from engine.doctor.sequences.fit import OverFit, UnderFit
from engine.doctor.sequences.reading import Leak, Padding
from engine.doctor.sequences.steps import Diverged, RateHigh, RateLow
from engine.doctor.sequences.time import Exploding, Saturated, VanishingThroughTime

SEQUENCE_ROWS: tuple[Row[SequenceCase], ...] = (
    Diverged(),
    Leak(),
    Padding(),
    Exploding(),
    Saturated(),
    VanishingThroughTime(),
    RateHigh(),
    RateLow(),
    OverFit(),
    UnderFit(),
)
