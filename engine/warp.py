"""Hidden space: where a layer puts the input plane and the data, at the moments of a run that are kept."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.checkpoints import TrainingState
from engine.insights import Moment, Warp
from engine.model import MLP
from engine.probes import at_rest, traced
from engine.supervised import SupervisedRun
from engine.touch import effective, switch_off

LINES = 13
"""Lines of the mesh in each direction."""
ALONG = 31
"""Points along each line."""
SHOWN_POINTS = 240


@dataclass(frozen=True)
class Taken:
    """What is taken from a run, quickly, to be measured at leisure."""

    model: MLP
    name: str
    states: tuple[TrainingState, ...]
    mesh: Float[Tensor, "places features"]
    lines: int
    points: Float[Tensor, "examples features"]
    label: np.ndarray
    binary: bool


def take(run: SupervisedRun, layer: int, checkpoints: Sequence[object]) -> Taken:
    """What ``warped`` needs of hidden ``layer`` (from 0): copies, and the states that are kept, the present one last."""
    states = [state for state in checkpoints if isinstance(state, TrainingState) and state.step < run.steps]
    examples = run.data.train
    mesh = _mesh(run)
    return Taken(
        model=copy.deepcopy(run.model),
        name=run.scene.layer_names[layer],
        states=(*states, run.checkpoint()),
        mesh=mesh.to(run.device),
        lines=len(mesh) // ALONG,
        points=examples.x[:SHOWN_POINTS].to(run.device),
        label=examples.raw_y[:SHOWN_POINTS],
        binary=run.data.class_count == 2 and run.model.output.out_features == 1,
    )


def _mesh(run: SupervisedRun) -> Float[Tensor, "places features"]:
    """The network's inputs along the lines of a mesh over the plane of the boundary; one line where it has one axis."""
    plane = run.camera.plane
    low_x, high_x, low_y, high_y = plane.extent
    along = np.linspace(0, 1, ALONG)
    if plane.dimensions == 1:
        return run.data.encode(plane.origin + (low_x + along * (high_x - low_x))[:, None] * plane.axes[0])
    across = np.linspace(0, 1, LINES)
    level, place = (side.reshape(-1) for side in np.meshgrid(across, along, indexing="ij"))
    s = np.concatenate([place, level]) * (high_x - low_x) + low_x
    t = np.concatenate([level, place]) * (high_y - low_y) + low_y
    return run.data.encode(plane.origin + s[:, None] * plane.axes[0] + t[:, None] * plane.axes[1])


def warped(taken: Taken, layer: int) -> Warp:
    """Hidden ``layer`` (from 0) at every kept moment, in its own two units or in two principal components.

    The components are those of all moments together (Pearson 1901), so that the picture does not turn by itself.
    """
    inputs = torch.cat([taken.mesh, taken.points])
    answers, lines = [], []
    for state in taken.states:
        taken.model.load_state_dict(state.model)
        switch_off(taken.model, state.off)
        with at_rest(taken.model), torch.no_grad(), traced(taken.model) as trace:
            taken.model(inputs)
        answers.append(np.nan_to_num(trace.outputs[layer].double().cpu().numpy()))
        lines.append(_decision(taken, layer))
    units = answers[0].shape[1]
    drawn, share = _directions(answers)
    moments = [
        _moment(taken, state.step, places, line) for state, places, line in zip(taken.states, drawn, lines, strict=True)
    ]
    return Warp(taken.name, units, taken.label, share, tuple(moments))


def _directions(answers: list[np.ndarray]) -> tuple[list[np.ndarray], float]:
    """(answers in two columns, the share of variance these hold)."""
    units = answers[0].shape[1]
    if units <= 2:
        return [np.pad(answer, ((0, 0), (0, 2 - units))) for answer in answers], 1.0
    together = np.concatenate(answers)
    mean = together.mean(axis=0)
    covariance = np.cov(together - mean, rowvar=False)
    sizes, directions = np.linalg.eigh(covariance)
    first_two = directions[:, ::-1][:, :2]
    share = float(sizes[::-1][:2].sum() / sizes.sum()) if sizes.sum() > 0 else 1.0
    return [(answer - mean) @ first_two for answer in answers], share


def _decision(taken: Taken, layer: int) -> np.ndarray | None:
    """(w1, w2, b) of the output over the last hidden layer of two units; None where there is no such line."""
    model = taken.model
    if not taken.binary or layer != len(model.layers) - 1 or model.output.in_features != 2:
        return None
    bias = 0.0 if model.output.bias is None else float(model.output.bias.detach())
    return np.array([*effective(model.output)[0].double().cpu().numpy(), bias])


def _moment(taken: Taken, step: int, places: np.ndarray, line: np.ndarray | None) -> Moment:
    count = len(taken.mesh)
    mesh = places[:count].reshape(taken.lines, -1, 2)
    ends = np.zeros((0, 2)) if line is None else _ends(line, places)
    return Moment(step, mesh.astype(np.float32), places[count:].astype(np.float32), ends.astype(np.float32))


def _ends(line: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Two points of w . h + b = 0 as far apart as what is drawn."""
    normal, offset = line[:2], line[2]
    size = float(normal @ normal)
    if size == 0:
        return np.zeros((0, 2))
    middle = places.mean(axis=0)
    foot = middle - (middle @ normal + offset) / size * normal
    reach = float(np.linalg.norm(np.ptp(places, axis=0))) or 1.0
    along = np.array([-normal[1], normal[0]]) / np.sqrt(size) * reach
    return np.stack([foot - along, foot + along])
