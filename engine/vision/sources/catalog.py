"""The catalog of picture sets."""

from typing import Annotated

from pydantic import Field

from engine.data.own.decode import MEGABYTE
from engine.data.sharing import shared
from engine.settings import settings
from engine.vision.images import Images
from engine.vision.sources.digits import Digits
from engine.vision.sources.downloaded import Cifar10, FashionMnist
from engine.vision.sources.own import OwnPictures
from engine.vision.sources.rearranged import Rearranged
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes
from engine.vision.sources.sounds import Sounds
from engine.vision.sources.source import Source

AnySource = Annotated[
    Digits | ShapeScenes | Roads | Sounds | Rearranged | FashionMnist | Cifar10 | OwnPictures,
    Field(discriminator="kind"),
]


@shared(lambda: settings().data_mb * MEGABYTE)
def built(source: Source, seed: int) -> Images:
    """The pictures of a source, the same object for all who ask; a visitor's own for their owner, while a run has them.

    Raises engine.refusal.Refusal as ``build``.
    """
    return source.build(seed)
