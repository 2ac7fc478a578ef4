"""A small network trained on few digits, for all tests that look into one."""

from functools import cache

from engine.labs.vision.trained import Trained, training
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn

BLOCKS = (Convolution(channels=6), Activate(), Pool(), Convolution(channels=8), Activate(), Dense(units=16), Activate())
EXPERIMENT = VisionExperiment(model=Cnn(blocks=BLOCKS), training=VisionTraining(epochs=4))


@cache
def digits() -> Trained:
    """Most digits right, and some mistakes left."""
    return next(step.result for step in training(EXPERIMENT) if step.result is not None)
