"""Figures and sentences: what they show is what the frame holds; empty and diverged films are fine."""

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from charts import theme
from charts.board import board
from charts.live import LiveFigure, filled
from charts.sentences import sentences
from engine.film import Film
from engine.packing import named_arrays
from engine.presets import PRESETS, preset
from engine.shades import Shades
from engine.supervised import SupervisedRun
from engine.words import number, percent
from tests.charts.films import filmed


def chart(id: str, name: str) -> LiveFigure:
    return next(live for live in board(filmed(id)[1]) if live.id == name)


@pytest.mark.parametrize("id", [item.id for item in PRESETS])
def test_every_chart_of_every_preset_survives_an_empty_and_a_full_film(id: str) -> None:
    _, scene, film = filmed(id)
    for live in board(scene):
        empty, full = filled(live, Film()), filled(live, film)
        assert len(empty.data) == len(full.data)
        json.dumps(live.as_json, default=lambda array: array.tolist())
        assert live.help
        axes = [full.layout.xaxis.title.text, full.layout.yaxis.title.text]
        assert all(axes), f"{live.id} has an axis without a title"


def test_every_chart_has_a_sentence_at_every_frame() -> None:
    for id in ("spiral", "houses", "digits", "sine"):
        _, scene, film = filmed(id)
        for frame in film:
            said = sentences(scene, frame)
            assert {live.id for live in board(scene)} <= set(said)
            assert all(text.endswith(".") and "nan" not in text for text in said.values()), said


def test_a_diverged_run_still_has_charts_and_sentences() -> None:
    run = SupervisedRun(preset("exploding").experiment.patched({"training.clip.kind": "none"}))
    film = Film()
    film.append(run.snapshot())
    run.advance(10_000)
    film.append(run.snapshot())
    assert run.ending.kind == "diverged"
    for live in board(run.scene):
        filled(live, film)
    assert sentences(run.scene, film.last)


def test_the_loss_curve_shows_the_films_losses() -> None:
    run, _, film = filmed("spiral")
    figure = filled(chart("spiral", "loss"), film)
    place = run.score_names.index("train.loss")
    assert list(figure.data[0].x) == [frame.step for frame in film]
    np.testing.assert_allclose(figure.data[0].y, [frame.scores[place] for frame in film])


def test_scrubbing_back_shows_the_older_frame() -> None:
    _, _, film = filmed("spiral")
    figure = filled(chart("spiral", "gradient"), film, step=30)
    np.testing.assert_array_equal(figure.data[0].y, film.at(30).gradient_norm)
    assert film.at(30).step == 30


def test_the_gradient_heat_map_holds_powers_of_ten() -> None:
    _, _, film = filmed("spiral")
    figure = filled(chart("spiral", "gradient_heatmap"), film)
    expected = np.log10(np.stack([frame.gradient_norm for frame in film], axis=1))
    np.testing.assert_allclose(figure.data[0].z, expected)


@pytest.mark.parametrize("id", ["spiral", "digits", "five_arms"])
def test_scores_and_confusion_match_scikit_learn(id: str) -> None:
    run, scene, film = filmed(id)
    guess = run.loss.classify(run.model.eval()(run.data.test.x)).numpy()
    run.model.train()
    truth = run.data.test.raw_y
    figure = filled(chart(id, "confusion"), film)
    np.testing.assert_array_equal(figure.data[0].z, confusion_matrix(truth, guess))
    scores = dict(zip(scene.score_names, film.last.scores, strict=True))
    assert scores["test.accuracy"] == pytest.approx(accuracy_score(truth, guess))
    average = "binary" if len(scene.classes) == 2 else "macro"
    assert scores["test.f1"] == pytest.approx(f1_score(truth, guess, average=average), abs=1e-6)


def test_a_ridge_stands_between_its_own_range() -> None:
    _, _, film = filmed("spiral")
    detail = film.last.detail
    figure = filled(chart("spiral", "activations"), film)
    low, high = detail.activation_range[0]
    ridge = figure.data[0]
    assert ridge.x[0] == pytest.approx(low)
    assert ridge.x[-1] == pytest.approx(high)
    assert ridge.y[0] == ridge.y[-1] == min(ridge.y)
    assert figure.data[0].y.max() == pytest.approx(1 + 0.85)
    assert "activation_histogram" in named_arrays(film.last)


def test_names_from_data_are_not_read_as_markup() -> None:
    from dataclasses import replace

    _, scene, _ = filmed("spiral")
    hostile = replace(scene, classes=("<b>x</b>", "%{x}"))
    for live in board(hostile):
        text = json.dumps(live.as_json, default=lambda array: array.tolist())
        assert "true: <b>" not in text
    boundary = next(live for live in board(hostile) if live.id == "boundary")
    assert "&lt;b>" in boundary.figure.data[0].hovertemplate
    assert "% {x}" in boundary.figure.data[1].hovertemplate


@pytest.mark.parametrize(
    "shades", [Shades("probability"), Shades("value", -3.0, 5.0), *(Shades("classes", classes=k) for k in range(2, 11))]
)
def test_every_code_has_a_colour_on_both_backgrounds(shades: Shades) -> None:
    for background in (theme.LIGHT, theme.DARK):
        table = theme.shade_colours(shades, background)
        assert table.shape == (256, 3)
        assert len(np.unique(table, axis=0)) > 20


def test_the_unsure_middle_has_the_colour_of_the_page() -> None:
    table = theme.shade_colours(Shades("probability"), theme.LIGHT)
    assert np.abs(table[127].astype(int) - theme.rgb(theme.LIGHT)).max() <= 2


def test_numbers_in_sentences_are_short_and_honest() -> None:
    assert percent(0.9345) == "93.5 %"
    assert percent(float("nan")) == "n/a"
    assert number(0.000123456) == "0.000123"
