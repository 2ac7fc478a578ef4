"""Maps made of what a layer holds."""

from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.vision.attribution.method import Method
from engine.vision.attribution.question import Question
from engine.vision.network import VisionNetwork


def layers_with_maps(network: VisionNetwork, x: Float[Tensor, "pictures channels height width"]) -> list[int]:
    """The blocks, from 1, that put out a picture of more than one pixel: those that a map can be drawn of."""
    with torch.no_grad():
        found = network.features(x[:1])
    return [place for place, each in enumerate(found, start=1) if each.ndim == 4 and each.shape[2:].numel() > 1]


class GradCam(Method, frozen=True):
    kind: Literal["grad_cam"] = "grad_cam"
    layer: int = Field(
        0, ge=0, le=99, title="Layer", description="The block whose maps are weighed; 0: the last that has any."
    )
    keeps_sign: bool = Field(False, title="Without ReLU", description="Keep also what speaks against the answer.")
    label: ClassVar = "Grad-CAM"
    formula: ClassVar = r"m = \max\!\left(0, \sum_k \alpha_k A^k\right)"
    where: ClassVar = r"\alpha_k = \dfrac{1}{hw} \sum_{i,j} \dfrac{\partial f}{\partial A^k_{ij}}"
    lesson: ClassVar = (
        "Each map A of a layer is weighed by its mean gradient, and the sum is stretched to the picture: coarse where the "
        "layer's maps are small, but it follows the class. The ReLU leaves out what speaks against it."
    )
    source: ClassVar = "Selvaraju et al. 2017"
    is_signed: ClassVar = True

    def attribute(self, question: Question) -> Float[Tensor, "pictures 1 height width"]:
        from captum.attr import LayerAttribution, LayerGradCam

        made = LayerGradCam(question.answers, self._block(question))
        small = made.attribute(question.leaf(), target=question.answer, relu_attributions=not self.keeps_sign)
        size = question.x.shape[2], question.x.shape[3]
        return LayerAttribution.interpolate(small.detach(), size, interpolate_mode="bilinear")

    def layer_of(self, question: Question) -> int:
        """The block that is looked into, from 1. Raises ValueError where no block has maps."""
        fit = layers_with_maps(question.network, question.x)
        if not fit:
            raise ValueError("no block of this network puts out maps: Grad-CAM needs a convolution")
        return self.layer if self.layer in fit else fit[-1]

    def _block(self, question: Question) -> nn.Module:
        return question.network.parts[self.layer_of(question) - 1]

    def parts(
        self, question: Question
    ) -> tuple[Float[Tensor, "pictures maps height width"], Float[Tensor, "pictures maps"]]:
        """(A, α): the layer's maps, and what each is weighed with."""
        held: list[Tensor] = []
        hook = self._block(question).register_forward_hook(lambda _, __, out: held.append(out))
        try:
            answers = question.answers(question.leaf())
        finally:
            hook.remove()
        explained = answers.gather(1, question.answer[:, None]).sum()
        (slope,) = torch.autograd.grad(explained, held[0])
        return held[0].detach(), slope.mean((2, 3))
