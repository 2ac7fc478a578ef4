"""The table of sections."""

from typing import cast

from engine.labs.regularization.state import Section
from ui.labs.regularization import budget, paths, resampling, standardising, stopping, thinning, universal
from ui.labs.regularization.parts import Shown

SECTIONS: dict[Section, Shown] = {
    "bias and variance": cast(Shown, resampling),
    "L1 and L2": cast(Shown, paths),
    "diamond and circle": cast(Shown, budget),
    "dropout": cast(Shown, thinning),
    "batch norm": cast(Shown, standardising),
    "early stopping and noise": cast(Shown, stopping),
    "universal approximation": cast(Shown, universal),
}
