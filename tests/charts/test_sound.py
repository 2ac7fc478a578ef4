"""Pictures of sounds and clips, and of networks on them: the numbers they are given, nothing where nothing is."""

import dataclasses
import json

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.vision.clips import GAP, moment, player, player_frames, sound_pictures, strips
from charts.vision.race import LOWER, accuracy_lines, answer_maps, score_height, score_marks
from charts.vision.sound import MOST_POINTS, first_samples, outline, spectrogram, ticks, trades, waveform
from engine.labs.vision.results.clips import Pictured, Shown
from engine.labs.vision.results.race import Entrant, Standing, Trial
from engine.labs.vision.results.sound import Heard, Partial, Trade, Zoomed

BAD = "<img src=x onerror=alert(1)> %{x}"


def drawn(figure: go.Figure) -> dict:
    """The figure as the browser gets it."""
    return json.loads(pio.to_json(figure, validate=False))


def sound(rows: int = 5, columns: int = 3, partials: tuple[Partial, ...] = ()) -> Heard:
    t = np.arange(40) / 1000
    first = Zoomed(t[:4], np.sin(t[:4]), None, t[:2], np.array([0.5, -0.5]))
    levels = np.arange(rows * columns, dtype=float).reshape(rows, columns) - 60
    return Heard(
        1000,
        t,
        np.sin(900 * t) * 2,
        first,
        partials,
        100.0,
        25.0,
        np.arange(columns) / 100,
        np.linspace(0, 500, rows),
        levels,
        (-60.0, 0.0),
        "dB",
        b"",
    )


# --- a sound ----------------------------------------------------------------------------------------------------------


def test_all_samples_are_drawn_and_of_many_the_lowest_and_highest() -> None:
    found = sound()
    figure = waveform(found)
    assert (
        np.array_equal(figure.data[0].y, found.samples) and figure.layout.yaxis.range[1] > np.abs(found.samples).max()
    )
    many = np.random.default_rng(0).normal(size=32_000)
    t, y = outline(np.arange(32_000) / 16_000, many)
    assert len(t) <= MOST_POINTS and y.max() == many.max() and y.min() == many.min() and (np.diff(t) > 0).all()


def test_the_first_samples_lie_on_the_tone_and_what_is_heard_has_a_line_where_it_is_another() -> None:
    found = sound().zoomed
    names = [trace.name for trace in first_samples(found).data]
    assert names == ["the tone", "samples"]
    folded = dataclasses.replace(found, heard=np.cos(found.t))
    tone, heard, dots = first_samples(folded).data
    assert np.allclose(tone.x, found.t * 1000) and np.allclose(heard.y, np.cos(found.t)) and list(dots.y) == [0.5, -0.5]
    alone = first_samples(dataclasses.replace(found, tone=None))
    assert [trace.name for trace in alone.data] == ["samples"]


def test_a_spectrogram_has_a_cell_for_each_level_and_marks_what_is_folded() -> None:
    found = sound(partials=(Partial(250.0, 250.0), Partial(900.0, 100.0)))
    heat, marks = spectrogram(found).data
    assert np.allclose(heat.z, found.levels) and (heat.zmin, heat.zmax) == (-60, 0) and np.allclose(heat.x, found.times)
    assert np.allclose(heat.customdata[:, 0], found.hertz)
    assert list(marks.y) == pytest.approx([2.0, 0.8]) and list(marks.marker.symbol) == [
        "triangle-left",
        "triangle-left-open",
    ]
    assert marks.customdata[1] == "900 Hz, heard at 100 Hz" and marks.customdata[0] == "250 Hz"
    assert not len(spectrogram(sound()).data[1].x)


@pytest.mark.parametrize(
    "hertz",
    [
        np.linspace(0, 4000, 129),
        700 * (10 ** (np.linspace(30, 2100, 32) / 2595) - 1),
        50 * 2 ** np.linspace(0.1, 6, 40),
        np.array([250.0]),
    ],
)
def test_ticks_are_round_frequencies_at_their_rows(hertz: np.ndarray) -> None:
    places, names = ticks(hertz)
    values = [float(name.replace(",", "")) for name in names]
    assert len(places) == len(names) >= min(5, len(hertz)) and values == sorted(set(values))
    assert np.allclose(np.interp(places, np.arange(len(hertz)), hertz), values) or len(hertz) == 1
    assert all(value % 5 == 0 for value in values)


def test_the_chosen_window_is_framed_among_all() -> None:
    found = (Trade(64, 0.004, 250.0), Trade(128, 0.008, 125.0))
    line, picked = trades(found, 256, 0.016, 62.0).data
    assert list(line.x) == [4, 8] and list(line.y) == [250, 125] and list(line.text) == ["n = 64", "n = 128"]
    assert (list(picked.x), list(picked.y)) == ([16], [62])


# --- networks ---------------------------------------------------------------------------------------------------------


