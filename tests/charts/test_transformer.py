"""The transformer lab's pictures: right numbers in the right place, also of nothing and of what broke."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from charts.transformer.alignment import mean_figure, mean_height, share_figure
from charts.transformer.course import loss_figure, role_figure, score_figure
from charts.transformer.heads import ablation_figure, ablation_height, answers_of, changed_figure, spread_figure
from charts.transformer.labels import balance_figure, few_figure
from charts.transformer.large import large_figure, large_height, query_at
from charts.transformer.leaving import alone_dots, leaving_height, loss_dots
from charts.transformer.lines import STEPS, lines_figure, lines_height
from charts.transformer.stream import lens_figure, lens_height, state_names, stream_figure
from charts.transformer.wall import tile_at, tiles, wall_figure, wall_height
from engine.labs.transformer.formed import Formed
from engine.labs.transformer.results import (
    Ablation,
    Alignment,
    Balanced,
    Changed,
    Course,
    FewLabelled,
    Leaving,
    RoleScores,
    Shown,
    Stream,
)

NAN = float("nan")
ATTENTIONS = ("encoder 1", "decoder 1", "cross 1")
DRAWS = np.random.default_rng(0)


def weights(queries: int, keys: int, heads: int = 2) -> np.ndarray:
    return DRAWS.dirichlet(np.ones(keys), (heads, queries)).astype(np.float32)


def shown(fill: float | None = None) -> Shown:
    """Three source tokens, four of the answer, one of them called like a tag."""
    maps = [weights(3, 3), weights(4, 4), weights(4, 3)]
    value = np.full((2, 4), 0.5, np.float32)
    return Shown(
        source=("a", "<b>", "c"),
        tokens=("<bos>", "c", "<b>", "a"),
        attentions=ATTENTIONS,
        maps=tuple(m if fill is None else np.full_like(m, fill) for m in maps),
        entropy=np.full((3, 2), 0.7, np.float32),
        distance=np.full((3, 2), 1.5, np.float32),
        asked=("c", "<b>", "a", ""),
        guesses=(("a", "a", "a", "a"), ("c", "<b>", "a", "a")),
        sureness=value,
        right=np.array([[0.1, 0.2, 0.3, NAN], [0.9, 0.8, 0.7, NAN]], np.float32),
    )


def course(points: int = 3, value: float | None = None) -> Course:
    line = np.linspace(2.0, 1.0, points) if value is None else np.full(points, value)
    role = RoleScores("previous", np.full((points, 3, 2), 0.3), np.array([0.2, 0.2, NAN]))
    role.share[:, 2] = NAN
    return Course(
        step=np.arange(points) * 10,
        planned=20,
        train_loss=line,
        loss=line + 0.1,
        metrics=("accuracy", "exact"),
        scores=np.full((points, 2), 0.5),
        entropy=np.full((points, 3, 2), 0.7),
        roles=(role,),
        attentions=ATTENTIONS,
        shown=shown(),
        unit="nats",
        chance=2.3,
    )


def test_the_wall_has_a_tile_for_every_head_and_a_click_finds_it() -> None:
    seen = shown()
    figure = wall_figure(seen, ("cross 1", 2), {("cross 1", 2): "+0.5"})
    assert len(figure.data) == len(tiles(seen)) == 6
    for tile, trace in zip(tiles(seen), figure.data, strict=True):
        np.testing.assert_array_equal(trace.z, np.round(seen.map_of(tile.head) * 100).astype(np.uint8))
        assert (trace.zmin, trace.zmax) == (0, 100)
        assert tile_at(seen, tile.left + 0.3, tile.top + 0.9) == tile.head
    assert tile_at(seen, -1.0, 0.0) is None and tile_at(seen, 0.5, 7.0) is None
    assert "+0.5" in {note.text for note in figure.layout.annotations}
    (frame,) = figure.layout.shapes
    mine = next(tile for tile in tiles(seen) if tile.head == ("cross 1", 2))
    assert frame.x0 < mine.left < mine.left + 1 < frame.x1
    assert figure.data[4].customdata[0][1] == "&lt;bos> looks at &lt;b>"


def test_layers_stand_below_each_other_whatever_their_numbers() -> None:
    seen = replace(shown(), attentions=("decoder 2", "decoder 7"), maps=(weights(4, 4), weights(4, 4)))
    assert [tile.top for tile in tiles(seen)] == [0, 0, 1.12, 1.12]
    assert list(wall_figure(seen, ("decoder 2", 1)).layout.yaxis.ticktext) == ["layer 2", "layer 7"]
    assert wall_height(seen) > wall_height(shown())


def test_the_large_map_has_its_tokens_and_a_ring_where_it_is_right() -> None:
    seen = shown()
    map_ = seen.map_of(("cross 1", 1))
    right = np.zeros((4, 3), bool)
    right[0, 2] = right[1, 1] = True
    figure = large_figure(map_, seen.tokens, seen.source, query=2, right=right)
    np.testing.assert_array_equal(figure.data[0].z, map_)
    assert list(figure.layout.xaxis.ticktext) == ["a", "&lt;b>", "c"]
    assert list(zip(figure.data[1].y, figure.data[1].x, strict=True)) == [(0, 2), (1, 1)]
    (frame,) = figure.layout.shapes
    assert (frame.y0, frame.y1) == (0.5, 1.5)
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first token is on top"
    assert query_at(1.3, 4) == 2 and query_at(-2.0, 4) == 0 and query_at(9.0, 4) == 0
    assert large_height(60, 60) <= 84 + 620


def test_lines_go_from_each_token_to_what_it_looks_at_as_strong_as_the_weight() -> None:
    map_ = np.array([[0.9, 0.1, 0.0], [0.02, 0.5, 0.48]], np.float32)
    figure = lines_figure([("head 1", 1, map_)], ("x", "y"), ("a", "b", "c"))
    drawn = [trace for trace in figure.data if trace.name == "head 1"]
    assert len(drawn) == len(STEPS)
    starts = [(float(t.y[3 * i]), float(t.y[3 * i + 1])) for t in drawn for i in range(len(t.x) // 3)]
    assert sorted(starts) == [(0.0, 0.0), (0.0, 1.0), (2.0, 1.0), (2.0, 2.0)], "no line for a weight of 0.02"
    assert drawn[-1].line.width > drawn[0].line.width and drawn[-1].opacity > drawn[0].opacity
    one = lines_figure([("head 1", 1, map_)], ("x", "y"), ("a", "b", "c"), query=2)
    assert sum(len(t.x) for t in one.data if t.name == "head 1") == 3 * 2
    assert one.data[-2].text[1] == "<b>y</b>"
    assert lines_height(64) < 64 * 22


def test_every_head_has_a_dot_at_its_distance_and_entropy() -> None:
    figure = spread_figure(shown(), ("decoder 1", 2))
    assert [trace.name for trace in figure.data] == ["encoder", "decoder", "cross"]
    assert list(figure.data[1].text) == ["1.1", "1.2"]
    assert figure.data[1].x == pytest.approx([1.5, 1.5]) and figure.data[1].y == pytest.approx([0.7, 0.7])
    assert list(figure.data[1].marker.line.width) == [0, 3]


def test_losses_scores_and_roles_are_drawn_over_updates_with_marks_where_heads_formed() -> None:
    marks = (Formed(("encoder 1", 2), "previous", 10, 0.8),)
    figure = loss_figure(course(), marks)
    assert [trace.name for trace in figure.data] == ["train", "validation"]
    assert figure.layout.shapes[0].x0 == 10
    assert tuple(figure.layout.xaxis.range) == (0, 20)
    assert [trace.name for trace in score_figure(course()).data] == ["answers right", "examples without a mistake"]
    figure = role_figure(course(), course().roles[0], "the token before", marks)
    assert [trace.name for trace in figure.data] == ["other heads", "encoder 1, head 2", "other heads", "other heads"]
    assert [bool(trace.showlegend) for trace in figure.data] == [True, True, False, False]


def ablation(without: np.ndarray) -> Ablation:
    full = np.full((3, 2), 0.5)
    return Ablation(0.1, without, without.max(1) + 1, 0.9, full, "exact", full * 0.8, ATTENTIONS, 100)


def test_heads_are_ranked_by_what_the_loss_rises_without_them() -> None:
    found = ablation(np.array([[0.1, 0.2], [0.9, 0.3], [0.15, 0.4]]))
    figure = ablation_figure(found, ("cross 1", 2), "nats")
    bars, marks = figure.data
    assert list(bars.y)[:2] == ["decoder 1, head 1", "cross 1, head 2"]
    assert list(bars.x) == pytest.approx([0.8, 0.3, 0.2, 0.1, 0.05, 0.0])
    assert list(marks.x) == pytest.approx([0.4] * 6)
    assert list(bars.marker.line.width) == [0, 3, 0, 0, 0, 0]
    assert ablation_height(found) > 100


def test_a_change_is_shown_answer_by_answer_where_one_is_asked_for() -> None:
    before = shown()
    after = replace(before, right=before.right / 2, guesses=(before.guesses[0], ("c", "a", "a", "a")))
    found = Changed(before, after, (0.1, 0.5), (1.0, 0.4), "exact")
    figure = changed_figure(found)
    assert list(figure.layout.xaxis.ticktext) == ["c", "&lt;b>", "a"]
    np.testing.assert_allclose(figure.data[0].y, [0.9, 0.8, 0.7], atol=1e-6)
    np.testing.assert_allclose(figure.data[1].y, [0.45, 0.4, 0.35], atol=1e-6)
    assert len(changed_figure(found, is_changed=False).data) == 1
    own = replace(found, before=replace(before, asked=("",) * 4), after=replace(after, asked=("",) * 4))
    names, was, now = answers_of(own)
    assert list(names) == ["c", "<b>", "a", "a"] and np.isnan(now[1]), "another guess: no probability of the first"
    assert was == pytest.approx(np.full(4, 0.5))


def test_the_lens_has_a_row_for_every_state_and_a_column_for_every_answer() -> None:
    figure = lens_figure(shown())
    heat, words = figure.data
    np.testing.assert_allclose(heat.z, [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]], atol=1e-6)
    written = dict(zip(zip(words.y, words.x, strict=True), words.text, strict=True))
    assert [written[cell] for cell in sorted(written)] == ["a", "a", "a", "c", "&lt;b>", "a"]
    assert words.text[-1] == "&lt;b>" and figure.layout.meta["sparse"], "a long answer gives way where there is no room"
    assert list(figure.layout.yaxis.ticktext) == state_names(2) == ["embeddings", "after block 1"]
    assert figure.layout.xaxis.ticktext[1] == "c<br><b>&lt;b></b>"
    blind = replace(shown(), asked=("",) * 4, right=np.full((2, 4), NAN, np.float32))
    assert np.asarray(lens_figure(blind).data[0].z).shape == (2, 4), "without a right answer the guess is coloured"
    assert lens_height(shown()) > 150
    figure = stream_figure(Stream(np.array([3.0, 0.5]), np.array([0.0, 0.9]), "exact", 10), "nats")
    assert list(figure.data[0].y) == [3.0, 0.5]


def test_of_many_answers_every_so_many_is_named() -> None:
    one = shown()
    many = 64
    guesses = tuple(("a",) * many for _ in one.guesses)
    filled = np.full((2, many), 0.5, np.float32)
    wide = replace(one, guesses=guesses, asked=("b",) * many, tokens=("a",) * many, right=filled, sureness=filled)
    axis = lens_figure(wide).layout.xaxis
    assert list(axis.tickvals) == list(range(0, many, 3)) and axis.ticktext == ("a<br><b>b</b>",) * 22


def aligned() -> Alignment:
    maps = np.stack([weights(4, 3), weights(4, 3)])
    by = np.full((2, 2, 4), 0.5, np.float32)
    by[..., 3] = NAN
    return Alignment(
        ("c", "b", "a", "<eos>"),
        ("a", "b", "c"),
        np.zeros((4, 3), bool),
        np.full((2, 2), 0.5, np.float32),
        by,
        maps,
        1 / 3,
        9,
    )


def test_the_mean_maps_stand_by_layer_and_head_with_their_share() -> None:
    found = aligned()
    figure = mean_figure(found)
    assert [trace.name for trace in figure.data] == [
        f"cross {layer}, head {head}" for layer in (1, 2) for head in (1, 2)
    ]
    np.testing.assert_array_equal(figure.data[3].z, found.mean[1, 1])
    assert [note.text for note in figure.layout.annotations] == ["1.1: 50%", "1.2: 50%", "2.1: 50%", "2.2: 50%"]
    assert mean_height(found) > 300
    lines = share_figure(found)
    assert len(lines.data) == 4 and lines.layout.xaxis.ticktext[3] == "4<br>&lt;eos>"


def leaving(value: float = 0.5, alone: str = "exact") -> Leaving:
    table = np.full((2, 3), value)
    table[1, 2] = NAN
    return Leaving(
        ("base", "mask"), ("as it is", "no mask"), table, table / 2, table / 4, "exact", alone, (1, 2), "nats", 2.4
    )  # type: ignore[arg-type]


def test_each_seed_has_a_dot_and_each_variant_its_median() -> None:
    found = leaving()
    dots, middles = loss_dots(found).data
    assert len(dots.x) == 5 and list(middles.x) == [0.5, 0.5]
    figure = alone_dots(found)
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "right answers given, as in training",
        "by itself",
    ]
    assert list(figure.data[0].x) == [0.25] * 5 and list(figure.data[2].x) == [0.125] * 5
    assert list(alone_dots(leaving(alone="loss")).data[0].x) == [0.5] * 5
    assert leaving_height(found) > 100


def few(value: float = 0.7) -> FewLabelled:
    table = np.full((5, 2, 2), value)
    table[4, 1] = NAN
    return FewLabelled((8, 64), ("a", "b", "c", "d", "e"), table, np.array([4.0, NAN]), 100)


def test_methods_are_lines_at_the_mean_and_dots_at_each_seed() -> None:
    figure = few_figure(few())
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.name for line in lines] == ["a", "b", "c", "d", "e"]
    assert [len(line.x) for line in lines] == [2, 2, 2, 2, 1]
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [len(each.x) for each in dots] == [4, 4, 4, 4, 2]
    rare = Balanced(
        ("x", "y and z"), ("sad", "glad"), np.array([[[1.0, 0.8], [0.2, 0.4]], [[NAN, NAN], [NAN, NAN]]]), (100, 10), 9
    )
    figure = balance_figure(rare)
    assert figure.data[0].y[0] == pytest.approx(0.9) and figure.data[2].y[0] == pytest.approx(0.3)
    assert figure.data[0].y[1] is None
    assert figure.data[2].name == "glad (10 labels)"


def nothing() -> list[Callable[[], go.Figure]]:
    blank = np.full((2, 3), NAN)
    broken = replace(shown(fill=NAN), entropy=np.full((3, 2), NAN, np.float32), right=np.full((2, 4), NAN, np.float32))
    return [
        lambda: wall_figure(broken, ("cross 1", 1)),
        lambda: large_figure(broken.maps[2][0], broken.tokens, broken.source),
        lambda: lines_figure([("head 1", 1, broken.maps[2][0])], broken.tokens, broken.source),
        lambda: spread_figure(broken, ("cross 1", 1)),
        lambda: lens_figure(broken),
        lambda: loss_figure(course(1)),
        lambda: loss_figure(course(value=NAN)),
        lambda: score_figure(course(1)),
        lambda: role_figure(course(1), course(1).roles[0], "x", ()),
        lambda: ablation_figure(ablation(np.full((3, 2), NAN)), ("cross 1", 1), "nats"),
        lambda: loss_dots(replace(leaving(), loss=blank, chance=NAN)),
        lambda: alone_dots(replace(leaving(), score=blank, alone=blank)),
        lambda: few_figure(few(NAN)),
        lambda: stream_figure(Stream(np.full(2, NAN), np.full(2, NAN), "exact", 0), "nats"),
        lambda: changed_figure(Changed(broken, broken, (NAN, NAN), (NAN, NAN), "exact")),
    ]


@pytest.mark.parametrize("place", range(15))
def test_a_picture_of_nothing_or_of_what_broke_is_still_a_picture(place: int) -> None:
    assert nothing()[place]().to_json()
