"""Weights, experiment file and history of runs on pictures."""

import io
import json

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load

from engine.export.experiment_file import Unreadable
from engine.export.history import history_csv
from engine.export.recipe_file import Begun
from engine.export.sequences.experiment_file import sequence_json
from engine.export.vision.experiment_file import read_vision, vision_json
from engine.export.vision.script import vision_script, vision_weights
from engine.film import Film
from engine.probes import at_rest
from engine.sequences.experiment import SequenceExperiment
from engine.vision.experiment import VisionExperiment
from engine.vision.run import VisionRun
from tests.engine.export.running import ran
from tests.engine.export.vision.draws import vision_draws

DIGITS = [number for number, draw in enumerate(vision_draws()) if draw.experiment.data.kind == "digits"]


@pytest.mark.parametrize("number", DIGITS[:2])
def test_weights_loaded_into_the_scripts_network_give_the_runs_answers(number: int) -> None:
    draw = vision_draws()[number]
    run, taken = draw.run(), draw.record()
    network = ran(vision_script(taken))["network"]
    for parameter in network.parameters():
        parameter.data.zero_()
    network.load_state_dict(load(vision_weights(taken)))
    network.eval()
    with torch.no_grad(), at_rest(run.network):
        x = run.data.validation.first(20).x
        torch.testing.assert_close(network(x), run.network(x), rtol=0, atol=0)


def test_the_weights_say_of_which_run_they_are(tmp_path: object) -> None:
    taken = vision_draws()[DIGITS[0]].record()
    path = f"{tmp_path}/weights.safetensors"
    with open(path, "wb") as file:
        file.write(vision_weights(taken, "https://playground.example/vision?v=1"))
    with safe_open(path, framework="pt") as found:
        said = found.metadata()
    assert said["step"] == str(taken.steps) and said["link"] == "https://playground.example/vision?v=1"


@pytest.mark.parametrize("number", range(0, 24, 4))
def test_an_experiment_with_its_changes_is_read_back_as_it_was(number: int) -> None:
    draw = vision_draws()[number]
    text = vision_json(draw.experiment, draw.edits, 40)
    assert read_vision(text) == (Begun(draw.experiment, draw.edits, 40), [])
    assert json.loads(text)["experiment"] == draw.experiment.model_dump(mode="json")


def test_a_part_that_is_out_of_range_is_named_and_the_rest_counts() -> None:
    tree = json.loads(vision_json(VisionExperiment(seed=5)))
    tree["experiment"]["training"]["batch_size"] = 0
    tree["experiment"]["model"]["colour"] = "red"
    tree["view"]["step"] = -3
    tree["edits"] = [{"step": 1, "changes": {"data.kind": "scenes"}}]
    found, problems = read_vision(json.dumps(tree))
    assert found == Begun(VisionExperiment(seed=5))
    assert {problem.field for problem in problems} == {"training.batch_size", "model.colour", "view.step", "edits"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "begins with {"),
        (sequence_json(SequenceExperiment()), 'it must be "gradient-playground-pictures"'),
        ('{"a": "' + "x" * 200_000 + '"}', "at most 200,000"),
    ],
)
def test_what_is_no_experiment_on_pictures_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_vision(text)


def test_the_history_is_read_back_by_pandas() -> None:
    run, film = VisionRun(VisionExperiment()), Film()
    for _ in range(3):
        film.append(run.snapshot(detail=False))
        run.advance(2)
    table = pd.read_csv(io.StringIO(history_csv(run.scene, film)))
    np.testing.assert_array_equal(table["step"], [0, 2, 4])
    place = run.scene.score("validation.accuracy")
    found = table["validation.accuracy"].astype(np.float32)
    np.testing.assert_array_equal(found, [frame.scores[place] for frame in film])
