"""Maps made of the gradient of an answer with respect to the picture."""

import math
import warnings
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.streams import stream
from engine.vision.attribution.method import Method
from engine.vision.attribution.question import Baseline, Question, baseline_of

Maps = Float[Tensor, "pictures channels height width"]


class Saliency(Method, frozen=True):
    kind: Literal["saliency"] = "saliency"
    label: ClassVar = "Saliency"
    formula: ClassVar = r"m_p = \max_c \left| \dfrac{\partial f}{\partial x_{c,p}} \right|"
    lesson: ClassVar = (
        "Where a small change of brightness would move the score most; not what made it as high as it is."
    )
    source: ClassVar = "Simonyan, Vedaldi and Zisserman 2014"
    is_signed: ClassVar = False

    def attribute(self, question: Question) -> Maps:
        from captum.attr import Saliency as Captum

        return Captum(question.answers).attribute(question.leaf(), target=question.answer, abs=False)


class InputTimesGradient(Method, frozen=True):
    kind: Literal["input_x_gradient"] = "input_x_gradient"
    label: ClassVar = "Input × gradient"
    formula: ClassVar = r"m_p = \sum_c x_{c,p} \dfrac{\partial f}{\partial x_{c,p}}"
    lesson: ClassVar = (
        "What each pixel adds to the score if the network were linear here. It is 0 wherever the picture is black, so it takes "
        "the picture's shape whatever the network learned."
    )
    source: ClassVar = "Shrikumar et al. 2016"
    is_signed: ClassVar = True

    def attribute(self, question: Question) -> Maps:
        from captum.attr import InputXGradient as Captum

        return Captum(question.answers).attribute(question.leaf(), target=question.answer)


class SmoothGrad(Method, frozen=True):
    kind: Literal["smoothgrad"] = "smoothgrad"
    noise: float = Field(0.15, ge=0.0, le=0.6, title="Noise σ", description="As a share of the brightness from 0 to 1.")
    samples: int = Field(16, ge=1, le=64, title="Noisy copies n")
    label: ClassVar = "SmoothGrad"
    formula: ClassVar = (
        r"m_p = \max_c \left| \dfrac{1}{n} \sum_{i=1}^{n} "
        r"\dfrac{\partial f}{\partial x_{c,p}}(x + \varepsilon_i) \right|"
    )
    where: ClassVar = r"\varepsilon_i \sim N(0, \sigma^2)"
    lesson: ClassVar = "The gradient jumps from pixel to pixel; its mean over noisy copies of the picture jumps less."
    source: ClassVar = "Smilkov et al. 2017"
    is_signed: ClassVar = False

    def attribute(self, question: Question) -> Maps:
        """Captum's gradient of every copy. Its own NoiseTunnel would draw the noise from the global generator."""
        from captum.attr import Saliency as Captum

        x = question.x.detach()
        draws = stream(question.seed, "noise")
        gradients = torch.zeros_like(x)
        for _ in range(self.samples):
            # Of every copy the noise of the first picture is that of all: a picture's map does not hang on its company.
            noise = torch.randn(x.shape[1:], generator=draws).to(x.device)
            copies = (x + self.noise * noise).requires_grad_()
            gradients += Captum(question.answers).attribute(copies, target=question.answer, abs=False).detach()
        return gradients / self.samples


class GuidedBackprop(Method, frozen=True):
    kind: Literal["guided_backprop"] = "guided_backprop"
    label: ClassVar = "Guided backpropagation"
    formula: ClassVar = r"m_p = \max_c |g_{c,p}|"
    where: ClassVar = r"\text{back through a ReLU of } z: \quad g \leftarrow g \cdot [g > 0] \cdot [z > 0]"
    lesson: ClassVar = (
        "The gradient, with all that speaks against the answer dropped at every ReLU on its way. It is sharp; see in the "
        "check with random weights how much of that is the picture's edges rather than the network."
    )
    source: ClassVar = "Springenberg et al. 2015"
    is_signed: ClassVar = False

    def attribute(self, question: Question) -> Maps:
        from captum.attr import GuidedBackprop as Captum

        class Answers(torch.nn.Module):
            """Captum looks for the ReLUs of a module."""

            def __init__(self) -> None:
                super().__init__()
                self.network = question.network

            def forward(self, x: Tensor) -> Tensor:
                return question.answers(x)

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Setting backward hooks on ReLU activations")  # and removes them after
            return Captum(Answers().eval()).attribute(question.leaf(), target=question.answer)


@dataclass(frozen=True)
class Completeness:
    """What integrated gradients of one picture add up to, beside what they should."""

    total: float
    """Sum of the map over all pixels and channels."""
    answer: float
    """f of the picture."""
    nothing: float
    """f of its baseline."""

    @property
    def due(self) -> float:
        """f(x) - f(x')."""
        return self.answer - self.nothing

    @property
    def gap(self) -> float:
        """How far the sum is off."""
        return self.total - self.due


class IntegratedGradients(Method, frozen=True):
    kind: Literal["integrated_gradients"] = "integrated_gradients"
    baseline: Baseline = Field("black", title="Baseline x'", description="The picture that shows nothing.")
    steps: int = Field(
        32,
        ge=2,
        le=300,
        title="Steps n",
        description="Points between baseline and picture at which the gradient is taken.",
        json_schema_extra={"scale": "log"},
    )
    rule: Literal["left", "middle", "right", "gausslegendre"] = Field(
        "middle", title="Rule", description="Where the points lie, and what each counts."
    )
    label: ClassVar = "Integrated gradients"
    formula: ClassVar = (
        r"m_p = \sum_c (x_{c,p} - x'_{c,p}) \int_0^1 \dfrac{\partial f}{\partial x_{c,p}}(x' + t (x - x'))\, dt"
    )
    where: ClassVar = r"\sum_p m_p = f(x) - f(x')"
    lesson: ClassVar = (
        "The gradient added up on the way from a baseline to the picture. The map adds up to how much higher the score is "
        "than the baseline's: nothing is left over. A pixel that is as in the baseline gets 0."
    )
    source: ClassVar = "Sundararajan, Taly and Yan 2017"
    is_signed: ClassVar = True

    def attribute(self, question: Question) -> Maps:
        return self._integrated(question, self.steps)

    def _integrated(self, question: Question, steps: int) -> Maps:
        """Captum's trapezoids are not offered: the weights of its n points add up to 1 - 1/n."""
        from captum.attr import IntegratedGradients as Captum

        return Captum(question.answers).attribute(
            question.leaf(),
            baselines=baseline_of(self.baseline, question.x),
            target=question.answer,
            n_steps=steps,
            method="gausslegendre" if self.rule == "gausslegendre" else f"riemann_{self.rule}",
        )

    def completeness(self, question: Question, steps: int | None = None) -> list[Completeness]:
        """Of every picture, with ``steps`` points or its own number of them."""
        totals = self._integrated(question, steps or self.steps).detach().double().sum((1, 2, 3)).tolist()
        answers = question.explained().tolist()
        nothing = question.explained(baseline_of(self.baseline, question.x)).tolist()
        return [Completeness(*numbers) for numbers in zip(totals, answers, nothing, strict=True)]


def doubled(most: int) -> tuple[int, ...]:
    """2, 4, 8, ... up to ``most``, which is the last."""
    powers = [2**place for place in range(1, int(math.log2(most)) + 1)]
    return tuple(powers if powers[-1] == most else [*powers, most])
