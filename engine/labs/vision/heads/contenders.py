"""Which networks each question is put to: the same pictures, seed and updates, one difference."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.labs.vision.heads_settings import Heads, View
from engine.vision.experiment import VisionExperiment
from engine.vision.heads.angle import Angle
from engine.vision.heads.box import Localise
from engine.vision.heads.detect import Detect
from engine.vision.heads.segment import Segment
from engine.vision.heads.steering import Steer
from engine.vision.model import Cnn
from engine.vision.presets import BACKBONE, STEERS, WHOLE, answering
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.unet import UNet

SIZE, SAMPLES = 24, 1200
"""Pixels along a side, and training pictures: small, so that several networks train while somebody looks."""
SPREAD = 0.3
"""Radii are drawn between so much below and above their mean, as a share of it."""


@dataclass(frozen=True)
class Contender:
    """A network that is trained."""

    label: str
    experiment: VisionExperiment


def contenders(asked: Heads, seed: int) -> tuple[Contender, ...]:
    """Those of the view that is shown."""
    return QUESTIONS[asked.view](asked, seed)


def scenes(asked: Heads, objects: int, **more: object) -> ShapeScenes:
    """Pictures of shapes of the radius that is asked for."""
    low, high = (round(asked.radius * (1 + side * SPREAD), 3) for side in (-1, 1))
    fields = {"size": SIZE, "samples": SAMPLES, "objects": objects, "smallest": max(0.1, low), "largest": high, **more}
    return ShapeScenes.model_validate(fields)


def _masks(asked: Heads, seed: int) -> tuple[Contender, ...]:
    data, head = scenes(asked, 2, hidden=0.3), Segment(dice=asked.dice)
    models = {
        "U-Net": UNet(depth=asked.depth),
        "U-Net without skips": UNet(depth=asked.depth, skips=False),
        "blocks in a row, stretched": Cnn(blocks=BACKBONE),
    }
    return tuple(
        Contender(
            label, VisionExperiment(data=data, model=model, head=head, training=answering(asked.epochs), seed=seed)
        )
        for label, model in models.items()
    )


def _box(asked: Heads, seed: int) -> tuple[Contender, ...]:
    data = scenes(asked, 1)
    return tuple(
        Contender(
            f"loss: {minimises}",
            VisionExperiment(
                data=data, model=WHOLE, head=Localise(minimises=minimises), training=answering(asked.epochs), seed=seed
            ),
        )
        for minimises in ("smooth L1", "1 - IoU", "1 - GIoU")
    )


def _several(asked: Heads, seed: int) -> tuple[Contender, ...]:
    data = scenes(asked.model_copy(update={"radius": min(asked.radius, 0.2)}), 3, hidden=0.3)
    experiment = VisionExperiment(
        data=data, model=Cnn(blocks=BACKBONE), head=Detect(), training=answering(asked.epochs), seed=seed
    )
    return (Contender("detector", experiment),)


def _angle(asked: Heads, seed: int) -> tuple[Contender, ...]:
    large = asked.model_copy(update={"radius": 0.32})
    data = scenes(large, 1, shapes=asked.turning, colours="grey", background="plain")
    heads = {"as a number": Angle(answers="number"), "as sine and cosine": Angle()}
    if asked.turning == "fourfold":
        heads["as sine and cosine of 4 times the angle"] = Angle(symmetry=4)
    return tuple(
        Contender(
            label, VisionExperiment(data=data, model=WHOLE, head=head, training=answering(asked.epochs), seed=seed)
        )
        for label, head in heads.items()
    )


def _steering(asked: Heads, seed: int) -> tuple[Contender, ...]:
    data = Roads(size=SIZE, samples=SAMPLES, forks=asked.forks)
    heads = {
        "one number, least squares": Steer(answers="number"),
        "mixture of Gaussians": Steer(answers="gaussians", components=asked.components),
        "mixture of von Mises": Steer(answers="von mises", components=asked.components),
    }
    return tuple(
        Contender(
            label, VisionExperiment(data=data, model=STEERS, head=head, training=answering(asked.epochs), seed=seed)
        )
        for label, head in heads.items()
    )


QUESTIONS: dict[View, Callable[[Heads, int], tuple[Contender, ...]]] = {
    "masks": _masks,
    "box": _box,
    "several": _several,
    "angle": _angle,
    "steering": _steering,
}
