"""Where the names in the code of a script on pictures are defined."""

from engine.export.names import NAMES, NN, NUMPY, TORCH
from engine.export.source import External, Place

VISION_NAMES: dict[str, Place | External] = {
    "torch": TORCH,
    "nn": NN,
    "np": NUMPY,
    "itertools": NAMES["itertools"],
    "replace": External("dataclasses", "replace", "replace"),
    "stream": NAMES["stream"],
    "Dropout": NAMES["Dropout"],
    "brightness": Place("engine.vision.images", "brightness"),
    "Images": Place("engine.vision.images", "Images"),
    "Part": Place("engine.vision.images", "Part"),
    "Truth": Place("engine.vision.images", "Truth"),
    "fill": Place("engine.vision.network", "fill"),
    "weighted": Place("engine.vision.network", "weighted"),
    "augmented": Place("engine.vision.augment.catalog", "augmented"),
}
