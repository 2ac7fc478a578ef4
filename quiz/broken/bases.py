"""The runs as they are without a fault, and what they have to come to."""

from dataclasses import dataclass

from quiz.broken.dashboard import Fresh
from quiz.broken.recipe import Recipe


@dataclass(frozen=True)
class Target:
    """What a run has to reach on fresh data."""

    accuracy: float
    loss: float
    """At most, in nats."""

    def is_reached(self, fresh: Fresh) -> bool:
        """Whether it is."""
        return fresh.accuracy >= self.accuracy and fresh.loss <= self.loss

    def __str__(self) -> str:
        return f"accuracy of at least {self.accuracy:g} and a loss of at most {self.loss:g} nats on fresh data"


@dataclass(frozen=True)
class Base:
    """A run without a fault. A test trains it and holds it to its target."""

    id: str
    said: str
    """Data and network, for the learner."""
    recipe: Recipe
    target: Target


BASES = {
    base.id: base
    for base in (
        Base(
            "rings",
            "Two classes, one in a ring around the other, in x1 and x2; x3 has nothing to do with them. Two hidden layers of "
            "24 ReLU units, cross-entropy, SGD at a rate of 0.1.",
            Recipe(train_rows=800, batch_size=10),
            Target(accuracy=0.95, loss=0.15),
        ),
        Base(
            "arms",
            "Three classes, each an arm of a spiral, in x1 and x2; x3 has nothing to do with them. Two hidden layers of 24 "
            "ReLU units, cross-entropy, SGD at a rate of 0.15.",
            Recipe(task="arms", train_rows=800, batch_size=10, learning_rate=0.15),
            Target(accuracy=0.93, loss=0.25),
        ),
        Base(
            "dropout",
            "Three classes, each an arm of a spiral, in x1 and x2; x3 has nothing to do with them. Three hidden layers of 48 "
            "ReLU units with dropout 0.4, cross-entropy, SGD at a rate of 0.3.",
            Recipe(task="arms", train_rows=800, hidden=(48, 48, 48), dropout=0.4, learning_rate=0.3, updates=700),
            Target(accuracy=0.95, loss=0.15),
        ),
        Base(
            "norm",
            "Two classes, one in a ring around the other, in x1 and x2; x3 has nothing to do with them. Two hidden layers of "
            "24 ReLU units with batch norm, cross-entropy, SGD at a rate of 0.1.",
            Recipe(train_rows=800, batch_norm=True, updates=300),
            Target(accuracy=0.95, loss=0.15),
        ),
        Base(
            "few",
            "Sixty examples of two noisy half moons, in x1 and x2; x3 has nothing to do with them. Two hidden layers of 64 "
            "ReLU units, cross-entropy, SGD at a rate of 0.2. The weights of the lowest validation loss are kept.",
            Recipe(
                task="moons",
                noise=0.25,
                train_rows=60,
                hidden=(64, 64),
                learning_rate=0.2,
                updates=600,
                keeps_best=True,
            ),
            Target(accuracy=0.72, loss=0.8),
        ),
    )
}
