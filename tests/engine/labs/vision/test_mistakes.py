"""Where a network is wrong, beside scikit-learn; what a block makes of mixtures."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.manifold import trustworthiness
from sklearn.metrics import confusion_matrix

from engine.kept import Kept
from engine.labs.vision.course import Course, course
from engine.labs.vision.mistakes import bend, block_of, components, judged, plane, warped
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn


@pytest.fixture(scope="module")
def found() -> Course:
    blocks = (Convolution(channels=5), Activate(), Pool(), Dense(units=9), Activate())
    experiment = VisionExperiment(model=Cnn(blocks=blocks)).patched({"training.epochs": 2})
    *_, last = course(experiment, Kept(lambda: 1e6))
    assert last.result is not None
    return last.result


@pytest.mark.parametrize("part", ["validation", "test"])
def test_the_table_is_scikit_learns_and_mistakes_are_all_of_its_wrong_ones(found: Course, part: str) -> None:
    pictures = getattr(found.data, part)
    with torch.no_grad():
        outputs = found.network(-1)(pictures.x)
    seen = judged(found, len(found.moments) - 1, part)
    np.testing.assert_array_equal(seen.table, confusion_matrix(pictures.label, outputs.argmax(1), labels=range(10)))
    wrong = set((outputs.argmax(1) != pictures.label).nonzero().flatten().tolist())
    assert {mistake.number - 1 for mistake in seen.mistakes} == wrong and wrong
    sure = [mistake.sure for mistake in seen.mistakes]
    assert sure == sorted(sure, reverse=True)
    first = seen.mistakes[0]
    shares = outputs[first.number - 1].double().softmax(0)
    assert first.sure == pytest.approx(float(shares.max()), rel=1e-5)
    assert first.sure_of_truth == pytest.approx(float(shares[first.truth]), rel=1e-5)
    assert np.array_equal(first.picture, (pictures.x[first.number - 1] * 255).round().byte().numpy())


def test_the_plane_is_that_of_principal_components(found: Course) -> None:
    seen = plane(found, len(found.moments) - 1, "validation", 5, "pca")
    with torch.no_grad():
        features = found.network(-1).features(found.data.validation.x)[4]
    reference = PCA(2).fit(features.double().numpy())
    wanted = reference.transform(features.double().numpy())
    for axis in range(2):
        assert abs(np.corrcoef(seen.points[:, axis], wanted[:, axis])[0, 1]) == pytest.approx(1, abs=1e-5)
    assert seen.variance == pytest.approx(tuple(reference.explained_variance_ratio_), rel=1e-5)
    assert seen.named == "5 ReLU" and seen.size == 9


def test_a_block_beyond_the_last_is_the_last_and_none_is_the_picture(found: Course) -> None:
    network, x = found.network(-1), found.data.validation.x[:4]
    with torch.no_grad():
        assert torch.equal(block_of(network, x, 24), network.features(x)[-1])
        bare = Cnn(blocks=()).build(network.asked, 0).eval()
        assert torch.equal(block_of(bare, x, 3), bare.standardized(x).flatten(1))


def test_points_without_spread_lie_at_the_origin() -> None:
    scores, shares = components(torch.ones(6, 1).double())
    assert scores.shape == (6, 2) and not scores.any() and shares == (0.0, 0.0)


def test_tsne_keeps_neighbours_and_draws_from_no_global_generator(found: Course) -> None:
    before = np.random.get_state()[1].copy()
    one = plane(found, len(found.moments) - 1, "validation", 5, "tsne")
    again = plane(found, len(found.moments) - 1, "validation", 5, "tsne")
    assert np.array_equal(before, np.random.get_state()[1])
    np.testing.assert_allclose(one.points, again.points)
    with torch.no_grad():
        features = block_of(found.network(-1), found.data.validation.x, 5)
    assert trustworthiness(features, one.points, n_neighbors=5) > 0.95


def test_a_linear_block_leaves_the_sheet_flat_and_an_activation_bends_it(found: Course) -> None:
    flat = warped(found, len(found.moments) - 1, "validation", 1, (1, 2, 3))
    bent = warped(found, len(found.moments) - 1, "validation", 2, (1, 2, 3))
    assert flat.bent < 1e-6 < 0.01 < bent.bent
    assert sum(flat.variance) == pytest.approx(1, abs=1e-6), "a flat sheet lies in a plane"
    at = flat.weights.reshape(-1, 2)
    corner = int(np.square(at - [1, 0]).sum(1).argmin())
    assert flat.said.ravel()[corner] == flat.pictures[1].said


def test_the_bend_is_what_a_linear_regression_leaves() -> None:
    generator = torch.Generator().manual_seed(1)
    weights = torch.rand(40, 2, generator=generator).double()
    features = (weights @ torch.rand(2, 7, generator=generator).double()).square()
    left = features.numpy() - LinearRegression().fit(weights, features).predict(weights)
    spread = features.numpy() - features.numpy().mean(0)
    assert bend(features, weights) == pytest.approx((left**2).sum() / (spread**2).sum(), rel=1e-9)
