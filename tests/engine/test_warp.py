"""Hidden space, beside the network written out in double precision and scikit-learn's principal components."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.initializers import Normal
from engine.insights import Warp
from engine.model import Model
from engine.supervised import SupervisedRun
from engine.warp import ALONG, LINES, SHOWN_POINTS, take, warped
from tests.engine.reference import forward, received, weights_of

SMALL = Experiment(
    data=Circle(samples=120), model=Model(hidden=(5, 2), initializer=Normal(scale=1.0)), training=Training(epochs=50)
)


class Filmed:
    """A run taken to some steps, with its checkpoints and, at each, what the reference says of a layer."""

    def __init__(self, layer: int, *, steps: tuple[int, ...] = (0, 15, 40), **changes: Any) -> None:
        self.run = SupervisedRun(SMALL.patched({key.replace("_", "."): value for key, value in changes.items()}))
        self.layer, self.kept, self.points, self.mesh = layer, [], [], []
        for step in steps:
            self.run.advance(step - self.run.steps)
            self.kept.append(self.run.checkpoint())
            self.points.append(self.outputs(self.run.data.train.x[:SHOWN_POINTS]))
            self.mesh.append(self.outputs(mesh_inputs(self.run)))

    def outputs(self, x: torch.Tensor) -> np.ndarray:
        return forward(self.run, x).outputs[self.layer].numpy()

    @property
    def warp(self) -> Warp:
        return warped(take(self.run, self.layer, self.kept), self.layer)


def mesh_inputs(run: SupervisedRun) -> torch.Tensor:
    """Horizontal lines from the lowest up, then vertical ones from the left."""
    low_x, high_x, low_y, high_y = run.scene.extent
    if run.scene.dimensions == 1:
        return received(run, np.linspace(low_x, high_x, ALONG)[:, None])
    flat = [(s, t) for t in np.linspace(low_y, high_y, LINES) for s in np.linspace(low_x, high_x, ALONG)]
    upright = [(s, t) for s in np.linspace(low_x, high_x, LINES) for t in np.linspace(low_y, high_y, ALONG)]
    return received(run, np.array(flat + upright))


def test_two_units_are_drawn_as_they_are_at_every_kept_moment() -> None:
    filmed = Filmed(1)
    warp = filmed.warp
    assert [moment.step for moment in warp.moments] == [0, 15, 40]
    assert (warp.units, warp.share, warp.layer) == (2, 1.0, filmed.run.scene.layer_names[1])
    for moment, points, mesh in zip(warp.moments, filmed.points, filmed.mesh, strict=True):
        assert moment.mesh.shape == (2 * LINES, ALONG, 2)
        np.testing.assert_allclose(moment.points, points, atol=2e-5)
        np.testing.assert_allclose(moment.mesh.reshape(-1, 2), mesh, atol=2e-5)
    np.testing.assert_array_equal(warp.label, filmed.run.data.train.raw_y[:SHOWN_POINTS])


def test_many_units_are_drawn_in_the_principal_components_of_all_moments_together() -> None:
    filmed = Filmed(0)
    warp = filmed.warp
    together = np.concatenate([np.concatenate(pair) for pair in zip(filmed.mesh, filmed.points, strict=True)])
    found = PCA(2).fit(together)
    assert warp.units == 5
    assert warp.share == pytest.approx(found.explained_variance_ratio_.sum(), rel=1e-4)
    ours = np.concatenate([np.concatenate([m.mesh.reshape(-1, 2), m.points]) for m in warp.moments])
    theirs = found.transform(together)
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, atol=2e-4)


def test_one_unit_is_drawn_on_a_line() -> None:
    filmed = Filmed(1, model_hidden=(4, 1))
    for moment, points in zip(filmed.warp.moments, filmed.points, strict=True):
        np.testing.assert_allclose(moment.points[:, 0], points[:, 0], atol=2e-5)
        assert not moment.points[:, 1].any() and not moment.mesh[..., 1].any() and not len(moment.boundary)


def test_on_the_dashed_line_the_output_is_0_and_it_spans_the_picture() -> None:
    filmed = Filmed(1)
    moment = filmed.warp.moments[-1]
    weights = weights_of(filmed.run)[-1].numpy()[0]
    bias = float(filmed.run.model.output.bias.detach())
    assert moment.boundary.shape == (2, 2)
    np.testing.assert_allclose(moment.boundary.astype(np.float64) @ weights + bias, 0, atol=1e-5)
    places = np.concatenate([moment.mesh.reshape(-1, 2), moment.points])
    assert np.linalg.norm(moment.boundary[1] - moment.boundary[0]) >= np.linalg.norm(np.ptp(places, axis=0))


@pytest.mark.parametrize(
    ("layer", "changes"),
    [(0, {}), (1, {"model_hidden": (4, 3)}), (1, {"data_kind": "gaussians", "data_centers": 3})],
    ids=["an earlier layer", "three units", "three classes"],
)
def test_where_the_decision_is_no_line_there_is_none(layer: int, changes: dict[str, Any]) -> None:
    if "data_kind" in changes:
        experiment = Experiment.model_validate({"data": {"kind": "iris"}, "model": {"hidden": (4, 2)}})
        run = SupervisedRun(experiment)
        assert run.data.class_count == 3
        assert not len(warped(take(run, layer, []), layer).moments[-1].boundary)
        return
    assert not any(len(moment.boundary) for moment in Filmed(layer, steps=(0, 10), **changes).warp.moments)


def test_an_output_without_weights_has_no_line() -> None:
    filmed = Filmed(1, steps=(0, 5))
    filmed.run.apply({"weight.3.1.1": 0.0, "weight.3.1.2": 0.0})
    assert not len(filmed.warp.moments[-1].boundary)


def test_one_column_is_a_single_line_of_the_plane() -> None:
    run = SupervisedRun(Experiment.model_validate({"data": {"kind": "sine"}, "model": {"hidden": (4, 2)}}))
    run.advance(10)
    (moment,) = warped(take(run, 1, []), 1).moments
    assert moment.mesh.shape == (1, ALONG, 2) and moment.step == 10 and not len(moment.boundary)
    np.testing.assert_allclose(moment.mesh[0], forward(run, mesh_inputs(run)).outputs[1].numpy(), atol=2e-5)


def test_what_is_off_is_off_at_its_moments_and_on_before() -> None:
    filmed = Filmed(1, steps=(0, 10))
    filmed.run.apply({"unit.2.1": False})
    filmed.run.advance(5)
    before, _, now = filmed.warp.moments
    assert before.points[:, 0].any() and not now.points[:, 0].any() and not now.mesh[..., 0].any()
    assert now.points[:, 1].any()


def test_an_edge_of_the_output_that_is_off_turns_the_line() -> None:
    filmed = Filmed(1, steps=(0, 10))
    filmed.run.apply({"edge.3.1.1": False})
    ends = filmed.warp.moments[-1].boundary
    bias = float(filmed.run.model.output.bias.detach())
    height = -bias / float(filmed.run.model.output.weight.detach()[0, 1])
    np.testing.assert_allclose(ends[:, 1], height, atol=1e-5)


def test_the_present_moment_comes_last_and_no_moment_twice() -> None:
    filmed = Filmed(0, steps=(0, 10, 20))
    filmed.run.advance(3)
    assert [moment.step for moment in filmed.warp.moments] == [0, 10, 20, 23]
    assert [moment.step for moment in warped(take(filmed.run, 0, []), 0).moments] == [23]


def test_looking_changes_nothing_of_the_run() -> None:
    filmed, alone = Filmed(0), SupervisedRun(SMALL)
    state = [parameter.clone() for parameter in filmed.run.model.parameters()]
    assert len(filmed.warp.moments) == 3
    assert all(a.equal(b) for a, b in zip(state, filmed.run.model.parameters(), strict=True))
    filmed.run.advance(5)
    alone.advance(45)
    assert all(a.equal(b) for a, b in zip(alone.model.parameters(), filmed.run.model.parameters(), strict=True))


def test_an_empty_plane_is_bent_too() -> None:
    run = SupervisedRun(Experiment.model_validate({"data": {"kind": "canvas"}, "model": {"hidden": (4,)}}))
    (moment,) = warped(take(run, 0, []), 0).moments
    assert moment.points.shape == (0, 2) and np.isfinite(moment.mesh).all()
