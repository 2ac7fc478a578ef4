"""Pictures of the lab of tokens and embeddings: what they show, and that nothing and divergence leave them standing."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.tokens.classifier import ends_figure, ways_figure
from charts.tokens.cutting import candidates_figure, cuts_figure, lengths_figure, size_figure
from charts.tokens.onehot import cosines_figure, gradient_figure, product_figure
from charts.tokens.ratings import bias_figure, error_figure, factors_figure, table_figure
from charts.tokens.signs import seen
from charts.tokens.words import (
    agreement_figure,
    analogies_figure,
    correlation_figure,
    counts_figure,
    loss_figure,
    neighbours_figure,
    numbers_figure,
    plane_figure,
    plane_frames,
)
from engine.labs.tokens.cutting import lengths, merging
from engine.labs.tokens.nearest import all_families, neighbours
from engine.labs.tokens.onehot import lookup
from engine.labs.tokens.results.cutting import SizeLine, SizePoint, Sizes
from engine.labs.tokens.results.ways import WayRun, Ways
from engine.labs.tokens.results.words import Frame
from engine.text.corpora import Sentences
from engine.text.tokenizers import BytePair, Words, trained
from engine.text.vectors import Vectors
from tests.engine.labs.tokens.runs import factorized, learned, tiny

BAD = "<img src=x onerror=alert(1)> %{x} &amp;"


def drawn(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


def test_signs_that_cannot_be_seen_are_shown() -> None:
    assert seen("a b\n\t\x01\u200b") == "a·b⏎⇥▯▯"


def test_cuts_cover_the_characters_of_their_tokens() -> None:
    vocabulary = trained(Words(size=100), Sentences().read())
    encoded = vocabulary.encode("The king is unfathomable.")
    figure = cuts_figure([("Words", encoded)])
    bar = figure.data[0]
    assert [(b, b + x) for b, x in zip(bar.base, bar.x, strict=True)] == list(encoded.offsets)
    assert "unknown" in bar.hovertext[3] and "id" in bar.hovertext[0]
    assert cuts_figure([("Words", vocabulary.encode(""))]).data[0].x == ()


def test_a_long_sentence_is_drawn_in_part() -> None:
    vocabulary = trained(Words(size=100), Sentences().read())
    figure = cuts_figure([("Words", vocabulary.encode("The king. " * 30))])
    assert max(figure.data[0].base) < 60 and figure.layout.xaxis.range[1] == 60


def test_no_tag_of_a_text_reaches_plotly() -> None:
    vocabulary = trained(BytePair(size=400, byte_level=True), Sentences().read())
    encoded = vocabulary.encode(BAD)
    near = neighbours(Vectors("x", (BAD, "b", "c"), np.eye(3, dtype=np.float32)), "b")
    found = learned()
    lexicon = replace(found.lexicon, words=(BAD, *found.lexicon.words[1:]))
    picture = replace(found, lexicon=lexicon, shown=np.array([0, 5, 6]), frames=(_frame(3),))
    for figure in (cuts_figure([("Bytes", encoded)]), neighbours_figure(near), plane_figure(picture, (BAD,))):
        said = pio.to_json(figure, validate=False)
        assert "<img" not in said and "\\u003cimg" not in said and "%{x}" not in said.replace("cosine %{x:.3f}", "")


def _frame(points: int) -> Frame:
    return Frame(1, 1.0, np.zeros((points, 2)), (0.5, 0.2), 0.1)


def test_the_next_merge_stands_out() -> None:
    vocabulary = trained(BytePair(size=200), Sentences().read())
    found = merging(vocabulary, 5)
    figure = candidates_figure(found.by_count, found.following, by_score=False)
    colours = figure.data[0].marker.color
    assert len(set(colours)) == 2 and list(figure.data[0].x) == [c.both for c in found.by_count]
    assert list(candidates_figure(found.by_score, found.following, by_score=True).data[0].x) == [
        c.score for c in found.by_score
    ]
    assert len(candidates_figure((), None, by_score=True).data[0].x) == 0
    points = lengths(vocabulary, "the king")
    marked = lengths_figure(points, 5, 7)
    assert list(marked.data[0].y) == [count for _, count in points] and (marked.data[1].x[0], marked.data[1].y[0]) == (
        5,
        7,
    )


def test_sizes_are_drawn_as_far_as_they_are_measured() -> None:
    lines = (SizeLine("Words", (SizePoint(16, 16, 4.0, 0.5), SizePoint(32, 30, 4.0, 0.25))), SizeLine("Characters"))
    figure = size_figure(Sizes(lines, 10), unknown=True)
    assert list(figure.data[0].x) == [16, 30] and list(figure.data[0].y) == [50.0, 25.0] and len(figure.data[1].x) == 0
    assert list(size_figure(Sizes(lines, 10), unknown=False).data[0].y) == [4.0, 4.0]


def test_one_hot_is_one_in_the_row_of_its_token() -> None:
    vocabulary = trained(Words(size=100), Sentences().read())
    ids = vocabulary.encode("The king and the queen").ids
    found = lookup(vocabulary, ids, 1, 4, 0)
    names = vocabulary.tokens[found.first : found.first + len(found.table)]
    figure = product_figure(found, names)
    column = figure.data[0].z[:, 0]
    assert column.sum() == 1 and figure.data[0].y[int(column.argmax())] == found.id
    np.testing.assert_allclose(figure.data[2].z[0], found.row, atol=1e-3)
    assert len(gradient_figure(found).data[0].x) == len(names)
    assert cosines_figure(found, ("a",) * len(ids)).data[0].z.shape == (len(ids), len(ids))


# --- words ------------------------------------------------------------------------------------------------------------


def test_the_plane_has_a_point_for_each_word_and_a_frame_for_each_moment() -> None:
    found = learned()
    figure = plane_figure(found, ("king",))
    points = figure.data[0]
    names = [found.lexicon.words[place] for place in found.shown]
    assert len(points.x) == len(names) and points.text[names.index("king")] == "<b>king</b>"
    assert points.marker.size[names.index("king")] > points.marker.size[names.index("queen")]
    frames = plane_frames(found)
    assert len(frames) == len(found.frames) == len(figure.layout.sliders[0].steps)
    assert frames[-1]["data"][0]["x"] == list(points.x)
    share = f"{100 * found.frames[-1].explained[0]:.0f} %"
    assert share in figure.layout.xaxis.title.text


def test_while_it_trains_the_plane_has_no_slider_yet() -> None:
    first = tiny()[0]
    assert not plane_figure(first, ()).layout.sliders and plane_frames(first) == []


def test_a_diverged_run_is_drawn_without_numbers() -> None:
    found = tiny()[-1]
    nowhere = np.full_like(found.frames[0].plane, np.nan)
    broken = Frame(9, float("inf"), nowhere, (float("nan"), float("nan")), float("nan"))
    picture = replace(found, frames=(*found.frames[:1], broken))
    assert drawn(plane_figure(picture, ()))["data"][0]["x"] == [None] * len(nowhere)
    assert drawn(loss_figure(picture))["data"][0]["y"][-1] is None
    assert drawn(correlation_figure(picture))["data"][0]["y"] == [None, None]


def test_the_floor_of_the_loss_is_drawn() -> None:
    found = learned()
    figure = loss_figure(found)
    assert list(figure.data[0].y) == [frame.loss for frame in found.frames]
    assert set(figure.data[1].y) == {found.floor} and list(figure.data[1].x) == [0, found.steps]


def test_pairs_that_were_never_seen_are_blank() -> None:
    seen_by_now = learned().comparison
    for of, table in (("counts", seen_by_now.counts), ("pmi", seen_by_now.pmi), ("dots", seen_by_now.dots)):
        z = counts_figure(seen_by_now, of).data[0].z
        assert np.isnan(z[seen_by_now.counts == 0]).all()
        np.testing.assert_allclose(z[seen_by_now.counts > 0], table[seen_by_now.counts > 0], atol=0.006)


def test_agreement_has_a_point_for_each_picked_pair() -> None:
    found = learned().comparison
    figure = agreement_figure(found)
    assert len(figure.data[0].x) == len(found.seen_pmi) and list(figure.data[1].x) == list(figure.data[1].y)
    empty = replace(found, seen_dots=np.full_like(found.seen_dots, np.inf))
    assert drawn(agreement_figure(empty))


def test_a_vector_is_drawn_number_by_number() -> None:
    bars = numbers_figure(np.array([0.5, -1.0, 0.0], np.float32)).data[0]
    assert list(bars.y) == [0.5, -1.0, 0.0] and list(bars.x) == [1, 2, 3] and len(set(bars.marker.color)) == 2


def test_analogies_are_drawn_for_families_that_were_asked() -> None:
    found = learned()
    tested = all_families(Vectors("x", found.lexicon.words, found.vectors))
    figure = analogies_figure(tested)
    asked = [test for test in tested if test.asked]
    assert list(figure.data[0].x) == [100 * test.right / test.asked for test in asked]
    assert list(figure.data[1].x) == [100 * test.right_with_inputs / test.asked for test in asked]
    assert len(analogies_figure(()).data[0].x) == 0


# --- ratings ----------------------------------------------------------------------------------------------------------


def test_only_training_ratings_are_drawn_as_known() -> None:
    found = factorized(epochs=5)[-1]
    z = table_figure(found, "known").data[0].z
    assert int(np.isfinite(z).sum()) == len(found.training)
    np.testing.assert_allclose(table_figure(found, "predicted").data[0].z, found.predicted, atol=0.006)


def test_errors_and_baselines_are_drawn() -> None:
    found = factorized(epochs=5)[-1]
    figure = error_figure(found)
    assert list(figure.data[0].y) == found.train.tolist() and list(figure.data[1].y) == found.test.tolist()
    assert [set(trace.y) for trace in figure.data[2:]] == [{b.held_out} for b in found.baselines]
    broken = replace(found, train=np.full_like(found.train, np.nan))
    assert set(drawn(error_figure(broken))["data"][0]["y"]) == {None}


@pytest.mark.parametrize("factors", [1, 2, 4])
def test_factors_are_laid_on_the_true_ones_or_on_their_own_plane(factors: int) -> None:
    found = factorized(epochs=5, factors=factors)[-1]
    figure = factors_figure(found)
    assert [trace.name for trace in figure.data] == ["from to", "true", "learned"]
    alone = replace(found, table=replace(found.table, true_items=None))
    assert [trace.name for trace in factors_figure(alone).data] == ["learned"]
    assert len(factors_figure(alone).data[0].x) == len(found.table.items)


def test_biases_rise_from_low_to_high() -> None:
    found = factorized(epochs=5)[-1]
    for trace in bias_figure(found).data:
        assert list(trace.y) == sorted(trace.y)


# --- the classifier ---------------------------------------------------------------------------------------------------


def test_ways_are_drawn_as_median_and_band_and_each_seed_as_a_line() -> None:
    runs = tuple(
        WayRun(way, seed, np.arange(3.0), np.ones(3), np.array([0.5, 0.6, 0.5 + 0.1 * seed]))
        for seed in (0, 1, 2)
        for way in ("frozen", "random")
    )
    found = Ways(("frozen", "fine-tuned", "random"), 3, 100, 30, 0.9, runs)
    lines = {trace.name: trace for trace in ways_figure(found).data}
    assert list(lines["frozen"].y) == [50.0, 60.0, 60.0] and len(lines["fine-tuned"].x) == 0
    assert max(lines["frozen, all seeds"].y) == 70.0
    ends = ends_figure(found).data
    assert [trace.name for trace in ends] == ["seed 0", "seed 1", "seed 2"] and list(ends[0].y) == [50.0, None, 50.0]
    nothing = Ways(("frozen", "fine-tuned", "random"), 3, 100, 30, 0.9)
    assert len(ends_figure(nothing).data) == 0 and len(ways_figure(nothing).data) == 3
