"""What of the page a class link leaves to its students: asked by a control's key, in one place."""

from engine.choice import dotted
from engine.classroom import Access
from engine.experiment import Experiment
from ui.visit import visit

PREFIX = "form."
"""How the keys of all controls begin."""
SETTINGS = {
    "depth": "model.hidden",
    "cut_depth": "model.hidden",
    "width": "model.hidden",
    "layer": "model.layers",
    "all": "training.batch_size",
    "batch": "training.batch_size",
    "class_weights": "training.class_weights",
}
"""What the keys stand for that are not their setting's own path."""


def access(part: str, key: str = "") -> Access:
    """Whether the control with this key, in this part of the page, is open, locked or hidden."""
    return visit().classroom.access(part, setting_of(key))


def setting_of(key: str) -> str:
    """The setting behind a control's key: ``form.training.optimizer.adam.lr/slider`` sets ``training.optimizer.lr``."""
    path = key.removeprefix(PREFIX).partition("/")[0].partition("#")[0].split(".")
    return SETTINGS.get(path[0]) or dotted(path, Experiment)
