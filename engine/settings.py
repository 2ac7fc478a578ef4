"""Limits of this server, read once from the environment (``GP_...``): the README lists them."""

import os
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

HIGHEST = 10**9


@dataclass(frozen=True)
class Settings:
    """Each field is the variable ``GP_`` + its name in capitals; all are numbers. 1 MB is a million bytes."""

    workers: int = 2
    """Threads that train."""
    max_visits: int = 30
    """Pages open at once."""
    max_runs: int = 64
    """Runs kept at once, paused ones included; the longest unseen is forgotten first."""
    kept_runs: int = 20
    """Of these, runs that nobody looks at: kept for who comes back."""
    visitor_runs: int = 8
    """Runs kept at once for one page."""
    max_parameters: int = 250_000
    """Parameters of one network."""
    max_rows: int = 20_000
    """Training rows of one run."""
    max_steps: int = 1_000_000
    """Updates of one run."""
    visitor_steps: int = 20_000_000
    """Updates of all runs of one page."""
    film_mb: float = 4.0
    """Frames of one run."""
    runs_mb: float = 36.0
    """All runs together: frames, states to go back to, networks with their optimizers."""
    kept_mb: float = 16.0
    """Of these, runs that nobody looks at."""
    data_mb: float = 8.0
    """Data sets kept ready for the next run."""
    max_jobs: int = 24
    """Longer work of the labs, of all pages, whose results are kept."""
    visitor_requests: int = 4
    """Requests that one page may keep open to hear of its runs."""
    unwatched_seconds: float = 5.0
    """A playing run whose page has not asked for this long rests until it does."""
    forget_seconds: float = 900.0
    """A run that does not train and that nobody asked for in this long is forgotten."""
    own_file_mb: int = 2
    """Megabytes of an uploaded file."""
    own_unzipped_mb: int = 8
    """Megabytes of text in it, where it is zipped."""
    own_rows: int = 20_000
    """Rows of an uploaded file."""
    own_columns: int = 100
    """Columns of an uploaded file."""
    own_categories: int = 50
    """Different values of a column that is no number."""
    own_inputs: int = 200
    """Inputs a network may receive of an uploaded file, each category counted."""
    own_text_mb: int = 1
    """Megabytes of a text that is pasted or uploaded."""
    own_vectors_mb: int = 8
    """Megabytes of an uploaded file of word vectors."""
    own_picture_mb: int = 5
    """Megabytes of an uploaded picture, alone or in a zip."""
    own_picture_pixels: int = 13_000_000
    """Pixels of an uploaded picture, alone or in a zip: reading one takes up to eight bytes for each, for a moment."""
    own_zip_mb: int = 10
    """Megabytes of an uploaded zip of pictures; four times as many unpacked."""
    own_pictures: int = 1_000
    """Pictures in an uploaded zip."""
    own_pictures_mb: int = 4
    """Megabytes of its pictures once they are small, a byte for each value; a run on them needs as much again."""
    own_visitor_mb: int = 8
    """Megabytes that the files one visitor uploaded may take."""
    own_total_mb: int = 16
    """Megabytes that the files of all visitors may take; what runs need of them counts among these runs' own."""
    learner_answers: int = 200_000
    """Answers that are kept of one learner."""
    learner_contests: int = 1_000
    """Contested answers that are kept of one learner."""
    learner_interviews: int = 1_000
    """Mock interviews that are kept of one learner."""
    answer_characters: int = 4_000
    """Characters of a typed answer."""
    contest_characters: int = 2_000
    """Characters of what is said of a contested answer."""
    import_mb: int = 10
    """Megabytes of a file of records that a learner brings along."""
    vectors_mb: float = 8.0
    """Megabytes of memory for the vectors of ``GP_VECTORS_FILE``, where that is set: so many of its first lines are read."""


def vectors_file() -> Path | None:
    """The server's own file of word vectors, where its owner has named one (``GP_VECTORS_FILE``). No visitor can."""
    named = os.environ.get("GP_VECTORS_FILE", "").strip()
    return Path(named) if named else None


def data_folder() -> Path:
    """Where this server keeps its files (``GP_DATA_DIR``): ``data`` beside the app where nothing is set."""
    named = os.environ.get("GP_DATA_DIR", "").strip()
    return Path(named).expanduser() if named else Path(__file__).parents[1] / "data"


def database_url() -> str | None:
    """The database of learners, where its owner has named one (``GP_DATABASE_URL``); a file in the data folder if not."""
    return os.environ.get("GP_DATABASE_URL", "").strip() or None


def pretrained_networks() -> tuple[str, ...]:
    """Folders and model ids of networks that visitors may look at, in the owner's order (``GP_PRETRAINED``, with ; between).

    No visitor can name one.
    """
    named = os.environ.get("GP_PRETRAINED", "").split(";")
    return tuple(dict.fromkeys(name.strip() for name in named if name.strip()))


@cache
def settings() -> Settings:
    """The settings in force. Raises ValueError naming the variable, its value and what is allowed."""
    return Settings(**{item.name: _read(item.name, item.default) for item in fields(Settings)})  # type: ignore[arg-type]


def _read(name: str, default: int | float) -> int | float:
    variable = f"GP_{name.upper()}"
    given = os.environ.get(variable)
    if given is None:
        return default
    kind = "a whole number" if isinstance(default, int) else "a number"
    try:
        value = type(default)(given)
    except ValueError:
        raise ValueError(f"{variable}: got {given!r}; it must be {kind} such as {default}") from None
    if not 0 < value <= HIGHEST:
        raise ValueError(f"{variable}: got {given!r}; it must be above 0 and at most {HIGHEST:,}")
    return value
