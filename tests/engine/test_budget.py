"""What a host of 1 GB leaves to the server is enough for the defaults: the README's sum, from the settings in force."""

import gc
import importlib
import pkgutil
import re
from pathlib import Path

from engine import labs
from engine.data.own.decode import MEGABYTE
from engine.kept import EVERYWHERE
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


def test_what_labs_keep_of_their_results_is_no_more_than_its_row() -> None:
    for module in pkgutil.walk_packages(labs.__path__, "engine.labs."):
        importlib.import_module(module.name)
    gc.collect()  # those of other tests
    data = [held for held in EVERYWHERE if held.most == Settings().data_mb * MEGABYTE]
    most = sum(held.most for held in EVERYWHERE if held not in data) / 1e6
    assert len(data) == KINDS_OF_DATA
    assert of(table(), "results of the labs") - 1 < most <= of(table(), "results of the labs")
