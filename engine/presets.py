"""Ready-made experiments, each with what to look for. A test runs every one and checks that it shows it."""

from dataclasses import dataclass

from engine.activations import ReLU, Sigmoid
from engine.clipping import ClipNorm
from engine.data.bundled import BreastCancer, Digits
from engine.data.regression import Sine, TwoBumps
from engine.data.tables import Fraud, HousePrices
from engine.data.toy import XOR, Circle, Gaussians, Moons, Spiral
from engine.experiment import Experiment, Training
from engine.initializers import Constant, HeNormal, Normal, Zeros
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam, Momentum
from engine.penalties import L1Proximal
from engine.schedules import OneCycle
from engine.stopping import Patience


@dataclass(frozen=True)
class Preset:
    """An experiment with a name and a sentence on what to look for."""

    id: str
    title: str
    look_for: str
    experiment: Experiment


NOISY_MOONS = Moons(noise=0.3, samples=150)
LARGE = Model(hidden=(64, 64), activation=ReLU(), initializer=HeNormal())

PRESETS = (
    Preset(
        "spiral",
        "Spiral, solved",
        "Two hidden layers of 8 wind the boundary around the arms: see which units bend where.",
        Experiment(),
    ),
    Preset(
        "breast_cancer",
        "Breast cancer, 30 inputs",
        "Real tumours on the plane of two principal components: almost all right after a few epochs.",
        Experiment(
            data=BreastCancer(), model=Model(hidden=(16,)), training=Training(optimizer=Adam(lr=0.003), epochs=60)
        ),
    ),
    Preset(
        "line",
        "Depth 0 is a line",
        "No hidden layer: logistic regression. Two Gaussians are all it needs, and all it can do.",
        Experiment(data=Gaussians(), model=Model(hidden=()), training=Training(epochs=60)),
    ),
    Preset(
        "xor",
        "XOR with 4 units",
        "A small network parts opposite corners: each hidden unit draws one line. With another seed four may get stuck.",
        Experiment(data=XOR(), model=Model(hidden=(4,)), training=Training(optimizer=Adam(lr=0.03), epochs=150)),
    ),
    Preset(
        "features",
        "Features instead of depth",
        "With x1² and x2² as inputs, depth 0 draws a circle: the right inputs replace a hidden layer.",
        Experiment(data=Circle(features=("x1^2", "x2^2")), model=Model(hidden=()), training=Training(epochs=100)),
    ),
    Preset(
        "dying_relu",
        "Dying ReLU",
        "A rate that is far too high pushes units below 0 for every example: look at the dead units under Saturation.",
        Experiment(
            data=Circle(),
            model=Model(hidden=(8, 8), activation=ReLU(), initializer=HeNormal()),
            training=Training(optimizer=SGD(lr=3.0), epochs=60),
        ),
    ),
    Preset(
        "vanishing",
        "Vanishing with sigmoid",
        "Ten sigmoid layers: the gradient shrinks at each, so the first layers stay as they began and the loss at ln 2.",
        Experiment(
            data=Circle(),
            model=Model(hidden=(8,) * 10, activation=Sigmoid()),
            training=Training(optimizer=SGD(lr=0.1), epochs=60),
        ),
    ),
    Preset(
        "exploding",
        "Exploding, then clipped",
        "Weights begin so large that gradients explode; clipping by norm keeps the steps short. Turn it off.",
        Experiment(
            data=TwoBumps(),
            model=Model(hidden=(16,) * 5, activation=ReLU(), initializer=Normal(scale=1.0)),
            training=Training(optimizer=SGD(lr=0.01), clip=ClipNorm(limit=1.0), epochs=100),
        ),
    ),
    Preset(
        "symmetry",
        "Symmetry is never broken",
        "All weights begin equal, so all units of a layer stay copies of each other: eight units work like one.",
        Experiment(
            data=Circle(), model=Model(hidden=(8,), initializer=Constant(value=0.5)), training=Training(epochs=100)
        ),
    ),
    Preset(
        "zeros",
        "Zeros never start",
        "With all weights 0 only the output's bias ever gets a gradient: nothing is learned.",
        Experiment(data=Circle(), model=Model(hidden=(8,), initializer=Zeros()), training=Training(epochs=30)),
    ),
    Preset(
        "overfit",
        "Over-fit",
        "A large network on 90 noisy points: training loss goes to 0 while validation loss climbs tenfold.",
        Experiment(data=NOISY_MOONS, model=LARGE, training=Training(optimizer=Adam(lr=0.01), epochs=300)),
    ),
    Preset(
        "stopped_early",
        "Over-fit, then early stopping",
        "The same network, stopped when the validation loss no longer falls; its best weights come back.",
        Experiment(
            data=NOISY_MOONS,
            model=LARGE,
            training=Training(optimizer=Adam(lr=0.01), epochs=300, stopping=Patience(epochs=20)),
        ),
    ),
    Preset(
        "dropout",
        "Over-fit, then dropout",
        "The same network with half of its units silenced at each step: the gap to validation is several times smaller.",
        Experiment(
            data=NOISY_MOONS,
            model=Model(hidden=(64, 64), activation=ReLU(), initializer=HeNormal(), dropout=0.5),
            training=Training(optimizer=Adam(lr=0.01), epochs=300),
        ),
    ),
    Preset(
        "sparse",
        "L1 that gives zeros",
        "All seven inputs are offered; the proximal step sets weights to exactly 0 until only useful ones remain.",
        Experiment(
            data=Circle(features=("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin x1", "sin x2")),
            model=Model(hidden=(6,)),
            training=Training(optimizer=Adam(lr=0.01), penalty=L1Proximal(strength=0.5), epochs=200),
        ),
    ),
    Preset(
        "rare_class",
        "A rare class",
        "One payment in fifty is fraud: accuracy is fine, recall is not. Choose balanced class weights, or over-sampling, and "
        "compare: more fraud is found, at the price of false alarms.",
        Experiment(
            data=Fraud(share=0.02, samples=3000),
            model=Model(hidden=(8,)),
            training=Training(optimizer=Adam(lr=0.003), epochs=30),
        ),
    ),
    Preset(
        "five_arms",
        "Five classes",
        "A spiral of five arms with batch norm and one-cycle: each class has its colour, faint where the network is unsure.",
        Experiment(
            data=Spiral(arms=5, turns=0.75, samples=1000),
            model=Model(hidden=(24, 24), activation=ReLU(), initializer=HeNormal(), norm=BatchNorm()),
            training=Training(optimizer=Momentum(lr=0.2), schedule=OneCycle(), epochs=80),
        ),
    ),
    Preset(
        "sine",
        "A curve",
        "Regression of one input: the network bends a line into a sine, bump by bump.",
        Experiment(data=Sine(), model=Model(hidden=(16, 16)), training=Training(optimizer=Adam(lr=0.01), epochs=400)),
    ),
    Preset(
        "houses",
        "House prices",
        "Four columns and a stated formula: the surface over the first two components, the error in thousands.",
        Experiment(
            data=HousePrices(), model=Model(hidden=(16,)), training=Training(optimizer=Adam(lr=0.01), epochs=150)
        ),
    ),
    Preset(
        "digits",
        "Handwritten digits",
        "64 pixels, ten classes: the confusion table shows which digits are taken for each other.",
        Experiment(data=Digits(), model=Model(hidden=(32,)), training=Training(optimizer=Adam(lr=0.003), epochs=40)),
    ),
)


def preset(id: str) -> Preset:
    """The preset called ``id``. Raises KeyError when there is none."""
    return {item.id: item for item in PRESETS}[id]
