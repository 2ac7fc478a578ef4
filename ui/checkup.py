"""What the doctor said last of the run on screen, and the search for a cure that it was asked for."""

from dataclasses import dataclass

from engine.doctor.catalog import Examination
from engine.doctor.cures import CureSearch
from engine.doctor.verdict import Tried
from engine.scene import Surroundings


@dataclass(eq=False)
class Checkup:
    """A visitor's: of one run as it stood at one step."""

    run: str = ""
    """The id of the run that was examined."""
    scene: Surroundings | None = None
    """Of that run. Its frames are not kept: a visit outlives its runs."""
    said: Examination | None = None
    search: CureSearch | None = None
    ticking: bool = False
    """Whether the page was told to look after the search by itself."""
    applied: tuple[Tried, list[str]] | None = None
    """In a lab: the fix that its run has, and what it changed, in words."""
    moved: bool = False
    """In a lab: whether a fix was just taken, so that the page is to be drawn."""

    def is_of(self, run: str, step: int) -> bool:
        """Whether it was this run at this step."""
        return self.run == run and self.said is not None and self.said.step == step

    def take(self, run: str, scene: Surroundings | None, said: Examination | None) -> None:
        """What was found now; a search for another run is given up."""
        if run != self.run:
            self.give_up()
        self.run, self.scene, self.said = run, scene, said

    def give_up(self) -> None:
        """End the search, if there is one."""
        if self.search is not None:
            self.search.close()
        self.search = None
