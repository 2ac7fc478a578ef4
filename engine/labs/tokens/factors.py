"""Matrix factorization of a table of ratings, by gradient descent on the ratings that are known."""

import time
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from engine.jobs import Progress
from engine.labs.tokens.recovery import explained
from engine.labs.tokens.results.ratings import Baseline, Factorized, RatingTable
from engine.labs.tokens.state import Ratings
from engine.streams import stream

MOMENTS = 60
PIECE_SECONDS = 0.08
FIRST_SPREAD = 0.1


class Factors(nn.Module):
    """r = mean + b_user + b_item + p_user . q_item."""

    def __init__(self, users: int, items: int, asked: Ratings, mean: float, seed: int) -> None:
        super().__init__()
        draws = stream(seed, "weights")
        self.asked, self.mean = asked, mean
        self.users = nn.Parameter(FIRST_SPREAD * torch.randn(users, asked.factors, generator=draws))
        self.items = nn.Parameter(FIRST_SPREAD * torch.randn(items, asked.factors, generator=draws))
        self.user_bias = nn.Parameter(torch.zeros(users), requires_grad=asked.user_bias)
        self.item_bias = nn.Parameter(torch.zeros(items), requires_grad=asked.item_bias)

    def forward(self, user: Int[Tensor, " batch"], item: Int[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """Predicted ratings."""
        biases = self.user_bias[user] + self.item_bias[item]
        return self.mean + biases + (F.embedding(user, self.users) * F.embedding(item, self.items)).sum(dim=1)

    def penalty(self, user: Int[Tensor, " batch"], item: Int[Tensor, " batch"]) -> Float[Tensor, " batch"]:
        """|p|^2 + |q|^2 + b_user^2 + b_item^2 of each rating's own user and item."""
        lengths = F.embedding(user, self.users).square().sum(dim=1) + F.embedding(item, self.items).square().sum(dim=1)
        return lengths + self.user_bias[user].square() + self.item_bias[item].square()


def loss_of(
    model: Factors, user: Int[Tensor, " batch"], item: Int[Tensor, " batch"], rating: Float[Tensor, " batch"]
) -> Float[Tensor, ""]:
    """Mean over a batch of (r - predicted)^2 + lambda times the penalty."""
    error = rating - model(user, item)
    return (error.square() + model.asked.penalty * model.penalty(user, item)).mean()


def parts(table: RatingTable, held_out: float, seed: int) -> tuple[Int[np.ndarray, " train"], Int[np.ndarray, " held"]]:
    """(ratings to train on, ratings held out), by their number."""
    order = torch.randperm(len(table.rating), generator=stream(seed, "split")).numpy()
    held = min(max(1, round(held_out * len(order))), len(order) - 1)
    return np.sort(order[held:]), np.sort(order[:held])


def factorize(table: RatingTable, asked: Ratings, seed: int) -> Iterator[Progress[Factorized]]:
    """A factorization of a table, while it is learned."""
    training, held_out = parts(table, asked.held_out, seed)
    user, item = torch.tensor(table.user), torch.tensor(table.item)
    rating = torch.tensor(table.rating, dtype=torch.float32)
    mean = float(table.rating[training].mean())
    model = Factors(len(table.users), len(table.items), asked, mean, seed)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=asked.lr, fused=True)
    order, rows = stream(seed, "batches"), torch.tensor(training)
    baselines = tuple(simpler(table, training, held_out, asked))
    told = list[tuple[int, float, float]]()

    def known(epoch: int) -> Factorized:
        with torch.no_grad():
            error = (model(user, item).numpy() - table.rating) ** 2
        told.append((epoch, float(np.sqrt(error[training].mean())), float(np.sqrt(error[held_out].mean()))))
        return _known(table, asked, model, (training, held_out), told, baselines)

    yield Progress(0.0, known(0), f"Epoch 0 of {asked.epochs}")
    moments = {round(asked.epochs * place / MOMENTS) for place in range(1, MOMENTS + 1)}
    due = time.monotonic() + PIECE_SECONDS
    for epoch in range(1, asked.epochs + 1):
        shuffled = rows[torch.randperm(len(rows), generator=order)]
        for start in range(0, len(shuffled), asked.batch_size):
            taken = shuffled[start : start + asked.batch_size]
            loss = loss_of(model, user[taken], item[taken], rating[taken])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if time.monotonic() >= due:
                yield Progress(
                    (epoch - 1 + start / len(shuffled)) / asked.epochs, None, f"Epoch {epoch} of {asked.epochs}"
                )
                due = time.monotonic() + PIECE_SECONDS
        if epoch in moments:
            yield Progress(epoch / asked.epochs, known(epoch), f"Epoch {epoch} of {asked.epochs}")
            due = time.monotonic() + PIECE_SECONDS


def _known(
    table: RatingTable,
    asked: Ratings,
    model: Factors,
    split: tuple[Int[np.ndarray, " train"], Int[np.ndarray, " held"]],
    told: list[tuple[int, float, float]],
    baselines: tuple[Baseline, ...],
) -> Factorized:
    epochs, train, test = (np.array(column, dtype=np.float64) for column in zip(*told, strict=True))
    users, items, user_bias, item_bias = (
        weight.detach().numpy().copy() for weight in (model.users, model.items, model.user_bias, model.item_bias)
    )
    return Factorized(
        table=table,
        training=split[0],
        held_out=split[1],
        epochs=epochs,
        train=train,
        test=test,
        mean=model.mean,
        user_bias=user_bias,
        item_bias=item_bias,
        user_factors=users,
        item_factors=items,
        baselines=baselines,
        recovered=None if table.true_items is None else explained(table.true_items, items),
        planned=asked.epochs,
    )


# --- what simpler predictions come to ---------------------------------------------------------------------------------


def simpler(
    table: RatingTable, training: Int[np.ndarray, " train"], held_out: Int[np.ndarray, " held"], asked: Ratings
) -> Iterator[Baseline]:
    """The mean; biases alone; a truncated SVD of the table with its holes filled; and what no prediction can beat."""
    mean = float(table.rating[training].mean())
    whole = np.full((len(table.users), len(table.items)), mean)
    yield _baseline("mean of all", table, whole, training, held_out)
    biased = biases_alone(table, training, asked.penalty)
    yield _baseline("biases alone", table, biased, training, held_out)
    filled = biased.copy()
    filled[table.user[training], table.item[training]] = table.rating[training]
    yield _baseline("SVD, holes filled", table, truncated(filled, biased, asked.factors), training, held_out)
    if table.true_table is not None:
        yield _baseline("the true table", table, table.true_table, training, held_out)


def biases_alone(
    table: RatingTable, training: Int[np.ndarray, " train"], penalty: float
) -> Float[np.ndarray, "users items"]:
    """mean + b_user + b_item with the least sum of squared errors plus penalties: one linear system."""
    users, items = len(table.users), len(table.items)
    user, item, rating = table.user[training], table.item[training], table.rating[training]
    often = np.zeros((users + items, users + items))
    np.add.at(often, (user, users + item), 1.0)
    often += often.T
    counts = np.concatenate([np.bincount(user, minlength=users), np.bincount(item, minlength=items)])
    rest = rating - rating.mean()
    aim = np.concatenate(
        [np.bincount(user, weights=rest, minlength=users), np.bincount(item, weights=rest, minlength=items)]
    )
    system = often + np.diag(counts * (1 + penalty) + (counts == 0) + 1e-9)
    biases = np.linalg.solve(system, aim)
    return np.asarray(rating.mean() + biases[:users, None] + biases[None, users:])


def truncated(
    filled: Float[np.ndarray, "users items"], middle: Float[np.ndarray, "users items"], rank: int
) -> Float[np.ndarray, "users items"]:
    """``middle`` plus the closest matrix of so low a rank to what ``filled`` has beyond it (Eckart and Young 1936)."""
    left, lengths, right = np.linalg.svd(filled - middle, full_matrices=False)
    return np.asarray(middle + (left[:, :rank] * lengths[:rank]) @ right[:rank])


def _baseline(
    label: str,
    table: RatingTable,
    predicted: Float[np.ndarray, "users items"],
    training: Int[np.ndarray, " train"],
    held_out: Int[np.ndarray, " held"],
) -> Baseline:
    error = (predicted[table.user, table.item] - table.rating) ** 2
    return Baseline(label, float(np.sqrt(error[training].mean())), float(np.sqrt(error[held_out].mean())))
