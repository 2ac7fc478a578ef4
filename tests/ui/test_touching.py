"""Weights typed and points placed from the browser: on a run of one's own, bounded, and never a crash."""

from typing import Any

import pytest

from engine import stage
from engine.data.canvas import Canvas
from engine.experiment import Experiment
from engine.touch import switched_off
from tests.ui.conftest import SMALL, Visitor, until
from ui import session, touching
from ui.visit import Visit


def test_a_typed_weight_is_in_the_network_and_in_the_link(visitor: Visitor) -> None:
    visitor.at(12)
    visitor.does("touch", {"path": "weight.2.3.1", "value": 0.75})
    run = visitor.rested()
    assert run.model.linears[1].weight[2, 0].item() == 0.75
    assert [(edit.step, dict(edit.patch)) for edit in visitor.visit.link.edits] == [(12, {"weight.2.3.1": 0.75})]


def test_a_unit_switched_off_and_on_again_is_on(visitor: Visitor) -> None:
    visitor.does("touch", {"path": "unit.1.2", "value": False})
    assert switched_off(visitor.rested().model) == ("unit.1.2",)
    visitor.does("touch", {"path": "unit.1.2", "value": True})
    assert switched_off(visitor.rested().model) == ()


def test_touching_the_shared_run_touches_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit()
    monkeypatch.setattr(session, "visit", lambda: visit)
    opening = stage.opening_run()
    until(lambda: opening.status == "finished", 90)
    assert session.entry() is opening
    touching.touch("bias.1.1", 2.5)
    mine = session.entry()
    until(lambda: mine.run is not None and bool(mine.run.edits))
    assert mine is not opening and mine.run is not None and mine.run.steps == 3000
    assert opening.run is not None and opening.run.edits == () and not opening.patches
    stage.pool().close_entry(mine)


def test_a_refusal_on_the_shared_run_is_for_its_visitor_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit()
    monkeypatch.setattr(session, "visit", lambda: visit)
    opening = stage.opening_run()
    session.entry()
    touching.touch("weight.1.1.1", "far")
    mine = session.entry()
    until(lambda: mine.run is not None and not mine.busy)
    assert "a number from -1000 to 1000" in mine.note and not opening.note
    stage.pool().close_entry(mine)


@pytest.mark.parametrize(
    "value",
    [
        None, 3, "x", [], {}, {"path": None, "value": 1}, {"path": "weight.1.1.1"}, {"path": "weight.1.1.1", "value": None},
        {"path": "weight.1.1.1", "value": float("nan")}, {"path": "weight.1.1.1", "value": 10**400},
        {"path": "weight.1.1.1", "value": [1]}, {"path": "w" * 100_000, "value": 1}, {"path": "unit.1.1", "value": "maybe"},
        {"path": {"a": {"b": {"c": []}}}, "value": {}}, {"path": "weight.99999.1.1", "value": 1},
        {"path": "training.optimizer.lr", "value": 3}, {"path": "unit.9.1", "value": False},
    ],
)  # fmt: skip
def test_a_touch_that_makes_no_sense_changes_nothing_and_is_told_in_a_few_lines(visitor: Visitor, value: Any) -> None:
    visitor.does("touch", value)
    run = visitor.rested()
    assert run.edits == () and switched_off(run.model) == () and run.experiment == SMALL
    assert len(visitor.entry.note) <= 500
    assert bool(visitor.entry.note) == isinstance(value, dict)
    visitor.does("step")
    assert visitor.rested().steps == 1 and not visitor.entry.note


def test_a_run_takes_only_as_many_changes_as_its_link_holds(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touching, "MOST_EDITS", 3)
    for step in range(1, 6):
        visitor.at(step)
        visitor.does("touch", {"path": "bias.1.1", "value": step})
    assert [edit.step for edit in visitor.rested().edits] == [1, 2, 3]
    assert "at most 3 changes" in visitor.entry.note


# --- points ---------------------------------------------------------------------------------------------------------


def hand(visitor: Visitor) -> tuple[str, ...]:
    return visitor.visit.now.data.hand  # type: ignore[union-attr]


def test_a_point_placed_at_the_beginning_is_in_the_experiment(visitor: Visitor) -> None:
    before = len(visitor.rested().data.train.x)
    visitor.does("place", {"add": [1.23456, -2], "target": 1})
    run = visitor.rested()
    assert hand(visitor) == ("1.235_-2_1",) and visitor.visit.begun == visitor.visit.now
    assert len(run.data.train.x) == before + 1 and run.steps == 0 and run.edits == ()


def test_a_point_placed_in_mid_run_goes_on_with_the_same_weights_and_is_undone(visitor: Visitor) -> None:
    run = visitor.at(15)
    before = [parameter.clone() for parameter in run.model.parameters()]
    rows = len(run.data.train.x)
    visitor.does("place", {"add": [0, 0], "target": 0})
    run = visitor.rested()
    assert run.steps == 15 and len(run.data.train.x) == rows + 1
    assert all(a.equal(b) for a, b in zip(before, run.model.parameters(), strict=True))
    assert [dict(edit.patch) for edit in run.edits] == [{"hand": "0_0_0"}] and run.experiment == visitor.visit.now
    session.undo()
    run = visitor.rested()
    assert run.steps == 15 and len(run.data.train.x) == rows and hand(visitor) == ()


