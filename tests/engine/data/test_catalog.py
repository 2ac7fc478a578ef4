"""What holds for every row of the data catalog."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter

from engine.choice import catalog
from engine.data.catalog import Data
from engine.data.source import DataSource
from engine.data.table import Table
from tests.rows import defaults_of

KINDS = [
    *("circle", "gaussians", "xor", "spiral", "moons", "checkerboard", "canvas"),
    *("plane", "two_bumps", "sine", "step", "polynomial"),
    *("house_prices", "fraud", "credit_risk"),
    *("iris", "wine", "breast_cancer", "digits", "diabetes", "california_housing"),
    "own",
]
BUNDLED = {"iris", "wine", "breast_cancer", "digits", "diabetes", "california_housing"}
NOT_DRAWN = {*BUNDLED, "own"}


def same(one: Table, other: Table) -> bool:
    """Bit for bit."""
    pairs = [(one.x, other.x), (one.y, other.y), (one.test_x, other.test_x), (one.test_y, other.test_y)]
    return all((a is None and b is None) or a.tobytes() == b.tobytes() for a, b in pairs)


def test_the_catalog_lists_the_data_sets_in_their_order() -> None:
    assert list(catalog(Data)) == KINDS


def test_a_row_says_in_one_sentence_what_to_look_for(row: DataSource) -> None:
    assert row.label and row.formula and row.source
    assert row.lesson.endswith(".") and ". " not in row.lesson
    assert "$" not in row.formula and row.formula.count("{") == row.formula.count("}")
    assert row.group in ("Toy", "Regression", "Generated tables", "Real", "Your own")


def test_a_row_says_beforehand_what_it_will_draw(row: DataSource) -> None:
    table = row.draw(0)
    assert table.x.shape == (len(table.y), row.columns_count)
    assert len(table.columns) == row.columns_count
    assert len(table.units) in (0, row.columns_count)
    assert len(table.classes) == row.class_count
    assert (row.task == "classification") == (row.class_count > 0)


def test_a_table_holds_labels_for_classes_and_values_for_regression(row: DataSource) -> None:
    table = row.draw(0)
    assert table.x.dtype == np.float64 and np.isfinite(table.x).all()
    if table.classes:
        assert table.y.dtype == np.int64 and set(np.unique(table.y)) == set(range(row.class_count))
    else:
        assert table.y.dtype == np.float64 and np.isfinite(table.y).all()


def test_a_table_can_not_be_written_to(row: DataSource) -> None:
    table = row.draw(0)
    for array in (table.x, table.y, table.test_x, table.test_y):
        assert array is None or not array.flags.writeable


def test_the_same_seed_draws_the_same_rows(row: DataSource) -> None:
    assert same(row.draw(3), row.draw(3))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {*NOT_DRAWN, "canvas"}])
def test_another_seed_draws_other_rows(kind: str) -> None:
    row = defaults_of(Data)[kind]
    assert not same(row.draw(3), row.draw(4))  # type: ignore[attr-defined]


def test_drawing_touches_no_global_generator(row: DataSource) -> None:
    """Python's own is left out: beartype draws from it, in tests."""
    torch_before = torch.get_rng_state()
    numpy_before = np.random.get_state()[1].tobytes()
    row.draw(0)
    assert torch.equal(torch.get_rng_state(), torch_before)
    assert np.random.get_state()[1].tobytes() == numpy_before


def test_another_thread_drawing_globally_changes_nothing(row: DataSource) -> None:
    before, stop = row.draw(5), threading.Event()

    def draw_globally() -> None:
        while not stop.is_set():
            torch.rand(10)
            np.random.rand(10)

    thread = threading.Thread(target=draw_globally)
    thread.start()
    try:
        assert all(same(row.draw(5), before) for _ in range(3))
    finally:
        stop.set()
        thread.join()


def test_a_row_is_a_value_that_survives_json(row: DataSource) -> None:
    again = TypeAdapter(Data).validate_json(row.model_dump_json())
    assert again == row and hash(again) == hash(row) and type(again) is type(row)


def test_the_catalog_and_all_drawn_data_need_neither_scikit_learn_nor_pandas() -> None:
    script = f"""
import sys
from tests.rows import defaults_of
from engine.data.catalog import Data
from engine.data.plane import default_view, plane_of
from engine.data.prepare import prepare
heavy = lambda: {{name for name in sys.modules if name.split('.')[0] in ('sklearn', 'pandas', 'scipy')}}
assert not heavy(), sorted(heavy())[:5]
for kind, row in defaults_of(Data).items():
    if kind not in {NOT_DRAWN!r}:
        data = prepare(row, 0)
        plane_of(data, default_view(data)).grid(3)
assert not heavy(), sorted(heavy())[:5]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
