"""What the browser shows is what the engine computes: one run, opened by a link and trained here once more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from jaxtyping import Float
from playwright.sync_api import Browser, Page, expect
from sklearn.metrics import precision_recall_fscore_support

from charts import theme
from charts.layers import RIDGE_HEIGHT
from engine.experiment import Experiment
from engine.shades import Shades
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from tests.e2e.playground import open_playground, until, watch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

STEP = 200
QUERY = f"?v=1&data.kind=spiral&model.hidden=5,3&seed=3&view.step={STEP}"
EXPERIMENT = Experiment().patched({"data.kind": "spiral", "model.hidden": (5, 3), "seed": 3})
CELLS, MAP_CELLS = 100, 16
FREE_PIXELS = 32
"""Plotly shows its own note within 20 px of a point, and ours then stays away."""


@dataclass(frozen=True)
class Truth:
    """The run at ``STEP``, and its frames at the steps that the browser holds."""

    run: SupervisedRun
    frames: list[Snapshot]

    @property
    def frame(self) -> Snapshot:
        return self.frames[-1]

    def on_plane(self, cells: int, chosen: slice) -> Float[np.ndarray, "places 2"]:
        """The chosen places of every chosen row of a grid of ``cells`` by ``cells`` over the plane, lowest row first."""
        low_x, high_x, low_y, high_y = self.run.scene.extent
        x, y = np.linspace(low_x, high_x, cells)[chosen], np.linspace(low_y, high_y, cells)[chosen]
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    def columns(self, places: Float[np.ndarray, "places 2"]) -> list[Float[np.ndarray, "places units"]]:
        """What the units of every hidden layer, and then the output, answer at ``places``."""
        found, a = [], self.run.data.encode(places)
        with torch.no_grad():
            for layer in [*self.run.model.layers, self.run.model.output]:
                a = layer(a)
                found.append(a.numpy().astype(float))
        return found

    def probability(self, places: Float[np.ndarray, "places 2"]) -> Float[np.ndarray, " places"]:
        """P(class 2): the output is its log-odds."""
        return 1 / (1 + np.exp(-self.columns(places)[-1][:, 0]))


@pytest.fixture(scope="module")
def shown(browser: Browser, address: str) -> Iterator[Page]:
    """The run at ``STEP``, all charts drawn; any error in the browser's console fails the last test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme="light")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_playground(page, address, QUERY)
    until(page, f"p.status === 'paused' && p.shown === {STEP} && p.steps.at(-1) === {STEP}")
    at_rest(page)
    yield page
    context.close()
    assert not errors, errors


@pytest.fixture(scope="module")
def truth(shown: Page) -> Truth:
    run = SupervisedRun(EXPERIMENT)
    frames = []
    for step in watch(shown)["steps"]:
        run.advance(step - run.steps)
        frames.append(run.snapshot())
    assert run.steps == STEP and len(frames) > 5
    return Truth(run, frames)


def at_rest(page: Page) -> None:
    """Wait until the page is whole and nothing in the player moves or is drawn anew any more."""
    page.wait_for_function(
        """() => { const found = [...document.querySelectorAll('.gp-player .js-plotly-plot, .gp-player canvas')];
             const now = JSON.stringify(found.map((each) => [each.getBoundingClientRect(), each.width, each.data]));
             const before = window.__drawn;
             window.__drawn = now;
             const { testScriptState } = document.querySelector('[data-testid=stApp]').dataset;
             return before === now && testScriptState === 'notRunning'; }""",
        polling=250,
        timeout=20_000,
    )


def places_of(page: Page, places: np.ndarray) -> Float[np.ndarray, "places 2"]:
    """Where on the screen Plotly's axes put ``places`` of the plane."""
    found = page.evaluate(
        """(places) => { const plot = document.querySelector('.gp-panel-boundary .js-plotly-plot');
             const { xaxis, yaxis } = plot._fullLayout;
             const { left, top } = plot.getBoundingClientRect();
             return places.map(([x, y]) => [left + xaxis._offset + xaxis.c2p(x), top + yaxis._offset + yaxis.c2p(y)]); }""",
        places.tolist(),
    )
    return np.array(found)


