"""What the proofs share: small inputs, matrices, and how a spread is written."""

import math

import numpy as np
import torch
from jaxtyping import Float

from engine.labs.attention.results.heads import Matrix
from engine.labs.attention.starts import drawn
from engine.streams import stream
from engine.words import number, percent

TOKENS, WIDTH = 10, 8
SEEDS = 5


def normal(rows: int, columns: int, seed: int = 0, number: int = 0) -> Float[np.ndarray, "rows columns"]:
    """Draws from N(0, 1)."""
    draws = stream(seed, "data", number)
    return torch.randn(rows, columns, generator=draws, dtype=torch.float64).numpy()


def matrices(seed: int) -> tuple[Matrix, ...]:
    """W_Q, W_K and W_V of a head as wide as its embeddings."""
    return tuple(drawn(WIDTH, WIDTH, 1 / math.sqrt(WIDTH), seed, place) for place in range(3))


def ends(values: list[float], said: str = "number") -> str:
    """``0.1 to 0.3``; one of the two where they are written alike."""
    say = percent if said == "percent" else number
    low, high = say(min(values)), say(max(values))
    return low if low == high else f"{low} to {high}"
