"""Experiments: frozen, checked as a whole, the same through JSON."""

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from engine.activations import Activation
from engine.choice import catalog, problems
from engine.experiment import Experiment, Training, consequence, differences, losses_for
from engine.model import LayerOverride, Model
from engine.optimizers import Optimizer
from tests.strategies import experiments

slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(experiments())
def test_json_round_trip_gives_the_same_experiment(experiment: Experiment) -> None:
    again = Experiment.model_validate_json(experiment.model_dump_json())
    assert again == experiment
    assert hash(again) == hash(experiment)


@pytest.mark.parametrize(
    ("tree", "field", "allowed"),
    [
        ({"data": {"kind": "spirl"}}, "data.kind", "did you mean 'spiral'"),
        ({"data": {"kind": "spiral", "noise": 9}}, "data.noise", "less than or equal to 1"),
        ({"data": {"kind": "spiral", "noise": float("nan")}}, "data.noise", "finite"),
        ({"data": {"kind": "spiral", "test_share": 0.5, "validation_share": 0.5}}, "data.test_share", "below 0.9"),
        ({"data": {"kind": "circle", "features": ["x1", "x1"]}}, "data.features", "at most once"),
        ({"model": {"hidden": [200]}}, "model.hidden.0", "less than or equal to 128"),
        ({"model": {"hidden": [1] * 61}}, "model.hidden", "at most 60"),
        ({"model": {"hidden": [4], "layers": [{"layer": 2}]}}, "model.layers.0.layer", "1 to 1"),
        (
            {"training": {"optimizer": {"kind": "momentum", "momentum": 1.0}}},
            "training.optimizer.momentum",
            "less than 1",
        ),
        ({"training": {"optimizer": {"kind": "sgd", "beta1": 0.9}}}, "training.optimizer.beta1", "no such setting"),
        ({"training": {"loss": {"kind": "mae"}}}, "training.loss", "for two classes choose one of"),
        (
            {"training": {"schedule": {"kind": "one_cycle"}, "optimizer": {"kind": "sgd"}}},
            "training.schedule",
            "momentum",
        ),
        (
            {"training": {"penalty": {"kind": "weight_decay"}, "optimizer": {"kind": "adamw"}}},
            "training.penalty",
            "training.optimizer.weight_decay",
        ),
        (
            {"model": {"norm": {"kind": "batch_norm"}}, "training": {"batch_size": 1}},
            "training.batch_size",
            "at least 2",
        ),
        (
            {"data": {"kind": "circle", "validation_share": 0}, "training": {"stopping": {"kind": "patience"}}},
            "training.stopping",
            "data.validation_share",
        ),
        ({"data": {"kind": "sine"}, "training": {"class_weights": "balanced"}}, "training.class_weights", "no classes"),
        (
            {"data": {"kind": "sine"}, "training": {"sampling": {"kind": "oversampling"}}},
            "training.sampling",
            "no classes",
        ),
        (
            {"training": {"class_weights": "balanced", "sampling": {"kind": "undersampling"}}},
            "training.sampling",
            "count twice over: choose one of the two",
        ),
        ({"seed": -1}, "seed", "greater than or equal to 0"),
        ({"sed": 1}, "sed", "no such setting"),
    ],
)
def test_a_bad_value_names_the_field_and_what_is_allowed(tree: dict, field: str, allowed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate(tree)
    found = problems(caught.value, Experiment)
    assert [item.field for item in found] == [field]
    assert allowed in found[0].allowed
    assert field in str(found[0])


def test_losses_are_offered_only_where_they_fit() -> None:
    assert losses_for(0) == ["matched", "mse", "mae", "huber"]
    assert losses_for(2) == ["matched", "mse", "bce", "cross_entropy", "hinge"]
    assert losses_for(5) == ["matched", "mse", "cross_entropy", "hinge"]


def test_the_matched_loss_follows_the_task() -> None:
    kinds = {name: Experiment.model_validate({"data": {"kind": name}}).loss.kind for name in ("sine", "circle", "iris")}
    assert kinds == {"sine": "mse", "circle": "bce", "iris": "cross_entropy"}


def test_a_patch_is_checked_as_a_whole_and_a_new_kind_takes_its_own_defaults() -> None:
    first = Experiment().patched({"training.optimizer.lr": 0.5})
    second = first.patched({"training.optimizer.kind": "sgd"})
    assert second.training.optimizer == catalog(Optimizer)["sgd"](kind="sgd")
    with pytest.raises(ValidationError):
        first.patched({"training.loss.kind": "mae"})


def test_differences_patch_one_experiment_into_the_other() -> None:
    old, new = Experiment(), Experiment(training=Training(epochs=7, batch_size="all"), seed=3)
    assert differences(old, new) == {"training.batch_size": "all", "training.epochs": 7, "seed": 3}
    assert old.patched(differences(old, new)) == new


@pytest.mark.parametrize(
    ("patch", "effect"),
    [
        ({}, "nothing"),
        ({"training.optimizer.lr": 0.5}, "continue"),
        ({"model.dropout": 0.5}, "continue"),
        ({"training.loss.kind": "cross_entropy"}, "restart"),
        ({"training.loss.kind": "hinge"}, "restart"),
        ({"training.loss.kind": "bce"}, "continue"),
        ({"model.hidden": (3,)}, "restart"),
        ({"data.noise": 0.5}, "restart"),
        ({"seed": 5}, "restart"),
    ],
)
def test_nesting_states_the_consequence(patch: dict, effect: str) -> None:
    assert consequence(Experiment(), Experiment().patched(patch)) == effect


def test_a_layer_may_differ_from_the_rest() -> None:
    relu = catalog(Activation)["relu"](kind="relu")
    model = Model(hidden=(4, 4), layers=(LayerOverride(layer=2, activation=relu, dropout=0.0),), dropout=0.3)
    assert model.activation_of(1).kind == "tanh"
    assert model.activation_of(2) == relu
    assert (model.dropout_of(1), model.dropout_of(2)) == (0.3, 0.0)


def test_experiments_are_frozen_and_can_be_keys() -> None:
    with pytest.raises(ValidationError):
        Experiment().seed = 3  # type: ignore[misc]
    assert {Experiment(): 1}[Experiment()] == 1
