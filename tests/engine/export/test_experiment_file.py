"""The experiment as a JSON file: what is written is read back, and what can't be read is said by name."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings

from engine.experiment import Experiment
from engine.export.experiment_file import FORMAT, MAX_BYTES, Unreadable, experiment_json, read_experiment
from engine.model import LayerOverride, Model
from engine.permalink import Link, Look, encode
from engine.presets import PRESETS
from engine.run import Edit
from tests.strategies import experiments

EDITS = (
    Edit(10, (("training.optimizer.lr", 0.2), ("model.dropout", 0.1))),
    Edit(30, (("training.batch_size", "all"),)),
)


@given(experiments())
@settings(max_examples=60, deadline=None)
def test_any_experiment_is_read_back_as_it_was(experiment: Experiment) -> None:
    assert read_experiment(experiment_json(Link(experiment))) == (Link(experiment), [])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_edits_and_view_come_along(preset: Any) -> None:
    link = Link(preset.experiment, EDITS, Look(step=40))
    assert read_experiment(experiment_json(link)) == (link, [])


def test_a_network_of_sixty_layers_that_all_differ_fits() -> None:
    layers = tuple(LayerOverride(layer=layer, dropout=0.1, activation={"kind": "elu"}) for layer in range(1, 61))
    link = Link(Experiment(model=Model(hidden=(3,) * 60, layers=layers)))
    assert read_experiment(experiment_json(link)) == (link, [])


def test_the_file_has_every_setting_even_those_at_their_default() -> None:
    tree = json.loads(experiment_json(Link()))
    assert (tree["format"], tree["version"]) == (FORMAT, 1)
    assert tree["experiment"] == Experiment().model_dump(mode="json")


def changed(**parts: Any) -> str:
    return json.dumps(json.loads(experiment_json(Link())) | parts)


def test_a_part_that_is_out_of_range_is_named_and_the_rest_counts() -> None:
    tree = json.loads(experiment_json(Link(Experiment(seed=5))))
    tree["experiment"]["training"]["optimizer"]["lr"] = 99
    tree["experiment"]["model"]["colour"] = "red"
    tree["extra"] = 1
    link, problems = read_experiment(json.dumps(tree))
    assert link == Link(Experiment(seed=5))
    assert {problem.field for problem in problems} == {"training.optimizer.lr", "model.colour", "extra"}


@pytest.mark.parametrize(
    ("edits", "field"),
    [
        ("no list", "edits"),
        ([{"step": "ten", "changes": {"seed": 1}}], "edits.1"),
        ([{"step": 1, "changes": {"training.optimizer.lr": 0.1}}, 7], "edits.2"),
        ([{"step": 1, "changes": {"data.kind": "circle"}}], "edits"),
    ],
)
def test_changes_that_can_not_be_are_named(edits: Any, field: str) -> None:
    link, problems = read_experiment(changed(edits=edits))
    assert link.experiment == Experiment()
    assert field in {problem.field for problem in problems}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither an experiment file"),
        ("hello", "neither an experiment file"),
        ("[1, 2]", "neither an experiment file"),
        ('{"format": ', r"line 1, column \d+: this is not JSON"),
        ("{}", "format: got null; it must be"),
        (json.dumps({"format": FORMAT, "version": 9}), "version: got 9; this app reads version 1"),
        ('{"a":' * 50 + "1" + "}" * 50, "nested too deeply"),
        ("{" + '"a":[' * 30_000, "nested too deeply|not JSON"),
        ('{"a": ' + "9" * 10_000 + "}", "number in the file is too long"),
        ('{"a": "' + "x" * MAX_BYTES + '"}', "at most 200,000"),
        ("https://x.example/?" + "a=1&" * 30_000, "at most 60,000"),
    ],
)
def test_what_is_no_experiment_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_experiment(text)


def test_a_pasted_link_is_read_as_the_address_bar_would() -> None:
    link = Link(Experiment(seed=7).patched({"data.kind": "circle"}), EDITS, Look(step=50))
    pasted = f"  https://playground.example/playground?{urlencode(encode(link))}\n"
    assert read_experiment(pasted) == (link, [])
