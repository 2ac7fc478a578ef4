"""Roles of heads: where they would look, and how much of a head's weight lies there."""

import math

import pytest
import torch

from engine.labs.transformer.roles import ROLES, after_the_same, best_role, even, repeated, share
from engine.sequences.data import PAD

X = torch.tensor([[5, 6, 5, 7, 6, 5]])
ROWS = torch.ones(1, 6, dtype=torch.bool)


def targets(role: str, x: torch.Tensor = X) -> set[tuple[int, int]]:
    target = ROLES[role].target
    assert target is not None
    return {(int(q), int(k)) for q, k in target(x)[0].nonzero()}


def test_each_role_would_look_where_it_says() -> None:
    assert targets("previous") == {(q, q - 1) for q in range(1, 6)}
    assert targets("itself") == {(q, q) for q in range(6)}
    assert targets("next") == {(q, q + 1) for q in range(5)}
    assert targets("first") == {(q, 0) for q in range(1, 6)}
    assert targets("first", torch.tensor([[PAD, PAD, 5, 6]])) == {(3, 2)}
    assert targets("first", torch.zeros(1, 3, 2)) == {(1, 0), (2, 0)}


def test_an_induction_head_looks_behind_earlier_tokens_that_are_the_same() -> None:
    tokens = X[0].tolist()
    wanted = {(q, k) for q in range(6) for k in range(1, q) if tokens[k - 1] == tokens[q]}
    assert wanted == {(2, 1), (4, 2), (5, 1), (5, 3)}
    assert {(int(q), int(k)) for q, k in after_the_same(X)[0].nonzero()} == wanted


def test_the_share_is_the_mean_over_queries_that_have_a_place_to_look_at() -> None:
    weights = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0)).softmax(3)
    x = torch.cat([X, torch.tensor([[5, 5, 6, 6, PAD, PAD]])])
    rows = x != PAD
    found = share(weights, after_the_same(x), rows)
    for head in range(3):
        sums = []
        for n in range(2):
            for q in range(6):
                places = [k for k in range(1, q) if x[n, k - 1] == x[n, q]]
                if places and x[n, q] != PAD:
                    sums.append(sum(float(weights[n, head, q, k]) for k in places))
        assert float(found[head]) == pytest.approx(sum(sums) / len(sums), abs=1e-6)


def test_an_even_look_puts_one_over_what_it_sees_on_each() -> None:
    sight = torch.ones(1, 6, 6, dtype=torch.bool).tril()
    target = ROLES["previous"].target
    assert target is not None
    assert even(sight, target(X), ROWS) == pytest.approx(sum(1 / (q + 1) for q in range(1, 6)) / 5)
    assert math.isnan(even(sight, torch.zeros(1, 6, 6, dtype=torch.bool), ROWS))


def test_repeated_tokens_are_said_twice_and_come_from_those_given() -> None:
    ids = torch.tensor([4, 7, 9])
    found = repeated(ids, 9, 5, torch.Generator().manual_seed(0))
    assert found.shape == (5, 8)
    assert torch.equal(found[:, :4], found[:, 4:])
    assert set(found.unique().tolist()) == {4, 7, 9}


def test_a_role_is_given_only_where_it_is_clear() -> None:
    evens = {"previous": 0.1, "first": 0.4}
    assert best_role({"previous": 0.6, "first": 0.2}, evens) == "previous"
    assert best_role({"previous": 0.45, "first": 0.3}, evens) is None
    assert best_role({"previous": 0.1, "first": 0.7}, evens) is None, "an even look comes near that"
    assert best_role({"previous": 0.55, "first": 0.9}, evens) == "first"
