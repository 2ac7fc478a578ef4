"""What tutorials often get wrong, put right by a run that anybody can start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Proved:
    """What a proof measured."""

    sentence: str
    """What follows, with its numbers, as Markdown with formulas between dollar signs."""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    """A table: cells are plain text."""


@dataclass(frozen=True)
class Proof:
    """A statement that is often read, what is right, and the experiment that shows it."""

    id: str
    often: str
    """As tutorials write it; Markdown."""
    right: str
    """What is true; Markdown with formulas between dollar signs."""
    run: Callable[[], Proved]
    """Takes less than a second or so."""
