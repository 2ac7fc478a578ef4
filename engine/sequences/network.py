"""What a network on sequences is to its run, whatever it is made of."""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor, nn

from engine.choice import Choice
from engine.dropout import Dropout
from engine.sequences.data import Asks, Sequences
from engine.sequences.scene import Picture


class Network(nn.Module):
    """Reads sequences and answers with scores. First weights and dropout come from the run's own streams."""

    def forward(self, x: Shaped[Tensor, "examples tokens *features"]) -> Float[Tensor, "examples *answers outputs"]:
        """Scores at each token that y has, (examples, answers, outputs), or one answer an example, (examples, outputs)."""
        raise NotImplementedError

    def read(self, x: Shaped[Tensor, "examples tokens *features"], states: Any = None) -> tuple[Tensor, Any]:
        """(scores, states): what ``forward`` gives of a part, begun from the states after the part before it."""
        raise NotImplementedError

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        """The weight matrices by name, from the input to the output: what gradients and updates are measured of."""
        raise NotImplementedError

    def observe(self, x: Shaped[Tensor, "1 tokens *features"]) -> Any:
        """What pictures show of one example: a frozen dataclass of NumPy arrays, of the same shapes all through a run."""
        raise NotImplementedError

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What a film shows of one example."""
        raise NotImplementedError

    def filmed(self, x: Shaped[Tensor, "1 tokens *features"]) -> dict[str, np.ndarray]:
        """The arrays of ``pictures``, by name, (down, across)."""
        raise NotImplementedError

    @property
    def droppers(self) -> list[Dropout]:
        """Its dropout layers, in order."""
        return [module for module in self.modules() if isinstance(module, Dropout)]

    def set_dropout(self, p: float) -> None:
        """Drop with probability ``p`` from now on."""
        for dropper in self.droppers:
            dropper.p = p


class NetworkChoice(Choice, frozen=True):
    """A row of the catalog of networks on sequences."""

    @property
    def reads_in_parts(self) -> bool:
        """Whether its network can read a sequence part by part, with ``Network.read``."""
        return False

    def misfits(self, asks: Asks) -> list[tuple[str, Any, str]]:
        """(field below the model, value, what is allowed) of what does not go with a task that asks so."""
        return []

    def build(self, data: Sequences, seed: int, device: torch.device | str = "cpu") -> Network:
        """The network for a task's data, with its first weights."""
        raise NotImplementedError
