"""Gradient clipping: the catalog."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from torch import nn

from engine.choice import Choice


class ClipChoice(Choice, frozen=True):
    """A row of the clipping catalog."""

    def apply(self, parameters: Sequence[nn.Parameter]) -> None:
        """Limit the gradients of ``parameters`` in place."""


class NoClip(ClipChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "None"
    formula: ClassVar = r"g"
    lesson: ClassVar = "Gradients are used as they come."
    source: ClassVar = "Goodfellow et al. 2016, section 10.11"


class ClipNorm(ClipChoice, frozen=True):
    kind: Literal["norm"] = "norm"
    limit: float = Field(1.0, gt=0.0, le=1000.0, title="Largest norm", json_schema_extra={"scale": "log"})
    label: ClassVar = "By norm"
    formula: ClassVar = r"g \leftarrow g \min\left(1, \frac{c}{\lVert g \rVert_2 + 10^{-6}}\right)"
    lesson: ClassVar = "Shortens a step without turning it: all layers are scaled together."
    source: ClassVar = "Pascanu et al. 2013"

    def apply(self, parameters: Sequence[nn.Parameter]) -> None:
        nn.utils.clip_grad_norm_(parameters, self.limit)


class ClipValue(ClipChoice, frozen=True):
    kind: Literal["value"] = "value"
    limit: float = Field(0.5, gt=0.0, le=1000.0, title="Largest value", json_schema_extra={"scale": "log"})
    label: ClassVar = "By value"
    formula: ClassVar = r"g_i \leftarrow \max(-c, \min(c, g_i))"
    lesson: ClassVar = "Cuts each entry by itself, which also turns the step."
    source: ClassVar = "Mikolov 2012"

    def apply(self, parameters: Sequence[nn.Parameter]) -> None:
        nn.utils.clip_grad_value_(parameters, self.limit)


Clip = Annotated[NoClip | ClipNorm | ClipValue, Field(discriminator="kind")]
