"""The report of a run: one file, everything in it, nothing of it run as markup."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from charts import theme
from charts.board import board
from charts.report import Facts, Setting, report
from charts.sentences import sentences
from engine.film import Film
from engine.scene import Scene
from tests.charts.films import filmed

FACTS = Facts(
    title="Spiral: hidden layers 8, 8",
    said="Step 90.",
    link="https://playground.example/playground?v=1&seed=3",
    numbers=(("Step", "90"), ("Test accuracy", "93.4 %")),
    settings=(
        Setting("optimizer", "Adam", (("Learning rate", "0.01"),), r"w \leftarrow w - \eta g", "Adapts.", "Kingma"),
    ),
    edits=((40, "Learning rate → 0.1"),),
    costs=(("hidden 1", "8 x 2", 24, 16), ("output", "1 x 8", 9, 8)),
    findings=("The rate is far too high.",),
    made="Made by Gradient Playground.",
)


class Page(HTMLParser):
    """What a browser would make of a file: tags with their attributes, and the text outside of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in ("script", "style"):
            self.text.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


def charts_in(html: str) -> dict[str, Any]:
    raw = re.search(r'<script type="application/json" id="charts">(.*?)</script>', html, re.DOTALL).group(1)
    return {chart["id"]: chart for chart in json.loads(raw)}


@pytest.mark.parametrize("preset", ["spiral", "five_arms", "sine", "houses", "line"])
def test_a_report_has_every_chart_of_the_run_with_its_sentence(preset: str) -> None:
    _, scene, film = filmed(preset)
    html = report(FACTS, scene, film, film.last.step)
    charts, page = charts_in(html), Page(html)
    assert list(charts) == [live.id for live in board(scene)]
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert {f"chart-{id}" for id in charts} <= ids
    for id, sentence in sentences(scene, film.last).items():
        assert (" ".join(sentence.split()) in page.said) == (id in charts), id
    loss = charts["loss"]["data"][0]
    assert len(loss["x"]) == len(film)


def test_what_the_report_says_beside_its_charts_is_all_there() -> None:
    _, scene, film = filmed("spiral")
    page = Page(report(FACTS, scene, film, film.last.step))
    for said in (
        FACTS.title, FACTS.said, FACTS.link, "93.4 %", "Learning rate: 0.01", "w ← w − η g", "Adapts. (Kingma)",
        "Learning rate → 0.1", "8 x 2", "The rate is far too high.", FACTS.made,
    ):  # fmt: skip
        assert said in page.said
    assert ("a", {"href": FACTS.link}) in page.tags


def test_the_boundarys_shades_lie_beneath_its_points_in_the_colours_of_light_and_dark() -> None:
    _, scene, film = filmed("spiral")
    images = charts_in(report(FACTS, scene, film, film.last.step))["boundary"]["images"]
    for mode, background in (("light", theme.LIGHT), ("dark", theme.DARK)):
        with urlopen(images[mode]["source"]) as file:
            pixels = np.asarray(Image.open(BytesIO(file.read())).convert("RGB"))
        codes = film.last.boundary[::-1]
        np.testing.assert_array_equal(pixels, theme.shade_colours(scene.shades, background)[codes])
    image = images["light"]
    low_x, high_x, low_y, high_y = scene.extent
    cell = image["sizex"] / film.last.boundary.shape[0]
    assert image["x"] + cell / 2 == pytest.approx(low_x) and image["x"] + image["sizex"] - cell / 2 == pytest.approx(
        high_x
    )
    assert image["y"] - cell / 2 * (high_y - low_y) / (high_x - low_x) == pytest.approx(high_y)


def test_names_from_data_are_text_wherever_they_stand() -> None:
    _, scene, film = filmed("spiral")
    bad = '</script><img src=x onerror="alert(1)"> & %{x}'
    hostile: Scene = replace(scene, classes=(bad, "b"), axis_titles=(bad, bad), target=bad, held=bad)
    facts = replace(
        FACTS, title=bad, said=bad, findings=(bad,), edits=((1, bad),), settings=(Setting(bad, bad, ((bad, bad),)),)
    )
    html = report(facts, hostile, film, film.last.step)
    page = Page(html)
    assert "img" not in {tag for tag, _ in page.tags}
    assert page.said.count('onerror="alert(1)"') >= 6
    names = [trace.get("name", "") for trace in charts_in(html)["boundary"]["data"]]
    assert names[0].startswith("&lt;/script>&lt;img")
    assert charts_in(html)["boundary"]["layout"]["xaxis"]["title"]["text"].startswith("&lt;/script>")


def test_a_link_that_is_no_address_is_left_out() -> None:
    _, scene, film = filmed("spiral")
    page = Page(report(replace(FACTS, link="javascript:alert(1)"), scene, film, film.last.step))
    assert "a" not in {tag for tag, _ in page.tags} and "javascript:" not in page.said


def test_nothing_in_the_report_is_fetched() -> None:
    _, scene, film = filmed("spiral")
    page = Page(report(FACTS, scene, film, film.last.step))
    assert not [attributes for tag, attributes in page.tags if "src" in attributes or tag == "link"]


def test_an_empty_film_gives_a_report_without_charts_and_an_earlier_step_its_own_frame() -> None:
    _, scene, film = filmed("spiral")
    assert charts_in(report(FACTS, scene, Film(), 0)) == {}
    first = charts_in(report(FACTS, scene, film, 0))
    assert first["boundary"]["images"] != charts_in(report(FACTS, scene, film, 90))["boundary"]["images"]
