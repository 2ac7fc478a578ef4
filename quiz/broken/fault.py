"""What a fault is: what it does to a recipe, and the signs by which it is told from others."""

from dataclasses import dataclass
from typing import Literal

from quiz.broken.bases import BASES, Base
from quiz.broken.dashboard import Dashboard
from quiz.broken.measures import MEASURES, Reading, Sign
from quiz.broken.recipe import Patch, Recipe


@dataclass(frozen=True)
class Fault:
    """One way in which a run goes wrong. A test trains it and holds it to its signs."""

    id: str
    label: str
    """What it is called among the suspects."""
    lesson: str
    """What is seen of it, in a sentence."""
    source: str
    base: str
    """The run that it breaks, one of ``BASES``."""
    patch: Patch
    signs: tuple[Sign, ...]
    """All of them are seen where it is the fault; no other fault shows all of them."""
    fixes: tuple[str, ...]
    """Four of ``FIXES``, what mends it first."""
    needs: Literal["", "dropout", "batch_norm"] = ""
    """What the network has to have for it to be a suspect."""

    @property
    def healthy(self) -> Base:
        """The run without it."""
        return BASES[self.base]

    @property
    def recipe(self) -> Recipe:
        """The run with it."""
        return self.healthy.recipe.patched(self.patch)

    def may_be_in(self, recipe: Recipe) -> bool:
        """Whether the network has what this fault needs."""
        return not self.needs or bool(getattr(recipe, self.needs))

    def readings(self, seen: Dashboard) -> tuple[Reading, ...]:
        """Its signs, as they are in a dashboard."""
        return tuple(Reading(sign, MEASURES[sign.measure].of(seen)) for sign in self.signs)

    def shows_in(self, seen: Dashboard) -> bool:
        """Whether a dashboard has all its signs."""
        return all(reading.holds for reading in self.readings(seen))
