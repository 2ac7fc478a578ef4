"""An empty plane: nothing on it but what is placed by hand."""

import numpy as np
import pytest

from engine.data.canvas import Canvas
from engine.data.plane import default_view, plane_of
from engine.data.prepare import prepare
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import Adam
from engine.run import Edit
from engine.supervised import SupervisedRun

FOUR = ("-3_-3_0", "3_3_0", "-3_3_1", "3_-3_1")


def test_an_empty_canvas_has_no_rows_and_a_plane_to_place_them_on() -> None:
    data = prepare(Canvas(), 0)
    assert [len(part.x) for part in (data.train, data.validation, data.test)] == [0, 0, 0]
    low_x, high_x, low_y, high_y = plane_of(data, default_view(data)).extent
    assert low_x == low_y < -6 and high_x == high_y > 6


@pytest.mark.parametrize(("scaling", "divisor"), [("standard", 6.0), ("minmax", 12.0), ("none", 1.0)])
def test_inputs_are_scaled_by_the_plane_not_by_the_points(scaling: str, divisor: float) -> None:
    one, many = (prepare(Canvas(hand=hand, scaling=scaling), 0) for hand in (FOUR[:1], FOUR))  # type: ignore[arg-type]
    shift = 6.0 if scaling == "minmax" else 0.0
    np.testing.assert_allclose(many.train.x.numpy(), (many.train.raw_x + shift) / divisor, rtol=1e-6)
    assert one.train.x[0].equal(many.train.x[0])


def test_a_run_without_points_trains_nothing_and_measures_what_there_is() -> None:
    run = SupervisedRun(Experiment(data=Canvas(), model=Model(hidden=(4,), norm=BatchNorm())))
    assert run.advance(10) == 0 and run.steps == 0 and run.ending is None
    frame = run.snapshot()
    assert np.isnan(frame.scores).all()
    assert not frame.gradient_norm.any() and np.isfinite(frame.boundary).all()
    assert frame.detail is not None and np.isfinite(frame.detail.activation_std).all()


def test_batch_norm_waits_for_a_second_point_and_never_gets_one_alone() -> None:
    normed = Model(hidden=(4,), norm=BatchNorm())
    run = SupervisedRun(Experiment(data=Canvas(hand=FOUR[:1]), model=normed, training=Training(batch_size=2)))
    assert run.advance(3) == 0 and run.ending is None
    for text in FOUR[1:]:
        run.apply({"hand": text})
    assert run.advance(1) == 1 and run.batches.position.used == 2
    run.apply({"hand": "p3~"})
    assert run.batches.position.used == 0, "one example is left of this epoch: the next one begins"
    assert run.advance(5) == 5


def test_points_placed_one_by_one_are_learned() -> None:
    run = SupervisedRun(Experiment(data=Canvas(), training=Training(optimizer=Adam(lr=0.05), epochs=2000)))
    for text in FOUR:
        run.apply({"hand": text})
        run.advance(3)
    run.advance(400)
    guess = run.loss.classify(run.model(run.data.train.x)).numpy()
    assert guess.tolist() == [0, 0, 1, 1]
    assert [edit.patch for edit in run.edits] == [(("hand", text),) for text in FOUR]


def test_edits_of_a_link_place_the_same_points_at_the_same_steps() -> None:
    by_hand = SupervisedRun(Experiment(data=Canvas(hand=FOUR[:2])))
    by_hand.advance(20)
    by_hand.apply({"hand": FOUR[2]})
    by_hand.advance(30)
    planned = SupervisedRun(Experiment(data=Canvas(hand=FOUR[:2])), [Edit(20, (("hand", FOUR[2]),))])
    planned.advance(50)
    assert by_hand.model.output.weight.equal(planned.model.output.weight)
    assert by_hand.scene.train.rows.tolist() == planned.scene.train.rows.tolist() == [-1, -2, -3]


def test_a_share_of_the_points_is_kept_for_the_test() -> None:
    hand = tuple(f"{i / 20 - 5:g}_0_{i % 2}" for i in range(200))
    data = prepare(Canvas(hand=hand, test_share=0.3, validation_share=0.2), 0)
    counts = [len(part.x) for part in (data.train, data.validation, data.test)]
    assert sum(counts) == 200 and counts[2] == pytest.approx(60, abs=20) and counts[1] == pytest.approx(40, abs=18)
