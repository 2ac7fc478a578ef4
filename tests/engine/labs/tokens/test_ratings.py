"""Ratings: how a table is made, what a factorization lowers, and what it comes to beside closed forms."""

import numpy as np
import pytest
import torch

from engine.labs.tokens.factors import Factors, biases_alone, factorize, loss_of, parts, truncated
from engine.labs.tokens.recovery import explained, laid_on
from engine.labs.tokens.results.ratings import RatingTable
from engine.labs.tokens.state import Ratings
from engine.labs.tokens.table import generated
from tests.engine.labs.tokens.runs import factorized, results


def small(**settings: object) -> Ratings:
    return Ratings.model_validate({"users": 20, "items": 12, "known": 1.0, **settings})


# --- the generated table ----------------------------------------------------------------------------------------------


def test_a_table_is_made_of_its_factors_biases_and_noise() -> None:
    asked = Ratings(users=300, items=150, true_factors=3, known=0.5, bias=0.6, noise=0.3)
    table = generated(asked, 0)
    assert table.true_table is not None and table.true_users is not None and table.true_items is not None
    rest = table.true_table - table.true_users @ table.true_items.T
    centred = rest - rest.mean(0) - rest.mean(1, keepdims=True) + rest.mean()
    assert np.abs(centred).max() < 1e-9, "a number for each user plus one for each item"
    noise = table.rating - table.true_table[table.user, table.item]
    assert noise.std() == pytest.approx(0.3, rel=0.05) and abs(noise.mean()) < 0.02
    assert (table.true_users @ table.true_items.T).std() == pytest.approx(1.0, rel=0.25)
    assert table.share == pytest.approx(0.5, abs=1e-4)
    assert len({*zip(table.user.tolist(), table.item.tolist(), strict=True)}) == len(table.rating)


def test_another_seed_makes_another_table_and_the_same_one_the_same() -> None:
    one, again, other = generated(small(), 0), generated(small(), 0), generated(small(), 1)
    assert np.array_equal(one.rating, again.rating) and not np.array_equal(one.rating, other.rating)
    fewer = generated(small(known=0.5), 0)
    assert np.array_equal(fewer.true_table, one.true_table), "how many are known changes no factor"


# --- the loss ---------------------------------------------------------------------------------------------------------


def test_the_loss_is_the_formula_and_its_gradient_the_closed_form() -> None:
    asked = small(penalty=0.1, factors=3)
    model = Factors(20, 12, asked, 2.5, 0).double()
    model.user_bias.data.normal_(generator=torch.Generator().manual_seed(0))
    user, item = torch.tensor([3, 7]), torch.tensor([2, 5])
    rating = torch.tensor([4.0, 1.0], dtype=torch.float64)
    loss = loss_of(model, user, item, rating)
    p, q = (w.detach().numpy() for w in (model.users, model.items))
    b = model.user_bias.detach().numpy()
    error = np.array([r - (2.5 + b[u] + p[u] @ q[i]) for u, i, r in ((3, 2, 4.0), (7, 5, 1.0))])
    size = [(p[u] ** 2).sum() + (q[i] ** 2).sum() + b[u] ** 2 for u, i in ((3, 2), (7, 5))]
    assert float(loss.detach()) == pytest.approx(float((error**2 + 0.1 * np.array(size)).mean()))
    gradient = torch.autograd.grad(loss, model.users)[0].numpy()
    np.testing.assert_allclose(gradient[3], (-2 * error[0] * q[2] + 2 * 0.1 * p[3]) / 2, rtol=1e-9)
    assert not gradient[[0, 1, 2, 4]].any()


def test_biases_that_are_off_stay_zero() -> None:
    found = factorized(users=20, items=12, known=1.0, user_bias=False, item_bias=False, epochs=5)[-1]
    assert not found.user_bias.any() and not found.item_bias.any()
    on = factorized(users=20, items=12, known=1.0, epochs=5)[-1]
    assert on.user_bias.any() and on.item_bias.any()


# --- beside closed forms ----------------------------------------------------------------------------------------------


