"""The script of a run on pictures is run as it stands: it must come to the run's own training loss."""

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
from engine.export.vision.pictures_section import FILE, given_file, is_beside
from engine.export.vision.record import VisionRecord, vision_record
from engine.export.vision.script import vision_notebook, vision_script
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.pictures.folder import Folder, read
from engine.probes import at_rest
from engine.run import Edit
from engine.vision.augment.catalog import AnyAugmentation
from engine.vision.blocks import AnyBlock
from engine.vision.experiment import VisionExperiment
from engine.vision.heads.catalog import Head
from engine.vision.models import VisionModel
from engine.vision.run import VisionRun
from engine.vision.sources.own import pictures_of
from tests.engine.export.running import ran
from tests.engine.export.test_script import nothing_to_lint
from tests.engine.export.vision.draws import COUNT, vision_draws
from tests.engine.pictures.test_bad_zips import packed, pets

LINK = "https://playground.example/vision?v=1"
SMALL = VisionExperiment().patched({"training.epochs": 3})


def same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))


def left_at(experiment: VisionExperiment, steps: int, *edits: Edit) -> VisionRecord:
    run = VisionRun(experiment, edits)
    run.advance(steps)
    return vision_record(run, experiment)


@cache
def drawn(number: int) -> str:
    """The script of a draw."""
    return vision_script(vision_draws()[number].record(), LINK)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scripts run in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize("number", range(COUNT))
def test_the_script_ends_with_the_runs_training_loss(number: int, folder: Path) -> None:
    taken = vision_draws()[number].record()
    if is_beside(taken):
        (folder / FILE).write_bytes(given_file(taken))
    made = ran(drawn(number))
    assert same(made["train_loss"], taken.train_loss)
    assert made["printed"].rstrip().endswith(": the same")
    weights = vision_draws()[number].run().network.state_dict()
    assert list(made["network"].state_dict()) == list(weights)


def test_the_draws_have_every_head_block_network_optimizer_penalty_and_augmentation() -> None:
    found = [draw.experiment for draw in vision_draws()]
    assert {one.head.kind for one in found} == set(catalog(Head))
    assert {one.model.kind for one in found} == set(catalog(VisionModel))
    assert {block.kind for one in found for block in getattr(one.model, "blocks", ())} == set(catalog(AnyBlock))
    assert {one.training.optimizer.kind for one in found} == set(catalog(Optimizer))
    assert {one.training.penalty.kind for one in found} == set(catalog(Penalty))
    assert {row.kind for one in found for row in one.augmentation} == set(catalog(AnyAugmentation))
    assert {"digits", "scenes", "roads", "own"} <= {one.data.kind for one in found}
    assert any(record.edits for record in (draw.record() for draw in vision_draws()))


DROPS = {
    "model.blocks": ({"kind": "convolution", "channels": 4}, {"kind": "activation"}, {"kind": "dropout", "p": 0.3})
}
CHANGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "dropout begins": ({**DROPS, "model.blocks.2.p": 0.0}, {"model.blocks.2.p": 0.4}),
    "dropout ends": (DROPS, {"model.blocks.2.p": 0.0}),
    "another optimizer": ({}, {"training.optimizer.kind": "adamw", "training.optimizer.lr": 0.02}),
    "other averages": ({}, {"training.optimizer.amsgrad": True}),
    "one cycle": ({}, {"training.schedule.kind": "one_cycle", "training.epochs": 2, "training.batch_size": 7}),
    "a penalty": ({}, {"training.penalty.kind": "l1_proximal", "training.penalty.strength": 0.5}),
    "more noise": ({"augmentation": ({"kind": "noise"},)}, {"augmentation.0.probability": 0.2}),
}


@pytest.mark.long
@pytest.mark.parametrize("name", CHANGED)
def test_a_change_in_mid_run_is_a_statement_at_its_step(name: str) -> None:
    begun, patch = CHANGED[name]
    start = SMALL.patched({path: value for path, value in begun.items() if path != "model.blocks.2.p"})
    start = start.patched({path: value for path, value in begun.items() if path == "model.blocks.2.p"})
    taken = left_at(start, 12, Edit(5, tuple(patch.items())))
    text = vision_script(taken)
    assert "if step == 5:" in text and taken.edits
    assert same(float(ran(text)["train_loss"]), taken.train_loss)
    assert left_at(start, 12).train_loss != taken.train_loss, "a change that changes nothing tests nothing"


def test_what_a_run_does_not_have_is_not_in_its_script() -> None:
    text = vision_script(left_at(SMALL, 3))
    for absent in (
        "augmented",
        "penalty",
        "schedule",
        "horizon",
        "Dropout",
        "Batch",
        "box",
        "mask",
        "engine.",
        "pydantic",
    ):
        assert absent not in text, absent


