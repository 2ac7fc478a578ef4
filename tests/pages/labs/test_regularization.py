"""The regularization lab: each section opens, follows its controls and keeps its state in the address."""

import pytest

from tests.pages.labs.bench import figures, open_lab


@pytest.mark.parametrize("section", ["bias and variance"])
def test_a_link_opens_each_section_with_pictures(section: str) -> None:
    app = open_lab("regularization", {"v": "1", "section": section})
    assert all(item["data"] for item in figures(app))
    assert figures(app)
    assert not app.error
