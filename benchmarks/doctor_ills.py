"""Experiments that are ill, by what ails them: each must be found, under that name."""

from engine.activations import ELU, ReLU, Sigmoid, Step, Tanh
from engine.clipping import ClipNorm
from engine.data.bundled import BreastCancer, Wine
from engine.data.regression import Polynomial, Sine, TwoBumps
from engine.data.tables import Fraud, HousePrices
from engine.data.toy import Checkerboard, Circle, Moons, Spiral
from engine.experiment import Experiment, Training
from engine.initializers import Constant, HeNormal, Normal, Zeros
from engine.model import Model
from engine.optimizers import SGD, Adam, Momentum, RMSProp

SHORT = 40
"""Epochs: enough to see what is wrong."""


def _ill(data, model: Model, optimizer, **training) -> Experiment:  # type: ignore[no-untyped-def]
    return Experiment(data=data, model=model, training=Training(optimizer=optimizer, **{"epochs": SHORT, **training}))


NARROW = Model(hidden=(8, 8))
RELU = Model(hidden=(8, 8), activation=ReLU(), initializer=HeNormal())
CIRCLE, MOONS, SPIRAL = Circle(samples=300), Moons(samples=300), Spiral(samples=300)

ILLS: dict[str, dict[str, Experiment]] = {
    "diverged": {
        "ReLU regression at rate 1": _ill(TwoBumps(samples=300), RELU, SGD(lr=1.0)),
        "linear regression at rate 3": _ill(Sine(samples=200, waves=1.0), Model(hidden=()), SGD(lr=3.0)),
        "prices in thousands, unscaled": _ill(HousePrices(samples=300, scaling="none"), Model(hidden=()), SGD(lr=0.01)),
    },
    "unscaled": {
        "wine": _ill(Wine(scaling="none"), Model(hidden=(16,)), SGD(lr=0.03)),
        "breast cancer": _ill(BreastCancer(scaling="none"), Model(hidden=(16,)), SGD(lr=0.1)),
        "house prices": _ill(HousePrices(samples=300, scaling="none"), Model(hidden=(16,)), Adam(lr=0.01)),
    },
    "symmetry": {
        "constant": _ill(CIRCLE, Model(hidden=(8,), initializer=Constant(value=0.5)), Adam(lr=0.01)),
        "constant, two layers": _ill(MOONS, Model(hidden=(8, 8), initializer=Constant(value=0.1)), SGD(lr=0.1)),
        "zeros": _ill(MOONS, Model(hidden=(8,), activation=ReLU(), initializer=Zeros()), Adam(lr=0.01)),
        "zeros, regression": _ill(Sine(samples=200), Model(hidden=(8, 8), initializer=Zeros()), SGD(lr=0.1)),
    },
    "exploding": {
        "ReLU from N(0, 1), clipped": _ill(
            TwoBumps(samples=300),
            Model(hidden=(16,) * 5, activation=ReLU(), initializer=Normal(scale=1.0)),
            SGD(lr=0.01),
            clip=ClipNorm(limit=1.0),
        ),
        "ELU from N(0, 1), a small rate": _ill(
            Circle(samples=300),
            Model(hidden=(16,) * 6, activation=ELU(), initializer=Normal(scale=1.0)),
            SGD(lr=1e-5),
        ),
    },
    "dead": {
        "SGD at rate 10": _ill(CIRCLE, RELU, SGD(lr=10.0)),
        "Adam at rate 1": _ill(MOONS, Model(hidden=(8, 8, 8), activation=ReLU(), initializer=HeNormal()), Adam(lr=1.0)),
        "step function": _ill(SPIRAL, Model(hidden=(4, 4), activation=Step()), Adam(lr=0.01)),
    },
    "saturated": {
        "tanh from N(0, 5)": _ill(
            SPIRAL, Model(hidden=(8, 8, 8), activation=Tanh(), initializer=Normal(scale=5.0)), Adam(lr=0.001)
        ),
        "tanh driven there by rate 1": _ill(SPIRAL, NARROW, Adam(lr=1.0)),
        "sigmoid from N(0, 10)": _ill(
            CIRCLE, Model(hidden=(8, 8), activation=Sigmoid(), initializer=Normal(scale=10.0)), SGD(lr=0.01)
        ),
    },
    "vanishing": {
        "ten sigmoid layers": _ill(CIRCLE, Model(hidden=(8,) * 10, activation=Sigmoid()), SGD(lr=0.1)),
        "eight sigmoid layers, Adam": _ill(SPIRAL, Model(hidden=(8,) * 8, activation=Sigmoid()), Adam(lr=0.01)),
        "60 ReLU layers, Xavier": _ill(CIRCLE, Model(hidden=(32,) * 60, activation=ReLU()), SGD(lr=0.003), epochs=15),
        "tanh from N(0, 0.05)": _ill(
            SPIRAL, Model(hidden=(8,) * 6, activation=Tanh(), initializer=Normal(scale=0.05)), SGD(lr=0.1)
        ),
    },
    "rate_high": {
        "momentum at rate 3": _ill(CIRCLE, NARROW, Momentum(lr=3.0)),
        "RMSProp at rate 0.5": _ill(MOONS, Model(hidden=(8,)), RMSProp(lr=0.5)),
        "regression, SGD at rate 0.3": _ill(Sine(samples=200, waves=1.0), Model(hidden=(16,)), SGD(lr=0.3)),
    },
    "rate_low": {
        "SGD at 1e-4": _ill(CIRCLE, NARROW, SGD(lr=1e-4)),
        "Adam at 1e-5": _ill(MOONS, Model(hidden=(8,)), Adam(lr=1e-5)),
        "regression, SGD at 1e-4": _ill(Sine(samples=200, waves=1.0), Model(hidden=(16, 16)), SGD(lr=1e-4)),
    },
    "overfit": {
        "noisy moons": _ill(
            Moons(noise=0.3, samples=150),
            Model(hidden=(64, 64), activation=ReLU(), initializer=HeNormal()),
            Adam(lr=0.01),
            epochs=150,
        ),
        "noisy polynomial": _ill(
            Polynomial(samples=30, noise=0.5, degree=2),
            Model(hidden=(64, 64), activation=ReLU(), initializer=HeNormal()),
            Adam(lr=0.01),
            epochs=300,
        ),
    },
    "underfit": {
        "a line for a circle": _ill(CIRCLE, Model(hidden=()), Adam(lr=0.03)),
        "two units for a spiral": _ill(SPIRAL, Model(hidden=(2,)), Adam(lr=0.03)),
        "a line for a sine": _ill(Sine(samples=200, waves=1.0), Model(hidden=()), SGD(lr=0.03)),
        "three units for a checkerboard": _ill(Checkerboard(samples=500), Model(hidden=(3,)), Adam(lr=0.03)),
    },
    "imbalance": {
        "fraud, 2 %": _ill(Fraud(share=0.02, samples=3000), Model(hidden=(8,)), Adam(lr=0.003), epochs=10),
        "fraud, 3 %, depth 0": _ill(Fraud(share=0.03), Model(hidden=()), Adam(lr=0.01), epochs=20),
    },
}
