"""A film as a table: one row for each frame, as CSV (RFC 4180) that a spreadsheet opens without running anything."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from engine.scene import Surroundings
from engine.snapshot import Snapshot

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run as a formula by a spreadsheet."""


def history_csv(scene: Surroundings, frames: Iterable[Snapshot]) -> str:
    """Step, epoch, rate, momentum, losses and metrics by part, gradient norm and update ratio by layer.

    An empty field is a number that there is none of: the loss of an empty part, the ratio before the first update.
    """
    by_layer = [f"{kind} of {name}" for kind in ("gradient norm", "update ratio") for name in scene.layer_names]
    rows = (_row(frame) for frame in frames)
    return csv_text(["step", "epoch", "rate", "momentum", *scene.score_names, *by_layer], rows)


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A header and rows; texts that a spreadsheet would take for formulas begin with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_harmless(name) for name in names])
    writer.writerows([_field(value) for value in row] for row in rows)
    return text.getvalue()


def _row(frame: Snapshot) -> list[Any]:
    clock = [frame.step, frame.epoch, frame.rate, frame.momentum]
    return [*clock, *frame.scores, *frame.gradient_norm, *frame.update_ratio]


def _field(value: Any) -> str:
    """A number with as many digits as it takes to read the same one back; empty for NaN."""
    if isinstance(value, str):
        return _harmless(value)
    return "" if math.isnan(value) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
