"""One sequence read by a network; the worked example."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from engine.sequences.unrolled import Unrolled


@dataclass(frozen=True)
class Reading:
    """A network and one sequence."""

    tokens: tuple[str, ...]
    """What was read, step by step; numbers as text."""
    asked: tuple[str, ...]
    """What is asked at each step, empty text where nothing is; one text where it is asked at the end."""
    classes: tuple[str, ...]
    """What the answers stand for; empty where they are numbers."""
    seen: Unrolled
    torch_difference: float
    """The largest difference between h step by step and torch's module, over all passes; NaN where torch has no such cell."""

    @property
    def answers_at_end(self) -> bool:
        """Whether there is one answer, after the last step."""
        return len(self.seen.answers) == 1 and len(self.tokens) > 1

    @property
    def likeliest(self) -> tuple[tuple[str, float], ...]:
        """(answer, its probability, or the number itself) of each step that has one."""
        answers = self.seen.answers
        if not self.classes:
            return tuple((f"{float(row[0]):.3g}", float(row[0])) for row in answers)
        return tuple((self.classes[int(row.argmax())], float(row.max())) for row in answers)


@dataclass(frozen=True)
class Line:
    """One signal of one unit at one step, written out."""

    signal: str
    """Its letter."""
    latex: str
    """The formula with the numbers in place, without dollar signs."""
    value: float
    """What the network computed."""


@dataclass(frozen=True)
class Worked:
    """Every number of the example."""

    words: tuple[str, ...]
    ids: Int[np.ndarray, " steps"]
    w_xh: Float[np.ndarray, "units words"]
    w_hh: Float[np.ndarray, "units units"]
    w_hy: Float[np.ndarray, "words units"]
    b_h: Float[np.ndarray, " units"]
    """b_xh + b_hh: torch keeps two, which act as one."""
    b_y: Float[np.ndarray, " words"]
    h: Float[np.ndarray, "states units"]
    """h_0, all 0, then the state after every step."""
    y: Float[np.ndarray, "steps words"]
    """softmax(W_hy h_t + b_y): what word is next."""
    torch_difference: float
    """The largest difference of any of these from torch.nn.RNN and torch.nn.Linear with the same weights."""


@dataclass(frozen=True)
class Count:
    """The parameters of one cell."""

    label: str
    blocks: int
    parameters: int
    """Counted in the module."""
    of_torch: int
    """Counted in torch's module of the same sizes."""
