"""The lab's network as an experiment of the Playground, where many examples train it."""

from engine.data.catalog import Data
from engine.data.regression import TwoBumps
from engine.data.toy import XOR, Spiral
from engine.experiment import Experiment, Training
from engine.labs.backpropagation.heads import LinearMSE, SoftmaxCrossEntropy
from engine.labs.backpropagation.state import BackpropagationLab
from engine.losses import BCE, MSE, CrossEntropy, Loss
from engine.model import LayerOverride, Model
from engine.optimizers import SGD

FASTEST = 1.0
"""Learning rate in the Playground: its data are wider than the few numbers of the lab."""


def experiment(lab: BackpropagationLab) -> Experiment:
    """The same hidden layers, loss and optimizer, on drawn data of two inputs that suit the output layer."""
    data: Data = XOR()
    loss: Loss = BCE()
    if isinstance(lab.head, SoftmaxCrossEntropy):
        data, loss = Spiral(arms=lab.head.outputs), CrossEntropy()
    elif isinstance(lab.head, LinearMSE):
        data, loss = TwoBumps(), MSE()
    overrides = tuple(
        LayerOverride(layer=place, activation=layer.activation) for place, layer in enumerate(lab.hidden, 1)
    )
    model = Model(hidden=tuple(layer.units for layer in lab.hidden), layers=overrides, initializer=lab.initializer)
    rate = min(max(lab.rate, 0.001), FASTEST)
    return Experiment(data=data, model=model, training=Training(loss=loss, optimizer=SGD(lr=rate)), seed=lab.seed)
