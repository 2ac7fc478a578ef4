"""The doctor's catalog for runs on pictures, in the order in which things explain others."""

from engine.doctor.finding import Row
from engine.doctor.vision.case import VisionCase
from engine.doctor.vision.fit import OverFit, UnderFit
from engine.doctor.vision.layers import Dead, Symmetry, Vanishing
from engine.doctor.vision.steps import Diverged, RateHigh, RateLow

VISION_ROWS: tuple[Row[VisionCase], ...] = (
    Diverged(),
    Symmetry(),
    Vanishing(),
    Dead(),
    RateHigh(),
    RateLow(),
    OverFit(),
    UnderFit(),
)
