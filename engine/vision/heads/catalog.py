"""The catalog of heads."""

from typing import Annotated

from pydantic import Field

from engine.vision.heads.angle import Angle
from engine.vision.heads.box import Localise
from engine.vision.heads.classify import Classify
from engine.vision.heads.detect import Detect
from engine.vision.heads.segment import Segment
from engine.vision.heads.steering import Steer

Head = Annotated[Classify | Localise | Detect | Segment | Angle | Steer, Field(discriminator="kind")]
