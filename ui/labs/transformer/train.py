"""The transformer trained live."""

from engine.labs.transformer.state import TransformerLab
from ui import live_section, own_text
from ui.labs.transformer.parts import LAB, Values


def controls(now: TransformerLab) -> Values:
    """None of its own: what it trains stands in the sidebar."""
    return {}


def show(now: TransformerLab) -> None:
    """Player and all that belongs to it."""
    if own_text.is_here(now.experiment.task):
        live_section.show(LAB, now.experiment, ("transformer",))
