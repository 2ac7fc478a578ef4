"""What every head has in common: what a network on pictures is asked, how wrong an answer is, how good it is."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float, Shaped
from torch import Tensor

from engine.choice import Choice
from engine.vision.images import Part
from engine.vision.shapes import Shape
from engine.vision.sources.source import Source

Outputs = Float[Tensor, "pictures outputs *places"]
Targets = Shaped[Tensor, "pictures *answers"]


class HeadChoice(Choice, frozen=True):
    """A row of the catalog of heads."""

    needs: ClassVar[tuple[str, ...]] = ()
    """Which fields of ``engine.vision.images.Truth`` it learns from."""
    per_pixel: ClassVar[bool] = False
    """Whether it answers at every place of the network's last map."""
    score_names: ClassVar[tuple[str, ...]]
    """What ``scores`` gives besides the loss, in order."""
    gives: ClassVar[Literal["classes", "numbers", "maps"]] = "classes"
    """What an answer is: one class of a picture, numbers of it, or something at every place."""

    @property
    def loss_label(self) -> str:
        """What the loss is called."""
        raise NotImplementedError

    @property
    def loss_unit(self) -> str:
        """What it is counted in; empty where it has no unit."""
        raise NotImplementedError

    def outputs(self, classes: int) -> int:
        """How many numbers the network answers, for a picture or for every place."""
        raise NotImplementedError

    def target(self, part: Part) -> Targets:
        """What is asked of each picture: the first axis is that of the pictures."""
        raise NotImplementedError

    def loss(self, outputs: Outputs, y: Targets) -> Float[Tensor, ""]:
        """The mean over the pictures, in ``loss_unit``: what is differentiated."""
        raise NotImplementedError

    def scores(self, outputs: Outputs, y: Targets) -> list[float]:
        """How good the answers are, in the order of ``score_names``."""
        raise NotImplementedError

    def constant_loss(self, y: Targets) -> float:
        """The loss of the best answer that is the same for every picture."""
        raise NotImplementedError

    def misfits(self, source: Source, last: Shape) -> list[tuple[str, Any, str]]:
        """(field below the head, value, what is allowed) of what goes with neither the pictures nor the network's last map.

        ``last`` is the shape of what the head reads.
        """
        lacking = [name for name in self.needs if name not in source.truths]
        if not lacking:
            return []
        known = f"{' and '.join(lacking)} of these pictures ({source.label}) {'are' if len(lacking) > 1 else 'is'} not known"
        return [("kind", self.kind, f"{known}: choose other pictures, or another head")]

    def asked(self, y: Targets) -> Mapping[str, np.ndarray]:
        """What is asked of the shown pictures, by name, for charts: they have no torch."""
        return {}

    def explained(self, outputs: Outputs) -> Float[Tensor, "pictures answers"]:
        """The numbers of each picture that a map of what was looked at can explain: scores before they become answers.

        What a head says at every place is added up over all places.
        """
        return outputs if outputs.ndim == 2 else outputs.sum((2, 3))

    def explained_names(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """What each of them is called."""
        return tuple(f"output {place}" for place in range(1, self.outputs(len(classes)) + 1))

    def filmed(self, outputs: Outputs, y: Targets) -> Mapping[str, np.ndarray]:
        """What a frame's details keep of the answers to a few validation pictures, by name: small, of one shape."""
        return {}
