"""What is measured of a table of ratings and its factors, free of torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class RatingTable:
    """Known ratings of a table of users and items."""

    name: str
    digest: str
    users: tuple[str, ...]
    items: tuple[str, ...]
    user: Int[np.ndarray, " known"]
    item: Int[np.ndarray, " known"]
    rating: Float[np.ndarray, " known"]
    true_users: Float[np.ndarray, "users factors"] | None = None
    true_items: Float[np.ndarray, "items factors"] | None = None
    """What the table was made with; None where nobody knows."""
    true_table: Float[np.ndarray, "users items"] | None = None
    """Without noise."""
    noise: float = float("nan")

    @property
    def nbytes(self) -> int:
        """Memory it takes, about."""
        names = sum(len(name) + 60 for name in (*self.users, *self.items))
        return names + self.user.nbytes + self.item.nbytes + self.rating.nbytes

    @property
    def share(self) -> float:
        """Known ratings among all that there could be."""
        return len(self.rating) / (len(self.users) * len(self.items))


@dataclass(frozen=True)
class Baseline:
    """What a simpler prediction comes to."""

    label: str
    train: float
    held_out: float
    """Root mean squared errors."""


@dataclass(frozen=True)
class Factorized:
    """A factorization of a table, as far as it has come."""

    table: RatingTable
    training: Int[np.ndarray, " train"]
    held_out: Int[np.ndarray, " held"]
    """Which of the known ratings are trained on, and which are not."""
    epochs: Float[np.ndarray, " moments"]
    train: Float[np.ndarray, " moments"]
    test: Float[np.ndarray, " moments"]
    """Root mean squared errors, in the unit of the ratings."""
    mean: float
    user_bias: Float[np.ndarray, " users"]
    item_bias: Float[np.ndarray, " items"]
    user_factors: Float[np.ndarray, "users factors"]
    item_factors: Float[np.ndarray, "items factors"]
    baselines: tuple[Baseline, ...] = ()
    recovered: float | None = None
    """Share of the true item factors' variance that the learned ones explain; None where nobody knows the true ones."""
    planned: int = 0

    @property
    def predicted(self) -> Float[np.ndarray, "users items"]:
        """The whole table as the factors have it."""
        biases = self.user_bias[:, None] + self.item_bias[None, :]
        return self.mean + biases + self.user_factors @ self.item_factors.T
