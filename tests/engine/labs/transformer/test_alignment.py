"""Where each answer comes from in its source."""

import pytest
import torch

from engine.labs.transformer.alignment import is_known, right_places
from engine.labs.transformer.measuring import alignment, spread
from engine.sequences.data import IGNORED, PAD
from engine.sequences.observed import Seen
from engine.sequences.tasks.pairs import Addition, Dates
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.toy import Copy, Recall, Reverse, Sort
from tests.engine.labs.transformer.tiny import translator


@pytest.mark.parametrize(
    "task", [Reverse(samples=60), Copy(samples=60), Sort(samples=60, symbols=5)], ids=lambda t: t.kind
)
def test_the_right_places_hold_the_symbol_that_is_asked_for(task: Task) -> None:
    data = task.build(0)
    x, y = data.train.x, data.train.y
    right = right_places(task, data, x, y)
    length = data.source
    assert right[:, :length].any(2).all(), "every symbol comes from somewhere"
    assert not right[:, length:].any(), "<eos> from nowhere"
    for n, i, s in right.nonzero().tolist():
        assert x[n, s] == y[n, length + i]


def test_reverse_looks_along_the_other_diagonal_and_copy_along_the_first() -> None:
    for task, wanted in (
        (Reverse(length=6, samples=50), torch.eye(6).flip(1)),
        (Copy(length=6, samples=50), torch.eye(6)),
    ):
        data = task.build(0)
        right = right_places(task, data, data.train.x, data.train.y)
        assert all(torch.equal(each[:6].float(), wanted) for each in right)


def test_of_equal_symbols_a_sorted_answer_may_come_from_any() -> None:
    task = Sort(length=8, symbols=3, samples=50)
    data = task.build(0)
    right = right_places(task, data, data.train.x, data.train.y)
    for n in range(50):
        source = data.train.x[n, :8].tolist()
        for i in range(8):
            assert int(right[n, i].sum()) == source.count(int(data.train.y[n, 8 + i]))


def test_a_date_is_read_part_by_part() -> None:
    task = Dates(samples=200)
    data = task.build(0)
    x, y = data.train.x, data.train.y
    right = right_places(task, data, x, y)
    digits = set()
    for n in range(200):
        source = "".join("" if id == PAD else data.tokens[id] for id in x[n, : data.source].tolist())
        padding = data.source - len(source)
        day, month, year = source.split()
        digits.add(len(day))
        read = []
        for i in range(y.shape[1] - data.source):
            places = [s - padding for s in right[n, i].nonzero().flatten().tolist()]
            read.append("".join(source[place] for place in places))
        assert read[:4] == list(year)
        assert read[4] == read[7] == read[10] == "", "dashes and <eos> come from nowhere"
        assert read[5] == read[6] == month
        assert read[8:10] == (list(day) if len(day) == 2 else [day, day])
    assert digits == {1, 2}


def test_other_tasks_have_no_known_alignment() -> None:
    assert not is_known(Addition())
    assert not is_known(Recall())


def test_what_is_measured_is_the_mean_weight_on_the_right_places() -> None:
    trained = translator()
    found = trained.alignment
    assert found is not None
    part, seen = spread(trained.data.validation, found.examples), Seen()
    with trained.network() as network:
        network(part.x, seen)
    right = right_places(trained.experiment.task, trained.data, part.x, part.y)
    for layer in range(2):
        maps = seen.maps[f"cross {layer + 1}"]
        for head in range(2):
            each = [float(maps[n, head, i, s]) for n, i, s in right.nonzero().tolist()]
            assert float(found.share[layer, head]) == pytest.approx(sum(each) / len(each), abs=1e-5)
            assert float(found.by_answer[layer, head, 1]) == pytest.approx(float(maps[:, head, 1, 2].mean()), abs=1e-5)
            torch.testing.assert_close(torch.from_numpy(found.mean[layer, head]), maps[:, head].mean(0))
    assert found.even == pytest.approx(0.25)
    assert found.answers[-1] == "<eos>" and IGNORED not in found.right


def test_without_an_encoder_there_is_no_cross_attention_to_measure() -> None:
    trained = translator()
    bare = trained.experiment.patched({"model.encoder": False})
    assert alignment(bare.model.build(trained.data, 0), bare.task, trained.data) is None  # type: ignore[arg-type]
