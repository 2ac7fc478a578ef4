"""Weights as safetensors: loaded into the exported script's own network they give the run's own predictions."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load

from engine.experiment import Experiment
from engine.export.record import record
from engine.export.script import script
from engine.export.weights import weights_file
from engine.probes import at_rest
from engine.supervised import SupervisedRun
from tests.engine.export.draws import draws
from tests.engine.export.running import ran


@pytest.mark.parametrize("number", [1, 5, 15, 25, 37])
def test_weights_loaded_into_the_scripts_network_give_the_runs_predictions(number: int) -> None:
    draw = draws()[number]
    run, taken = draw.run(), draw.record()
    names = ran(script(taken))
    fresh = type(names["network"])()
    fresh.load_state_dict(load(weights_file(taken)), strict=True)
    fresh.eval()
    with torch.no_grad(), at_rest(run.model):
        torch.testing.assert_close(fresh(names["test_x"]), run.model(run.data.test.x), rtol=0, atol=0)


def test_the_file_names_what_is_switched_off() -> None:
    run = SupervisedRun(Experiment())
    run.apply({"unit.1.2": False, "edge.2.3.1": False})
    taken = record(run, Experiment())
    assert b'"switched off":"unit.1.2 edge.2.3.1"' in weights_file(taken)
    assert b"switched off" not in weights_file(draws()[7].record())


def test_the_file_says_which_run_it_is_of(tmp_path: Path) -> None:
    taken = draws()[7].record()
    (tmp_path / "weights.safetensors").write_bytes(weights_file(taken, "https://playground.example/playground"))
    with safe_open(tmp_path / "weights.safetensors", framework="pt") as file:
        said = file.metadata()
    assert said["step"] == str(taken.steps)
    assert said["link"].startswith("https://playground.example/playground?v=1&data.kind=")


def test_what_was_taken_home_does_not_change_when_the_run_goes_on() -> None:
    draw = draws()[18]
    run, before = draw.run(), draw.record()
    kept = {name: tensor.clone() for name, tensor in before.state.items()}
    assert run.ending is None and run.advance(3) == 3
    assert all(torch.equal(before.state[name], tensor) for name, tensor in kept.items())
    assert any(not torch.equal(run.model.state_dict()[name], tensor) for name, tensor in kept.items())
    draw.run.cache_clear()
