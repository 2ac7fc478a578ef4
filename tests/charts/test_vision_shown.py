"""What heads answer along the film: one chart for each head, filled from a real run's frames."""

import numpy as np
import pytest

from charts.live import filled
from charts.vision.board import vision_board
from charts.vision.sentences import vision_sentences
from engine.film import Film
from engine.vision.presets import VISION_PRESETS
from engine.vision.run import VisionRun

HEADS = ("unet", "box", "detect", "angle", "steering")


@pytest.fixture(scope="module", params=HEADS)
def run(request: pytest.FixtureRequest) -> VisionRun:
    smaller = {"data.samples": 100, "data.size": 16, "training.epochs": 1}
    run = VisionRun(VISION_PRESETS[request.param].experiment.patched(smaller))
    run.advance(4)
    return run


def test_the_answers_of_a_frame_stand_on_the_pictures_beside_the_truth(run: VisionRun) -> None:
    film = Film()
    film.append(run.snapshot())
    (answers,) = [chart for chart in vision_board(run.scene) if chart.id == "answers"]
    arrays = run.snapshot().detail.arrays
    drawn = filled(answers, film)
    for binding in answers.bindings:
        wanted = arrays[binding.array] if binding.row is None else arrays[binding.array][binding.row]
        np.testing.assert_allclose(np.array(drawn.data[binding.trace][binding.key], float), wanted, atol=1e-6)
    assert len(run.scene.asked)


def test_what_is_filmed_keeps_its_shape_and_is_small(run: VisionRun) -> None:
    first = run.snapshot().detail.arrays
    run.advance(2)
    again = run.snapshot().detail.arrays
    assert {name: array.shape for name, array in first.items()} == {name: array.shape for name, array in again.items()}
    assert sum(array.nbytes for name, array in first.items() if not name.startswith("map.")) < 16_000


def test_a_sentence_says_what_is_shown(run: VisionRun) -> None:
    said = vision_sentences(run.scene, run.snapshot().detail)
    if run.experiment.head.kind in ("segment", "angle", "steering"):
        assert said["answers"].endswith(".")
