"""Small runs for the tests of the lab."""

from typing import Any

from engine.data.toy import Moons
from engine.experiment import Experiment, Training
from engine.labs.descent.state import DescentLab
from engine.supervised import SupervisedRun

TINY = DescentLab(data=Moons(samples=50), width=3, depth=1)


def experiment(lab: DescentLab = TINY, **training: Any) -> Experiment:
    """The lab's experiment, trained so."""
    return lab.experiment(Training(**training))


def run(lab: DescentLab = TINY, steps: int = 0, **training: Any) -> SupervisedRun:
    """Its run after some steps."""
    made = SupervisedRun(experiment(lab, **training))
    for _ in range(steps):
        made.step()
    return made
