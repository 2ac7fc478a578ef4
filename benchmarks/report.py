"""What a part of the benchmark found: rows with a bar beside the measured figure, printed and kept as JSON."""

import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured number. ``bar`` is what it should reach, or None where nothing is asked of it."""

    name: str
    measured: float
    unit: str = ""
    bar: float | None = None
    at_least: bool = False
    """Whether more is better: then the bar is the lowest allowed value, else the highest."""
    low: float | None = None
    """Lower quartile of the repetitions, where there were several."""
    high: float | None = None
    """Upper quartile."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """``ok``, ``MISSED``, or nothing where there is no bar. NaN misses every bar."""
        if self.bar is None:
            return ""
        met = self.measured >= self.bar if self.at_least else self.measured <= self.bar
        return "ok" if met else "MISSED"


def table(title: str, figures: Iterable[Figure], notes: Sequence[str] = ()) -> str:
    """A title, one aligned line per figure, then the notes."""
    rows = [("", "measured", "quartiles", "bar", ""), *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    return "\n".join([title, "-" * len(title), *lines, *(f"* {note}" for note in notes), ""])


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    sign = "" if figure.bar is None else ">= " if figure.at_least else "<= "
    bar = "" if figure.bar is None else f"{sign}{figure.bar:g}"
    spread = "" if figure.low is None or figure.high is None else f"{_short(figure.low)} .. {_short(figure.high)}"
    measured = f"{_short(figure.measured)} {figure.unit}".strip()
    return figure.name, measured, spread, bar, f"{figure.verdict} {figure.note}".strip()


def _short(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    name, measured, spread, bar, said = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return [name, measured.strip().rjust(widths[1]), spread, bar, said]


def keep(part: str, figures: Iterable[Figure], notes: Sequence[str] = ()) -> Path:
    """Write a part's figures to ``benchmarks/results/<part>.json``; returns where."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{part}.json"
    rows = [{name: _plain(value) for name, value in {**asdict(f), "verdict": f.verdict}.items()} for f in figures]
    path.write_text(json.dumps({"machine": machine(), "figures": rows, "notes": list(notes)}, indent=1) + "\n")
    return path


def _plain(value: object) -> object:
    """JSON has no NaN and no infinity: None stands for them."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }
