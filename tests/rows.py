"""One row of every kind, for tests that run over a whole catalog."""

from typing import Any

from engine.choice import Choice, catalog


def defaults_of(union: Any) -> dict[str, Choice]:
    """One instance of every row of a catalog at its default knobs."""
    return {kind: cls(kind=kind) for kind, cls in catalog(union).items()}
