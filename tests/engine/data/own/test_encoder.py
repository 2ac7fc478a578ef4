"""Own columns become inputs as scikit-learn and pandas make them, learnt from the training part alone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.neural_network import MLPClassifier

from engine.data.own.own_table import OwnTable
from engine.data.own.proposal import Proposal
from engine.data.prepare import Dataset, prepare
from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from tests.engine.data.own.files import csv, flowers, used


def frame(x: np.ndarray, data: Dataset) -> pd.DataFrame:
    """Raw columns as pandas would hold them: categories by name, None where missing."""
    found = {}
    for place, (name, kind) in enumerate(zip(data.columns, data.kinds, strict=True)):
        cells = [kind.categories[int(code)] for code in x[:, place]] if kind.categories else x[:, place]
        found[name] = [None if cell == "(missing)" else cell for cell in cells]
    return pd.DataFrame(found)


def by_hand(train: pd.DataFrame, rows: pd.DataFrame, scaling: str) -> pd.DataFrame:
    """Median, scale, a word on gaps and one column a category, with pandas alone."""
    parts = []
    numbers = list(train.select_dtypes("number").columns)
    for name in numbers:
        median = train[name].median()
        known, filled = train[name].fillna(median), rows[name].fillna(median)
        if scaling == "standard":
            filled = (filled - known.mean()) / known.std(ddof=0)
        if scaling == "minmax":
            filled = (filled - known.min()) / (known.max() - known.min())
        parts.append(filled.rename(name))
    for name in numbers:
        if train[name].isna().any():
            parts.append(rows[name].isna().astype(float).rename(f"{name} missing"))
    for name in [name for name in train.columns if name not in numbers]:
        for category in [*sorted(train[name].dropna().unique()), *([None] if train[name].isna().any() else [])]:
            is_there = rows[name].isna() if category is None else rows[name] == category
            parts.append(is_there.astype(float).rename(f"{name}={category or '(missing)'}"))
    return pd.concat(parts, axis=1)


@pytest.mark.parametrize("scaling", ["standard", "minmax", "none"])
@pytest.mark.parametrize("gaps", [False, True])
def test_inputs_are_those_that_pandas_makes(gaps: bool, scaling: Any) -> None:
    data = prepare(used(flowers(gaps=gaps), scaling=scaling), 0)
    train = frame(data.train.raw_x, data)
    for part in (data.train, data.validation, data.test):
        expected = by_hand(train, frame(part.raw_x, data), scaling)
        assert data.feature_names == tuple(expected.columns)
        np.testing.assert_allclose(part.x.numpy(), expected.to_numpy(), rtol=1e-5, atol=1e-6)
    assert (np.isnan(data.train.raw_x).any()) == gaps


def changed(rows: list[int], cells: str, lines: list[str]) -> bytes:
    """The file with other inputs in some rows; their targets stay, so that the split does."""
    return csv(
        *(f"{cells},{line.rpartition(',')[2]}" if place - 1 in rows else line for place, line in enumerate(lines))
    )


def test_nothing_is_learnt_from_validation_and_test_rows() -> None:
    lines = flowers(gaps=True).decode().split("\n")
    first = prepare(used("\n".join(lines).encode()), 0)
    order = {tuple(np.nan_to_num(row, nan=-1)): place for place, row in enumerate(used(csv(*lines)).draw(0).x)}
    held = [order[tuple(np.nan_to_num(row, nan=-1))] for part in (first.validation, first.test) for row in part.raw_x]
    other = prepare(used(changed(held, "1000000,,blue,", lines)), 0)
    assert other.test.raw_x[0, 0] == 1_000_000
    assert torch.equal(other.train.x, first.train.x)
    assert other.feature_names == first.feature_names


def test_a_training_row_does_move_what_is_learnt() -> None:
    lines = flowers().decode().split("\n")
    first = prepare(used(csv(*lines)), 0)
    row = next(place for place, row in enumerate(used(csv(*lines)).draw(0).x) if (row == first.train.raw_x[0]).all())
    other = prepare(used(changed([row], "1000000,1,blue,2024-01-01", lines)), 0)
    assert not torch.equal(other.train.x[1:], first.train.x[1:])


def test_a_category_that_the_training_part_lacks_leaves_all_its_inputs_at_0() -> None:
    for seed in range(40):
        rows = [f"{'rare' if i == 0 else 'uv'[i % 2]},{i},{'ab'[i % 2]}" for i in range(30)]
        data = prepare(used(csv("kind,size,y", *rows), Proposal(2, "classification", (0, 1))), seed)
        if "kind=rare" in data.feature_names:
            continue
        rare = data.kinds[0].categories.index("rare")
        assert data.encode(np.array([[rare, 3.0]]))[0, 1:].tolist() == [0.0, 0.0]
        return
    pytest.fail("no seed put the rare row outside of the training part")


def test_numbers_missing_in_the_whole_training_part_become_0() -> None:
    for seed in range(60):
        rows = [f"{1.5 if i == 0 else ''},{i},{'ab'[i % 2]}" for i in range(30)]
        data = prepare(used(csv("gap,size,y", *rows), Proposal(2, "classification", (0, 1))), seed)
        if np.isnan(data.train.raw_x[:, 0]).all():
            assert torch.isfinite(data.test.x).all() and (data.train.x[:, 0] == 0).all()
            return
    pytest.fail("no seed put the only number outside of the training part")


def test_a_network_learns_it_as_well_as_scikit_learns_own() -> None:
    data = used(flowers(300, gaps=True))
    experiment = Experiment(data=data).patched(
        {"model.hidden": (8,), "training.epochs": 60, "training.optimizer.lr": 0.02}
    )
    run = SupervisedRun(experiment)
    run.advance(10_000)
    score = float(run.snapshot().scores[run.scene.score("test.accuracy")])
    prepared = prepare(data, 0)
    other = MLPClassifier((8,), learning_rate_init=0.02, max_iter=400, random_state=0, tol=1e-3)
    other.fit(prepared.train.x.numpy(), prepared.train.y.numpy())
    reference = other.score(prepared.test.x.numpy(), prepared.test.y.numpy())
    assert score >= 0.85
    assert score >= reference - 0.07


def test_a_network_learns_a_number_from_own_data() -> None:
    random = np.random.default_rng(0)
    rows = [
        (a, kind, 3 * a + (5 if kind == "big" else 0))
        for a, kind in zip(random.normal(0, 1, 200), ["big", "small"] * 100, strict=True)
    ]
    data = used(csv("a;kind;y", *(f"{a:.4f};{kind};{y:.4f}".replace(".", ",") for a, kind, y in rows)))
    assert data.task == "regression" and data.class_count == 0
    run = SupervisedRun(Experiment(data=data).patched({"training.epochs": 40}))
    run.advance(10_000)
    assert float(run.snapshot().scores[run.scene.score("test.r2")]) > 0.98


def test_one_row_is_encoded_as_it_is_among_others() -> None:
    data = prepare(used(flowers(gaps=True)), 0)
    single = torch.cat([data.encode(row[None]) for row in data.test.raw_x])
    assert torch.equal(single, data.test.x)


def test_the_seed_decides_the_split_and_nothing_else() -> None:
    data: OwnTable = used(flowers())
    assert data.draw(0).x.tobytes() == data.draw(1).x.tobytes()
    assert prepare(data, 0).train.raw_x.tobytes() != prepare(data, 1).train.raw_x.tobytes()
