"""Where a network is wrong, and what a block makes of many pictures, or of mixtures of three."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine import metrics
from engine.labs.vision.course import Course
from engine.labs.vision.results.mistakes import Judged, Mistake, Plane, Warped
from engine.vision.images import Part
from engine.vision.network import VisionNetwork

MOST_PICTURES = 500
"""On the plane: t-SNE takes seconds for more."""
GRID = 25
"""Mixtures along each side."""
BEYOND = 0.5
"""Mixtures go so far beyond the pictures that they are of."""
AT_ONCE = 256


def part_of(course: Course, name: str) -> Part:
    """The pictures that are looked at."""
    return course.data.validation if name == "validation" else course.data.test


@torch.no_grad()
def judged(course: Course, place: int, name: str) -> Judged:
    """The answers to every picture of a part, at one of the moments."""
    part, classes = part_of(course, name), course.data.classes
    sure = answers(course.network(place), part.x)
    said, truth = sure.argmax(1), part.label
    wrong = torch.nonzero(said != truth).flatten()
    order = wrong[sure[wrong, said[wrong]].argsort(descending=True, stable=True)]
    found = tuple(_answer(part, sure, int(row)) for row in order)
    table = metrics.confusion(truth.numpy(), said.numpy(), len(classes))
    return Judged(name, course.steps[place], classes, table, found)


def _answer(part: Part, sure: Tensor, row: int) -> Mistake:
    truth, said = int(part.label[row]), int(sure[row].argmax())
    picture = (part.x[row] * 255).round().byte().numpy()
    return Mistake(row + 1, picture, truth, said, float(sure[row, said]), float(sure[row, truth]))


@torch.no_grad()
def answers(network: VisionNetwork, x: Tensor) -> Float[Tensor, "pictures classes"]:
    """Probabilities, some pictures at a time."""
    return torch.cat([network(some).softmax(1) for some in x.split(AT_ONCE)])


@torch.no_grad()
def block_of(network: VisionNetwork, x: Tensor, block: int) -> Float[Tensor, "pictures numbers"]:
    """What a block, counted from 1, gives for each picture, in one row; beyond the last, the last."""
    place = min(block, len(network.names)) - 1
    if place < 0:
        return network.standardized(x).flatten(1)
    return torch.cat([network.features(some)[place].flatten(1) for some in x.split(AT_ONCE)])


def block_named(network: VisionNetwork, block: int) -> str:
    """``8 ReLU``; of a network without blocks the picture itself."""
    return network.names[min(block, len(network.names)) - 1] if network.names else "the picture"


def plane(course: Course, place: int, name: str, block: int, method: str) -> Plane:
    """The pictures of a part as a block sees them, on a plane: principal components, or scikit-learn's t-SNE."""
    part, network = part_of(course, name).first(MOST_PICTURES), course.network(place)
    features = block_of(network, part.x, block).double()
    said = answers(network, part.x).argmax(1)
    if method == "tsne":
        points, variance = _tsne(features.numpy(), course.experiment.seed), None
    else:
        scores, shares = components(features)
        points, variance = scores.numpy(), shares
    return Plane(
        block_named(network, block),
        points.astype(np.float32),
        part.label.numpy().copy(),
        said.numpy(),
        course.data.classes,
        method,
        variance,
        features.shape[1],
    )


def components(
    features: Float[Tensor, "pictures numbers"],
) -> tuple[Float[Tensor, "pictures 2"], tuple[float, float]]:
    """(coordinates along the two principal components, the share of the variance along each); 0 where there is none."""
    centred = features - features.mean(0)
    left, sizes, _ = torch.linalg.svd(centred, full_matrices=False)
    scores = (left * sizes)[:, :2]
    if scores.shape[1] < 2:
        scores = torch.cat([scores, torch.zeros(len(scores), 2 - scores.shape[1], dtype=scores.dtype)], dim=1)
    shares = [*(sizes.square() / sizes.square().sum().clamp(min=1e-30)).tolist(), 0.0, 0.0]
    return scores, (shares[0], shares[1])


def _tsne(features: Float[np.ndarray, "pictures numbers"], seed: int) -> Float[np.ndarray, "pictures 2"]:
    from sklearn.manifold import TSNE

    near = min(30.0, (len(features) - 1) / 3)
    found: np.ndarray = TSNE(perplexity=near, init="pca", random_state=seed).fit_transform(features)
    return found


@torch.no_grad()
def warped(course: Course, place: int, name: str, block: int, corners: tuple[int, int, int]) -> Warped:
    """Mixtures a + u (b - a) + v (c - a) of three pictures: where a block puts them, and what the network says."""
    part, network = part_of(course, name), course.network(place)
    rows = [min(number, len(part)) - 1 for number in corners]
    a, b, c = (part.x[row] for row in rows)
    along = torch.linspace(-BEYOND, 1 + BEYOND, GRID)
    v, u = torch.meshgrid(along, along, indexing="ij")
    mixed = a + u.reshape(-1, 1, 1, 1) * (b - a) + v.reshape(-1, 1, 1, 1) * (c - a)
    features = block_of(network, mixed, block).double()
    scores, shares = components(features)
    sure = answers(network, mixed)
    known = answers(network, part.x[rows])
    three = Part(part.x[rows], part.label[rows])
    return Warped(
        block_named(network, block),
        tuple(_numbered(_answer(three, known, at), row + 1) for at, row in enumerate(rows)),
        torch.stack([u, v], dim=-1).numpy(),
        scores.reshape(GRID, GRID, 2).float().numpy(),
        shares,
        sure.argmax(1).reshape(GRID, GRID).numpy(),
        sure.amax(1).reshape(GRID, GRID).numpy(),
        course.data.classes,
        bend(features, torch.stack([u.flatten(), v.flatten()], dim=1).double()),
    )


def _numbered(found: Mistake, number: int) -> Mistake:
    return Mistake(number, found.picture, found.truth, found.said, found.sure, found.sure_of_truth)


def bend(features: Float[Tensor, "mixtures numbers"], weights: Float[Tensor, "mixtures 2"]) -> float:
    """1 - R^2 of the best affine map from the mixture's weights to all features: 0 where the sheet is flat."""
    design = torch.cat([weights, torch.ones(len(weights), 1, dtype=weights.dtype)], dim=1)
    fitted = design @ torch.linalg.lstsq(design, features).solution
    spread = (features - features.mean(0)).square().sum()
    return float((features - fitted).square().sum() / spread) if spread > 0 else 0.0
