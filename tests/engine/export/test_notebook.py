"""The exported notebook: valid, and its cells, run in order, end with the run's training loss."""

import nbformat
import pytest

from engine.experiment import Experiment
from engine.export.notebook import notebook
from engine.export.record import record
from engine.supervised import SupervisedRun
from tests.engine.export.draws import draws
from tests.engine.export.running import ran


@pytest.mark.parametrize("number", [0, 7, 25, 37])
def test_a_notebooks_cells_run_in_order_end_with_the_runs_training_loss(number: int) -> None:
    taken = draws()[number].record()
    read = nbformat.reads(notebook(taken, "https://playground.example/playground"), as_version=4)
    nbformat.validate(read)
    code = "\n".join(cell.source for cell in read.cells if cell.cell_type == "code")
    names = ran(code)
    assert names["train_loss"] == pytest.approx(taken.train_loss, abs=1e-6)
    assert len(names["losses"]) == taken.steps


def test_every_part_has_a_heading_and_a_sentence_above_its_code() -> None:
    start = Experiment().patched({"training.epochs": 1})
    read = nbformat.reads(notebook(record(SupervisedRun(start), start)), as_version=4)
    above = [cell.source for cell in read.cells if cell.cell_type == "markdown"]
    assert above[0].startswith("# A run of Gradient Playground")
    titles = [text.split("\n")[0].partition(". ")[2] for text in above if text.startswith("## ") and text[3].isdigit()]
    assert titles == [
        "Random numbers", "Data", "Split and scaling", "Network", "Loss", "Optimizer", "Training", "Result",
    ]  # fmt: skip
    assert "matplotlib" in above[-2]
    kinds = [cell.cell_type for cell in read.cells]
    assert kinds[1:] == ["code", *["markdown", "code"] * 9]
    assert len({cell.id for cell in read.cells}) == len(read.cells)