def colours_at(page: Page, canvas: str, places: np.ndarray) -> Float[np.ndarray, "places 3"]:
    """Red, green and blue of a canvas at places of the screen; nothing is drawn beneath."""
    found = page.evaluate(
        """([canvas, places]) => { const found = document.querySelector(canvas);
             const { left, top, width } = found.getBoundingClientRect();
             const [pen, scale] = [found.getContext('2d'), found.width / width];
             return places.map(([x, y]) =>
               [...pen.getImageData(Math.floor((x - left) * scale), Math.floor((y - top) * scale), 1, 1).data]); }""",
        [canvas, places.tolist()],
    )
    pixels = np.array(found, dtype=float)
    assert (pixels[:, 3] == 255).all(), "nothing is drawn there"
    return pixels[:, :3]


def neuron_colours(values: Float[np.ndarray, " places"], ends: Float[np.ndarray, "2"]) -> Float[np.ndarray, "places 3"]:
    """Orange above 0, blue below, strongest at the end that is farther from 0."""
    codes = np.rint(127.5 + 127.5 * values / np.abs(ends).max()).astype(int)
    return theme.diverging_colours(theme.LIGHT)[codes].astype(float)


def number(text: str) -> float:
    """A number of a note, which has a true minus sign."""
    return float(text.replace("−", "-"))


def close(value: float) -> Any:
    """As a note rounds: three digits, two where it is tiny."""
    return pytest.approx(value, rel=6e-3, abs=5.1e-5)


def note(page: Page, x: float, y: float) -> list[str]:
    """The lines of the note beside the pointer at a place; a second look, where Plotly still has its own note of before."""
    tip = page.locator(".gp-tooltip")
    for _ in range(10):
        page.mouse.move(x - 1, y)
        page.mouse.move(x, y)
        if tip.is_visible():
            break
        page.wait_for_timeout(100)
    expect(tip).to_be_visible(timeout=1000)
    return tip.locator("div").all_inner_texts()


# --- the plane ------------------------------------------------------------------------------------------------------


def test_the_surface_under_the_axes_has_the_colours_of_the_probability_there(shown: Page, truth: Truth) -> None:
    places = truth.on_plane(CELLS, slice(4, None, 9))
    probability = truth.probability(places)
    assert probability.min() < 0.1 and probability.max() > 0.9
    colours = theme.shade_colours(Shades("probability"), theme.LIGHT).astype(float)
    expected = colours[np.rint(probability * 255).astype(int)]
    found = colours_at(shown, ".gp-panel-boundary canvas", places_of(shown, places))
    assert np.abs(found - expected).max() <= 3, places[np.abs(found - expected).max(axis=1) > 3]


def test_pointing_at_the_plane_tells_the_probability_there(shown: Page, truth: Truth) -> None:
    scene = truth.run.scene
    places = truth.on_plane(CELLS, slice(4, None, 6))
    points = np.concatenate([np.stack([part.x, part.y], axis=1) for part in (scene.train, scene.test)])
    on_screen = places_of(shown, places)
    gaps = np.linalg.norm(on_screen[:, None] - places_of(shown, points)[None], axis=2).min(axis=1)
    free = np.flatnonzero(gaps > FREE_PIXELS)
    free = free[np.argsort(truth.probability(places[free]))]
    chosen = free[np.linspace(0, len(free) - 1, 5).astype(int)]
    expected = truth.probability(places[chosen])
    assert np.ptp(expected) > 0.5, expected
    for place, (x, y), share in zip(places[chosen], on_screen[chosen], expected, strict=True):
        said, where = note(shown, x, y)
        name, percent = re.fullmatch(r"P\((.+)\) = ([\d.]+) %", said).groups()
        assert name == scene.classes[1]
        assert float(percent) == pytest.approx(100 * share, abs=0.3)
        assert [number(part) for part in where.strip("()").split(", ")] == pytest.approx(place.tolist(), abs=0.05)
    shown.mouse.move(2, 2)


