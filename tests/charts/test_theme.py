"""Colours: a class is the same hue wherever it stands, signs keep theirs, and colour-blind eyes tell them apart."""

import tomllib
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from charts import theme
from charts.boundary import boundary
from charts.neurons import neuron_grid
from engine.shades import Shades
from tests.charts.films import drawn, filmed, hand_frame, hand_scene, trace

ROOT = Path(__file__).parent.parent.parent
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Color Universal Design (2008), without black."""

DEFICIENCIES = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""

XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = np.array([0.95047, 1.0, 1.08883])


def channels(colour: str) -> np.ndarray:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return np.array(list(bytes.fromhex(colour.removeprefix("#"))), float)


def lab(colour: np.ndarray, seen: object = ((1, 0, 0), (0, 1, 0), (0, 0, 1))) -> np.ndarray:
    """CIE L*a*b* (D65) of an sRGB colour, as seen through a matrix on linear RGB."""
    share = colour / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    ratio = XYZ @ np.clip(np.array(seen) @ linear, 0, 1) / WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def opacity(cell: np.ndarray, colour: str, background: str) -> float:
    """How much of ``colour`` lies over ``background`` in a cell; fails where the cell is no mix of the two."""
    way = channels(colour) - channels(background)
    share = float((cell.astype(float) - channels(background)) @ way / (way @ way))
    np.testing.assert_allclose(channels(background) + share * way, cell, atol=1.0)
    return share


def test_shades_fade_into_the_backgrounds_that_the_page_has() -> None:
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    assert tuple(themes[mode]["backgroundColor"] for mode in ("light", "dark")) == (theme.LIGHT, theme.DARK)


@cache
def point_colour(classes: int, label: int) -> str:
    """What the points of a class are drawn with."""
    scene = hand_scene(classes=tuple(f"name {k}" for k in range(classes)))
    found = {t.marker.color for t in boundary(scene).figure.data if t.name == f"name {label}"}
    assert len(found) == 1
    return str(found.pop())


def test_the_yardstick_knows_white_and_red() -> None:
    np.testing.assert_allclose(lab(channels("#FFFFFF")), [100, 0, 0], atol=0.02)
    np.testing.assert_allclose(lab(channels("#FF0000")), [53.24, 80.09, 67.20], atol=0.05)


@pytest.mark.parametrize("background", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize("classes", range(3, 11))
def test_the_surface_where_a_class_is_sure_is_the_colour_of_its_points(classes: int, background: str) -> None:
    shades = Shades("classes", classes=classes)
    table = theme.shade_colours(shades, background)
    for label in range(classes):
        sure = np.eye(classes)[label]
        doubtful = 0.6 * sure + 0.4 / classes
        strong, weak = (table[shades.encode(p[None])[0]] for p in (sure, doubtful))
        colour = point_colour(classes, label)
        assert opacity(strong, colour, background) > opacity(weak, colour, background) + 0.1 > 0.2


@pytest.mark.parametrize("background", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize(
    "shades, ends", [(Shades("probability"), (0.0, 1.0)), (Shades("value", -1.0, 1.0), (-1.0, 1.0))]
)
def test_of_two_classes_each_end_of_the_scale_is_the_colour_of_its_points(
    shades: Shades, ends: tuple[float, float], background: str
) -> None:
    table = theme.shade_colours(shades, background, scores=True)
    for label, end in enumerate(ends):
        code = shades.encode(np.array([[end]]))[0]
        assert opacity(table[code], point_colour(2, label), background) > 0.4


def test_points_of_a_regression_have_the_colour_of_the_surface_at_their_value() -> None:
    _, scene, film = filmed("houses")
    table = theme.shade_colours(scene.shades, theme.LIGHT)
    for part, points in (("Training", scene.train), ("Test", scene.test)):
        marker = trace(drawn(scene, "boundary", film.last), part).marker
        at = (np.asarray(marker.color, float) - marker.cmin) / (marker.cmax - marker.cmin)
        scale = [[place, f"rgb{tuple(int(c) for c in channels(colour))}"] for place, colour in marker.colorscale]
        seen = np.array([unlabel_rgb(colour) for colour in sample_colorscale(scale, at)])
        beneath = table[scene.shades.encode(points.label[:, None].astype(float))]
        assert np.abs(seen - beneath.astype(float)).max() <= 2


def test_the_value_scale_grows_lighter_with_the_value() -> None:
    for shades in (Shades("value", -3.0, 5.0), Shades("value", 0.0, 1.0)):
        table = theme.shade_colours(shades, theme.LIGHT)
        lightness = [lab(table[code].astype(float))[0] for code in range(0, 256, 5)]
        assert (np.diff(lightness) > 0).all()
        assert lightness[-1] - lightness[0] > 60


@pytest.mark.parametrize("background", [theme.LIGHT, theme.DARK])
def test_negative_is_blue_positive_is_orange_and_zero_is_the_page(background: str) -> None:
    table = theme.diverging_colours(background).astype(int)
    scale = theme.diverging_scale(background)
    assert [place for place, _ in scale] == [0, 0.5, 1]
    for low, middle, high in ((table[0], table[127:129].mean(axis=0), table[255]), [channels(c) for _, c in scale]):
        assert low[2] > low[1] > low[0]
        assert high[0] > high[1] > high[2]
        np.testing.assert_allclose(middle, channels(background), atol=2)
    for row, code in ((table[0], 0), (table[255], 255)):
        probability = theme.shade_colours(Shades("probability"), background)[code]
        way = (row - channels(background)) @ (probability - channels(background))
        assert way > 0, "a neuron's sign and the surface's class have opposite colours"


def test_a_unit_below_0_is_blue_in_the_grid_of_neurons_and_one_above_is_orange() -> None:
    maps = np.stack([np.zeros((16, 16)), np.full((16, 16), 255)]).astype(np.uint8)
    heat = neuron_grid(maps, np.array([[-2.0, 1.0], [-1.0, 2.0]], np.float32), theme.LIGHT).data[0]
    hexes = dict(heat.colorscale)
    assert not heat.reversescale
    for unit, sign, blue in ((1, -1.0, True), (2, 1.0, False)):
        (value,) = np.unique(heat.z[heat.customdata[..., 0] == unit])
        assert value == sign
        red, _, blueness = channels(hexes[(value - heat.zmin) / (heat.zmax - heat.zmin)])
        assert (blueness > red) == blue


def test_the_first_seven_classes_are_okabe_and_itos() -> None:
    assert {colour.upper() for colour in theme.CLASSES[:7]} == set(OKABE_ITO)


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_colour_blind_eyes_tell_classes_and_parts_apart(kind: str) -> None:
    def closest(colours: tuple[str, ...]) -> float:
        seen = [lab(channels(colour), DEFICIENCIES[kind]) for colour in colours]
        return min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))

    assert closest(theme.CLASSES[:2]) > 100
    assert closest(theme.CLASSES) > 16
    assert closest(tuple(theme.PARTS.values())) > 20


def test_all_eyes_tell_classes_apart() -> None:
    seen = [lab(channels(colour)) for colour in theme.CLASSES]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 25


def test_bars_and_lines_that_stand_together_differ_in_colour() -> None:
    for name in ("gradient", "saturation", "rate", "loss"):
        traces = drawn(hand_scene(), name, hand_frame({})).data
        colours = [(t.line.color or t.marker.color) if t.type == "scatter" else t.marker.color for t in traces]
        assert len(traces) > 1
        for one, other in combinations(colours, 2):
            assert np.linalg.norm(lab(channels(one)) - lab(channels(other))) > 20
