"""Every lab: it opens with a picture, takes any link, and keeps its state in the address."""

from pathlib import Path

import pytest

from engine.labs.lab import LABS
from tests.pages.labs.bench import address, figures, open_lab


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_opens_with_its_question_and_a_picture(lab: str) -> None:
    app = open_lab(lab)
    assert LABS[lab].title in [item.value for item in app.header]
    assert any(LABS[lab].question in item.value for item in app.markdown)
    drawn = figures(app)
    assert drawn
    assert all(item["data"] for item in drawn)
    assert address(app) == {}, "the default needs no words"


@pytest.mark.parametrize("lab", LABS)
def test_a_link_with_nonsense_opens_the_lab_and_says_what_is_wrong(lab: str) -> None:
    app = open_lab(lab, {"v": "1", "<b>x</b>": "1", "a.b.c.d.e.f.g.h.i.j": "2"})
    assert figures(app)
    assert any("could not be used" in item.value for item in app.warning)
    assert address(app) == {}


def test_the_readme_lists_every_lab_with_its_question() -> None:
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert all(f"| {lab.title} | {lab.question} |" in text for lab in LABS.values())
