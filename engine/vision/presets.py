"""Ready-made experiments on pictures, each with what to look for."""

from dataclasses import dataclass

from engine.optimizers import Adam
from engine.schedules import Cosine
from engine.vision.block import BlockChoice
from engine.vision.blocks import Activate, Convolution, Dense, Drop, GlobalPool, Normalize, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.model import Cnn
from engine.vision.residual import Residual
from engine.vision.sources.sounds import Sounds


@dataclass(frozen=True)
class VisionPreset:
    """An experiment with a name and a sentence on what to look for."""

    id: str
    title: str
    look_for: str
    experiment: VisionExperiment


SMALL = Cnn(
    blocks=(
        Convolution(channels=16),
        Normalize(),
        Activate(),
        Convolution(channels=32),
        Normalize(),
        Activate(),
        Pool(),
        Drop(),
        Dense(units=64),
        Activate(),
    )
)
"""98 % of the digits it never saw within 300 updates, from every seed that was tried."""
LENET = Cnn(
    blocks=(
        Convolution(channels=8, kernel=5),
        Activate(),
        Pool(),
        Convolution(channels=16, kernel=3),
        Activate(),
        Pool(),
        Dense(units=64),
        Activate(),
    )
)
"""Windows, then pools, twice; then units: the plan of LeCun et al. 1998, with ReLU and room for pictures of 8 by 8."""


def _stage(channels: int) -> tuple[BlockChoice, ...]:
    """Two small windows one after the other see as much as one large one, with fewer weights and a bend between."""
    once = (Convolution(channels=channels), Normalize(), Activate())
    return (*once, *once, Pool())


VGG = Cnn(blocks=(*_stage(12), *_stage(24), Dense(units=64), Activate(), Drop(p=0.3)))
RESNET = Cnn(
    blocks=(
        Convolution(channels=16),
        Normalize(),
        Activate(),
        Residual(channels=16),
        Residual(channels=32, stride=2),
        Residual(channels=32),
        GlobalPool(),
    )
)
LISTENER = Cnn(
    blocks=(
        *(Convolution(channels=8), Activate(), Pool()),
        *(Convolution(channels=16), Activate(), Pool()),
        *(Convolution(channels=16), Activate(), GlobalPool()),
    )
)
"""A kind of sound is the same at any pitch and moment: what is found counts, not where."""
MLP = Cnn(blocks=(Dense(units=64), Activate(), Dense(units=64), Activate()))
ENDING_GENTLY = VisionTraining(optimizer=Adam(lr=0.003), schedule=Cosine(), epochs=20)

VISION_PRESETS: dict[str, VisionPreset] = {
    item.id: item
    for item in (
        VisionPreset(
            "small",
            "Small CNN",
            "Two convolutions, one pool, a few units: within some 300 updates it knows 98 % of the digits that it never saw. "
            "Watch which of the six pictures it is unsure of until late.",
            VisionExperiment(model=SMALL, training=ENDING_GENTLY),
        ),
        VisionPreset(
            "lenet",
            "LeNet-like",
            "Two convolutions and pools, then units. Watch the first kernels become edges, and the maps of the last pool "
            "tell digits apart.",
            VisionExperiment(model=LENET, training=ENDING_GENTLY),
        ),
        VisionPreset(
            "vgg",
            "VGG-like",
            "Only windows of 3 by 3, two before each pool: twice as deep, and each stage sees further.",
            VisionExperiment(model=VGG, training=ENDING_GENTLY),
        ),
        VisionPreset(
            "resnet",
            "Small ResNet",
            "Each block adds to what came in. Compare the gradient of the first convolution with that of the last.",
            VisionExperiment(model=RESNET, training=ENDING_GENTLY),
        ),
        VisionPreset(
            "sounds",
            "Sounds, seen",
            "Half a second of a tone as a spectrogram. Kernels learn slopes and combs of lines; which kinds are mixed up "
            "longest, and how do they sound?",
            VisionExperiment(data=Sounds(), model=LISTENER, training=ENDING_GENTLY),
        ),
        VisionPreset(
            "mlp",
            "MLP on pixels",
            "No windows: every pixel has weights of its own. It learns the same digits, and knows of no neighbours.",
            VisionExperiment(model=MLP, training=ENDING_GENTLY),
        ),
    )
}
