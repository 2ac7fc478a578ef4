"""The script of a run on sequences is run as it stands: it must come to the run's own training loss."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.choice import catalog
from engine.data.own.store import reading_as, store
from engine.export.sequences.record import SequenceRecord, sequence_record
from engine.export.sequences.script import sequence_notebook, sequence_script
from engine.run import Edit
from engine.sequences.cells import Cell
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.models import SequenceModel
from engine.sequences.positions import Place
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.catalog import AnyTask
from engine.text.own import pasted
from tests.engine.export.running import ran
from tests.engine.export.sequences.draws import COUNT, sequence_draws
from tests.engine.export.test_script import nothing_to_lint
from tests.engine.sequences.test_run import small

LINK = "https://playground.example/recurrent?v=1"


def same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))


def left_at(experiment: SequenceExperiment, steps: int, *edits: Edit) -> SequenceRecord:
    run = SequenceRun(experiment, edits)
    run.advance(steps)
    return sequence_record(run, experiment)


@cache
def drawn(number: int) -> str:
    """The script of a draw."""
    return sequence_script(sequence_draws()[number].record(), LINK)


def loss_of(text: str) -> float:
    return float(ran(text)["train_loss"])


@pytest.mark.long
@pytest.mark.parametrize("number", range(COUNT))
def test_the_script_ends_with_the_runs_training_loss(number: int) -> None:
    taken = sequence_draws()[number].record()
    made = ran(drawn(number))
    assert same(made["train_loss"], taken.train_loss)
    assert made["printed"].rstrip().endswith(": the same")


def test_the_draws_have_both_networks_every_cell_every_kind_of_position_and_changes() -> None:
    models = [draw.experiment.model for draw in sequence_draws()]
    assert {model.kind for model in models} == set(catalog(SequenceModel))
    assert {model.cell.kind for model in models if model.kind == "recurrent"} == set(catalog(Cell))
    assert {model.positions.kind for model in models if model.kind == "transformer"} == set(catalog(Place))
    assert any(model.kind == "transformer" and model.encoder for model in models)
    assert any(record.edits for record in (draw.record() for draw in sequence_draws()))
    assert len({draw.experiment.task.kind for draw in sequence_draws()}) == COUNT < len(catalog(AnyTask)) + 1


CHANGED = {
    "dropout begins": {"model.dropout": 0.4},
    "dropout ends": {"model.dropout": 0.0, "training.clip.kind": "none"},
    "another optimizer": {"training.optimizer.kind": "adamw", "training.optimizer.lr": 0.02},
    "other averages": {"training.optimizer.amsgrad": True},
    "one cycle": {"training.schedule.kind": "one_cycle", "training.updates": 30, "training.batch_size": 7},
    "chunks": {"training.chunk": 3, "training.carried": False},
}


@pytest.mark.long
@pytest.mark.parametrize("name", CHANGED)
def test_a_change_in_mid_run_is_a_statement_at_its_step(name: str) -> None:
    dropout = {"model.dropout": 0.3 if name == "dropout ends" else 0.0, "model.layers": 2}
    taken = left_at(small("recall", "recurrent", **dropout), 14, Edit(6, tuple(CHANGED[name].items())))
    text = sequence_script(taken)
    assert "if step == 6:" in text and taken.edits
    assert same(loss_of(text), taken.train_loss)
    untouched = left_at(small("recall", "recurrent", **dropout), 14)
    assert untouched.train_loss != taken.train_loss, "a change that changes nothing tests nothing"


def test_what_a_run_does_not_have_is_not_in_its_script() -> None:
    text = sequence_script(left_at(small("reverse", "recurrent"), 3))
    for absent in ("Transformer", "in_chunks", "schedule", "horizon", "GRU", "engine.", "jaxtyping", "pydantic"):
        assert absent not in text, absent


def test_it_imports_pytorch_and_the_standard_library_alone() -> None:
    for number in range(COUNT):
        found = set(re.findall(r"^(?:import|from) (\w+)", drawn(number), re.MULTILINE))
        assert found - sys.stdlib_module_names <= {"torch", "numpy"}


@pytest.mark.long
def test_first_weights_and_examples_are_the_same_to_the_bit() -> None:
    for task, network in (("names", "recurrent"), ("mood", "transformer"), ("stocks", "recurrent")):
        experiment = small(task, network)
        made, run = ran(sequence_script(left_at(experiment, 0))), SequenceRun(experiment)
        for part in ("train", "validation"):
            mine, theirs = getattr(made["data"], part), getattr(run.data, part)
            assert torch.equal(mine.x, theirs.x) and torch.equal(mine.y, theirs.y)
        state = made["network"].state_dict()
        assert list(state) == list(run.network.state_dict())
        assert all(torch.equal(state[name], tensor) for name, tensor in run.network.state_dict().items())


def test_the_scripts_are_formatted_and_have_nothing_to_lint(tmp_path: Path) -> None:
    assert nothing_to_lint(tmp_path, [drawn(number) for number in range(COUNT)])


@pytest.mark.long
def test_the_script_runs_alone_in_an_empty_folder(tmp_path: Path) -> None:
    of_text = next(place for place, draw in enumerate(sequence_draws()) if draw.experiment.task.kind == "language")
    (tmp_path / "script.py").write_text(drawn(of_text), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(": the same")


def test_a_broken_runs_script_stops_before_the_update_that_breaks_and_says_so() -> None:
    wild = {"training.optimizer.kind": "sgd", "training.optimizer.lr": 10.0, "training.clip.kind": "none"}
    patch = {"model.cell.kind": "rnn", "task.length": 40, "model.initializer.kind": "normal", **wild}
    taken = left_at(small("adding", "recurrent", **patch), 200)
    assert taken.ending is not None and taken.ending.kind == "diverged"
    text = sequence_script(taken)
    assert "stops just before" in text and f"STEPS = {taken.steps}\n" in text
    assert same(loss_of(text), taken.train_loss)


def test_a_changed_line_gives_another_loss() -> None:
    taken = left_at(small("copy", "transformer"), 5)
    text = sequence_script(taken)
    made = ran(text.replace("batch_size = 32", "batch_size = 31"))
    assert not same(made["train_loss"], taken.train_loss) and "not the same" in made["printed"]


def test_the_notebook_has_the_same_parts_and_the_same_end() -> None:
    taken = sequence_draws()[3].record()
    tree = json.loads(sequence_notebook(taken, LINK))
    code = [cell["source"] for cell in tree["cells"] if cell["cell_type"] == "code"]
    made = ran("\n".join(cell for cell in code if "matplotlib" not in cell))
    assert same(made["train_loss"], taken.train_loss)
    assert len(made["losses"]) == taken.steps
    said = "\n".join(cell["source"] for cell in tree["cells"] if cell["cell_type"] == "markdown")
    assert LINK in said and "## 3. Network" in said


# --- a visitor's own text ---------------------------------------------------------------------------------------------

SECRET = "The quick brown fox jumps over the lazy dog again and again. " * 12


@pytest.fixture
def own() -> Iterator[Any]:
    """Somebody's text, and the experiment that trains on it."""
    with reading_as("somebody"):
        text = pasted(SECRET)
        store().put("somebody", text)
        patch = {"task.corpus": {"kind": "own", "file": text.digest}, "task.context": 8}
        yield small("language", "recurrent", **patch)
    store().release("somebody")


def test_an_own_text_is_in_its_script_as_ids_with_a_warning(own: SequenceExperiment) -> None:
    taken = left_at(own, 4)
    text = sequence_script(taken, LINK)
    assert "your own text" in text and "fox" not in text
    assert same(loss_of(text), taken.train_loss)


def test_nobody_else_gets_the_script_of_an_own_text(own: SequenceExperiment) -> None:
    taken = left_at(own, 1)
    with reading_as("another"), pytest.raises(ValueError, match="stays with its owner"):
        sequence_script(taken, LINK)
