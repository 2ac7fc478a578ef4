"""Runs of every kind after 20 updates, with their frames: what tests of the camera measure again."""

from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.activations import Maxout, ReLU, Sigmoid
from engine.data.bundled import Digits, Wine
from engine.data.regression import Sine, TwoBumps
from engine.data.toy import Circle, Moons, Spiral
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.losses import MSE, CrossEntropy, Hinge
from engine.model import LayerOverride, Model
from engine.norms import BatchNorm
from engine.optimizers import SGD
from engine.snapshot import Detail, Snapshot
from engine.supervised import SupervisedRun
from tests.engine.reference import received

UNEVEN = Normal(scale=1.0)
"""Biased to no side: a boundary turned round or mirrored is another one."""

TWO = Experiment(data=Circle(samples=600), model=Model(hidden=(5, 4), initializer=UNEVEN))
NORMED = Experiment(
    data=Moons(samples=150),
    model=Model(
        hidden=(6, 6, 3),
        activation=ReLU(),
        norm=BatchNorm(),
        dropout=0.3,
        residual=True,
        layers=(LayerOverride(layer=3, activation=Sigmoid()),),
    ),
)
SOFTMAX_OF_TWO = Experiment(
    data=Circle(samples=100, balance=0.3), model=Model(hidden=(4,)), training=Training(loss=CrossEntropy())
)
THREE = Experiment(
    data=Spiral(arms=3, samples=150), model=Model(hidden=(7,), activation=Sigmoid(), initializer=Normal(scale=3.0))
)
WIDE = Experiment(data=Wine(), model=Model(hidden=(10, 9), activation=Maxout(affine_pieces=3)))
DIGITS = Experiment(data=Digits(), model=Model(hidden=(9,)))
SURFACE = Experiment(data=TwoBumps(samples=150), model=Model(hidden=(6,), initializer=UNEVEN))
LINE = Experiment(data=Sine(samples=120, validation_share=0.0), model=Model(hidden=(5,), initializer=UNEVEN))
HINGE = Experiment(
    data=Moons(samples=100), model=Model(hidden=(4,), initializer=UNEVEN), training=Training(loss=Hinge())
)
HINGE_OF_FOUR = HINGE.patched({"data": Spiral(arms=4, samples=200).model_dump()})
SQUARES = THREE.patched({"training.loss": MSE().model_dump()})
AFFINE = Experiment(data=TwoBumps(samples=5000), model=Model(hidden=(), bias=False, initializer=UNEVEN))
LARGE = Experiment(
    data=Circle(samples=2000),
    model=Model(hidden=(128, 128), activation=ReLU()),
    training=Training(optimizer=SGD(lr=0.1)),
)
ALL = {
    "two": TWO,
    "normed": NORMED,
    "softmax of two": SOFTMAX_OF_TWO,
    "three": THREE,
    "wide": WIDE,
    "digits": DIGITS,
    "surface": SURFACE,
    "line": LINE,
    "hinge": HINGE,
    "hinge of four": HINGE_OF_FOUR,
    "squares": SQUARES,
    "affine": AFFINE,
    "large": LARGE,
}
every = pytest.mark.parametrize("experiment", ALL.values(), ids=ALL.keys())


def some(*experiments: Experiment) -> pytest.MarkDecorator:
    names = [next(name for name, row in ALL.items() if row is experiment) for experiment in experiments]
    return pytest.mark.parametrize("experiment", experiments, ids=names)


@cache
def filmed(experiment: Experiment) -> tuple[SupervisedRun, Snapshot, Detail]:
    """A run after 20 updates (its weights then stay), the frame and its details."""
    run = SupervisedRun(experiment)
    run.advance(20)
    frame = run.snapshot()
    assert frame.detail is not None
    return run, frame, frame.detail


def probe(run: SupervisedRun, rows: int = 256) -> tuple[Tensor, Tensor]:
    """The first training examples, as the network receives them and with labels or standardized values."""
    train = run.data.train
    y = train.raw_y[:rows]
    if not run.data.classes:
        y = (y - train.raw_y.mean()) / train.raw_y.std()
    return received(run, train.raw_x[:rows]), torch.from_numpy(np.array(y))
