"""What the proofs share: a descent by PyTorch, and a sentence that is said only where its numbers bear it out."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from engine.labs.proof import Proved

STEPS = 100


def shown(holds: bool, sentence: str, head: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> Proved:
    """What was measured, with its sentence only where the numbers bear it out."""
    said = sentence if holds else "These runs did not show it: the numbers are below."
    return Proved(said, head, rows)


def descend(
    optimizer: Callable[[list[nn.Parameter]], torch.optim.Optimizer],
    start: Sequence[float],
    loss: Callable[[Tensor], Tensor],
    steps: int = STEPS,
) -> tuple[np.ndarray, torch.optim.Optimizer]:
    """(places after 0..steps updates, the optimizer with what it keeps)."""
    weight = nn.Parameter(torch.tensor(start, dtype=torch.float64))
    made = optimizer([weight])
    places = [weight.detach().numpy().copy()]
    for _ in range(steps):
        made.zero_grad()
        loss(weight).backward()
        made.step()
        places.append(weight.detach().numpy().copy())
    return np.array(places), made
