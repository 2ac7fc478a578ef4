"""Pictures of the race: what is played is the paths themselves, and lighter numbers are those of the surface."""

import base64

import numpy as np
import pytest

from charts import theme
from charts.optimizers.ground import _short
from charts.optimizers.maps import basins_figure
from charts.optimizers.race import FRAMES, IN_A_FRAME, race_figure, race_frames
from charts.optimizers.steps import apart_figure
from engine.labs.optimizers.race import standing
from engine.labs.optimizers.results import Basins, Path, Race
from engine.labs.optimizers.state import OptimizersLab, Racer
from engine.labs.optimizers.surfaces import Ravine, SurfaceChoice, Typed, ground
from engine.optimizers import SGD
from tests.engine.labs.optimizers.finished import raced

RACERS = OptimizersLab().racers
BOTH = pytest.mark.parametrize("solid", [False, True])


@pytest.fixture(scope="module")
def found() -> Race:
    return raced(Ravine(), *RACERS, steps=90)


@BOTH
def test_a_frame_is_every_path_up_to_its_moment(found: Race, solid: bool) -> None:
    under = ground(Ravine())
    drawn = race_figure(under, found.paths, found.steps, solid)
    frames = race_frames(drawn, under, found.paths, found.steps, solid)
    labels = [step.label for step in drawn.layout.sliders[0].steps]
    assert [frame["name"] for frame in frames] == labels
    assert len(frames) == FRAMES + 1
    for frame in frames:
        moment = int(frame["name"])
        assert [drawn.data[place].name for place in frame["traces"]] == [path.label for path in found.paths] * 2
        for path, line, ball in zip(found.paths, frame["data"][:4], frame["data"][4:], strict=True):
            np.testing.assert_allclose(line["x"], path.places[: moment + 1, 0], rtol=1e-4)
            np.testing.assert_allclose(line["y"], path.places[: moment + 1, 1], rtol=1e-4, atol=1e-12)
            np.testing.assert_allclose([*ball["x"], *ball["y"]], path.places[moment], rtol=1e-4, atol=1e-12)
            assert f"step {moment}: f = {path.values[moment]:.4g}" in ball["hovertext"][0]


@BOTH
def test_the_last_frame_is_the_figure(found: Race, solid: bool) -> None:
    under = ground(Ravine())
    drawn = race_figure(under, found.paths, found.steps, solid)
    last = race_frames(drawn, under, found.paths, found.steps, solid)[-1]
    for place, trace in zip(last["traces"], last["data"], strict=True):
        assert list(drawn.data[place].x) == trace["x"]


@BOTH
def test_no_step_and_a_path_that_left_are_drawn(solid: bool) -> None:
    under = ground(Ravine())
    start, left = standing(Ravine(), RACERS), raced(Ravine(), Racer(optimizer=SGD(lr=3.0)), steps=200)
    (only,) = race_frames(race_figure(under, start.paths, 0, solid), under, start.paths, 0, solid)
    assert [trace["x"] for trace in only["data"]] == [[Ravine().start_x]] * 8
    assert left.paths[0].ending == "left"
    drawn = race_figure(under, left.paths, left.steps, solid)
    last = race_frames(drawn, under, left.paths, left.steps, solid)[-1]
    assert len(last["data"][0]["x"]) == left.paths[0].steps + 1


def test_paths_longer_than_a_frame_holds_are_thinned_and_keep_their_ends(found: Race) -> None:
    places = np.linspace([-3.0, -1.0], [3.0, 1.0], 1001)
    path = Path("long", places, np.zeros(1001), np.zeros((1000, 2)), np.zeros(1000), np.zeros(1000))
    under = ground(Ravine())
    frames = race_frames(race_figure(under, (path,), 1000), under, (path,), 1000)
    line = frames[-2]["data"][0]
    assert len(line["x"]) == IN_A_FRAME
    assert line["x"][0] == -3.0
    assert line["x"][-1] == pytest.approx(places[int(frames[-2]["name"]), 0], rel=1e-4)


@pytest.mark.parametrize("surface", [Ravine(), Typed(text="exp(exp(x*y))", reach=100.0)], ids=["ravine", "huge"])
def test_heights_that_are_read_off_are_those_of_the_surface(surface: SurfaceChoice) -> None:
    under = ground(surface)
    shown = race_figure(under, (), 0).to_dict()["data"][0]["customdata"]
    kind = {"f4": np.float32, "f8": np.float64}[shown["dtype"]]
    values = np.frombuffer(base64.b64decode(shown["bdata"]), kind).reshape(under.z.shape)
    np.testing.assert_allclose(values, under.z, rtol=1e-6)


@pytest.mark.parametrize(
    ("away", "marks"),
    [([0.0, 0.1, 4.0], "D2"), ([0.0, 1e-9, 4.0], None), ([0.0, 0.0], None), ([np.nan, 0.5], "D2")],
)
def test_a_short_logarithmic_axis_marks_two_and_five_between_the_powers_of_ten(
    away: list[float], marks: str | None
) -> None:
    assert apart_figure(np.array(away), "distance").layout.yaxis.dtick == marks


def coloured(ends: np.ndarray) -> list[str]:
    """The colour of each basin of a map that ends so."""
    count, (rows, columns) = int(ends.max()) + 1, ends.shape
    minima = np.zeros((count, 2))
    map_ = Basins(np.arange(columns) + 0.0, np.arange(rows) + 0.0, ends, minima, minima[:, 0], minima[:, 0], 10)
    return [colour for _, colour in basins_figure(map_).data[0].colorscale[::2]][2:]


def test_basins_that_touch_have_different_colours_however_many_they_are() -> None:
    many = len(theme.CLASSES)
    ends = np.arange(2 * many).reshape(2, many)  # the one above another would have its colour again
    colours = np.array(coloured(ends), object)[ends]
    assert (colours[0] != colours[1]).all() and (colours[:, 1:] != colours[:, :-1]).all()


def test_few_basins_have_the_colours_in_their_order_and_what_never_arrived_takes_none() -> None:
    assert coloured(np.array([[0, -1, 1], [-2, 2, 2]])) == list(theme.CLASSES[:3])


def test_numbers_of_a_path_have_five_digits_as_python_rounds_them() -> None:
    dice = np.random.default_rng(0)
    values = dice.normal(size=5000) * 10 ** dice.uniform(-12, 12, 5000)
    assert _short(values) == [float(f"{value:.5g}") for value in values]
    assert _short(np.array([0.0, np.nan, np.inf, -3.5])) == [0.0, None, None, -3.5]
