"""What is proposed of a file, and what is said of choices that can't be learnt."""

import numpy as np
import pytest

from engine.data.own.columns import Column
from engine.data.own.proposal import (
    MOST_CLASSES,
    Proposal,
    classes_of,
    inputs_problem,
    propose,
    proposed_inputs,
    target_problem,
    tasks_in_order,
)
from engine.data.own.sheet import Sheet, read
from engine.settings import Settings, settings
from tests.engine.data.own.files import csv, flowers


def sheet(header: str, *rows: str) -> Sheet:
    return read(csv(header, *rows))


def test_the_last_column_is_the_target_unless_another_is_called_so() -> None:
    rows = [f"{i * 0.5},{i % 3},{'ab'[i % 2]}" for i in range(30)]
    assert propose(sheet("a,b,c", *rows)) == Proposal(2, "classification", (0, 1))
    assert propose(sheet("a,Target,c", *rows)) == Proposal(1, "classification", (0, 2))
    assert propose(sheet("price,b,c", *rows)) == Proposal(0, "regression", (1, 2))


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        (["yes", "no"], "classification"),
        (["true", "false"], "classification"),
        (["0", "1"], "classification"),
        ([str(i) for i in range(10)], "classification"),
        ([str(i) for i in range(11)], "regression"),
        (["0.5", "1.5"], "regression"),
    ],
)
def test_the_task_follows_the_cells_of_the_target(cells: list[str], task: str) -> None:
    rows = [f"{i * 0.5},{cells[i % len(cells)]}" for i in range(60)]
    found = sheet("a,b", *rows)
    assert propose(found).task == tasks_in_order(found.columns[1])[0] == task


def test_a_column_may_be_taken_as_classes_or_as_a_number_where_it_is_both() -> None:
    found = sheet("a,b", *(f"{i * 0.5},{i % 4}" for i in range(40)))
    assert target_problem(found, 1, "classification") == target_problem(found, 1, "regression") == ""
    classes = classes_of(found.columns[1])
    assert classes.names == ("0", "1", "2", "3")
    assert classes.counts == (10, 10, 10, 10)
    assert classes.labels.tolist() == [i % 4 for i in range(40)]


def test_texts_are_no_number_to_predict() -> None:
    found = sheet("a,b", *(f"{i * 0.5},{'xy'[i % 2]}" for i in range(40)))
    assert target_problem(found, 1, "regression") == (
        "The target 'b' is no number. Choose classification, or another target."
    )


def test_there_are_no_more_classes_than_colours() -> None:
    from charts.theme import CLASSES

    assert len(CLASSES) == MOST_CLASSES
    found = sheet("a,b", *(f"{i * 0.5},k{i % 11}" for i in range(66)))
    assert "has 11 different values; at most 10 classes" in target_problem(found, 1, "classification")


def test_rows_without_a_target_count_for_no_class() -> None:
    found = sheet("a,b", *(f"{i},{['x', 'y', ''][i % 3]}" for i in range(30)))
    classes = classes_of(found.columns[1])
    assert classes.counts == (10, 10)
    assert (classes.labels == -1).sum() == 10


def test_inputs_are_other_usable_columns_and_at_least_one() -> None:
    found = sheet("a,b,c", *(f"{i * 0.5},{'xy'[i % 2]},note {i} {i * 7}" for i in range(80)))
    assert "No column is left" in inputs_problem(found, 1, ())
    assert "other than the target" in inputs_problem(found, 1, (1,))
    assert "other than the target" in inputs_problem(found, 1, (7,))
    assert "Line 2, column 'c'" in inputs_problem(found, 1, (0, 2))
    assert inputs_problem(found, 1, (0,)) == ""


def test_more_inputs_than_allowed_are_refused_and_not_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sheet("a,b,c,y", *(f"k{i % 20},m{i % 6},{i * 0.5},{'uv'[i % 2]}" for i in range(60)))
    monkeypatch.setattr("engine.data.own.proposal.settings", lambda: Settings(own_inputs=10))
    assert inputs_problem(found, 3, (0, 1, 2)) == (
        "These columns become 27 inputs of the network, one for each category; at most 10 are allowed. Drop some, 'a' "
        "first: it alone becomes 20."
    )
    assert proposed_inputs(found, 3) == (1, 2)


def test_the_inputs_of_a_column_are_those_the_encoder_makes() -> None:
    from engine.data.own.own_table import table_of
    from engine.data.own.store import store
    from engine.data.prepare import prepare

    found = read(flowers(gaps=True))
    store().put("", found)
    chosen = propose(found)
    data = prepare(table_of(found, chosen), 0)
    assert data.input_size == sum(found.columns[place].inputs for place in chosen.inputs)


def test_a_column_says_its_inputs() -> None:
    assert Column("a", "numeric", np.array([1.0])).inputs == 1
    assert Column("a", "numeric", np.array([np.nan]), missing=1).inputs == 2
    assert Column("a", "categorical", np.array([0, -1]), ("x", "y"), missing=1).inputs == 3


def test_the_limits_are_those_of_the_settings() -> None:
    assert settings().own_rows == 20_000
    content = csv("a,b,c", *(f"k{i % 12},{i},{i * 0.5}" for i in range(40)))
    assert "at most 11" in read(content, limits=Settings(own_categories=11)).columns[0].problem
    assert not read(content).columns[0].problem