def test_with_every_rating_known_the_loss_is_lowest_at_the_truncated_svd() -> None:
    """Eckart and Young: no table of so low a rank is closer."""
    asked = small(factors=2, penalty=0.0, user_bias=False, item_bias=False)
    table = generated(asked, 0)
    mean = float(table.rating.mean())
    model = Factors(20, 12, asked, mean, 0).double()
    known = torch.tensor(table.user), torch.tensor(table.item), torch.tensor(table.rating)
    optimizer = torch.optim.LBFGS(
        [model.users, model.items], max_iter=500, tolerance_grad=1e-10, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss_of(model, *known)
        value.backward()
        return value

    optimizer.step(loss)
    whole = np.zeros((20, 12))
    whole[table.user, table.item] = table.rating
    best = truncated(whole, np.full((20, 12), mean), 2)
    assert float(loss().detach()) == pytest.approx(float(((best - whole) ** 2).mean()), rel=1e-6)
    mine = mean + (model.users @ model.items.T).detach().numpy()
    np.testing.assert_allclose(mine, best, atol=1e-3)


def als(table: RatingTable, training: np.ndarray, asked: Ratings, sweeps: int = 200) -> float:
    """The objective after alternating least squares: each user's, then each item's factors solved exactly."""
    user, item = table.user[training], table.item[training]
    rest = table.rating[training] - table.rating[training].mean()
    rng = np.random.default_rng(0)
    p, q = rng.normal(size=(len(table.users), asked.factors)), rng.normal(size=(len(table.items), asked.factors))
    for _ in range(sweeps):
        for whole, other, mine, theirs in ((p, q, user, item), (q, p, item, user)):
            for row in range(len(whole)):
                rated = mine == row
                if rated.any():
                    x = other[theirs[rated]]
                    system = x.T @ x + asked.penalty * rated.sum() * np.eye(asked.factors)
                    whole[row] = np.linalg.solve(system, x.T @ rest[rated])
    error = rest - (p[user] * q[item]).sum(1)
    sizes = (p[user] ** 2).sum(1) + (q[item] ** 2).sum(1)
    return float((error**2 + asked.penalty * sizes).mean())


def test_with_holes_and_a_penalty_it_comes_as_low_as_alternating_least_squares() -> None:
    asked = small(
        known=0.6, factors=2, penalty=0.1, user_bias=False, item_bias=False, epochs=400, lr=0.02, batch_size=4096
    )
    table = generated(asked, 0)
    found = results(factorize(table, asked, 0))[-1]
    training = found.training
    user, item = table.user[training], table.item[training]
    p, q = found.user_factors.astype(float), found.item_factors.astype(float)
    error = table.rating[training] - found.predicted[user, item]
    mine = float((error**2 + 0.1 * ((p[user] ** 2).sum(1) + (q[item] ** 2).sum(1))).mean())
    assert mine == pytest.approx(als(table, training, asked), rel=0.01)


def test_biases_alone_are_the_ridge_regression_of_scikit_learn() -> None:
    from sklearn.linear_model import Ridge

    asked = small(known=0.6)
    table = generated(asked, 0)
    training, _ = parts(table, 0.2, 0)
    user, item, rating = table.user[training], table.item[training], table.rating[training]
    design = np.zeros((len(training), 32))
    design[np.arange(len(training)), user] = design[np.arange(len(training)), 20 + item] = 1
    # Each rating pays λ (b_u² + b_i²): a bias with n ratings pays n λ b², which is plain ridge after scaling by √n.
    scale = np.sqrt(design.sum(axis=0)).clip(min=1)
    ridge = Ridge(alpha=0.5, fit_intercept=False).fit(design / scale, rating - rating.mean())
    biases = ridge.coef_ / scale
    expected = rating.mean() + biases[:20, None] + biases[None, 20:]
    np.testing.assert_allclose(biases_alone(table, training, 0.5), expected, atol=1e-6)


def test_baselines_are_measured_on_ratings_that_nothing_was_fitted_to() -> None:
    found = factorized()[-1]
    table, held = found.table, found.held_out
    by_name = {baseline.label: baseline for baseline in found.baselines}
    assert by_name["mean of all"].held_out == pytest.approx(
        float(np.sqrt(((table.rating[held] - found.mean) ** 2).mean()))
    )
    assert by_name["the true table"].held_out == pytest.approx(0.3, rel=0.2)
    assert not set(held.tolist()) & set(found.training.tolist())
    assert len(held) + len(found.training) == len(table.rating)


def test_the_errors_are_those_of_the_predicted_table() -> None:
    found = factorized()[-1]
    error = found.predicted[found.table.user, found.table.item] - found.table.rating
    assert found.train[-1] == pytest.approx(float(np.sqrt((error[found.training] ** 2).mean())), abs=1e-5)
    assert found.test[-1] == pytest.approx(float(np.sqrt((error[found.held_out] ** 2).mean())), abs=1e-5)


def test_the_default_run_is_what_its_captions_say() -> None:
    found = factorized()[-1]
    by_name = {baseline.label: baseline.held_out for baseline in found.baselines}
    assert (
        by_name["the true table"] < found.test[-1] < 0.6 * min(v for k, v in by_name.items() if k != "the true table")
    )
    assert found.recovered is not None and found.recovered > 0.9
    early = factorized()[0]
    assert early.recovered is not None and early.recovered < 0.3 and len(early.epochs) == 1, (
        "frames are not changed later"
    )


def test_factors_are_recovered_up_to_a_linear_map() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(size=(30, 2))
    turned = true @ np.array([[2.0, 1.0], [0.5, -3.0]]) + 5
    np.testing.assert_allclose(laid_on(true, turned), true, atol=1e-9)
    assert explained(true, turned) == pytest.approx(1.0) and explained(true, rng.normal(size=(30, 2))) < 0.4
