"""The page of transformers: every section, edge settings, links."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from tests.pages.labs.bench import address, figures, open_lab, with_picture

LAB = "transformer"
SMALL = {
    "v": "1",
    "experiment.task.samples": "100",
    "experiment.task.length": "4",
    "experiment.model.width": "16",
    "experiment.model.feed_forward": "16",
    "experiment.training.updates": "20",
}


def until_done(app: AppTest) -> AppTest:
    """Wait for the page's longer work, and draw the page again."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        jobs = [job for job in stage.workshop()._jobs if job.place.startswith(f"{LAB}.")]
        for job in jobs:
            stage.workshop().look(job)
        if jobs and all(job.is_over for job in jobs):
            break
        time.sleep(0.05)
    app.run()
    assert not app.exception and not app.error, [item.value for item in app.error]
    return app


@pytest.mark.parametrize(
    ("section", "query"),
    [
        ("maps", {}),
        ("cross", {}),
        ("heads", {}),
        ("stream", {}),
        ("ablations", {"ablating.updates": "20", "ablating.seeds": "1"}),
        ("labels", {"labels.reading": "50", "labels.updates": "10", "labels.seeds": "1", "labels.width": "16"}),
    ],
)
def test_every_section_opens_from_a_link_and_draws_what_it_measured(section: str, query: dict[str, str]) -> None:
    app = until_done(open_lab(LAB, {**SMALL, "section": section, **query}))
    assert figures(app)
    assert address(app).get("section", "maps") == section


def test_the_live_section_has_its_player_and_the_doctors_line() -> None:
    app = open_lab(LAB, {**SMALL, "section": "train"})
    assert app.get("bidi_component"), "the player"
    assert any(item.value.startswith("**Doctor.**") for item in app.caption)


def test_without_a_pretrained_network_the_page_says_how_to_get_one() -> None:
    app = open_lab(LAB, {**SMALL, "section": "pretrained"})
    said = " ".join(item.value for item in [*app.info, *app.markdown, *app.caption, *app.warning])
    assert not app.exception and "requirements-pretrained.txt" in said.replace("\\", "")


@pytest.mark.parametrize(
    "patch",
    [
        {"experiment.model.encoder": "false"},
        {"experiment.model.heads": "8", "experiment.model.layers": "6"},
        {
            "experiment.model.positions.kind": "none",
            "experiment.model.norm": "post",
            "experiment.model.residual": "false",
        },
        {"experiment.task.length": "1", "experiment.task.symbols": "2"},
    ],
    ids=lambda patch: ", ".join(patch),
)
def test_edge_settings_are_shown(patch: dict[str, str]) -> None:
    app = until_done(open_lab(LAB, {**SMALL, **patch}))
    assert figures(app)


def test_a_recurrent_network_in_a_link_is_refused_by_name() -> None:
    app = with_picture(open_lab(LAB, {**SMALL, "experiment.model.kind": "recurrent"}))
    assert any("transformer" in item.value for item in app.warning)
    assert figures(app)
