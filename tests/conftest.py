"""One thread per run, as on the server: set before torch is imported anywhere. Tests tried again say why."""

import os
import sys
import tempfile
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["GP_DATA_DIR"] = tempfile.mkdtemp(prefix="gradient-playground-")  # tests answer questions, too
os.environ.pop("GP_DATABASE_URL", None)


WHOLE_APP = ("pages", "ui")
"""Folders of tests that run the app itself, and train what it trains."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the whole app take long, too (see the marker)."""
    for item in items:
        if any(part in WHOLE_APP for part in item.path.parts):
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True)
def _no_run_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test of the app began makes room for the next one's: a server keeps what was looked at just now.

    The next one is nobody in particular again: a page that a test opens here reads from then on what its visitor keeps.
    """
    yield
    if "engine.data.own.store" in sys.modules:
        sys.modules["engine.data.own.store"].read_as("")
    if not any(part in WHOLE_APP for part in request.path.parts) or "engine.stage" not in sys.modules:
        return
    pool = sys.modules["engine.stage"].pool()
    for entry in [entry for entry in pool._entries.values() if not entry.pinned]:
        pool.close_entry(entry)
    shop = sys.modules["engine.stage"].workshop()
    with shop._condition:
        for job in list(shop._jobs):
            shop._end(job)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A test that passed when tried again hides a race: tell what its first try came to, and what was on its screen."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-3000:])
        for title, text in report.sections:
            if title.startswith("on the screen"):
                terminalreporter.write_line(f"{title}\n{text[:5000]}")
