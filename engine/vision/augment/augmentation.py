"""What every kind of augmentation has in common."""

from dataclasses import replace
from typing import ClassVar

import torch
from jaxtyping import Bool
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.vision.images import Part, Truth

TRUTHS = {
    "box": "its box",
    "objects": "the boxes of all objects",
    "mask": "its mask",
    "angle": "its angle",
    "steering": "where the way leads",
}
"""What may be known of a picture besides its class, and how that is called."""


class AugmentationChoice(Choice, frozen=True):
    """A row of the augmentation catalog: draws for every picture of a batch how it is changed, and its truth with it."""

    mixes: ClassVar[bool] = False
    """Whether pictures come to be of several classes: it then needs ``Truth.shares``."""

    probability: float = Field(
        1.0,
        ge=0.0,
        le=1.0,
        title="Probability",
        description="For each picture; the others stay as they are.",
        json_schema_extra={"step": 0.05},
    )

    @property
    def carries(self) -> tuple[str, ...]:
        """Fields of ``Truth`` that it changes along with the picture, exactly; the others are not known afterwards."""
        return tuple(TRUTHS)

    def misfit(self, needs: tuple[str, ...]) -> str:
        """Why it can't be used by a head that ``needs`` these fields of ``Truth``; empty where it can."""
        lost = [TRUTHS[name] for name in needs if name not in self.carries]
        return f"{self.label} does not say what becomes of {' and '.join(lost)}" if lost else ""

    def apply(self, part: Part, generator: torch.Generator) -> Part:
        """The pictures, each changed with ``probability``. ``part`` stays as it is; all draws come from ``generator``.

        One whose object would leave the picture stays as it was, where its box says so.
        """
        happens = (torch.rand(len(part), generator=generator) < self.probability).to(part.x.device)
        lost = {name: None for name in TRUTHS if name not in self.carries}
        known = replace(part, truth=replace(part.truth, **lost))
        changed = self.change(known, generator)
        if changed.truth.box is not None:
            happens = happens & (changed.truth.box[:, 2:] > changed.truth.box[:, :2]).all(1)
        return either(happens, changed, known)

    def change(self, part: Part, generator: torch.Generator) -> Part:
        """Every picture changed, and what it ``carries``."""
        raise NotImplementedError


def either(happens: Bool[Tensor, " pictures"], new: Part, old: Part) -> Part:
    """Of each picture the new one where it ``happens``, else the old one."""

    def chosen(changed: Tensor, first: Tensor) -> Tensor:
        return torch.where(happens.reshape(-1, *[1] * (first.ndim - 1)), changed, first)

    after = vars(new.truth)
    truth = {name: chosen(after[name], value) for name, value in vars(old.truth).items() if value is not None}
    return Part(chosen(new.x, old.x), chosen(new.label, old.label), Truth(**truth))


def uniform(
    count: int, low: float, high: float, generator: torch.Generator, device: torch.device | str = "cpu"
) -> Tensor:
    """A number for each of ``count`` pictures, evenly between ``low`` and ``high``: (pictures,)."""
    return (low + (high - low) * torch.rand(count, generator=generator)).to(device)
