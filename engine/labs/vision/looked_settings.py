"""What the section ``looked`` of the page of images shows."""

from typing import Literal

from pydantic import Field

from engine.choice import Frozen
from engine.vision.attribution.gradients import (
    GuidedBackprop,
    InputTimesGradient,
    IntegratedGradients,
    Saliency,
    SmoothGrad,
)
from engine.vision.attribution.layers import GradCam
from engine.vision.attribution.method import Method
from engine.vision.attribution.occlusion import Occlusion

Explained = Literal["answer", "truth", "class"]
"""Of which class the score is explained: the one answered, the right one, or one that was chosen."""
Measure = Literal["rank", "signed", "ssim"]


class Looked(Frozen):
    """Maps of some pictures that were answered rightly and of some that were not."""

    view: Literal["side", "one", "check"] = "side"
    explained: Explained = Field("answer", title="Explained")
    label: int = Field(0, ge=0, le=999, title="Class")
    right: int = Field(3, ge=0, le=8, title="Right answers", description="The surest ones, of different classes first.")
    wrong: int = Field(3, ge=0, le=8, title="Wrong answers", description="The surest mistakes.")
    picture: int = Field(1, ge=1, le=16, title="Picture")
    smoothgrad: SmoothGrad = SmoothGrad()
    integrated: IntegratedGradients = IntegratedGradients()
    grad_cam: GradCam = GradCam()
    occlusion: Occlusion = Occlusion()
    pictures: int = Field(8, ge=2, le=32, title="Pictures", description="Of the test part, for the check.")
    measure: Measure = "rank"

    @property
    def methods(self) -> tuple[Method, ...]:
        """All ways, with their settings, in the order of the catalog."""
        return (
            Saliency(),
            self.smoothgrad,
            InputTimesGradient(),
            self.integrated,
            GuidedBackprop(),
            self.grad_cam,
            self.occlusion,
        )
