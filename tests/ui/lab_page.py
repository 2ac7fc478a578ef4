"""A small lab with a live run, as tests open it."""

from engine.choice import Frozen
from engine.labs.lab import Lab
from engine.sequences.experiment import SequenceExperiment
from ui import lab, live, live_home

HERE = Lab("home_test", "Memory", "Why?", "Look.", ":material/memory:", "Sequences")
SMALL = SequenceExperiment().patched({"task.samples": 60, "task.delay": 3, "model.units": 4, "training.updates": 12})


class State(Frozen):
    """What the lab shows."""

    experiment: SequenceExperiment = SMALL


def page() -> None:
    """The page."""
    lab.head(HERE)
    now = lab.state(HERE, State)
    live.player(HERE, now.experiment)
    live_home.view(HERE, ("recurrent",))
