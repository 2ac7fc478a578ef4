"""Which pictures and which network the sections train that have a small network of their own."""

from typing import Literal

from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn
from engine.vision.sources.digits import Digits
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.sources.source import Source

Pictures = Literal["digits", "shapes", "page"]
NAMES: dict[Pictures, str] = {"digits": "Digits", "shapes": "Shapes", "page": "The page's"}
NETWORK = Cnn()
"""Two convolutions with pools between, a dense layer, an output: small, so that many are trained in seconds."""
SHAPES = ShapeScenes(
    size=16,
    shapes="five",
    samples=1000,
    background="plain",
    noise=0.02,
    smallest=0.3,
    largest=0.45,
    colours="grey",
    turned=False,
)
"""Upright and grey, so that the small network learns them within seconds."""


def source_of(pictures: Pictures, experiment: VisionExperiment) -> Source:
    """Where they are from."""
    own: dict[Pictures, Source] = {"digits": Digits(), "shapes": SHAPES, "page": experiment.data}
    return own[pictures]
