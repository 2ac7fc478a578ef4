"""The table of sections."""

from typing import cast

from engine.labs.attention.state import AttentionLab, Section
from ui.labs.attention import causal, dictionary, explanation, head, heads, length, positions, scaling
from ui.labs.attention.parts import Shown, segments

SECTIONS: dict[Section, Shown] = {
    "one head": cast(Shown, head),
    "several heads": cast(Shown, heads),
    "positions": cast(Shown, positions),
    "scaling": cast(Shown, scaling),
    "causal mask": cast(Shown, causal),
    "cost": cast(Shown, length),
    "soft dictionary": cast(Shown, dictionary),
    "explanation": cast(Shown, explanation),
}


def chosen(now: AttentionLab) -> Section:
    """Which section is shown."""
    titles = {id: section.TITLE for id, section in SECTIONS.items()}
    return cast(Section, segments("section", now.section, cast(dict[str, str], titles), "Section", is_bare=True))
