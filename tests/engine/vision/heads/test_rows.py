"""Every head of the catalog: a loss that can be learned from, scores as many as are named, details of one shape."""

import pytest
import torch

from engine.vision.heads.catalog import Head
from engine.vision.heads.head import HeadChoice
from engine.vision.images import Images
from engine.vision.sources.roads import Roads
from engine.vision.sources.scenes import ShapeScenes
from tests.rows import defaults_of

HEADS = defaults_of(Head)


@pytest.fixture(scope="module")
def pictures() -> dict[str, Images]:
    return {"steering": Roads(size=16, samples=100).build(0), "": ShapeScenes(size=16, samples=100, objects=2).build(0)}


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_learns_scores_and_is_filmed(kind: str, pictures: dict[str, Images]) -> None:
    head = HEADS[kind]
    assert isinstance(head, HeadChoice)
    data = pictures.get(kind, pictures[""])
    part = data.train.first(12)
    y = head.target(part)
    places = (4, 4) if head.per_pixel else ()
    shape = (12, head.outputs(len(data.classes)), *places)
    outputs = torch.randn(shape, generator=torch.Generator().manual_seed(0)).requires_grad_()
    loss = head.loss(outputs, y)
    loss.backward()
    assert len(y) == 12 and torch.isfinite(outputs.grad).all() and (outputs.grad != 0).any()
    scores = head.scores(outputs.detach(), y)
    assert len(scores) == len(head.score_names)
    assert head.loss_label and isinstance(head.loss_unit, str)
    first, other = (head.filmed(each.detach(), y) for each in (outputs, 3 * outputs))
    assert {name: array.shape for name, array in first.items()} == {name: array.shape for name, array in other.items()}
    assert sum(array.nbytes for array in first.values()) < 8_000


@pytest.mark.parametrize("kind", HEADS)
def test_a_head_says_which_pictures_it_cannot_learn_from(kind: str) -> None:
    head = HEADS[kind]
    assert isinstance(head, HeadChoice)
    wrong = ShapeScenes() if kind == "steering" else Roads()
    found = head.misfits(wrong, (8, 4, 4))
    assert bool(found) is bool(head.needs)
    assert all("choose other pictures, or another head" in said for _, _, said in found)
