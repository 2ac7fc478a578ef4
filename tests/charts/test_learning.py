"""Pictures of what a learner knows show the numbers they were given, and survive having none."""

from datetime import date, timedelta

from charts.learning import (
    Estimate,
    calibration_figure,
    forecast_figure,
    history_figure,
    mastery_figure,
    mastery_height,
)

KNOWN = [Estimate("Losses", 0.8, 0.6, 0.9, "8 of 10"), Estimate("a <b>", 0.5, 0.1, 0.9, "not seen")]
DAYS = [date(2026, 11, 30) + timedelta(days=ahead) for ahead in range(14)]


def test_each_share_has_its_interval_and_its_name_above() -> None:
    names, shares = mastery_figure(KNOWN).data
    assert list(shares.x) == [0.8, 0.5]
    assert [round(value, 9) for value in shares.error_x.array] == [0.1, 0.4]
    assert [round(value, 9) for value in shares.error_x.arrayminus] == [0.2, 0.4]
    assert list(names.text) == ["Losses", "a &lt;b>"]
    assert all(name < share for name, share in zip(names.y, shares.y, strict=True)), "the axis points down"


def test_calibration_stands_beside_the_line_of_as_often_as_said() -> None:
    line, points = calibration_figure([(0.25, KNOWN[1]), (0.95, KNOWN[0])]).data
    assert list(line.x) == list(line.y) == [0, 1]
    assert (list(points.x), list(points.y)) == ([0.25, 0.95], [0.5, 0.8])


def test_a_day_without_anything_is_there_too() -> None:
    (bars,) = forecast_figure(DAYS, [3, *[0] * 13]).data
    assert len(bars.x) == 14
    assert list(bars.y)[:2] == [3, 0]
    assert bars.x[0] == "30 Nov"


def test_right_and_not_right_stand_on_each_other() -> None:
    figure = history_figure(DAYS[:2], [2, 0], [1, 4])
    assert figure.layout.barmode == "stack"
    assert [list(trace.y) for trace in figure.data] == [[2, 0], [1, 4]]


def test_nothing_is_drawn_as_nothing() -> None:
    assert len(mastery_figure([]).data) == 2
    assert mastery_height(0) > 0
    assert len(calibration_figure([]).data) == 2
    assert list(history_figure([], [], []).data[0].y) == []
