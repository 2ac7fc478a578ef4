"""A small task for each shape, which its network learns."""

from typing import get_args

import pytest

from engine.labs.recurrent.shapes import MEANS, TASKS, UPDATES, experiment
from engine.labs.recurrent.state import RecurrentLab
from engine.labs.recurrent.training import trained
from engine.sequences.tasks.task import Shape


def test_there_is_one_for_every_shape() -> None:
    for shape in get_args(Shape):
        assert TASKS[shape].shape == shape and MEANS[shape] and UPDATES[shape]


@pytest.mark.parametrize("shape", ["one to one", "many to one", "many to many"])
def test_it_is_learned_in_the_updates_it_is_given(shape: Shape) -> None:
    last = list(trained(experiment(RecurrentLab(shape=shape)), UPDATES[shape])())[-1].result
    assert last is not None and last.scores["validation.accuracy"] > 0.9


def test_names_are_written_better_than_letters_are_guessed() -> None:
    last = list(trained(experiment(RecurrentLab(shape="one to many")), 120)())[-1].result
    assert last is not None and last.scores["train.loss"] < 2.0
