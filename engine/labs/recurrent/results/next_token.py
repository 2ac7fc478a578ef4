"""What comes next, and a text written on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Following:
    """How likely each token is to be next."""

    read: tuple[str, ...]
    """The tokens of the text."""
    unknown: int
    """Of these, how many the vocabulary does not have."""
    tokens: tuple[str, ...]
    """The likeliest, most first."""
    own: Float[np.ndarray, " tokens"]
    """The network's probabilities."""
    chosen: Float[np.ndarray, " tokens"]
    """With which probability each would be chosen, after temperature, top-k and top-p."""
    left: int
    """Tokens that may be chosen at all."""
    vocabulary: int
    entropy: float
    """Of the network's own distribution, in nats."""


@dataclass(frozen=True)
class Continued:
    """A text and how it goes on."""

    label: str
    start: str
    text: str
    """What was written, put together."""
    tokens: tuple[str, ...]
    own: Float[np.ndarray, " tokens"]
    """The network's probability of each token that was chosen."""
    ended: bool
    """Whether it ended by itself."""

    @property
    def nats(self) -> float:
        """Mean of -ln p over the tokens; NaN of none."""
        return float(-np.log(self.own).mean()) if len(self.own) else float("nan")

    @property
    def distinct(self) -> float:
        """Share of the runs of three tokens that occur only once; NaN of fewer than three tokens."""
        threes = list(zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False))
        return sum(threes.count(three) == 1 for three in threes) / len(threes) if threes else float("nan")
