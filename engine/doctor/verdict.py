"""Whether a change that was tried is a cure: a fixed rule over the run before and the run after."""

import math
from dataclasses import dataclass, replace
from typing import Any, cast

from engine.doctor.catalog import examine, row
from engine.doctor.evidence import Evidence
from engine.doctor.finding import Finding
from engine.doctor.record import Record
from engine.run import Ending, Patch
from engine.words import number

LEAST_GAIN = 0.01
"""Share of the loss before by which a cure has to lower it."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to: what its finding is measured by, and its loss on examples it was not trained on."""

    step: int
    measure: Evidence
    loss: Evidence


@dataclass(frozen=True)
class Tried:
    """A change that was really trained with, from the same seed for the same number of updates, and what came of it."""

    patch: Patch
    """Empty: the present settings, from their first weights."""
    experiment: Any
    """What it makes of the experiment: of the same kind."""
    before: Outcome
    after: Outcome | None
    """None where it could not be trained."""
    cures: bool
    said: str
    """Why it is a cure, or none, in a few words."""
    next: tuple[Patch, ...] = ()
    """Where the sign is gone and the loss lower, but another sign came: what might cure that one besides."""


def outcome(case: Record, finding: Finding, beside: Record) -> Outcome:
    """The numbers of a run that a finding's cure is judged by, next to those of ``beside``."""
    rule = row(finding.code, type(case))
    return Outcome(case.step, rule.measure(case), rule.loss(case, beside))


def judge(finding: Finding, before: Record, after: Record, patch: Patch) -> Tried:
    """A cure clears its finding, raises no other, and lowers the loss on the held-back part."""
    was, came = outcome(before, finding, after), outcome(after, finding, before)
    old = {item.code for item in examine(before).findings}
    new = examine(_as_far(before, after)).findings
    left = next((item for item in new if item.code == finding.code), None)
    raised = next((item for item in new if item.code not in old), None)
    lower = came.loss.value < (was.loss.value * (1 - LEAST_GAIN) if was.loss.value == was.loss.value else math.inf)
    cures, further = False, cast(tuple[Patch, ...], ())
    if after.diverged and finding.code != "diverged":
        said = f"the run diverges at step {after.step + 1:,}"
    elif left is not None:
        said = "the sign is still there"
    elif raised is not None:
        said = f"it brings another sign: {raised.label.lower()}"
        further = tuple(row(raised.code, type(after)).candidates(after)) if lower else ()
    elif not lower:
        said = f"the {came.loss.name} is no lower: {number(came.loss.value)} against {number(was.loss.value)}"
    else:
        cures, said = True, f"the sign is gone, and the {came.loss.name} is lower"
    return Tried(patch, after.experiment, was, came, cures, said, further)


def _as_far(before: Record, after: Record) -> Record:
    """``after`` as what it is compared with: at its end where that one was at its own."""
    if not before.is_over or after.is_over:
        return after
    return replace(after, ending=Ending("finished", after.step, "As many updates as before are done."))
