"""The table of sections."""

from collections.abc import Callable

from engine.labs.optimizers.state import OptimizersLab, Section
from ui.labs.optimizers import basins, parabola, race, search, steps, variations

SECTIONS: dict[Section, Callable[[OptimizersLab], None]] = {
    "Race": race.show,
    "Every step": steps.show,
    "Variations": variations.show,
    "Search": search.show,
    "Basins": basins.show,
    "Parabola": parabola.show,
}
