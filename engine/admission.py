"""Whether this server takes an experiment: asked before a run of it takes any room."""

from engine.data.source import Drawn
from engine.experiment import Experiment
from engine.limits import PARAMETERS, ROWS
from engine.room import reserve_of
from engine.settings import Settings
from engine.size import inputs_of, parameters_of


def reserve(experiment: Experiment) -> int:
    """Bytes that a run of it needs at least."""
    return reserve_of(parameters_of(experiment), inputs_of(experiment))


def admit(experiment: Experiment, limits: Settings | None = None) -> None:
    """Raises LimitReached where its network, or the data it draws, is larger than one run's may be."""
    PARAMETERS.check(parameters_of(experiment), limits)
    data = experiment.data
    if isinstance(data, Drawn):
        held = round(data.samples * data.validation_share) + round(data.samples * data.test_share)
        ROWS.check(data.samples - held, limits)
