"""Words from people stay words where Streamlit reads Markdown."""

import re

import pytest

from tests.engine.test_names import HOSTILE
from ui.plain import escaped


@pytest.mark.parametrize("name", HOSTILE)
def test_every_sign_that_markdown_reads_is_escaped_and_nothing_else_changes(name: str) -> None:
    shown = escaped(name)
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", shown))
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == name
