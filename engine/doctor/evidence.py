"""``Evidence``: a named number that a finding rests on."""

from dataclasses import dataclass
from typing import Literal

from engine.words import count, number, percent

Form = Literal["number", "share", "count"]

_SAID = {"number": number, "share": percent, "count": count}


@dataclass(frozen=True)
class Evidence:
    """One number a finding rests on."""

    name: str
    value: int | float
    unit: str = ""
    form: Form = "number"

    @property
    def said(self) -> str:
        """The number with its unit."""
        return f"{_SAID[self.form](self.value)} {self.unit}".strip()
