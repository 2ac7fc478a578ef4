"""What a network on sequences learns, matrix by matrix."""

from dataclasses import dataclass

from engine.sequences.network import Network

OTHERS = "biases, norms and all else"


@dataclass(frozen=True)
class MatrixCost:
    """One weight matrix, or what stands beside the matrices."""

    name: str
    shape: str
    """``rows x columns``, as PyTorch stores it; empty for what is no matrix."""
    parameters: int


def matrix_costs(network: Network) -> tuple[MatrixCost, ...]:
    """Each matrix from the input to the output, then all else: together every number that is learned, once."""
    found = [
        MatrixCost(name, " x ".join(map(str, matrix.shape)), matrix.numel())
        for name, matrix in network.matrices.items()
    ]
    rest = sum(parameter.numel() for parameter in network.parameters()) - sum(row.parameters for row in found)
    return (*found, *([MatrixCost(OTHERS, "", rest)] if rest else []))
