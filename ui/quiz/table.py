"""The table of kinds on screen: how each is asked, and what is said of an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from ui.quiz import asking, broken, predict, told


@dataclass(frozen=True)
class OnScreen:
    """One kind."""

    ask: Callable[..., None]
    """Takes the question, the desk, and what to call when an answer is given."""
    tell: Callable[..., None]
    """Takes the question, the desk and the grade."""


ON_SCREEN = {
    "single": OnScreen(asking.single, told.options),
    "several": OnScreen(asking.several, told.options),
    "number": OnScreen(asking.number, told.number),
    "line": OnScreen(asking.line, told.line),
    "order": OnScreen(asking.order, told.order),
    "match": OnScreen(asking.match, told.match),
    "short": OnScreen(asking.short, told.short),
    "broken": OnScreen(broken.asked, broken.told),
    "predict": OnScreen(predict.asked, predict.told),
}
