"""Hessian products, Lanczos and power iteration, beside the full Hessian that PyTorch writes out."""

import numpy as np
import pytest
import torch
from torch.func import functional_call, hessian

from engine.activations import Activation
from engine.choice import catalog
from engine.labs.descent.curvature import Hessian, largest, power_iteration, random_start, smallest
from engine.labs.descent.state import DescentLab
from engine.supervised import SupervisedRun
from tests.engine.labs.descent.runs import TINY, run

# torch.func.hessian itself warns so, of PyTorch's own code.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")


def full_hessian(made: SupervisedRun) -> np.ndarray:
    """(parameters, parameters) by torch.func.hessian over a flat vector of weights, in float64."""
    model = made.model.double()
    shapes = {name: value.shape for name, value in model.named_parameters()}
    flat = torch.cat([value.detach().reshape(-1) for value in model.parameters()])
    x, y = made.data.train.x.double(), made.data.train.y

    def loss(weights: torch.Tensor) -> torch.Tensor:
        parts = weights.split([shape.numel() for shape in shapes.values()])
        named = {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}
        return made.loss.mean(functional_call(model, named, (x,)), y.double() if y.is_floating_point() else y)

    return hessian(loss)(flat).detach().numpy()


@pytest.mark.parametrize("steps", [0, 40])
def test_products_and_both_ends_of_the_spectrum_are_those_of_the_full_hessian(steps: int) -> None:
    made = run(steps=steps)
    found = Hessian(made)
    whole = full_hessian(made)
    v = random_start(found.size, 1)
    assert np.allclose(found.product(v), whole @ v, atol=1e-10)
    values = np.linalg.eigvalsh(whole)
    start = random_start(found.size, 2)
    assert largest(found.product, start)[0] == pytest.approx(values[-1], rel=1e-4)
    assert smallest(found.product, start) == pytest.approx(values[0], rel=1e-4, abs=1e-8)
    assert values[0] < 0 < values[-1], "both signs, so that largest and largest in size differ"


def test_the_eigenvector_belongs_to_the_eigenvalue() -> None:
    found = Hessian(run(steps=20))
    value, vector = largest(found.product, random_start(found.size, 0))
    assert np.allclose(found.product(vector), value * vector, atol=1e-3 * abs(value))


def test_a_preconditioned_hessian_is_scaled_from_both_sides_and_added_to() -> None:
    made = run(steps=10)
    found = Hessian(made)
    root, added = np.random.default_rng(0).uniform(0.5, 2.0, (2, found.size))
    values = np.linalg.eigvalsh(root[:, None] * full_hessian(made) * root + np.diag(added))
    assert largest(found.scaled(root, added), random_start(found.size, 0))[0] == pytest.approx(values[-1], rel=1e-4)


def test_power_iteration_finds_the_largest_in_size_and_with_a_shift_the_largest() -> None:
    matrix = np.diag([-3.0, 0.5, 2.0])
    start = np.ones(3)
    assert power_iteration(lambda v: matrix @ v, start, 200)[-1] == pytest.approx(-3.0)
    assert power_iteration(lambda v: matrix @ v, start, 200, shift=3.0)[-1] == pytest.approx(2.0)


def test_shifted_power_iteration_comes_to_lanczos_on_a_network() -> None:
    found = Hessian(run(steps=40))
    start = random_start(found.size, 0)
    low = smallest(found.product, start)
    ended = power_iteration(found.product, start, 2000, shift=max(0.0, -low))[-1]
    assert ended == pytest.approx(largest(found.product, start)[0], rel=1e-3)


def test_a_matrix_of_zeros_and_one_number_have_their_eigenvalues() -> None:
    assert largest(lambda v: 0 * v, np.ones(5))[0] == 0.0
    assert largest(lambda v: 4.0 * v, np.ones(1))[0] == 4.0
    assert len(power_iteration(lambda v: 0 * v, np.ones(5), 10)) == 1


@pytest.mark.parametrize("kind", catalog(Activation))
def test_every_activation_has_a_sharpness(kind: str) -> None:
    lab = DescentLab.model_validate({**TINY.model_dump(), "activation": {"kind": kind}})
    made = run(lab)
    found = Hessian(made)
    value = largest(found.product, random_start(found.size, 0))[0]
    assert value == pytest.approx(float(np.linalg.eigvalsh(full_hessian(made))[-1]), rel=1e-3, abs=1e-8)
