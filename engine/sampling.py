"""Which training examples an epoch is made of: the catalog. Over- and under-sampling make all classes equally common."""

from typing import Annotated, ClassVar, Literal

import torch
from jaxtyping import Int, Shaped
from pydantic import Field
from torch import Tensor

from engine.choice import Choice


def by_class(labels: Int[Tensor, " rows"]) -> list[Int[Tensor, " members"]]:
    """Row numbers of each class that has any, in the order of the classes."""
    return [torch.nonzero(labels == label).flatten() for label in labels.unique()]


class SamplingChoice(Choice, frozen=True):
    """A row of the sampling catalog. ``labels`` are those of the training part: targets, where each row counts once."""

    def rows(self, labels: Shaped[Tensor, "rows *answers"], generator: torch.Generator) -> Int[Tensor, " drawn"]:
        """Row numbers of one epoch, before they are shuffled."""
        raise NotImplementedError

    def length(self, labels: Shaped[Tensor, "rows *answers"]) -> int:
        """How many examples an epoch has."""
        raise NotImplementedError


class EachOnce(SamplingChoice, frozen=True):
    kind: Literal["none"] = "none"
    label: ClassVar = "Each example once"
    formula: ClassVar = r"m = \sum_c m_c"
    lesson: ClassVar = (
        "An epoch has every training example once: a rare class is as rare in the batches as in the data."
    )
    source: ClassVar = "Goodfellow et al. 2016, section 8.1.3"

    def rows(self, labels: Shaped[Tensor, "rows *answers"], generator: torch.Generator) -> Int[Tensor, " drawn"]:
        return torch.arange(len(labels))

    def length(self, labels: Shaped[Tensor, "rows *answers"]) -> int:
        return len(labels)


EACH_ONCE = EachOnce()


class Oversampling(SamplingChoice, frozen=True):
    kind: Literal["oversampling"] = "oversampling"
    label: ClassVar = "Over-sampling"
    formula: ClassVar = r"m_c \leftarrow \max_k m_k, \quad m \leftarrow K \max_k m_k"
    lesson: ClassVar = (
        "Every example, and those of smaller classes again, drawn with replacement until each of the K classes has as many as "
        "the largest: an epoch is all of these, so it takes more updates, and the few rare ones are easily learned by heart."
    )
    source: ClassVar = "He and Garcia 2009, section 3.1.1"

    def rows(self, labels: Shaped[Tensor, "rows *answers"], generator: torch.Generator) -> Int[Tensor, " drawn"]:
        groups = by_class(labels)
        most = max(map(len, groups), default=0)
        again = [group[torch.randint(len(group), (most - len(group),), generator=generator)] for group in groups]
        return torch.cat([torch.arange(len(labels)), *again])

    def length(self, labels: Shaped[Tensor, "rows *answers"]) -> int:
        sizes = [len(group) for group in by_class(labels)]
        return len(sizes) * max(sizes, default=0)


class Undersampling(SamplingChoice, frozen=True):
    kind: Literal["undersampling"] = "undersampling"
    label: ClassVar = "Under-sampling"
    formula: ClassVar = r"m_c \leftarrow \min_k m_k, \quad m \leftarrow K \min_k m_k"
    lesson: ClassVar = (
        "As many examples of each of the K classes as the smallest has, drawn anew for every epoch without replacement: an "
        "epoch is only these, so it takes few updates, and most of a common class waits for a later one."
    )
    source: ClassVar = "He and Garcia 2009, section 3.1.1"

    def rows(self, labels: Shaped[Tensor, "rows *answers"], generator: torch.Generator) -> Int[Tensor, " drawn"]:
        groups = by_class(labels)
        fewest = min(map(len, groups), default=0)
        kept = [group[torch.randperm(len(group), generator=generator)[:fewest]] for group in groups]
        return torch.cat([torch.arange(0), *kept])

    def length(self, labels: Shaped[Tensor, "rows *answers"]) -> int:
        sizes = [len(group) for group in by_class(labels)]
        return len(sizes) * min(sizes, default=0)


Sampling = Annotated[EachOnce | Oversampling | Undersampling, Field(discriminator="kind")]
