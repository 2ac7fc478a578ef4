"""Maps made by hiding parts of the picture."""

from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.vision.attribution.method import Method
from engine.vision.attribution.question import Baseline, Question, baseline_of

AT_ONCE = 512
"""So many hidden pictures go through the network together, about."""


class Occlusion(Method, frozen=True):
    kind: Literal["occlusion"] = "occlusion"
    window: int = Field(3, ge=1, le=16, title="Window k", description="Pixels that are hidden at a time, k × k.")
    stride: int = Field(
        1, ge=1, le=16, title="Stride s", description="Pixels from one place of the window to the next."
    )
    filled: Baseline = Field("black", title="Hidden under", description="What stands in the window.")
    label: ClassVar = "Occlusion"
    formula: ClassVar = r"m_p = \dfrac{1}{|W_p|} \sum_{w \in W_p} \big( f(x) - f(x \text{ under } w) \big)"
    where: ClassVar = r"W_p: \text{ the windows that hide pixel } p"
    lesson: ClassVar = (
        "How much the score falls when a window hides this place, mean over all windows that do. No gradient, no layer: the "
        "network is only asked."
    )
    source: ClassVar = "Zeiler and Fergus 2014"
    is_signed: ClassVar = True

    def attribute(self, question: Question) -> Float[Tensor, "pictures channels height width"]:
        """The map stands in the first channel: all channels are hidden together."""
        from captum.attr import Occlusion as Captum

        channels, height, width = question.x.shape[1:]
        window = min(self.window, height, width)
        stride = min(self.stride, window)
        with torch.no_grad():
            found = Captum(question.answers).attribute(
                question.x,
                sliding_window_shapes=(channels, window, window),
                strides=(channels, stride, stride),
                baselines=baseline_of(self.filled, question.x),
                target=question.answer,
                perturbations_per_eval=max(1, AT_ONCE // len(question.x)),
            )
        return found[:, :1]
