"""One thread per run, as on the server: set before torch is imported anywhere. Tests tried again say why."""

import os

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A test that passed when tried again hides a race: tell what its first try came to, and what was on its screen."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-3000:])
        for title, text in report.sections:
            if title.startswith("on the screen"):
                terminalreporter.write_line(f"{title}\n{text[:5000]}")
