"""What a task asks of a network, in a few numbers."""

from dataclasses import dataclass

from engine.sequences.data import Sequences


@dataclass(frozen=True)
class Asked:
    """What goes in and what comes out, as far as a network needs to know."""

    tokens: int
    """Size of the vocabulary; 0 where numbers go in."""
    features: int
    """Numbers of each step; 0 where tokens go in."""
    outputs: int
    """Scores an answer has."""
    at_end: bool
    """Whether there is one answer, at the end; else one at each step."""
    classes: bool
    """Whether the scores are of classes; else they are numbers."""

    @classmethod
    def of(cls, data: Sequences) -> "Asked":
        """What a task asks."""
        at_end = data.answers_at == "end"
        return cls(len(data.tokens), len(data.features), data.outputs, at_end, bool(data.answers))
