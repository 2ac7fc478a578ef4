"""Mix-up: pictures laid over each other, and their labels with them."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from engine.vision.augment.augmentation import AugmentationChoice
from engine.vision.images import Part

SEEDS = 2**62


class MixUp(AugmentationChoice, frozen=True):
    kind: Literal["mix_up"] = "mix_up"
    alpha: float = Field(
        0.3,
        ge=0.05,
        le=4.0,
        title="α",
        description="Small: most pictures stay almost alone; 1: any share is as likely; large: halves.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "Mix-up"
    formula: ClassVar = (
        r"x' = \lambda x_i + (1 - \lambda) x_j, \; y' = \lambda y_i + (1 - \lambda) y_j, \quad "
        r"\lambda \sim \operatorname{Beta}(\alpha, \alpha)"
    )
    lesson: ClassVar = (
        "Each picture laid over another of its batch, and the labels mixed alike: the answer is to go evenly from one to the "
        "other."
    )
    source: ClassVar = "Zhang et al. 2018"
    mixes: ClassVar = True

    @property
    def carries(self) -> tuple[str, ...]:
        return ()

    def change(self, part: Part, generator: torch.Generator) -> Part:
        """Each with another of the batch. NumPy has the beta distribution: its generator begins with one of our draws."""
        shares = part.truth.shares
        if shares is None:
            raise ValueError("mix-up needs to know how much of each class is in a picture: Truth.shares")
        others = torch.randperm(len(part), generator=generator).to(part.x.device)
        seed = int(torch.randint(SEEDS, (), generator=generator))
        drawn = np.random.default_rng(seed).beta(self.alpha, self.alpha, len(part)).astype(np.float32)
        kept = torch.from_numpy(drawn).to(part.x.device)
        x = torch.lerp(part.x[others], part.x, kept[:, None, None, None])
        return replace(
            part, pixels=x, truth=replace(part.truth, shares=torch.lerp(shares[others], shares, kept[:, None]))
        )