# --- the diagram ----------------------------------------------------------------------------------------------------

SCAN = """(step) => {
  const canvas = document.querySelector('.gp-network');
  const tip = document.querySelector('.gp-tooltip');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = (x, y) => {
    canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y }));
    return tip.hidden ? [] : [...tip.children].map((line) => line.textContent);
  };
  const [lines, nodes] = [new Map(), new Map()];
  for (let y = top; y < top + height; y += step) {
    for (let x = left; x < left + width; x += step) {
      const said = at(x, y);
      if (said[0]?.startsWith('weight')) lines.set(said.join('|'), said);
      else if (said.length && !nodes.has(said[0])) nodes.set(said[0], { said, x, y });
    }
  }
  for (const node of nodes.values()) {
    const reach = (dx, dy) => {
      let far = 0;
      while (far < 100 && at(node.x + dx * (far + 1), node.y + dy * (far + 1))[0] === node.said[0]) far += 1;
      return far;
    };
    const [right, left, down, up] = [reach(1, 0), reach(-1, 0), reach(0, 1), reach(0, -1)];
    Object.assign(node, { x: node.x + (right - left) / 2, y: node.y + (down - up) / 2, wide: right + left, tall: down + up });
    const beside = node.wide / 2 + 4;
    [node.leaves, node.enters] = [at(node.x + beside, node.y), at(node.x - beside, node.y)];
  }
  canvas.dispatchEvent(new PointerEvent('pointerleave'));
  return { lines: [...lines.values()], nodes: [...nodes.values()] };
}"""


@pytest.fixture(scope="module")
def pointed(shown: Page, truth: Truth) -> dict[str, Any]:
    """What the diagram says when one points everywhere: its lines, and its nodes with their place on the screen.

    ``leaves`` and ``enters`` are what it says just right and just left of a node, where all its lines meet.
    """
    shown.locator(".gp-network").scroll_into_view_if_needed()
    found = shown.evaluate(SCAN, 8)
    found["nodes"] = {unit_of(node["said"][0], truth): node for node in found["nodes"]}
    return found


def unit_of(name: str, truth: Truth) -> tuple[int, int]:
    """(column, place in it), from 0; the inputs are column 0."""
    if name.startswith("Input "):
        return 0, truth.run.scene.inputs.index(name.removeprefix("Input "))
    if hidden := re.fullmatch(r"\w+ (\d+), neuron (\d+)", name):
        return int(hidden[1]), int(hidden[2]) - 1
    return len(truth.run.model.linears), int(name.removeprefix("Output ")) - 1


def ends_of(line: list[str], truth: Truth) -> tuple[tuple[int, int], tuple[int, int]]:
    """The units on the left and on the right of a line's note."""
    source, target = line[1].split(" → ")
    return unit_of(source, truth), unit_of(target, truth)


def test_pointing_at_a_line_tells_the_weight_between_its_ends(pointed: dict[str, Any], truth: Truth) -> None:
    linears = truth.run.model.linears
    told = {ends_of(line, truth): number(line[0].removeprefix("weight ")) for line in pointed["lines"]}
    assert len(told) == len(pointed["lines"]) > 0.8 * sum(linear.weight.numel() for linear in linears)
    for ((column, source), (next_column, target)), weight in told.items():
        assert next_column == column + 1
        assert weight == close(linears[column].weight[target, source].item()), (column, source, target)


def test_lines_are_told_where_they_leave_and_enter_a_neuron(pointed: dict[str, Any], truth: Truth) -> None:
    last = len(truth.run.model.linears)
    for unit, node in pointed["nodes"].items():
        if unit[0] < last:
            assert ends_of(node["leaves"], truth)[0] == unit
        if unit[0] > 0:
            assert ends_of(node["enters"], truth)[1] == unit


