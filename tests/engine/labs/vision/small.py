"""A small network trained on few digits, for all tests that look into one."""

from functools import cache

from engine.labs.vision.course import Course, course
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn

BLOCKS = (Convolution(channels=6), Activate(), Pool(), Convolution(channels=8), Activate(), Dense(units=16), Activate())
EXPERIMENT = VisionExperiment(model=Cnn(blocks=BLOCKS), training=VisionTraining(epochs=4))


@cache
def digits() -> Course:
    """Most digits right at its end, and some mistakes left."""
    return trained(EXPERIMENT)


def trained(experiment: VisionExperiment) -> Course:
    """At its end."""
    *_, last = course(experiment)
    assert last.result is not None and last.result.is_done
    return last.result
