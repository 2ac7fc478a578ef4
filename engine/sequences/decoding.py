"""From the scores of the next token to a choice: greedy or drawn, with temperature, top-k and top-p."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Frozen
from engine.sequences.cells import State
from engine.sequences.data import BEGIN, END, PAD, UNKNOWN
from engine.sequences.recurrent import RecurrentNetwork

NEVER = (PAD, UNKNOWN, BEGIN)
"""Tokens that are never written: they stand for no text."""
Scorer = Callable[[Sequence[int]], Float[Tensor, " tokens"]]
"""Scores of the next token, after so many more tokens."""


class Decoding(Frozen):
    """How the next token is chosen. The limits act in the order of the fields; what is left is made to sum to 1."""

    greedy: bool = Field(False, title="Greedy", description="Always the likeliest token: then nothing is drawn.")
    temperature: float = Field(
        1.0,
        ge=0.05,
        le=5.0,
        title="Temperature τ",
        description="Scores are divided by τ: below 1 the likely become likelier, above 1 all become alike.",
        json_schema_extra={"step": 0.05},
    )
    top_k: int = Field(
        0, ge=0, le=200, title="Top-k", description="Only the k likeliest tokens may be drawn; 0 for all."
    )
    top_p: float = Field(
        1.0,
        gt=0.0,
        le=1.0,
        title="Top-p",
        description="Only the fewest tokens whose probabilities together reach p, the likeliest first.",
        json_schema_extra={"step": 0.05},
    )

    def distribution(self, scores: Float[Tensor, " tokens"], never: Sequence[int] = NEVER) -> Float[Tensor, " tokens"]:
        """The probability with which each token is chosen. The likeliest is always left; of equals the first."""
        scores = scores.double().clone()
        scores[list(never)] = -torch.inf
        if self.greedy:
            return torch.nn.functional.one_hot(scores.argmax(), len(scores)).double()
        order = scores.argsort(descending=True, stable=True)
        p = torch.softmax(scores / self.temperature, dim=0)[order]
        if self.top_k:
            p[self.top_k :] = 0
            p = p / p.sum()
        before = p.cumsum(0) - p
        p[before >= self.top_p] = 0
        return torch.zeros_like(p).index_copy(0, order, p / p.sum())


@dataclass(frozen=True)
class Written:
    """One token that was chosen."""

    token: int
    probability: float
    """The network's own, before temperature and limits."""
    chosen_with: float
    """With which it was drawn."""


def recurrent_scorer(network: RecurrentNetwork) -> Scorer:
    """Reads each token once and keeps the state between calls."""
    states: list[State] | None = None

    def score(new: Sequence[int]) -> Tensor:
        nonlocal states
        with torch.no_grad():
            scores, states = network.read(torch.tensor([list(new)], device=network.output.weight.device), states)
        return scores[0, -1].cpu()

    return score


def written_on(
    score: Scorer, start: Sequence[int], decoding: Decoding, tokens: int, generator: torch.Generator
) -> Iterator[Written]:
    """Up to ``tokens`` tokens after ``start``, which holds at least one, each read before the next; ``<eos>`` ends it."""
    new = list(start)
    for _ in range(tokens):
        scores = score(new)
        own, p = torch.softmax(scores.double(), dim=0), decoding.distribution(scores)
        token = int(torch.multinomial(p, 1, generator=generator))
        yield Written(token, float(own[token]), float(p[token]))
        if token == END:
            return
        new = [token]