def test_pointing_at_a_neuron_tells_its_bias_and_its_range_on_the_plane(pointed: dict[str, Any], truth: Truth) -> None:
    on_plane = truth.columns(truth.on_plane(MAP_CELLS, slice(None)))
    units = {unit: node["said"] for unit, node in pointed["nodes"].items() if unit[0] > 0}
    assert len(units) == sum(answers.shape[1] for answers in on_plane)
    for (column, place), (_, activation, bias) in units.items():
        answers = on_plane[column - 1][:, place]
        low, high = activation.removeprefix("activation ").split(" to ")
        assert [number(low), number(high)] == [close(answers.min()), close(answers.max())]
        assert number(bias.removeprefix("bias ")) == close(truth.run.model.linears[column - 1].bias[place].item())


def test_a_neurons_square_has_the_colours_of_its_activations(
    shown: Page, pointed: dict[str, Any], truth: Truth
) -> None:
    on_plane = truth.columns(truth.on_plane(MAP_CELLS, slice(None)))
    # A person takes a row of the square for a row of the plane: the lowest is below. The bias stands in a corner.
    rows, columns = [part.ravel() for part in np.meshgrid(*[np.arange(4, 15, 3)] * 2)]
    for (column, place), node in pointed["nodes"].items():
        if column == 0:
            continue
        answers = on_plane[column - 1][:, place]
        x = node["x"] + ((columns + 0.5) / MAP_CELLS - 0.5) * (node["wide"] - 4)
        y = node["y"] - ((rows + 0.5) / MAP_CELLS - 0.5) * (node["tall"] - 4)
        found = colours_at(shown, ".gp-network", np.stack([x, y], axis=1))
        values = answers.reshape(MAP_CELLS, MAP_CELLS)[rows, columns]
        expected = neuron_colours(values, np.array([answers.min(), answers.max()]))
        clear = np.abs(values) > 0.25 * np.abs(answers).max()
        is_orange = found[:, 0] > found[:, 2]
        assert (is_orange == (values > 0))[clear].all(), (column, place)
        # The square is 16 by 16 cells, drawn smooth over some 46 pixels, in 85 steps.
        assert np.abs(found - expected).max() < 40, (column, place)


def test_a_neuron_that_is_pointed_at_is_shown_over_the_plane(
    shown: Page, pointed: dict[str, Any], truth: Truth
) -> None:
    places = truth.on_plane(MAP_CELLS, slice(1, -1, 2))
    for column, place in ((1, 4), (2, 0)):
        node = pointed["nodes"][column, place]
        shown.mouse.move(node["x"], node["y"])
        expect(shown.locator(".gp-badge")).to_have_text(node["said"][0])
        answers = truth.columns(truth.on_plane(MAP_CELLS, slice(None)))[column - 1][:, place]
        expected = neuron_colours(truth.columns(places)[column - 1][:, place], np.array([answers.min(), answers.max()]))
        found = colours_at(shown, ".gp-panel-boundary canvas", places_of(shown, places))
        assert np.abs(found - expected).max() < 16, (column, place)
    shown.mouse.move(2, 2)


# --- the charts -----------------------------------------------------------------------------------------------------


def traces(page: Page, figure: str) -> list[dict[str, Any]]:
    """The arrays of a chart, which is brought into sight first."""
    tab = page.locator(f"[role=tab][data-tab={figure}]")
    if tab.count():
        tab.click()
    plot = f"section[data-figure={figure}] .js-plotly-plot"
    page.wait_for_function(f"document.querySelector('{plot}')?.data?.every(({{ y, z }}) => (z ?? y)?.length)")
    at_rest(page)
    found: list[dict[str, Any]] = page.evaluate(
        """(plot) => { const plain = (values) =>
               ArrayBuffer.isView(values) || Array.isArray(values) ? Array.from(values, plain) : (values ?? null);
             return document.querySelector(plot).data.map(({ x, y, z }) => ({ x: plain(x), y: plain(y), z: plain(z) })); }""",
        plot,
    )
    return found


