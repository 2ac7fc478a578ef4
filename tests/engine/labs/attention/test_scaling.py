"""Scaling beside closed forms, SciPy and autograd."""

import numpy as np
import pytest
import torch
from scipy import stats

from engine.labs.attention.entries import Entries, EntriesChoice
from engine.labs.attention.said import measured as said
from engine.labs.attention.scaling import (
    NUMBERS,
    QUERIES,
    entropy,
    example,
    jacobian_norm,
    measured,
    portions,
    sweep,
    widths,
)
from engine.labs.attention.views import Scaling
from engine.streams import stream
from tests.rows import defaults_of


@pytest.mark.parametrize("entries", defaults_of(Entries).values(), ids=str)
def test_entries_have_mean_0_and_variance_1(entries: EntriesChoice) -> None:
    draws = entries.draw(50_000, generator=stream(0, "data"))
    assert abs(float(draws.mean())) < 0.03 and abs(float(draws.var()) - 1) < 0.03


@pytest.mark.parametrize("entries", defaults_of(Entries).values(), ids=str)
@pytest.mark.parametrize("width", [4, 100])
def test_the_variance_of_a_dot_product_is_its_width(entries: EntriesChoice, width: int) -> None:
    found = np.mean([measured(Scaling(entries=entries), width, seed)[0] for seed in range(4)])
    assert found == pytest.approx(width, rel=0.1)


def test_entropy_is_scipys_and_the_norm_that_of_autograds_jacobian() -> None:
    z = 3 * torch.randn(6, 5, generator=stream(0, "data"), dtype=torch.float64)
    p = torch.softmax(z, dim=-1)
    np.testing.assert_allclose(entropy(p).numpy(), stats.entropy(p.numpy(), axis=1), atol=1e-12)
    for row, norm in zip(z, jacobian_norm(p), strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda at: torch.softmax(at, dim=0), row)
        assert float(norm) == pytest.approx(float(torch.linalg.matrix_norm(jacobian)), abs=1e-12)


def test_a_hard_choice_has_no_entropy_and_lets_no_gradient_through() -> None:
    hard = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64)
    assert float(entropy(hard)) == 0 and float(jacobian_norm(hard)) == 0
    even = torch.full((1, 4), 0.25, dtype=torch.float64)
    assert float(entropy(even)) == pytest.approx(np.log(4))
    assert float(jacobian_norm(even)) == pytest.approx(np.sqrt(3) / 4), "sqrt(n - 1) / n"


def test_what_is_measured_is_a_mean_over_queries_with_keys_of_their_own() -> None:
    asked = Scaling(keys=3)
    draws = stream(7, "data", 5)
    q = torch.randn(QUERIES, 5, generator=draws, dtype=torch.float64)
    k = torch.randn(QUERIES, 3, 5, generator=draws, dtype=torch.float64)
    z = (k @ q[:, :, None])[..., 0].numpy()
    found = measured(asked, 5, 7)
    powers = np.exp(z / np.sqrt(5))
    p = powers / powers.sum(axis=1, keepdims=True)
    assert found[0] == pytest.approx(float((z**2).mean()))
    assert found[2] == pytest.approx(float(stats.entropy(p, axis=1).mean()))


@pytest.mark.parametrize("numbers", [1, 5_000, 131_072, 10**7])
def test_all_queries_are_drawn_in_portions_that_are_not_too_large(numbers: int) -> None:
    found = portions(numbers)
    assert sum(found) == QUERIES and max(found) * numbers <= max(NUMBERS, numbers)


def test_widths_double_up_to_the_largest() -> None:
    assert (
        widths(8) == [1, 2, 4, 8] and widths(100) == [1, 2, 4, 8, 16, 32, 64, 100] and widths(1024)[-2:] == [512, 1024]
    )


def test_without_scaling_entropy_and_gradient_fall_and_with_it_they_stay() -> None:
    steps = list(sweep(Scaling(most=256, seeds=3), 0))
    found = steps[-1].result
    first = steps[0].result
    assert found is not None and first is not None and steps[-1].share == 1.0
    assert np.isnan(first.variance).sum() == first.variance.size - 1
    assert (found.entropy_bare[:, -1] < 0.3).all() and (found.entropy[:, -1] > 2.2).all()
    assert (np.diff(np.median(found.entropy_bare, axis=0)) < 0).all()
    assert (found.jacobian_bare[:, -1] < 0.15).all() and (found.jacobian[:, -1] > 0.28).all()
    assert len({tuple(row) for row in found.variance}) == 3, "another seed moves the figure"
    np.testing.assert_array_equal(found.entropy[:, 0], found.entropy_bare[:, 0], "the root of 1 changes nothing")
    assert "At d_k = 256" in said.entropy(found) and "times d_k" in said.variance(found)
    assert said.jacobian(first) == "" == said.variance(first)


def test_the_example_is_one_query_twice() -> None:
    found = example(Scaling(shown=64), 0)
    np.testing.assert_allclose(found.scaled, torch.softmax(torch.from_numpy(found.scores) / 8, dim=0).numpy())
    assert found.bare.sum() == pytest.approx(1) and found.entropy[0] < found.entropy[1]
    assert f"{found.bare.max():.3f} without" in said.example(found)
