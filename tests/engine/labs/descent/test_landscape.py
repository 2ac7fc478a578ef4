"""Planes through trained weights, and the loss on them."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from engine.activations import Activation
from engine.choice import catalog
from engine.labs.descent.landscape import (
    Path,
    flat_weights,
    follow,
    landscape,
    losses_at,
    path_plane,
    project,
    random_plane,
)
from engine.labs.descent.state import DescentLab, Landscape
from engine.labs.descent.training import loss_of
from engine.optimizers import SGD, Momentum
from tests.engine.labs.descent.runs import TINY, experiment, run


@pytest.mark.parametrize("kind", catalog(Activation))
def test_losses_of_one_batched_pass_are_those_of_the_network_with_these_weights(kind: str) -> None:
    lab = DescentLab.model_validate({**TINY.model_dump(), "activation": {"kind": kind}})
    made = run(lab)
    rng = np.random.default_rng(0)
    weights = flat_weights(made.model) + 0.3 * rng.standard_normal((4, len(flat_weights(made.model))))
    found = losses_at(made, "validation", weights)
    for row, loss in zip(weights, found, strict=True):
        with torch.no_grad():
            torch.nn.utils.vector_to_parameters(torch.from_numpy(row).float(), made.model.parameters())
        assert loss == pytest.approx(loss_of(made, "validation"), rel=1e-4, abs=1e-6)


def test_a_random_direction_has_the_length_of_each_units_own_weights_and_leaves_biases() -> None:
    made = run(steps=5)
    plane = random_plane(made.model, 0, 0)
    first = 0
    for parameter in made.model.parameters():
        w = parameter.detach().double().numpy()
        for direction in plane.T:
            d = direction[first : first + w.size].reshape(w.shape)
            if w.ndim > 1:
                assert np.allclose(np.linalg.norm(d, axis=1), np.linalg.norm(w, axis=1))
            else:
                assert not d.any()
        first += w.size
    assert not np.allclose(plane, random_plane(made.model, 0, 1)), "another draw is another plane"
    assert np.array_equal(plane, random_plane(made.model, 0, 0))


def test_the_paths_plane_is_that_of_scikit_learns_principal_components() -> None:
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((30, 12)).cumsum(axis=0)
    path = Path(np.arange(30.0), weights, np.ones(30))
    # Taken from the end, not from the mean: mirrored at the end, the mean is the end.
    mirrored = np.vstack([path.moves, -path.moves])
    reference = PCA(n_components=2).fit(mirrored)
    plane = path_plane(path)
    assert np.allclose(np.abs(np.sum(plane.T * reference.components_, axis=1)), 1.0)
    assert project(path, plane)[1] == pytest.approx(reference.explained_variance_ratio_.sum())


def test_projection_is_least_squares_also_where_directions_are_not_orthogonal() -> None:
    rng = np.random.default_rng(1)
    plane = rng.standard_normal((8, 2))
    inside = rng.standard_normal((5, 2)) @ plane.T
    path = Path(np.arange(6.0), np.vstack([inside, np.zeros(8)]), np.ones(6))
    places, held = project(path, plane)
    assert held == pytest.approx(1.0)
    assert np.allclose(places @ plane.T, path.moves)


@pytest.mark.parametrize("plane", ["path", "random"])
def test_a_landscape_is_refined_and_has_the_trained_loss_at_its_star(plane: str) -> None:
    asked = Landscape(plane=plane, epochs=5, resolution=31)  # type: ignore[arg-type]
    results = [
        item.result
        for item in landscape(experiment(optimizer=Momentum(lr=0.05), batch_size=10, epochs=5), asked)
        if item.result is not None
    ]
    assert [len(result.a) for result in results] == [11, 21, 31]
    found = results[-1]
    assert np.allclose(found.path[-1], 0, atol=1e-12)
    assert found.path_loss[-1] == pytest.approx(found.centre_loss)
    at = found.loss[np.abs(found.b).argmin(), np.abs(found.a).argmin()]
    if plane == "random":
        assert at == pytest.approx(found.centre_loss, rel=1e-5), "0 is on a grid of an odd number of points"
        assert found.captured < 0.5
    else:
        assert found.captured > 0.8
        low, high = found.path.min(axis=0), found.path.max(axis=0)
        assert found.a[0] < low[0] and found.a[-1] > high[0] and found.b[0] < low[1] and found.b[-1] > high[1]


def test_a_run_that_diverges_still_has_a_landscape_of_its_last_finite_weights() -> None:
    lab = DescentLab()
    asked = Landscape(epochs=5, resolution=11)
    *_, last = landscape(experiment(lab, optimizer=SGD(lr=10.0), batch_size=10, epochs=5), asked)
    assert last.result is not None
    assert np.isfinite(last.result.path).all()


def test_a_followed_run_ends_with_its_last_weights() -> None:
    made = run(epochs=3)
    *_, (share, path) = follow(made, "train")
    assert share == 1.0
    assert np.array_equal(path.weights[-1], flat_weights(made.model))
    assert path.steps[-1] == made.horizon