def trial(name: str, seed: int, curve: list[float], right: int = 0, upset: float = float("nan")) -> Trial:
    answers = np.array([[right, 4 - right], [4 - right, right]]) if right else np.zeros((0, 0), dtype=int)
    return Trial(name, seed, np.array(curve), answers, upset, 1.0)


def standing(*trials: Trial) -> Standing:
    entrants = (Entrant("CNN", "looks", 4, 100, True), Entrant(BAD, "guesses", 3, 90, False))
    return Standing(entrants, ("up", BAD), (0, 5, 10), 2, trials)


def test_curves_are_the_median_in_the_band_of_the_seeds_so_far() -> None:
    found = standing(
        trial("CNN", 0, [0.5, 0.6, 0.9]), trial("CNN", 1, [0.3, 0.8, np.nan]), trial(BAD, 0, [0.5, np.nan, np.nan])
    )
    band, middle, other = accuracy_lines(found).data
    assert list(middle.y) == pytest.approx([0.4, 0.7, 0.9]) and list(middle.x) == [0, 5, 10]
    assert list(band.y) == pytest.approx([0.5, 0.8, 0.9, 0.9, 0.6, 0.3]) and list(other.y) == [0.5]
    assert accuracy_lines(found).layout.shapes[0].y0 == 0.5


def test_every_seed_has_its_mark_and_what_has_no_order_none_below() -> None:
    found = standing(
        trial("CNN", 0, [1.0] * 3, 4, 0.5), trial("CNN", 1, [1.0] * 3, 3, 0.25), trial(BAD, 0, [1.0] * 3, 2)
    )
    marks, bar, below, _, other, _ = score_marks(found).data
    assert list(marks.x) == [1.0, 0.75] and list(bar.x) == [0.875] and list(below.x) == [0.5, 0.25]
    assert set(below.y) == {LOWER} and below.marker.symbol == "circle-open" and list(other.x) == [0.5]
    assert score_height(found) > 150


def test_answers_are_shares_of_a_kind_over_all_seeds() -> None:
    found = standing(trial("CNN", 0, [1.0] * 3, 4), trial("CNN", 1, [1.0] * 3, 2))
    heat = answer_maps(found, found.entrants[0]).data[0]
    assert np.allclose(heat.z, [[0.75, 0.25], [0.25, 0.75]]) and list(heat.text[0]) == ["75", "25"]
    assert np.array_equal(heat.customdata, [[6, 2], [2, 6]])


@pytest.mark.parametrize("figure", [accuracy_lines, score_marks, lambda found: answer_maps(found, found.entrants[0])])
def test_before_any_training_pictures_are_empty_and_names_stay_text(figure) -> None:  # type: ignore[no-untyped-def]
    said = json.dumps(drawn(figure(standing())))
    assert "<img" not in said


# --- clips ------------------------------------------------------------------------------------------------------------


def clips() -> Shown:
    frames = np.arange(2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 3, 4, 4)
    return Shown(("left", BAD), frames)


def test_frames_stand_beside_each_other_in_the_order_of_time() -> None:
    found, figure = clips(), strips(clips())
    sheet = figure.data[0].z
    assert sheet.shape == (9, 14)
    for row in range(2):
        for place in range(3):
            top, left = row * (4 + GAP), place * (4 + GAP)
            assert np.array_equal(sheet[top : top + 4, left : left + 4], found.frames[row, place])
    assert np.isnan(sheet).sum() == 9 * 14 - 2 * 3 * 16
    assert figure.layout.xaxis.ticktext == ("1", "2", "3") and "<img" not in json.dumps(drawn(figure))


def test_the_player_shows_every_motion_at_one_moment_after_another() -> None:
    found = clips()
    assert np.array_equal(player(found).data[0].z, moment(found, 0), equal_nan=True)
    frames = player_frames(found)
    assert [frame["name"] for frame in frames] == ["1", "2", "3"]
    for place, frame in enumerate(frames):
        z = frame["data"][0]["z"]
        assert np.array_equal(z[:, :4], found.frames[0, place]) and np.array_equal(z[:, 5:], found.frames[1, place])
    steps = player(found).layout.sliders[0].steps
    assert [step.args[0][0] for step in steps] == ["1", "2", "3"]


def test_every_kind_of_sound_has_its_picture_under_its_name() -> None:
    pictures = np.arange(6 * 4 * 4, dtype=np.uint8).reshape(6, 4, 4)
    figure = sound_pictures(Pictured(("sine", BAD, "c", "d", "e", "f"), pictures))
    assert all(np.array_equal(trace.z, picture) for trace, picture in zip(figure.data, pictures, strict=True))
    assert [note.text for note in figure.layout.annotations][::5] == ["sine", "f"]
    places = {(axis.domain[0]) for axis in figure.select_xaxes()}
    assert len(places) == 4 and "<img" not in json.dumps(drawn(figure))
    assert all(list(axis.range) == [3.5, -0.5] for axis in figure.select_yaxes()), "the highest frequency on top"
