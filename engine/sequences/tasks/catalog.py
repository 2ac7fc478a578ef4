"""The catalog of tasks on sequences."""

from typing import Annotated

from pydantic import Field

from engine.data.own.decode import MEGABYTE
from engine.kept import kept
from engine.sequences.data import Sequences
from engine.sequences.tasks.pairs import Addition, Dates
from engine.sequences.tasks.series import NoisySine, Stocks
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.texts import CountryNames, Language, Mood
from engine.sequences.tasks.toy import Adding, Brackets, Copy, NextLetter, Recall, Reverse, Sort
from engine.settings import settings

AnyTask = Annotated[
    Recall
    | Adding
    | Copy
    | Reverse
    | Sort
    | Addition
    | Dates
    | Brackets
    | NextLetter
    | Language
    | Mood
    | CountryNames
    | NoisySine
    | Stocks,
    Field(discriminator="kind"),
]


def built(task: Task, seed: int) -> Sequences:
    """The examples of a task, shared by all runs that ask for the same; a visitor's own are kept by their run alone.

    Raises engine.refusal.Refusal as ``build``.
    """
    return task.build(seed) if task.is_private else _built(task, seed)


@kept(lambda: settings().data_mb * MEGABYTE)
def _built(task: Task, seed: int) -> Sequences:
    return task.build(seed)