def test_a_point_is_relabelled_and_removed(visitor: Visitor) -> None:
    visitor.at(5)
    rows = len(visitor.rested().data.train.x)
    row = int(visitor.rested().scene.train.rows[0])
    label = int(visitor.rested().scene.train.label[0])
    visitor.does("place", {"row": row, "target": 1 - label})
    assert int(visitor.rested().scene.train.label[0]) == 1 - label
    visitor.does("place", {"row": row})
    assert len(visitor.rested().data.train.x) == rows - 1 and row not in visitor.rested().scene.train.rows
    assert hand(visitor) == (f"{row}~",)
    for x in (1, 2):
        visitor.does("place", {"add": [x, 0], "target": 0})
    visitor.does("place", {"row": -2, "target": 1})
    visitor.does("place", {"row": -1})
    assert hand(visitor) == (f"{row}~", "2_0_1")
    assert visitor.rested().experiment == visitor.visit.now


def test_a_point_on_a_finished_run_stays_with_its_weights(visitor: Visitor) -> None:
    session.show_experiment(SMALL.patched({"training.epochs": 3}), play=True)
    until(lambda: visitor.entry.status == "finished")
    steps = visitor.rested().steps
    visitor.does("place", {"add": [0, 1], "target": 1})
    run = visitor.rested()
    assert run.steps == steps and run.ending is not None and run.experiment.data.hand == ("0_1_1",)


def test_clearing_gives_an_empty_plane_of_as_many_classes_which_can_be_undone(visitor: Visitor) -> None:
    visitor.at(5)
    visitor.does("place", {"clear": True})
    assert visitor.visit.now.data == Canvas(classes=2) and visitor.rested().steps == 0
    visitor.does("play")
    until(lambda: "place a few points" in visitor.entry.note)
    for x, label in ((-2, 0), (2, 1)):
        visitor.does("place", {"add": [x, 0], "target": label})
    visitor.does("step")
    assert visitor.rested().steps == 1
    session.undo()
    session.undo()
    session.undo()
    assert visitor.visit.now == SMALL


@pytest.mark.parametrize(
    "value",
    [
        None, 3, "x", [], {}, {"add": None, "target": 0}, {"add": "12", "target": 0}, {"add": [], "target": 0},
        {"add": [1], "target": 0}, {"add": [1, 2, 3], "target": 0}, {"add": [1, 2]}, {"add": [1, 2], "target": 7},
        {"add": [1, 2], "target": None}, {"add": [float("nan"), 0], "target": 0}, {"add": [10**400, 0], "target": 0},
        {"add": [1e300, 0], "target": 0}, {"add": [1, 2], "target": 0.5}, {"add": [[1], 2], "target": 0},
        {"add": [0.0] * 100_000, "target": 0}, {"add": {"0": 1}, "target": 0}, {"row": None}, {"row": "9" * 5000},
        {"row": float("inf")}, {"row": -3}, {"row": 3, "target": 9}, {"row": 3, "target": "x"}, {"row": 10**9},
        {"row": {"a": {"b": []}}},
    ],
)  # fmt: skip
def test_a_point_that_makes_no_sense_is_not_placed_and_is_told(visitor: Visitor, value: Any) -> None:
    visitor.at(3)
    visitor.does("place", value)
    assert visitor.visit.now == SMALL and visitor.rested().edits == () and visitor.rested().steps == 3
    assert bool(visitor.entry.note) == isinstance(value, dict)
    assert len(visitor.entry.note) <= 500


def test_on_data_that_is_no_plane_nothing_is_placed(visitor: Visitor) -> None:
    iris = Experiment.model_validate({"data": {"kind": "iris"}})
    session.show_experiment(iris, play=False)
    visitor.rested()
    for value in ({"add": [1, 2], "target": 0}, {"clear": True}, {"row": 3}):
        visitor.does("place", value)
    assert visitor.visit.now == iris


@pytest.mark.parametrize("value", [None, "x", -3, 99, 2.5, float("nan"), float("inf"), [1], {"a": 1}, 10**30])
def test_whatever_speed_is_asked_for_there_is_one(visitor: Visitor, value: Any) -> None:
    visitor.does("speed", value)
    assert 0 <= visitor.visit.speed <= 5 and 0 <= visitor.entry.speed <= 5


def test_a_weight_typed_at_the_beginning_outlives_a_point_and_another_rate(visitor: Visitor) -> None:
    visitor.does("touch", {"path": "weight.1.2.1", "value": 3})
    visitor.does("place", {"add": [1, 1], "target": 0})
    session.change(visitor.visit.now.patched({"training.optimizer.lr": 0.2}))
    run = visitor.rested()
    assert run.steps == 0 and run.model.linears[0].weight[1, 0].item() == 3
    assert run.experiment == visitor.visit.now and hand(visitor) == ("1_1_0",)
    assert [path for edit in run.edits for path, _ in edit.patch] == ["weight.1.2.1", "hand", "training.optimizer.lr"]
    visitor.does("touch", {"path": "unit.1.1", "value": False})
    visitor.does("reset")
    assert visitor.rested().edits == (), "Reset is back to the first weights"
