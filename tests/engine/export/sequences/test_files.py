"""Weights, experiment file, history and carried numbers of runs on sequences."""

import io
import json

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load, load_model

from engine.export.experiment_file import Unreadable, experiment_json
from engine.export.history import history_csv
from engine.export.recipe_file import Begun
from engine.export.sequences.carried import packed, unpacked
from engine.export.sequences.experiment_file import read_sequence, sequence_json
from engine.export.sequences.record import sequence_record
from engine.export.sequences.script import sequence_script, sequence_weights
from engine.film import Film
from engine.permalink import Link
from engine.probes import at_rest
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from tests.engine.export.running import ran
from tests.engine.export.sequences.draws import sequence_draws
from tests.engine.sequences.test_run import small


@pytest.mark.parametrize("number", [1, 2, 7, 10])
def test_weights_loaded_into_the_scripts_network_give_the_runs_answers(number: int) -> None:
    draw = sequence_draws()[number]
    run, taken = draw.run(), draw.record()
    names = ran(sequence_script(taken))
    network = names["network"]
    for parameter in network.parameters():
        parameter.data.zero_()
    network.load_state_dict(load(sequence_weights(taken)), strict=not taken.tied)
    network.eval()
    with torch.no_grad(), at_rest(run.network):
        x = run.data.validation.first(20).x
        torch.testing.assert_close(network(x), run.network(x), rtol=0, atol=0)


def test_tied_weights_are_in_the_file_once(tmp_path: object) -> None:
    run = SequenceRun(small("reverse", "transformer", **{"model.tied": True}))
    run.advance(3)
    taken = sequence_record(run, run.experiment)
    path = f"{tmp_path}/weights.safetensors"
    with open(path, "wb") as file:
        file.write(sequence_weights(taken, "https://playground.example/transformer?v=1"))
    with safe_open(path, framework="pt") as found:
        said, names = found.metadata(), set(found.keys())
    assert names == set(run.network.state_dict()) - {"output.weight"}
    assert said["tied"] == "output.weight=embedding.weight" and said["step"] == "3"
    assert said["link"].startswith("https://playground.example/")
    fresh = run.experiment.model.build(run.data, seed=99)
    load_model(fresh, path, strict=True)
    assert torch.equal(fresh.output.weight, run.network.output.weight)


@pytest.mark.parametrize("number", range(0, 12, 3))
def test_an_experiment_with_its_changes_is_read_back_as_it_was(number: int) -> None:
    draw = sequence_draws()[number]
    text = sequence_json(draw.experiment, draw.edits, 40)
    assert read_sequence(text) == (Begun(draw.experiment, draw.edits, 40), [])
    assert json.loads(text)["experiment"] == draw.experiment.model_dump(mode="json")


def test_a_part_that_is_out_of_range_is_named_and_the_rest_counts() -> None:
    tree = json.loads(sequence_json(SequenceExperiment(seed=5)))
    tree["experiment"]["training"]["batch_size"] = 0
    tree["experiment"]["model"]["colour"] = "red"
    tree["view"]["step"] = -3
    tree["edits"] = [{"step": 1, "changes": {"task.kind": "copy"}}]
    found, problems = read_sequence(json.dumps(tree))
    assert found == Begun(SequenceExperiment(seed=5))
    assert {problem.field for problem in problems} == {"training.batch_size", "model.colour", "view.step", "edits"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "begins with {"),
        ("https://x.example/?a=1", "begins with {"),
        (experiment_json(Link()), 'it must be "gradient-playground-sequences"'),
        ('{"a": "' + "x" * 200_000 + '"}', "at most 200,000"),
    ],
)
def test_what_is_no_experiment_on_sequences_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_sequence(text)


def test_the_history_is_read_back_by_pandas() -> None:
    run, film = SequenceRun(small("reverse", "transformer")), Film()
    for _ in range(4):
        film.append(run.snapshot(detail=False))
        run.advance(2)
    table = pd.read_csv(io.StringIO(history_csv(run.scene, film)))
    np.testing.assert_array_equal(table["step"], [0, 2, 4, 6])
    place = run.scene.score("validation.exact")
    np.testing.assert_array_equal(table["validation.exact"].astype(np.float32), [frame.scores[place] for frame in film])
    for place, name in enumerate(run.scene.layer_names):
        norms = table[f"gradient norm of {name}"].astype(np.float32)
        np.testing.assert_array_equal(norms, [frame.gradient_norm[place] for frame in film])


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=40))
def test_carried_ids_are_read_back_as_they_were(ids: list[int]) -> None:
    text, kind = packed(torch.tensor(ids))
    broken = " \n".join(text[at : at + 7] for at in range(0, len(text), 7))
    assert unpacked(broken, kind, (len(ids),)).tolist() == ids
    assert '"' not in text and "\\" not in text


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=40))
def test_carried_numbers_are_read_back_to_the_bit(values: list[float]) -> None:
    text, kind = packed(torch.tensor(values))
    assert unpacked(text, kind, (len(values),)).tolist() == values
