"""Points placed, relabelled and removed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.choice import problems
from engine.data.hand import after, part_of, placed_only, placing, problem, read
from engine.data.plane import default_view, plane_of
from engine.data.prepare import prepare
from engine.data.regression import Sine
from engine.data.toy import Circle, Spiral
from engine.experiment import Experiment

COORDINATES = st.floats(-1e5, 1e5)


@given(st.lists(st.tuples(COORDINATES, COORDINATES, st.integers(0, 4)), max_size=5))
def test_placed_points_come_back_to_four_digits(points: list[tuple[float, float, int]]) -> None:
    hand: tuple[str, ...] = ()
    for x, y, label in points:
        hand = after(hand, placing((x, y), float(label)))
    found = read(hand).placed
    assert [point[2] for point in found] == [label for _, _, label in points]
    np.testing.assert_allclose(
        np.array(found).reshape(-1, 3)[:, :2], np.array(points).reshape(-1, 3)[:, :2], rtol=1e-3, atol=1e-200
    )


def test_a_drawn_row_keeps_only_its_last_change() -> None:
    hand = after(after(after((), "17~1"), "3~"), "17~0")
    assert hand == ("3~", "17~0")
    assert read(hand).changed == {3: None, 17: 0.0}
    assert after(hand, "17~") == ("3~", "17~")


def test_placed_points_are_changed_where_they_stand() -> None:
    hand = ("1_2_0", "5~1", "3_4_1")
    assert after(hand, "p1~0") == ("1_2_0", "5~1", "3_4_0")
    assert after(hand, "p0~") == ("5~1", "3_4_1")
    with pytest.raises(ValueError, match="there are 2 placed points"):
        after(hand, "p2~0")


@pytest.mark.parametrize(
    "text", ["", "~", "p~1", "1", "1_", "_1_2", "nan_1_0", "1_2_inf", "17~x", "1_2_0 ", "9" * 90, "<b>"]
)
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        after((), text)


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (("1_2_3_0",), "a placed point has 2 coordinates and its class"),
        (("1_2_2",), "classes are counted from 0 to 1"),
        (("4~0.5",), "classes are counted from 0 to 1"),
        (("1e7_0_1",), "lie between"),
        (("1_2_0",) * 401, "at most 400"),
    ],
)
def test_an_experiment_names_what_does_not_fit_its_data(hand: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate({"data": {"kind": "circle", "hand": hand}})
    (found,) = problems(caught.value, Experiment)
    assert found.field == "data.hand" and said in found.allowed
    assert problem(("1_2_0",), 2, 2) == ""


def test_placed_points_join_the_training_part_and_all_else_stays_as_drawn() -> None:
    plain, data = prepare(Circle(), 3), prepare(Circle(hand=("1.5_-2_1", "0_0.5_0")), 3)
    count = len(plain.train.raw_y)
    assert data.train.raw_x[count:].tolist() == [[1.5, -2.0], [0.0, 0.5]]
    assert data.train.raw_y[count:].tolist() == [1, 0]
    assert data.train.rows[count:].tolist() == [-1, -2]
    assert data.train.x[:count].equal(plain.train.x) and data.test.x.equal(plain.test.x)
    np.testing.assert_array_equal(data.scaler.shift, plain.scaler.shift)
    np.testing.assert_allclose(
        data.train.x[count].numpy(), (np.array([1.5, -2]) - plain.scaler.shift) / plain.scaler.width, rtol=1e-6
    )


def test_drawn_rows_are_relabelled_and_removed_in_whichever_part_they_are() -> None:
    plain = prepare(Circle(), 0)
    train, test = int(plain.train.rows[4]), int(plain.test.rows[7])
    other = 1 - int(plain.train.raw_y[4])
    data = prepare(Circle(hand=(f"{train}~{other}", f"{test}~")), 0)
    assert data.train.raw_y[4] == other and data.train.y[4] == other
    assert np.delete(plain.test.rows, 7).tolist() == data.test.rows.tolist()
    np.testing.assert_array_equal(np.delete(plain.test.raw_x, 7, axis=0), data.test.raw_x)


def test_a_row_that_was_not_drawn_changes_nothing() -> None:
    plain, data = prepare(Circle(samples=50), 0), prepare(Circle(samples=50, hand=("300~1",)), 0)
    assert data.train.y.equal(plain.train.y) and data.train.x.equal(plain.train.x)


def test_a_curve_takes_points_with_values() -> None:
    plain, data = prepare(Sine(), 0), prepare(Sine(hand=("2.5_-0.75",)), 0)
    assert (data.train.raw_x[-1, 0], data.train.raw_y[-1]) == (2.5, -0.75)
    assert float(data.train.y[-1]) == pytest.approx((-0.75 - plain.target_mean) / plain.target_std, rel=1e-5)


def test_the_axes_stay_where_they_were() -> None:
    plain, data = prepare(Spiral(), 0), prepare(Spiral(hand=("40_40_0",)), 0)
    assert plane_of(plain, default_view(plain)).extent == plane_of(data, default_view(data)).extent


def test_other_rows_leave_only_placed_points() -> None:
    assert placed_only(("3~", "1_2_0", "4~1", "-5_0_1")) == ("1_2_0", "-5_0_1")


def test_points_fall_to_the_parts_by_their_shares_and_stay_there() -> None:
    texts = [f"{i / 100:g}_1_0" for i in range(4000)]
    parts = np.array([part_of(text, 0.2, 0.3) for text in texts])
    shares = [float((parts == part).mean()) for part in range(3)]
    assert shares == pytest.approx([0.5, 0.2, 0.3], abs=0.03)
    assert [part_of(text, 0.2, 0.3) for text in texts] == parts.tolist()
    assert {part_of(text, 0.0, 0.0) for text in texts} == {0}
