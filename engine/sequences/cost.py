"""What a network on sequences, or on pictures, learns, matrix by matrix."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import nn

OTHERS = "biases, norms and all else"


@dataclass(frozen=True)
class MatrixCost:
    """One weight matrix, or what stands beside the matrices."""

    name: str
    shape: str
    """``rows x columns``, as PyTorch stores it; empty for what is no matrix."""
    parameters: int


@runtime_checkable
class Learner(Protocol):
    """A network whose weights have names."""

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        """The weights by name, from the input to the output."""

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """All that it learns."""


def matrix_costs(network: Learner) -> tuple[MatrixCost, ...]:
    """Each matrix from the input to the output, then all else: together every number that is learned, once."""
    found = [
        MatrixCost(name, " x ".join(map(str, matrix.shape)), matrix.numel())
        for name, matrix in network.matrices.items()
    ]
    rest = sum(parameter.numel() for parameter in network.parameters()) - sum(row.parameters for row in found)
    return (*found, *([MatrixCost(OTHERS, "", rest)] if rest else []))
