"""The catalog of networks on pictures."""

from typing import Annotated

from pydantic import Field

from engine.vision.model import Cnn
from engine.vision.unet import UNet

VisionModel = Annotated[Cnn | UNet, Field(discriminator="kind")]