def same(found: Any, expected: Any) -> None:
    """Gaps are NaN here and null there."""
    np.testing.assert_allclose(np.array(found, dtype=float), np.array(expected, dtype=float), rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("kind", ["loss", "accuracy", "f1"])
def test_a_curve_holds_the_scores_of_every_frame(shown: Page, truth: Truth, kind: str) -> None:
    for trace, part in zip(traces(shown, kind), ("train", "validation", "test"), strict=True):
        place = truth.run.score_names.index(f"{part}.{kind}")
        same(trace["x"], [frame.step for frame in truth.frames])
        same(trace["y"], [frame.scores[place] for frame in truth.frames])


def test_the_rate_curve_holds_rate_and_momentum(shown: Page, truth: Truth) -> None:
    rate, momentum = traces(shown, "rate")
    same(rate["y"], [frame.rate for frame in truth.frames])
    same(momentum["y"], [frame.momentum for frame in truth.frames])


def test_bars_hold_gradients_and_saturation_layer_by_layer(shown: Page, truth: Truth) -> None:
    norm, mean = traces(shown, "gradient")
    assert norm["x"] == ["hidden 1", "hidden 2", "output"]
    same(norm["y"], truth.frame.gradient_norm)
    same(mean["y"], truth.frame.gradient_mean)
    saturated, dead = traces(shown, "saturation")
    same(saturated["y"], truth.frame.detail.saturated)
    same(dead["y"], truth.frame.detail.dead)
    assert truth.frame.detail.saturated.max() > 0


@pytest.mark.parametrize(("figure", "array"), [("gradient_heatmap", "gradient_norm"), ("updates", "update_ratio")])
def test_a_heat_map_holds_powers_of_ten(shown: Page, truth: Truth, figure: str, array: str) -> None:
    (heat,) = traces(shown, figure)
    same(heat["x"], [frame.step for frame in truth.frames])
    assert heat["y"] == ["hidden 1", "hidden 2", "output"]
    same(heat["z"], np.log10(np.stack([getattr(frame, array) for frame in truth.frames], axis=1)))


@pytest.mark.parametrize("figure", ["weights", "activations"])
def test_a_ridge_is_as_high_as_the_shares_of_its_layers_histogram(shown: Page, truth: Truth, figure: str) -> None:
    run = truth.run
    values = [linear.weight.detach().numpy().ravel() for linear in run.model.linears]
    if figure == "activations":
        values = [answers.ravel() for answers in truth.columns(run.data.train.raw_x[: run.scene.probe_rows])[:-1]]
    for row, (ridge, layer) in enumerate(zip(traces(shown, figure), values, strict=True)):
        counts, edges = np.histogram(layer.astype(float), 32)
        base = len(values) - 1 - row
        same(ridge["x"], [edges[0], *(edges[:-1] + edges[1:]) / 2, edges[-1]])
        heights = base + RIDGE_HEIGHT * np.concatenate([[0], counts / counts.max(), [0]])
        assert ridge["y"] == pytest.approx(heights.tolist(), abs=RIDGE_HEIGHT * 0.51 / 255)


def test_the_confusion_table_has_the_truth_in_its_rows(shown: Page, truth: Truth) -> None:
    (table,) = traces(shown, "confusion")
    test, run = truth.run.data.test, truth.run
    guess = truth.probability(test.raw_x) > 0.5
    expected = [[np.sum((test.raw_y == true) & (guess == said)) for said in (0, 1)] for true in (0, 1)]
    assert expected[0][1] != expected[1][0], "a table that looks the same when it is turned tells nothing"
    assert table["z"] == expected
    assert table["x"] == table["y"] == list(run.scene.classes)
    each = precision_recall_fscore_support(test.raw_y, guess)[:3]
    for bars, values in zip(traces(shown, "by_class"), each, strict=True):
        assert bars["x"] == table["x"]
        same(bars["y"], values)