def test_it_imports_pytorch_numpy_and_the_standard_library_alone() -> None:
    for number in range(COUNT):
        found = set(re.findall(r"^(?:import|from) (\w+)", drawn(number), re.MULTILINE))
        assert found - sys.stdlib_module_names <= {"torch", "numpy"}


def test_first_weights_and_pictures_are_the_same_to_the_bit() -> None:
    scenes = {"data.kind": "scenes", "data.samples": 100, "data.size": 16, "head.kind": "segment", "model.kind": "unet"}
    for experiment in (SMALL, SMALL.patched(scenes)):
        made, run = ran(vision_script(left_at(experiment, 0))), VisionRun(experiment)
        for part in ("train", "validation"):
            mine, theirs = getattr(made["data"], part), getattr(run.data, part)
            assert torch.equal(mine.x, theirs.x) and torch.equal(mine.label, theirs.label)
        state = run.network.state_dict()
        assert all(torch.equal(made["network"].state_dict()[name], tensor) for name, tensor in state.items())


def test_the_scripts_are_formatted_and_have_nothing_to_lint(folder: Path) -> None:
    assert nothing_to_lint(folder, [drawn(number) for number in range(COUNT)])


@pytest.mark.long
def test_the_script_runs_alone_in_an_empty_folder(folder: Path) -> None:
    (folder / "script.py").write_text(vision_script(left_at(SMALL, 5)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=folder, capture_output=True, text=True, check=False, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(": the same")


def test_a_broken_runs_script_stops_before_the_update_that_breaks_and_says_so() -> None:
    wild = {"training.optimizer.kind": "sgd", "training.optimizer.lr": 10.0, "model.initializer.kind": "normal"}
    blocks = ({"kind": "convolution", "channels": 8},) * 6
    taken = left_at(SMALL.patched({**wild, "model.blocks": blocks}), 60)
    assert taken.ending is not None and taken.ending.kind == "diverged"
    text = vision_script(taken)
    assert "stops just before" in text and f"STEPS = {taken.steps}\n" in text
    assert same(float(ran(text)["train_loss"]), taken.train_loss)


def test_a_changed_line_gives_another_loss() -> None:
    taken = left_at(SMALL, 5)
    made = ran(vision_script(taken).replace("batch_size = 32", "batch_size = 31"))
    assert not same(made["train_loss"], taken.train_loss) and "not the same" in made["printed"]


def test_the_notebook_has_the_same_parts_and_the_same_end() -> None:
    taken = left_at(SMALL, 6)
    tree = json.loads(vision_notebook(taken, LINK))
    code = [cell["source"] for cell in tree["cells"] if cell["cell_type"] == "code"]
    made = ran("\n".join(cell for cell in code if "matplotlib" not in cell))
    assert same(made["train_loss"], taken.train_loss) and len(made["losses"]) == taken.steps
    said = "\n".join(cell["source"] for cell in tree["cells"] if cell["cell_type"] == "markdown")
    assert LINK in said and "## 3. Network" in said


def test_the_scripts_network_gives_the_runs_answers_once_trained() -> None:
    draw = vision_draws()[1]
    made, run = ran(drawn(1)), draw.run()
    with torch.no_grad(), at_rest(run.network):
        x = run.data.validation.first(20).x
        torch.testing.assert_close(made["network"](x), run.network(x), rtol=1e-5, atol=1e-6)


# --- a visitor's own pictures -----------------------------------------------------------------------------------------


@pytest.fixture
def own() -> Iterator[VisionExperiment]:
    """Somebody's pictures, and the experiment that trains on them."""
    with reading_as("somebody"):
        kept = read(
            packed({f"{path}".replace("cats", "seçret'); import os"): f for path, f in pets(9).items()}), side=16
        )
        store().put("somebody", kept)
        yield SMALL.patched({"data": pictures_of(kept).model_dump()})
    store().release("somebody", Folder)


def test_own_pictures_stand_beside_their_script_with_a_warning(own: VisionExperiment, folder: Path) -> None:
    taken = left_at(own, 4)
    text = vision_script(taken, LINK)
    assert "They are your own" in text and not re.search(r"^import os|; import os", text, re.MULTILINE)
    with pytest.raises(FileNotFoundError):
        ran(text)
    (folder / FILE).write_bytes(given_file(taken))
    assert same(float(ran(text)["train_loss"]), taken.train_loss)
    assert len(given_file(taken)) < 18 * 3 * 256 + 4000, "a byte a value, compressed"
