"""Curves over the steps: every line is its own score, in its own part's colour."""

import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from charts import theme
from charts.curves import metric_curves
from charts.live import filled
from engine.film import Film
from engine.snapshot import Snapshot
from tests.charts.films import drawn, filmed, hand_frame, hand_scene, trace

PARTS = {"training": "train", "validation": "validation", "test": "test"}
"""How the legend calls them, and the engine."""


def test_the_rate_curve_shows_rates_on_the_left_and_momentum_on_the_right() -> None:
    rates, momenta, steps = [0.5, 0.25, 0.125], [0.75, 0.875, 0.9375], [0, 40, 90]
    frames = [
        hand_frame(step=step, epoch=step / 8, rate=rate, momentum=momentum)
        for step, rate, momentum in zip(steps, rates, momenta, strict=True)
    ]
    figure = drawn(hand_scene(), "rate", *frames)
    rate, momentum = trace(figure, "learning rate"), trace(figure, "momentum (beta 1)")
    assert list(rate.x) == list(momentum.x) == steps
    assert list(rate.y) == rates
    assert list(momentum.y) == momenta
    assert (rate.yaxis, momentum.yaxis) == (None, "y2")
    assert "rate" in figure.layout.yaxis.title.text
    assert "momentum" in figure.layout.yaxis2.title.text
    assert figure.layout.yaxis2.side == "right"
    low, high = figure.layout.yaxis2.range
    assert low <= min(momenta) < max(momenta) <= high


def test_the_rate_curve_of_a_run_is_its_optimizers() -> None:
    run, scene, film = filmed("five_arms")
    figure = drawn(scene, "rate", *film)
    group = run.optimizer.param_groups[0]
    assert trace(figure, "learning rate").y[-1] == pytest.approx(group["lr"], rel=0.05)
    assert trace(figure, "momentum (beta 1)").y[-1] == pytest.approx(group["momentum"], abs=0.01)
    assert np.diff(trace(figure, "learning rate").y).min() > 0, "one-cycle warms up"
    assert np.diff(trace(figure, "momentum (beta 1)").y).max() < 0, "and moves the momentum the other way"


def test_an_optimizer_without_momentum_leaves_a_gap_and_not_a_0() -> None:
    figure = drawn(hand_scene(), "rate", hand_frame(rate=0.5, momentum=math.nan))
    assert list(trace(figure, "momentum (beta 1)").y) == [None]
    assert list(trace(figure, "learning rate").y) == [0.5]


@pytest.mark.parametrize("order", list(permutations(PARTS.values()))[1:4])
@pytest.mark.parametrize("kinds", [("loss", "accuracy", "f1"), ("loss", "rmse", "r2")])
def test_each_line_is_its_parts_score_wherever_that_stands(order: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    names = tuple(f"{part}.{kind}" for kind in kinds for part in order)
    scene = hand_scene(score_names=names)
    values = np.arange(18, dtype=np.float32).reshape(2, 9)
    frames = [hand_frame(step=step, scores=list(row)) for step, row in zip((3, 8), values, strict=True)]
    for kind in kinds:
        figure = drawn(scene, kind, *frames)
        assert {line.name for line in figure.data} == set(PARTS)
        for said, part in PARTS.items():
            line = trace(figure, said)
            assert list(line.x) == [3, 8]
            np.testing.assert_array_equal(line.y, values[:, names.index(f"{part}.{kind}")])


def test_a_part_has_the_same_colour_in_every_chart() -> None:
    _, scene, film = filmed("sine")
    expected = {"training": "#0072B2", "validation": "#E69F00", "test": "#CC79A7"}
    for name in ("loss", "rmse", "r2"):
        figure = drawn(scene, name, film.last)
        assert {line.name: line.line.color for line in figure.data} == expected
        dashes = {line.line.dash for line in figure.data}
        assert len(dashes) == 3
    points = drawn(scene, "boundary", film.last)
    assert trace(points, "Training").marker.color == theme.PARTS["train"] == expected["training"]
    assert trace(points, "Test").marker.color == expected["test"]
    assert trace(drawn(scene, "residuals", film.last), "test").marker.color == expected["test"]


def test_a_part_that_is_not_scored_has_no_line() -> None:
    scene = hand_scene(score_names=("test.loss", "test.accuracy", "train.loss", "train.accuracy"))
    frame = hand_frame(scores=[1.0, 2.0, 3.0, 4.0])
    assert {t.name: list(t.y) for t in drawn(scene, "loss", frame).data} == {"training": [3.0], "test": [1.0]}
    assert {t.name: list(t.y) for t in drawn(scene, "accuracy", frame).data} == {"training": [4.0], "test": [2.0]}


def test_the_metrics_of_a_run_stand_under_their_own_names() -> None:
    for id, titles in (("spiral", ["Accuracy", "F1"]), ("sine", ["RMSE", "R²"])):
        _, scene, film = filmed(id)
        charts = metric_curves(scene)
        assert [live.title for live in charts] == titles
        assert [live.slot for live in charts] == ["main", "more"]
        for live in charts:
            assert live.title.split()[0].lower().replace("²", "2") == live.id
            last = [line.y[-1] for line in filled(live, film).data]
            places = [scene.score_names.index(f"{part}.{live.id}") for part in ("train", "validation", "test")]
            assert last == [float(film.last.scores[place]) for place in places]


def test_a_loss_that_is_not_finite_is_a_gap() -> None:
    def frame(step: int, value: float) -> Snapshot:
        return replace(hand_frame(step=step), scores=np.full(9, value, np.float32))

    film = Film(frames=[frame(0, 0.5), frame(1, math.nan), frame(2, math.inf)])
    for line in drawn(hand_scene(), "loss", *film).data:
        assert list(line.y) == [0.5, None, None]
