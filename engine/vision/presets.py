"""Ready-made experiments on pictures, each with what to look for."""

from dataclasses import dataclass

from engine.optimizers import Adam
from engine.schedules import Cosine
from engine.vision.block import BlockChoice
from engine.vision.blocks import Activate, Convolution, Dense, Drop, GlobalPool, Normalize, Pool
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.vision.heads.angle import Angle
from engine.vision.heads.box import Localise
from engine.vision.heads.detect import Detect
from engine.vision.heads.segment import Segment
from engine.vision.heads.steering import Steer
from engine.vision.model import Cnn
from engine.vision.residual import Residual
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.sources.sounds import Sounds
from engine.vision.unet import UNet


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


def _normed(channels: int) -> tuple[BlockChoice, ...]:
    return (Convolution(channels=channels), Normalize(), Activate())


BACKBONE: tuple[BlockChoice, ...] = (*_normed(8), Pool(), *_normed(16), Pool(), *_normed(32))
"""Its last map has a quarter of the picture's width: cells that detection and stretched masks are read from."""
WHOLE = Cnn(blocks=(*BACKBONE, Dense(units=64), Normalize(), Activate()))
"""The same backbone with units on top, for answers that are of the whole picture."""
STEERS = Cnn(blocks=(*_normed(8), Pool(), *_normed(16), Pool(), *_normed(16), Pool(), Dense(units=32), Activate()))
"""Halved once more: where a way ends is a coarse question, and fewer weights learn it from few pictures."""


def answering(epochs: int) -> VisionTraining:
    """How the other heads are trained."""
    return VisionTraining(optimizer=Adam(lr=0.01), schedule=Cosine(), batch_size=16, epochs=epochs)


TWO = ShapeScenes(objects=2, smallest=0.2, largest=0.3)
THREE = ShapeScenes(objects=3, smallest=0.12, largest=0.22, hidden=0.3)
POINTED = ShapeScenes(shapes="pointed", smallest=0.24, largest=0.4, colours="grey", background="plain")
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
        VisionPreset(
            "unet",
            "U-Net on shapes",
            "The class of every pixel. Masks come as blobs first; then the skips sharpen their edges. Switch them off and see.",
            VisionExperiment(data=TWO, model=UNet(), head=Segment(), training=answering(6)),
        ),
        VisionPreset(
            "box",
            "One box",
            "Where is the object? The same backbone, four numbers instead of classes: watch the boxes slide into place.",
            VisionExperiment(data=ShapeScenes(), model=WHOLE, head=Localise(), training=answering(10)),
        ),
        VisionPreset(
            "detect",
            "Several boxes",
            "Every cell of the last map says whether it is on an object, and where its edges are; doubles are suppressed.",
            VisionExperiment(data=THREE, model=Cnn(blocks=BACKBONE), head=Detect(), training=answering(12)),
        ),
        VisionPreset(
            "angle",
            "An angle",
            "Which way does it point? Answered as a point on the circle; choose a number instead, and it fails at the seam.",
            VisionExperiment(data=POINTED, model=WHOLE, head=Angle(), training=answering(10)),
        ),
        VisionPreset(
            "steering",
            "Which way to steer",
            "At a fork two angles are right. A mixture takes one of them; choose a number, and it drives between the ways.",
            VisionExperiment(data=Roads(), model=STEERS, head=Steer(), training=answering(10)),
        ),
    )
}
