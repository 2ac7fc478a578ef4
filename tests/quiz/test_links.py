"""Every link of a question opens a page that is there, with settings that it has."""

import importlib
from urllib.parse import parse_qsl

import pytest

from engine.choice import Problem
from engine.codec import decode_model
from engine.labs.lab import LABS
from engine.permalink import decode
from quiz.bank import bank
from quiz.topics import TOPICS

LINKS = sorted({question.lab for question in bank().values()} - {""})


def problems_of(link: str) -> list[Problem]:
    """What of a link its page could not use."""
    page, _, query = link.partition("?")
    settings = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    if page == "playground":
        return decode(settings)[1]
    assert page in LABS, f"no such page; there are playground, {', '.join(LABS)}"
    state = importlib.import_module(f"engine.labs.{page}.state")
    name = page.title().replace("_", "") + "Lab"
    return decode_model(getattr(state, name), settings)[1]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_its_page_with_its_settings(link: str) -> None:
    assert problems_of(link) == []


def test_topics_name_pages_that_are_there() -> None:
    assert {topic.page for topic in TOPICS.values()} <= {"", "playground", *LABS}
