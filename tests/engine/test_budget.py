"""What a host of 1 GB leaves to the server is enough for the defaults: the README's sum, from the settings in force."""

import re
from pathlib import Path

from engine.settings import Settings

README = Path(__file__).parents[2] / "README.md"
USABLE = 690
PAGE_MB, MEASURING_MB = 1, 20
KINDS_OF_DATA = 3
"""Tables, sequences, pictures."""


def table() -> dict[str, int]:
    section = README.read_text(encoding="utf-8").split("### Memory")[1]
    return {name: int(size) for name, size in re.findall(r"^\| (.+?) \| (\d+) \|$", section, re.MULTILINE)}


def of(rows: dict[str, int], start: str) -> int:
    return next(size for name, size in rows.items() if start in name)


def test_the_worst_cases_together_fit_into_what_there_is() -> None:
    rows = table()
    total = rows.pop("in all")
    assert total == sum(rows.values()) <= USABLE


def test_each_row_is_what_the_settings_allow() -> None:
    rows, limits = table(), Settings()
    assert of(rows, "GP_MAX_VISITS") == limits.max_visits * PAGE_MB
    assert of(rows, "GP_RUNS_MB") == limits.runs_mb
    assert of(rows, "GP_DATA_MB") == KINDS_OF_DATA * limits.data_mb
    assert of(rows, "GP_OWN_TOTAL_MB") == limits.own_total_mb
    assert of(rows, "GP_WORKERS") == limits.workers * MEASURING_MB
