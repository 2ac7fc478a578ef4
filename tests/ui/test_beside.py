"""Two runs side by side: what is kept, what goes on, and what the page says tells them apart."""

import numpy as np
import pytest

from engine import stage
from engine.data.plane import ColumnsPlane
from engine.experiment import Experiment
from engine.permalink import Link, Look
from engine.presets import PRESETS
from engine.run import Edit
from engine.supervised import SupervisedRun
from tests.ui.conftest import SMALL, Visitor, until
from ui import beside, session
from ui.visit import Visit


def weights(run: SupervisedRun) -> np.ndarray:
    return np.concatenate([parameter.detach().numpy().ravel() for parameter in run.model.parameters()])


def alone(experiment: Experiment, steps: int, *edits: Edit) -> np.ndarray:
    run = SupervisedRun(experiment, edits)
    run.advance(steps)
    return weights(run)


def test_a_branch_keeps_a_and_begins_b_at_the_frame_with_its_weights(visitor: Visitor) -> None:
    visitor.at(30)
    visitor.at(60)
    a = visitor.entry
    visitor.does("branch", 45)
    b = visitor.rested()
    assert visitor.kept is a and a.run is not None and a.run.steps == 60
    assert b.steps == 30, "the newest frame at or before"
    assert visitor.entry.id != a.id and visitor.entry.status == "paused"
    np.testing.assert_array_equal(weights(b), alone(SMALL, 30))
    assert visitor.visit.differing == []


