"""The table of maps."""

from typing import Annotated

from pydantic import Field

from engine.vision.attribution.gradients import (
    GuidedBackprop,
    InputTimesGradient,
    IntegratedGradients,
    Saliency,
    SmoothGrad,
)
from engine.vision.attribution.layers import GradCam
from engine.vision.attribution.occlusion import Occlusion

AnyMethod = Annotated[
    Saliency | SmoothGrad | InputTimesGradient | IntegratedGradients | GuidedBackprop | GradCam | Occlusion,
    Field(discriminator="kind"),
]
