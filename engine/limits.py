"""What one server gives: a table of limits. A visitor who meets one is told which, its value, why, and what to do."""

from dataclasses import dataclass
from typing import NoReturn

from engine.refusal import Refusal
from engine.settings import Settings, settings


@dataclass(frozen=True)
class Limit:
    """One limit: its value is the field ``name`` of the settings."""

    name: str
    what: str
    """What is counted, as in "parameters of one network"."""
    why: str
    cure: str
    """What a visitor can do who meets it."""

    def __call__(self, limits: Settings | None = None) -> int | float:
        """The value in force."""
        value: int | float = getattr(limits or settings(), self.name)
        return value

    def said(self, asked: int, limits: Settings | None = None) -> str:
        """The limit, what was asked, and why there is a limit."""
        value = self(limits)
        allowed = f"{value:,}" if isinstance(value, int) else f"{value:g}"
        return f"This server allows {allowed} {self.what}, and this asks for {asked:,}: {self.why}."

    def check(self, asked: int, limits: Settings | None = None) -> None:
        """Raises LimitReached where ``asked`` is above the limit."""
        if asked > self(limits):
            self.refuse(asked, limits)

    def refuse(self, asked: int, limits: Settings | None = None) -> NoReturn:
        """Raises LimitReached."""
        raise LimitReached(self, asked, limits)


class LimitReached(Refusal):
    """More was asked of this server than it gives."""

    def __init__(self, limit: Limit, asked: int, limits: Settings | None = None) -> None:
        self.limit, self.asked = limit, asked
        super().__init__(f"{limit.said(asked, limits)} {limit.cure}")


VISITS = Limit(
    "max_visits",
    "pages open at once",
    "each takes memory and time from the others",
    "Try again in a minute: a page that is closed makes room at once.",
)
RUNS = Limit(
    "max_runs",
    "runs at once",
    "all visitors' runs share its memory",
    "Try again in a minute: a run that nobody looks at makes room.",
)
VISITOR_RUNS = Limit(
    "visitor_runs",
    "runs at once for one page",
    "so that one visitor leaves room for the others",
    "Close one of your runs first.",
)
JOBS = Limit(
    "max_jobs",
    "pieces of longer work at once",
    "all visitors' work shares its processors",
    "Try again in a minute: work that nobody looks at makes room.",
)
PARAMETERS = Limit(
    "max_parameters",
    "parameters in one network",
    "every run keeps several copies of them",
    "Choose fewer or narrower hidden layers.",
)
ROWS = Limit(
    "max_rows",
    "training rows in one run",
    "all data sets share its memory",
    "Choose fewer samples, or larger validation and test shares.",
)
STEPS = Limit(
    "max_steps",
    "updates of one run",
    "a run that goes on for ever takes time from the others",
    "Reset begins the run anew.",
)
VISITOR_STEPS = Limit(
    "visitor_steps",
    "updates of all runs of one page",
    "a page that goes on for ever takes time from the others",
    "Open the page anew to go on.",
)
RUNS_MB = Limit(
    "runs_mb",
    "MB for all runs together",
    "that is the memory it has",
    "Try again in a minute: a run that nobody looks at makes room.",
)
LIMITS = (VISITS, RUNS, VISITOR_RUNS, JOBS, PARAMETERS, ROWS, STEPS, VISITOR_STEPS, RUNS_MB)
