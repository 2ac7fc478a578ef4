"""A table of ratings that is made of known factors: what a factorization should find is known here."""

import numpy as np
import torch

from engine.labs.tokens.results.ratings import RatingTable
from engine.labs.tokens.state import Ratings
from engine.streams import stream

MIDDLE = 3.0
"""What is rated on average."""


def generated(asked: Ratings, seed: int) -> RatingTable:
    """r = 3 + b_user + b_item + p_user . q_item + noise, for as many cells, drawn, as are ``known``.

    Factors are normal, their spread such that p . q has variance 1. Ratings are not rounded.
    """
    draws = stream(seed, "data")
    spread = asked.true_factors**-0.25

    def normal(*shape: int) -> np.ndarray:
        return torch.randn(*shape, generator=draws, dtype=torch.float64).numpy()

    users, items = spread * normal(asked.users, asked.true_factors), spread * normal(asked.items, asked.true_factors)
    biases = asked.bias * normal(asked.users)[:, None] + asked.bias * normal(asked.items)[None, :]
    whole = MIDDLE + biases + users @ items.T
    noisy = whole + asked.noise * torch.randn(whole.shape, generator=stream(seed, "noise"), dtype=torch.float64).numpy()
    cells = torch.randperm(whole.size, generator=stream(seed, "sampling"))[: max(2, round(asked.known * whole.size))]
    user, item = np.divmod(np.sort(cells.numpy()), asked.items)
    return RatingTable(
        name="generated",
        digest="",
        users=tuple(f"user {number + 1}" for number in range(asked.users)),
        items=tuple(f"item {number + 1}" for number in range(asked.items)),
        user=user,
        item=item,
        rating=noisy[user, item],
        true_users=users,
        true_items=items,
        true_table=whole,
        noise=asked.noise,
    )