def test_b_goes_on_with_the_changed_setting_and_a_as_it_was(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    session.change(visitor.visit.now.patched({"training.optimizer.lr": 0.1}))
    visitor.at(50)
    edit = Edit(20, (("training.optimizer.lr", 0.1),))
    np.testing.assert_array_equal(weights(visitor.rested()), alone(SMALL, 50, edit))
    assert isinstance(visitor.kept.run, SupervisedRun)
    np.testing.assert_array_equal(weights(visitor.kept.run), alone(SMALL, 20))
    assert visitor.visit.differing == ["Learning rate: 0.01 → 0.1"]


def test_what_was_changed_up_to_the_frame_comes_along_and_what_came_later_is_told(visitor: Visitor) -> None:
    visitor.at(10)
    visitor.does("touch", {"path": "weight.1.2.1", "value": 1.5})
    visitor.at(20)
    visitor.does("touch", {"path": "unit.1.1", "value": False})
    visitor.at(30)
    visitor.does("branch", 10)
    assert visitor.rested().edits == (Edit(10, (("weight.1.2.1", 1.5),)),)
    assert visitor.visit.differing == ["not at step 20: unit 1 of layer 1 off"]
    visitor.does("touch", {"path": "bias.3.1", "value": 2})
    assert visitor.visit.differing == [
        "at step 10: bias of layer 3, unit 1 → 2",
        "not at step 20: unit 1 of layer 1 off",
    ]


def test_swapping_twice_is_as_before(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    session.change(visitor.visit.now.patched({"training.optimizer.lr": 0.1}))
    visitor.at(30)
    a, b = visitor.kept, visitor.entry
    visitor.does("swap")
    assert (visitor.entry, visitor.kept) == (a, b)
    assert visitor.visit.now == SMALL and visitor.visit.edits == () and visitor.visit.steps == 20
    assert visitor.visit.differing == ["Learning rate: 0.1 → 0.01"]
    visitor.does("swap")
    assert (visitor.entry, visitor.kept) == (b, a)
    assert visitor.visit.now.training.optimizer.lr == 0.1 and len(visitor.visit.edits) == 1


def test_letting_go_forgets_a_and_leaves_b(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    a, b = visitor.kept, visitor.entry
    visitor.does("drop")
    assert stage.pool().get(a.id) is None and visitor.entry is b and visitor.visit.beside is None
    visitor.does("drop")
    visitor.does("swap")
    assert visitor.entry is b


def test_a_second_branch_forgets_the_first_a(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    first = visitor.kept
    visitor.at(40)
    second = visitor.entry
    visitor.does("branch", 40)
    assert visitor.kept is second and stage.pool().get(first.id) is None


def test_an_a_that_the_pool_had_to_forget_is_made_again_to_where_it_stood(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("touch", {"path": "bias.1.1", "value": 1})
    visitor.at(30)
    visitor.does("branch", 20)
    before = weights(visitor.kept.run)  # type: ignore[arg-type]
    stage.pool().close_entry(visitor.kept)
    again = beside.entry()
    assert again is not None and again is visitor.kept
    until(lambda: not again.wants_work and not again.busy)
    assert again.run is not None and again.run.steps == 30
    np.testing.assert_array_equal(weights(again.run), before)  # type: ignore[arg-type]


def test_playing_and_pausing_concern_both(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    visitor.does("speed", 0)
    assert (visitor.entry.speed, visitor.kept.speed) == (0, 0)
    visitor.does("play")
    assert visitor.entry.wants_to_play and visitor.kept.wants_to_play
    until(lambda: visitor.kept.run.steps > 20 and visitor.entry.run.steps > 20)  # type: ignore[union-attr]
    visitor.does("pause")
    assert not visitor.entry.wants_to_play and not visitor.kept.wants_to_play


def test_how_far_a_has_come_meanwhile_is_remembered(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    stage.pool().step(visitor.kept, 15)
    until(lambda: not visitor.kept.wants_work and not visitor.kept.busy)
    visitor.visit.note(visitor.kept)
    assert visitor.visit.beside is not None and visitor.visit.beside.steps == 35
    assert visitor.visit.steps == 20, "of B nothing changes"


def test_a_branch_of_a_playing_run_pauses_it(visitor: Visitor) -> None:
    visitor.does("play")
    until(lambda: visitor.entry.run is not None and visitor.entry.run.steps > 20)
    visitor.does("branch", 10)
    assert not visitor.kept.playing and not visitor.entry.playing
    assert visitor.rested().steps <= 10


@pytest.mark.parametrize("command", ["new_seed", "reset"])
def test_a_stays_when_b_begins_anew(visitor: Visitor, command: str) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    a, b = visitor.kept, visitor.entry
    visitor.does(command)
    assert visitor.kept is a and visitor.entry is not b and visitor.rested().steps == 0
    assert [line.split(":")[0] for line in visitor.visit.differing] == (["Seed"] if command == "new_seed" else [])


def test_a_stays_when_a_preset_is_opened(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    a = visitor.kept
    chosen = next(item for item in PRESETS if item.experiment.data.kind == "xor")
    session.show_experiment(chosen.experiment, play=False)
    visitor.rested()
    assert visitor.kept is a and visitor.visit.differing[0].startswith("Data")
    visitor.does("swap")
    assert visitor.visit.now == SMALL


def test_another_plane_is_that_of_both(visitor: Visitor) -> None:
    iris = Experiment.model_validate({"data": {"kind": "iris"}, "model": {"hidden": [3]}})
    session.show_experiment(iris, play=False)
    visitor.at(10)
    visitor.does("branch", 10)
    view = ColumnsPlane(x=2, y=3)
    session.look_at(view)
    visitor.rested()
    a = beside.entry()
    assert a is not None
    until(lambda: not a.wants_work and not a.busy)
    assert a.run is not None and a.run.steps == 10
    assert a.run.scene.axis_titles == visitor.rested().scene.axis_titles
    assert visitor.visit.beside is not None and visitor.visit.beside.entry_id == a.id


def test_a_branch_of_the_shared_run_leaves_it_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit()
    monkeypatch.setattr(session, "visit", lambda: visit)
    opening = stage.opening_run()
    until(lambda: opening.status == "finished", 90)
    assert session.entry() is opening
    beside.branch(1500)
    b = session.entry()
    until(lambda: not b.wants_work and not b.busy)
    assert visit.beside is not None and visit.beside.entry_id == opening.id and b.run is not None
    assert b.run.steps == opening.film.at(1500).step
    assert beside.companion() is None, "it has ended, and is everyone's"
    beside.drop()
    assert stage.pool().get(opening.id) is opening
    stage.pool().close_entry(b)


@pytest.mark.parametrize("value", [None, "x", -5, 10**30, [1], {"step": 1}, 2.5, True])
def test_whatever_the_browser_says_a_branch_begins_at_a_frame(visitor: Visitor, value: object) -> None:
    visitor.at(12)
    visitor.does("branch", value)
    assert visitor.rested().steps in (0, 12) and visitor.kept.run is not None


def test_a_stays_when_a_link_is_opened(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    a = visitor.kept
    edits = (Edit(4, (("bias.1.1", 1.0),)),)
    session.open_link(Link(SMALL.patched({"training.epochs": 50}), edits, Look(step=8)), [])
    assert visitor.rested().steps == 8 and visitor.kept is a
    assert visitor.visit.differing == ["Epochs: 400 → 50", "at step 4: bias of layer 1, unit 1 → 1"]


def test_a_stays_when_the_opening_run_comes_up_again(visitor: Visitor) -> None:
    visitor.at(20)
    visitor.does("branch", 20)
    a = visitor.kept
    session.open_link(Link(), [])
    assert session.entry().pinned and visitor.kept is a
    visitor.does("swap")
    assert visitor.entry is a and visitor.kept.pinned
    visitor.does("drop")
    assert not stage.opening_run().failure and visitor.entry is a
