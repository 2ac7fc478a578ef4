"""The limits of a server: each variable is read, bounded, and named where it is wrong."""

import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from engine.pool import RunPool
from engine.settings import Settings, settings

NAMES = [item.name for item in fields(Settings)]
WHOLE = [item.name for item in fields(Settings) if isinstance(item.default, int)]
OTHERS = [name for name in NAMES if name not in WHOLE]
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(autouse=True)
def _untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable is set before a test, and nothing read in it is kept after it."""
    for name in NAMES:
        monkeypatch.delenv(f"GP_{name.upper()}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def said(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of a value that is not allowed."""
    monkeypatch.setenv(f"GP_{name.upper()}", given)
    with pytest.raises(ValueError) as caught:
        settings()
    return str(caught.value)


def test_the_readme_lists_every_variable_with_its_default() -> None:
    rows = re.findall(r"^\| `(GP_\w+)` \| ([\d.]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert {variable: float(default) for variable, default in rows} == {
        f"GP_{name.upper()}": default for name, default in asdict(Settings()).items()
    }


def test_without_variables_the_defaults_are_in_force() -> None:
    assert settings() == Settings()


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_sets_its_own_limit_and_no_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GP_{name.upper()}", "7")
    assert asdict(settings()) == {**asdict(Settings()), name: 7}


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_has_the_kind_of_its_default(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GP_{name.upper()}", "7")
    assert type(getattr(settings(), name)) is type(getattr(Settings(), name))


@pytest.mark.parametrize("name", OTHERS)
def test_seconds_may_have_a_fraction(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GP_{name.upper()}", "0.25")
    assert getattr(settings(), name) == 0.25


@pytest.mark.parametrize("given", ["1", "1000000000"])
@pytest.mark.parametrize("name", NAMES)
def test_a_limit_on_its_bounds_is_taken(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GP_{name.upper()}", given)
    assert getattr(settings(), name) == float(given)


BEYOND = [(name, given) for name in NAMES for given in ("0", "-1", "1000000001")]
NO_SECONDS = [(name, given) for name in OTHERS for given in ("nan", "inf", "-inf", "-0.5", "1000000000.5")]


@pytest.mark.parametrize(("name", "given"), [*BEYOND, *NO_SECONDS])
def test_a_limit_beyond_its_bounds_is_refused_with_what_is_allowed(
    name: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = said(name, given, monkeypatch)
    assert told == f"GP_{name.upper()}: got {given!r}; it must be above 0 and at most 1,000,000,000"


@pytest.mark.parametrize("given", ["", "many", "2 workers", "1e"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_number_is_refused_with_an_example(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "a whole number" if name in WHOLE else "a number"
    told = said(name, given, monkeypatch)
    assert told == f"GP_{name.upper()}: got {given!r}; it must be {kind} such as {getattr(Settings(), name)}"


@pytest.mark.parametrize("name", WHOLE)
def test_a_count_takes_whole_numbers_only(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(name, "2.5", monkeypatch).startswith(f"GP_{name.upper()}: got '2.5'; it must be a whole number such as")


def test_the_variables_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = settings()
    monkeypatch.setenv("GP_WORKERS", "3")
    assert settings() is first


def test_a_pool_keeps_to_the_limits_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GP_MAX_RUNS", "11")
    pool = RunPool()
    try:
        assert pool.limits == settings() == Settings(max_runs=11)
    finally:
        pool.close()
