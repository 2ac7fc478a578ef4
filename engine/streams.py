"""Named streams of randomness: each run owns its generators, and one more draw in one never shifts another."""

import hashlib
from typing import Literal

import torch

Purpose = Literal["data", "noise", "split", "weights", "batches", "sampling", "dropout", "augmentation"]


def stream(seed: int, purpose: Purpose, layer: int = 0, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator seeded from (seed, purpose, layer); the same three always give the same draws."""
    digest = hashlib.blake2b(f"{seed}/{purpose}/{layer}".encode(), digest_size=8).digest()
    return torch.Generator(device=device).manual_seed(int.from_bytes(digest, "little") >> 1)
