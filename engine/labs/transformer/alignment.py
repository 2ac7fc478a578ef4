"""Where the answer of a translation task should look in its source: known for tasks that only rearrange."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from engine.sequences.data import IGNORED, PAD, Sequences
from engine.sequences.tasks.pairs import Dates
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.toy import Copy, Reverse, Sort

Places = Bool[Tensor, "examples answered source"]


def right_places(
    task: Task, data: Sequences, x: Int[Tensor, "examples tokens"], y: Int[Tensor, "examples tokens"]
) -> Places:
    """Which places of the source each answer is read from; none for an answer that is in no place, as ``<eos>``.

    Raises KeyError of a task whose alignment is not known.
    """
    source, answer = x[:, : data.source], y[:, data.source :]
    asked = (answer != IGNORED)[:, :, None]
    return KNOWN[type(task)](data, source, answer) & asked & (source != PAD)[:, None, :]


def is_known(task: Task) -> bool:
    """Whether the right alignment of a task is known."""
    return type(task) in KNOWN


def _reversed(data: Sequences, source: Tensor, answer: Tensor) -> Places:
    return _same(data, source, answer).flip(2)


def _same(data: Sequences, source: Tensor, answer: Tensor) -> Places:
    """The n-th answer from the n-th place."""
    return torch.eye(answer.shape[1], source.shape[1], dtype=torch.bool).expand(len(source), -1, -1)


def _equal(data: Sequences, source: Tensor, answer: Tensor) -> Places:
    """Any place that holds the same symbol."""
    return source[:, None, :] == answer[:, :, None]


def _dates(data: Sequences, source: Tensor, answer: Tensor) -> Places:
    """``1998-03-07`` from `` 7 Mar 1998``: year from year, month from the three letters, day from day, a leading 0 too."""
    places = torch.zeros(len(source), answer.shape[1], source.shape[1], dtype=torch.bool)
    end = source.shape[1]
    letters = slice(end - 8, end - 5)
    one_digit = source[:, end - 11] == PAD  # as long as the longest, "17 Mar 1998", unless the day has one digit
    for place in range(4):
        places[:, place, end - 4 + place] = True
    places[:, 5:7, letters] = True
    places[:, 8, end - 11] = ~one_digit
    places[one_digit, 8, end - 10] = True
    places[:, 9, end - 10] = True
    return places


KNOWN: dict[type[Task], Callable[[Sequences, Tensor, Tensor], Places]] = {
    Reverse: _reversed,
    Copy: _same,
    Sort: _equal,
    Dates: _dates,
}
