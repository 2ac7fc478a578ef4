"""Over- and under-sampling: how often each example comes in an epoch, and what that does to the gradient."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.batches import Batches, Position
from engine.choice import catalog
from engine.data.canvas import Canvas
from engine.data.toy import Moons
from engine.experiment import Experiment, Training
from engine.export.record import stages
from engine.model import Model
from engine.run import Edit
from engine.sampling import EachOnce, Oversampling, Sampling, SamplingChoice, Undersampling
from engine.streams import stream
from engine.supervised import SupervisedRun

pytestmark = pytest.mark.long

LABELS = torch.tensor([0] * 9 + [1] * 4 + [2] * 2)[torch.randperm(15, generator=torch.Generator().manual_seed(3))]
SIZES = {0: 9, 1: 4, 2: 2}
RARE = Experiment(
    data=Moons(samples=200).model_copy(update={"balance": 0.2}),
    model=Model(hidden=(4,)),
    training=Training(epochs=4, batch_size=16),
)
"""96 training examples of one class, 24 of the other."""
ROWS = [row() for row in catalog(Sampling).values()]


def made(row: SamplingChoice, size: int = 4, labels: Tensor = LABELS, *, skip_single: bool = False) -> Batches:
    """Batches whose one input is the number of the example."""
    numbers = torch.arange(len(labels), dtype=torch.float32).unsqueeze(1)
    return Batches(numbers, labels, size, seed=5, skip_single=skip_single, sampling=row)


def epoch_of(batches: Batches) -> list[tuple[list[int], list[int]]]:
    """(examples, labels) of each batch of one epoch."""
    now, found = batches.position.epoch, []
    while batches.position.epoch == now:
        x, y = batches.draw()
        found.append((x[:, 0].int().tolist(), y.tolist()))
    return found


def examples(batches: Batches) -> list[int]:
    return [row for rows, _ in epoch_of(batches) for row in rows]


def expected(row: SamplingChoice) -> dict[int, int]:
    """Examples of each class in an epoch, by the formulas of the page."""
    to = {"none": None, "oversampling": max(SIZES.values()), "undersampling": min(SIZES.values())}[row.kind]
    return {label: to or size for label, size in SIZES.items()}


@pytest.mark.parametrize("size", [1, 4, 7, 10_000])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_the_batches_of_an_epoch_have_so_many_examples_of_each_class(row: SamplingChoice, size: int) -> None:
    batches = made(row, size)
    total = sum(expected(row).values())
    assert row.length(LABELS) == batches.rows_per_epoch == total
    for _ in range(3):
        drawn = epoch_of(batches)
        labels = [label for _, of_batch in drawn for label in of_batch]
        assert Counter(labels) == expected(row)
        assert all(LABELS[number] == label for rows, of in drawn for number, label in zip(rows, of, strict=True))
        assert len(drawn) == batches.steps_per_epoch == -(-total // min(size, total))


def test_each_once_draws_as_ever_from_the_stream_of_the_batches_alone() -> None:
    drawn = examples(made(EachOnce()))
    assert drawn == torch.randperm(15, generator=stream(5, "batches", 0)).tolist()


def test_over_sampling_has_every_example_and_the_largest_class_as_it_is() -> None:
    batches = made(Oversampling())
    seen = [Counter(examples(batches)) for _ in range(40)]
    assert all(set(times) == set(range(15)) for times in seen)
    assert all(times[row] == 1 for times in seen for row in range(15) if LABELS[row] == 0)
    assert len({tuple(sorted(times.items())) for times in seen}) > 30, "another draw for every epoch"


def test_under_sampling_has_no_example_twice_and_in_time_every_one() -> None:
    batches = made(Undersampling())
    seen = [Counter(examples(batches)) for _ in range(60)]
    assert all(max(times.values()) == 1 for times in seen)
    assert all(times[row] == 1 for times in seen for row in range(15) if LABELS[row] == 2)
    assert set().union(*seen) == set(range(15))
    assert len({tuple(sorted(times)) for times in seen}) > 30, "another draw for every epoch"


@pytest.mark.parametrize("row", [Oversampling(), Undersampling()], ids=lambda row: row.kind)
def test_an_example_comes_on_average_as_often_as_its_class_is_made_larger_or_smaller(row: SamplingChoice) -> None:
    epochs = 3000
    rows = [row.rows(LABELS, stream(0, "sampling", number)) for number in range(epochs)]
    times = torch.stack([torch.bincount(drawn, minlength=15) for drawn in rows]).double()
    mean = torch.tensor([expected(row)[int(label)] / SIZES[int(label)] for label in LABELS]).double()
    error = times.std(dim=0) / epochs**0.5
    assert ((times.mean(dim=0) - mean).abs() <= 4.5 * error + 1e-12).all()
    assert (error > 0).any()


def gradient(rows: Tensor, weights: Tensor | None) -> Tensor:
    """Of the mean cross-entropy over these rows, as torch has it."""
    x = torch.linspace(-2, 3, 30, dtype=torch.float64).reshape(15, 2).sin()
    linear = nn.Linear(2, 3).double()
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[0.3, -1.0], [0.7, 0.2], [-0.5, 1.1]]))
        linear.bias.zero_()
    loss = nn.functional.cross_entropy(linear(x[rows]), LABELS[rows], weights)
    return torch.autograd.grad(loss, linear.weight)[0]


@pytest.mark.parametrize("row", [Oversampling(), Undersampling()], ids=lambda row: row.kind)
def test_the_expected_gradient_of_a_full_batch_is_that_of_balanced_class_weights(row: SamplingChoice) -> None:
    balanced = torch.tensor([15 / (3 * SIZES[label]) for label in range(3)], dtype=torch.float64)
    weighted = gradient(torch.arange(15), balanced)
    found = torch.stack([gradient(row.rows(LABELS, stream(0, "sampling", n)), None) for n in range(1500)])
    error = found.std(dim=0) / len(found) ** 0.5
    assert ((found.mean(dim=0) - weighted).abs() <= 4.5 * error).all()
    assert (error < 0.02 * weighted.abs().max()).all()
    assert not torch.allclose(weighted, gradient(torch.arange(15), None), rtol=0.1)


def test_it_is_exactly_that_over_all_draws_that_there_are() -> None:
    labels = torch.tensor([0, 0, 0, 1, 1])
    outcomes = {tuple(Oversampling().rows(labels, stream(n, "sampling")).tolist()) for n in range(40)}
    assert outcomes == {(0, 1, 2, 3, 4, 3), (0, 1, 2, 3, 4, 4)}
    slopes = torch.tensor([2.0, -1.0, 5.0, 7.0, 0.5], dtype=torch.float64)
    mean = torch.stack([slopes[list(rows)].mean() for rows in outcomes]).mean()
    weights = torch.tensor([5 / 6, 5 / 6, 5 / 6, 5 / 4, 5 / 4], dtype=torch.float64)
    assert float(mean) == pytest.approx(float((weights * slopes).sum() / weights.sum()), rel=1e-12)


@pytest.mark.parametrize("row", [Oversampling(), Undersampling()], ids=lambda row: row.kind)
def test_absent_classes_count_for_nothing(row: SamplingChoice) -> None:
    generator = torch.Generator().manual_seed(0)
    assert row.rows(torch.tensor([4, 4, 4]), generator).sort().values.tolist() == [0, 1, 2]
    assert row.length(torch.tensor([4, 4, 4])) == 3
    nothing = torch.zeros(0, dtype=torch.int64)
    assert len(row.rows(nothing, generator)) == row.length(nothing) == 0
    assert not made(row, labels=nothing).is_possible
    canvas = Experiment(data=Canvas(), training=Training(sampling=row))  # type: ignore[arg-type]
    assert SupervisedRun(canvas).advance(5) == 0


# --- within an epoch ----------------------------------------------------------------------------------------------


def test_going_back_to_a_position_draws_the_same_examples_again() -> None:
    for row in ROWS:
        batches = made(row)
        for _ in range(batches.steps_per_epoch + 1):
            batches.draw()
        position = batches.position
        onward = [batches.draw()[0].tolist() for _ in range(9)]
        fresh = made(row)
        fresh.go_to(position)
        assert [fresh.draw()[0].tolist() for _ in range(9)] == onward


def test_an_epoch_that_has_begun_ends_as_it_was_drawn() -> None:
    batches, plain = made(EachOnce()), made(EachOnce())
    batches.draw(), plain.draw()
    batches.sample_by(Oversampling())
    assert batches.position == Position(0, 4, EachOnce())
    assert examples(batches) == examples(plain)
    assert Counter(label for _, of in epoch_of(batches) for label in of) == expected(Oversampling())
    position = batches.position
    batches.sample_by(Undersampling())
    assert batches.position == Position(position.epoch, 0, Undersampling()), "an epoch not begun is drawn anew"
    assert Counter(label for _, of in epoch_of(batches) for label in of) == expected(Undersampling())


@pytest.mark.parametrize("norm", ["none", "batch_norm"])
@pytest.mark.parametrize("steps", [0, 8, 9, 25])
@pytest.mark.parametrize("kind", ["oversampling", "undersampling"])
def test_the_planned_end_is_right_after_a_change_in_mid_run(kind: str, steps: int, norm: str) -> None:
    run = SupervisedRun(RARE.patched({"model.norm.kind": norm, "training.batch_size": 7}))
    run.advance(steps)
    state = run.checkpoint()
    run.apply({"training.sampling.kind": kind})
    edited = run.checkpoint()
    planned = run.last_step
    assert (
        planned
        == stages(RARE.patched({"model.norm.kind": norm, "training.batch_size": 7}), list(run.edits))[-1].horizon
    )
    run.advance(10_000)
    assert run.ending is not None and run.ending.kind == "finished"
    assert (run.steps, run.epochs) == (planned, 4)
    ended = run.model.state_dict()
    for kept in (edited, state):
        again = SupervisedRun(RARE.patched({"model.norm.kind": norm, "training.batch_size": 7}))
        again.restore(kept)
        if kept is state:
            again.apply({"training.sampling.kind": kind})
        again.advance(10_000)
        assert all(torch.equal(value, ended[name]) for name, value in again.model.state_dict().items())


def test_a_single_example_that_is_left_over_is_left_out_for_batch_norm() -> None:
    labels = torch.tensor([0] * 9 + [1] * 5)
    for row, drawn in ((Oversampling(), 18), (Undersampling(), 10)):
        batches = made(row, size=drawn - 1, labels=labels, skip_single=True)
        sizes = [len(rows) for rows, _ in epoch_of(batches)]
        assert sizes == [drawn - 1]
        assert batches.steps_per_epoch == 1


# --- in a run -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["oversampling", "undersampling"])
def test_measurements_are_of_the_parts_as_they_are(kind: str) -> None:
    run = SupervisedRun(RARE.patched({"training.sampling.kind": kind, "training.stopping.kind": "patience"}))
    run.advance(run.steps_per_epoch)
    scores = dict(zip(run.score_names, run.snapshot().scores, strict=True))
    found = {"train": run.data.train, "validation": run.data.validation, "test": run.data.test}
    for name, part in found.items():
        with torch.no_grad():
            loss = nn.functional.binary_cross_entropy_with_logits(run.model(part.x)[:, 0], part.y.float())
        assert scores[f"{name}.loss"] == pytest.approx(float(loss), rel=1e-5)
    assert len(found["train"].x) != run.batches.rows_per_epoch
    assert run.watch is not None and run.watch.best_loss == pytest.approx(scores["validation.loss"], rel=1e-5)


def test_a_full_batch_is_a_whole_epoch() -> None:
    for kind, rows in (("none", 120), ("oversampling", 192), ("undersampling", 48)):
        run = SupervisedRun(RARE.patched({"training.sampling.kind": kind, "training.batch_size": "all"}))
        assert (run.batches.size, run.steps_per_epoch, run.last_step) == (rows, 1, 4)


def test_another_sampling_begins_no_other_watch_of_the_validation_loss() -> None:
    run = SupervisedRun(RARE.patched({"training.stopping.kind": "patience"}))
    run.advance(run.steps_per_epoch)
    kept = run.watch
    run.apply({"training.sampling.kind": "oversampling"})
    assert run.watch is kept


def test_first_weights_and_data_are_those_of_the_run_without_it() -> None:
    plain, over = (SupervisedRun(RARE.patched({"training.sampling.kind": kind})) for kind in ("none", "oversampling"))
    assert plain.data is over.data
    for one, other in zip(plain.model.state_dict().values(), over.model.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    np.testing.assert_array_equal(plain.snapshot().scores, over.snapshot().scores)


def test_a_plan_with_a_change_of_sampling_is_replayed_by_its_link() -> None:
    edit = Edit(5, (("training.sampling.kind", "oversampling"),))
    planned = SupervisedRun(RARE, [edit])
    planned.advance(10_000)
    run = SupervisedRun(RARE)
    run.advance(5)
    run.apply(dict(edit.patch))
    run.advance(10_000)
    assert run.edits == planned.edits
    for one, other in zip(run.model.state_dict().values(), planned.model.state_dict().values(), strict=True):
        assert torch.equal(one, other)
