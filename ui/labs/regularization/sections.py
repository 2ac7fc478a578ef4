"""The table of sections."""

from typing import cast

from engine.labs.regularization.state import Section
from ui.labs.regularization import resampling
from ui.labs.regularization.parts import Shown

SECTIONS: dict[Section, Shown] = {
    "bias and variance": cast(Shown, resampling),
}
