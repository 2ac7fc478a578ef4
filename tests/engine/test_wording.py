"""Changed settings in words."""

from hypothesis import HealthCheck, given, settings

from engine.data.toy import Circle, Spiral
from engine.experiment import Experiment, Training, differences
from engine.model import Model
from engine.optimizers import SGD, Adam
from engine.penalties import L2
from engine.run import Edit
from engine.wording import Change, changes, edit_said, edits_said, said
from tests.strategies import experiments


def test_a_changed_number_is_said_with_its_old_and_new_value() -> None:
    old = Experiment(training=Training(optimizer=Adam(lr=0.01)))
    assert changes(old, old.patched({"training.optimizer.lr": 0.1})) == [Change("Learning rate", "0.01", "0.1")]
    assert changes(old, old.patched({"model.residual": True})) == [Change("Residual connections", "off", "on")]
    assert changes(old, old.patched({"model.hidden": (4,)})) == [Change("Hidden layers", "8, 8", "4")]


def test_a_changed_kind_is_said_with_its_label_and_what_is_unusual_of_the_new_one() -> None:
    old, new = (
        Experiment(data=Spiral()),
        Experiment(data=Circle(noise=0.3), training=Training(optimizer=SGD(lr=0.5), penalty=L2())),
    )
    assert [str(change) for change in changes(old, new)] == [
        "Data set: Spiral → Circle",
        "Optimizer: Adam (learning rate 0.01) → Gradient descent (SGD) (learning rate 0.5)",
        "Weight penalty: None → L2 (strength 0.001)",
    ]


def test_edits_say_what_they_did() -> None:
    start = Experiment()
    edit = Edit(5, (("training.optimizer.lr", 0.2), ("weight.2.3.1", -1.5), ("unit.1.2", False), ("hand", "1_2_0")))
    assert edit_said(edit, start) == (
        "Learning rate → 0.2, weight of layer 2, unit 3, from 1 → -1.5, unit 2 of layer 1 off, a point placed"
    )
    off = Edit(1200, (("edge.1.2.1", True),))
    assert edits_said((edit, off), (edit,), start) == ["at step 1,200: edge of layer 1, unit 2, from 1 on"]


def test_long_values_are_cut() -> None:
    assert said((128,) * 60) == "60 × 128"
    assert len(said(tuple(range(100, 160)))) == 60


@given(experiments(), experiments())
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_two_experiments_can_be_told_apart(old: Experiment, new: Experiment) -> None:
    found = [str(change) for change in changes(old, new)]
    assert bool(found) == bool(differences(old, new))
    assert all(line and len(line) < 300 for line in found)


def test_the_same_experiment_has_nothing_to_say() -> None:
    assert changes(Experiment(model=Model(hidden=(3,))), Experiment(model=Model(hidden=(3,)))) == []


def test_points_by_hand_are_counted_not_spelled_out() -> None:
    old = Experiment.model_validate({"data": {"kind": "circle", "hand": ("1_2_0",)}})
    new = old.patched({"data.hand": ("1_2_0", "3_4_1", "17~1", "9~", "8~")})
    assert changes(old, new) == [Change("Points by hand", "1 placed", "2 placed, 1 changed, 2 removed")]
    assert changes(new, new.patched({"data.hand": ()})) == [
        Change("Points by hand", "2 placed, 1 changed, 2 removed", "none")
    ]
    said = [edit_said(Edit(1, (("hand", text),)), old) for text in ("1_2_0", "17~1", "9~", "p0~1", "p0~")]
    assert said == ["a point placed", "a point changed", "a point removed", "a point changed", "a point removed"]
    assert edit_said(Edit(1, (("data.hand", ("1_2_0",)),)), old) == "points by hand: 1 placed"
