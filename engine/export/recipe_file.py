"""An experiment of a lab with its changes as a JSON file, and back, by the codec of the labs' links.

A visitor's own text or pictures are not in it: the file names them by their digest, as a link does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.choice import Problem
from engine.codec import read_keys, sound
from engine.export.experiment_file import MAX_SETTINGS, Unreadable, as_query, parsed, written_file
from engine.permalink import MAX_STEP, read_edits
from engine.recipe import Recipe
from engine.run import Edit

STEP = "view.step"
E = TypeVar("E", bound=Recipe)


@dataclass(frozen=True)
class Begun(Generic[E]):
    """What a file says: how the run began, what was changed, and the step it stood at."""

    experiment: E
    edits: tuple[Edit, ...] = ()
    step: int = 0


@dataclass(frozen=True)
class RecipeFile(Generic[E]):
    """The files of one kind of experiment."""

    format: str
    model: type[E]
    consequence: Callable[[E, E], str]

    def text(self, experiment: E, edits: Sequence[Edit] = (), step: int = 0) -> str:
        """The file's text."""
        return written_file(self.format, experiment, edits, {"step": step})

    def read(self, text: str) -> tuple[Begun[E], list[Problem]]:
        """What a file says, and what in it could not be used. Raises Unreadable where it is no such file."""
        stripped = text.strip().removeprefix("\ufeff")
        if not stripped.startswith("{"):
            raise Unreadable("this is no experiment file, which begins with {")
        query, found = as_query(parsed(stripped, self.format))
        keys, unsound = sound(query, MAX_SETTINGS, apart=("edits",))
        step, wrong_step = _step(keys.pop(STEP, "0"))
        experiment, wrong = read_keys(self.model, keys)
        consequence: Any = self.consequence
        edits, wrong_edits = read_edits(query.get("edits", ""), experiment, consequence)
        return Begun(experiment, edits, step), [*found, *unsound, *wrong_step, *wrong, *wrong_edits]


def _step(text: str) -> tuple[int, list[Problem]]:
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_STEP)) and int(text) <= MAX_STEP:
        return int(text), []
    return 0, [Problem(STEP, text, f"it must be a whole number from 0 to {MAX_STEP:,}")]
