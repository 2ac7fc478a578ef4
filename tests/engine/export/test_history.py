"""The history as CSV, read back by pandas and by Python's own reader."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from engine.experiment import Experiment
from engine.export.history import csv_text, history_csv
from engine.film import Film
from engine.supervised import SupervisedRun


def filmed(experiment: Experiment) -> tuple[SupervisedRun, Film]:
    run, film = SupervisedRun(experiment), Film()
    for _ in range(5):
        film.append(run.snapshot(detail=False))
        run.advance(7)
    return run, film


def test_pandas_reads_the_numbers_of_every_frame_back() -> None:
    run, film = filmed(Experiment().patched({"training.optimizer.kind": "adam"}))
    table = pd.read_csv(io.StringIO(history_csv(run.scene, film)))
    assert len(table) == len(film)
    np.testing.assert_array_equal(table["step"], [frame.step for frame in film])
    np.testing.assert_allclose(table["epoch"], [frame.epoch for frame in film], rtol=1e-12)
    np.testing.assert_allclose(table["rate"], [frame.rate for frame in film], rtol=1e-12)
    for place, name in enumerate(run.score_names):
        np.testing.assert_array_equal(table[name].astype(np.float32), [frame.scores[place] for frame in film])
    for place, layer in enumerate(run.scene.layer_names):
        ratios = table[f"update ratio of {layer}"].astype(np.float32)
        np.testing.assert_array_equal(ratios, [frame.update_ratio[place] for frame in film])
        norms = table[f"gradient norm of {layer}"].astype(np.float32)
        np.testing.assert_array_equal(norms, [frame.gradient_norm[place] for frame in film])


def test_a_number_that_there_is_none_of_is_an_empty_field() -> None:
    start = Experiment().patched({"data.validation_share": 0.0, "training.optimizer.kind": "sgd"})
    run, film = filmed(start)
    first = next(csv.DictReader(io.StringIO(history_csv(run.scene, film), newline="")))
    assert first["validation.loss"] == first["momentum"] == first["update ratio of output"] == ""
    assert float(first["train.loss"]) > 0


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    (header, row) = csv.reader(io.StringIO(csv_text([text], [[text]]), newline=""))
    assert header == row == [f"'{text}"]


def test_names_with_commas_quotes_and_line_breaks_stay_one_field() -> None:
    said = ['a,b "c"\nd', "e"]
    text = csv_text(said, [[1.5, float("nan")]])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [said, ["1.5", ""]]
    assert text.endswith("\r\n") and '"a,b ""c""\nd",e\r\n' in text
