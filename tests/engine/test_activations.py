"""Every activation beside its published formula, and its slope beside a difference quotient."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.special import erf

from engine.activations import (
    ELU,
    GELU,
    Activation,
    ActivationChoice,
    LeakyReLU,
    Linear,
    Maxout,
    MaxPieces,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Step,
    Tanh,
)
from engine.choice import catalog
from engine.probes import largest_slope, saturation, slopes

FORMULAS: list[tuple[ActivationChoice, Callable[[np.ndarray], np.ndarray]]] = [
    (Step(), lambda z: np.where(z > 0, 1.0, 0.0)),
    (Linear(), lambda z: z),
    (Sigmoid(), lambda z: 1 / (1 + np.exp(-z))),
    (Tanh(), lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
    (ReLU(), lambda z: np.maximum(0, z)),
    (LeakyReLU(), lambda z: np.where(z > 0, z, 0.01 * z)),
    (LeakyReLU(slope=0.3), lambda z: np.where(z > 0, z, 0.3 * z)),
    (ELU(), lambda z: np.where(z > 0, z, np.exp(z) - 1)),
    (ELU(alpha=0.4), lambda z: np.where(z > 0, z, 0.4 * (np.exp(z) - 1))),
    (GELU(), lambda z: z * (1 + erf(z / np.sqrt(2))) / 2),
    (SiLU(), lambda z: z / (1 + np.exp(-z))),
    (Softplus(), lambda z: np.log(1 + np.exp(z))),
]
named = pytest.mark.parametrize(
    ("row", "formula"), FORMULAS, ids=[f"{row.kind}-{i}" for i, (row, _) in enumerate(FORMULAS)]
)
# Away from 0, where four of them have a corner.
Z = np.concatenate([np.linspace(-7, -0.013, 150), np.linspace(0.017, 7, 150)]).reshape(-1, 2)


def test_every_row_has_a_formula_here() -> None:
    assert {row.kind for row, _ in FORMULAS} | {"maxout"} == set(catalog(Activation))


@named
def test_the_forward_value_matches_the_published_formula(
    row: ActivationChoice, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    found = row.build()(torch.from_numpy(Z)).numpy()
    np.testing.assert_allclose(found, formula(Z), rtol=1e-9, atol=1e-8)


@named
def test_the_slope_matches_a_central_difference_of_the_formula(
    row: ActivationChoice, formula: Callable[[np.ndarray], np.ndarray]
) -> None:
    h = 1e-5
    expected = (formula(Z + h) - formula(Z - h)) / (2 * h)
    found = slopes(row.build(), torch.from_numpy(Z)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    "row", [Step(), ReLU(), LeakyReLU(), ELU(), GELU(), SiLU(), Tanh(), Linear()], ids=lambda r: r.kind
)
def test_these_pass_through_the_origin(row: ActivationChoice) -> None:
    assert row.build()(torch.zeros(1, 1)).item() == 0.0


@pytest.mark.parametrize("row", [row for row, _ in FORMULAS], ids=lambda r: r.kind)
def test_an_activation_stays_finite_for_very_large_inputs(row: ActivationChoice) -> None:
    z = torch.tensor([[-1e4, 1e4]])
    assert torch.isfinite(row.build()(z)).all()
    assert torch.isfinite(slopes(row.build(), z)).all()


@pytest.mark.parametrize("pieces", [2, 3, 8])
def test_maxout_is_the_largest_of_its_affine_maps(pieces: int) -> None:
    rng = np.random.default_rng(pieces)
    x, units = rng.normal(size=(11, 4)), 5
    weight, bias = rng.normal(size=(units, pieces, 4)), rng.normal(size=(units, pieces))
    row = Maxout(affine_pieces=pieces)
    assert row.pieces == pieces
    z = x @ weight.reshape(units * pieces, 4).T + bias.ravel()
    expected = np.array(
        [[max(weight[u, k] @ example + bias[u, k] for k in range(pieces)) for u in range(units)] for example in x]
    )
    np.testing.assert_allclose(row.build()(torch.from_numpy(z)).numpy(), expected, rtol=1e-12)


def test_all_but_maxout_need_one_pre_activation_per_unit() -> None:
    assert {row.pieces for row, _ in FORMULAS} == {1}


def test_the_slope_of_maxout_along_its_chosen_piece_is_one() -> None:
    module = MaxPieces(3)
    z = torch.randn(6, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    moved = (module(z + 1e-6) - module(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(slopes(module, z).numpy(), moved.numpy(), rtol=1e-8)


@pytest.mark.parametrize(
    ("row", "largest"),
    [(Sigmoid(), 0.25), (Tanh(), 1.0), (ReLU(), 1.0), (ELU(alpha=2.0), 2.0), (Step(), 0.0), (Maxout(), 1.0)],
    ids=lambda item: getattr(item, "kind", ""),
)
def test_the_largest_slope_is_the_known_one(row: ActivationChoice, largest: float) -> None:
    assert largest_slope(row.build()) == pytest.approx(largest, rel=1e-2 if row.kind == "elu" else 1e-6)


def test_saturated_and_dead_shares_match_a_count_by_hand() -> None:
    z = torch.tensor([[-1.0, 2.0, -1.0, 0.5], [-3.0, -1.0, 4.0, 9.0]])
    assert saturation(ReLU().build(), z) == (0.5, 0.25)
    # tanh' = 1 - tanh^2 is at most 5 % where |z| >= atanh(sqrt(0.95)) = 2.18...
    assert saturation(Tanh().build(), z) == (0.375, 0.0)
    assert saturation(Step().build(), z) == (1.0, 1.0)
    assert saturation(Linear().build(), z) == (0.0, 0.0)


def test_a_measured_tanh_is_pytorchs_to_two_units_in_the_last_place() -> None:
    z = torch.cat(
        [torch.linspace(-12, 12, 20_001), torch.logspace(-30, 0, 301), torch.tensor([0.0, -0.0, 1e30, -1e30])]
    )
    tanh = Tanh(kind="tanh").build()
    with torch.no_grad():
        measured = tanh(z)
    exact = np.tanh(z.double().numpy())
    assert (np.abs(measured.numpy() - exact) <= 2 * np.spacing(np.abs(exact).astype(np.float32))).all()
    asked = z.clone().requires_grad_()
    tanh(asked).sum().backward()
    assert torch.equal(tanh(asked), torch.tanh(asked))
    assert asked.grad is not None
    torch.testing.assert_close(asked.grad, 1 - torch.tanh(z) ** 2)


def test_a_measured_tanh_passes_on_what_is_not_a_number() -> None:
    with torch.no_grad(), warnings.catch_warnings(action="error"):
        found = Tanh(kind="tanh").build()(torch.tensor([float("nan"), float("inf"), float("-inf")]))
    assert found.isnan().tolist() == [True, False, False]
    assert found[1:].tolist() == [1.0, -1.0]
