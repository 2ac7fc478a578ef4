"""Hidden space: what is measured is what is drawn, at every moment, on the same axes."""

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from charts import theme
from charts.warp import warp_figure, warp_sentence
from engine.insights import Moment, Warp
from tests.charts.films import filmed, hand_scene

RNG = np.random.default_rng(0)


def moment(step: int, *, boundary: bool = True) -> Moment:
    mesh, points = RNG.normal(size=(4, 5, 2)), RNG.normal(size=(6, 2))
    ends = np.array([[-9.0, 1.0], [9.0, 2.0]]) if boundary else np.zeros((0, 2))
    return Moment(step, mesh.astype(np.float32), points.astype(np.float32), ends.astype(np.float32))


def warp(count: int = 3, **changes: Any) -> Warp:
    made = Warp("hidden 1", 2, np.array([0, 1, 0, 1, 1, 0]), 1.0, tuple(moment(10 * n) for n in range(count)))
    return replace(made, **changes)


def pairs(trace: go.Scatter) -> np.ndarray:
    return np.stack([np.asarray(trace.x, float), np.asarray(trace.y, float)], axis=1)


def check(traces: tuple[go.Scatter, ...], seen: Moment, label: np.ndarray) -> None:
    mesh, first, second, line = traces
    flat = pairs(mesh).reshape(4, 6, 2)
    np.testing.assert_array_equal(flat[:, :-1], seen.mesh)
    assert np.isnan(flat[:, -1]).all(), "one line is not joined to the next"
    for index, points in enumerate((first, second)):
        np.testing.assert_array_equal(pairs(points), seen.points[label == index])
        assert points.marker.color == theme.CLASSES[index]
    np.testing.assert_array_equal(pairs(line), seen.boundary)


def test_the_last_moment_is_shown_and_every_one_has_its_frame() -> None:
    given = warp()
    figure = warp_figure(given, hand_scene())
    check(figure.data, given.moments[-1], given.label)
    assert [frame.name for frame in figure.frames] == ["0", "10", "20"]
    for frame, seen in zip(figure.frames, given.moments, strict=True):
        check(frame.data, seen, given.label)


def test_the_slider_stands_at_the_last_moment_and_reaches_each() -> None:
    (slider,) = warp_figure(warp(), hand_scene()).layout.sliders
    assert slider.active == 2 and [step.args[0][0] for step in slider.steps] == ["0", "10", "20"]


def test_a_single_moment_needs_no_slider() -> None:
    layout = warp_figure(warp(1), hand_scene()).layout
    assert not layout.sliders and not layout.updatemenus


def test_the_axes_hold_all_moments_and_do_not_move() -> None:
    given = warp()
    layout = warp_figure(given, hand_scene()).layout
    places = np.concatenate([np.concatenate([m.mesh.reshape(-1, 2), m.points]) for m in given.moments])
    for axis, (low, high) in zip(
        (layout.xaxis, layout.yaxis), zip(places.min(0), places.max(0), strict=True), strict=True
    ):
        assert axis.range[0] < low < high < axis.range[1]
        assert axis.range[1] - axis.range[0] < 1.2 * (high - low)


def test_a_layer_in_one_point_has_axes_too() -> None:
    still = replace(
        moment(0, boundary=False), mesh=np.zeros((4, 5, 2), np.float32), points=np.zeros((6, 2), np.float32)
    )
    layout = warp_figure(warp(moments=(still,)), hand_scene()).layout
    assert list(layout.xaxis.range) == list(layout.yaxis.range) == [-1.0, 1.0]


@pytest.mark.parametrize(
    ("units", "titles"),
    [(1, ("unit 1", "")), (2, ("unit 1", "unit 2")), (5, ("component 1", "component 2"))],
)
def test_the_axes_say_what_they_are(units: int, titles: tuple[str, str]) -> None:
    layout = warp_figure(warp(units=units), hand_scene()).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == titles


def test_values_are_coloured_by_their_scale() -> None:
    scene = filmed("sine")[1]
    given = warp(1, label=np.linspace(-1, 1, 6))
    _, points, _ = warp_figure(given, scene).data
    np.testing.assert_allclose(np.asarray(points.marker.color), given.label)
    assert (points.marker.cmin, points.marker.cmax) == (scene.shades.low, scene.shades.high)


def test_an_empty_plane_is_drawn_without_points() -> None:
    bare = replace(moment(0, boundary=False), points=np.zeros((0, 2), np.float32))
    figure = warp_figure(warp(label=np.zeros(0, np.int64), moments=(bare,)), hand_scene())
    assert [len(pairs(trace)) for trace in figure.data[1:]] == [0, 0, 0]


def test_a_name_from_the_data_is_no_markup() -> None:
    figure = warp_figure(warp(1), hand_scene(classes=("<b>x</b>", "y")))
    assert figure.data[1].name == "&lt;b>x&lt;/b>"


def test_the_sentence_says_how_much_is_seen_and_what_the_dashed_line_is() -> None:
    assert warp_sentence(warp(units=1, moments=(moment(0, boundary=False),))) == "Hidden 1: 1 unit."
    assert "dashed line" in warp_sentence(warp()) and "variance" not in warp_sentence(warp())
    many = warp_sentence(warp(units=8, share=0.834, moments=(moment(0, boundary=False), moment(5, boundary=False))))
    assert "8 units" in many and "83% of the variance over all 2 moments" in many and "dashed" not in many
