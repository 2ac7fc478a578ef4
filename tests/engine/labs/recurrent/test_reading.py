"""What is shown of one sequence is what the network computed, and what is written out gives the same numbers."""

import math
import re

import numpy as np
import pytest
import torch

from engine.labs.recurrent.reading import example, of_text, read, read_at, tokens_of, torch_difference, update
from engine.labs.recurrent.training import trained
from engine.labs.recurrent.written import WRITERS
from engine.refusal import Refusal
from engine.sequences.cells import GRU, LSTM, Cell, CellChoice, State, TanhRNN
from engine.sequences.data import PAD
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.series import NoisySine
from engine.sequences.tasks.texts import Language, Mood
from engine.sequences.tasks.toy import Adding, Recall
from engine.text.corpora import Sentences
from engine.text.tokenizers import Words
from tests.engine.labs.recurrent.networks import fresh
from tests.rows import defaults_of

CELLS = list(defaults_of(Cell).values())
LANGUAGE = Language(corpus=Sentences(), tokenizer=Words(lower_case=True), context=8)


def value_of(latex: str) -> float:
    """A line's last number from what it says before it, by Python's own arithmetic."""
    said = latex.split(" = ")[-2]
    said = said.replace("\\sigma", "S").replace("\\tanh", "math.tanh").replace("\\cdot", "*").replace("\\,", " ")
    return eval(said, {"math": math, "S": lambda a: 1 / (1 + math.exp(-a))})


@pytest.mark.parametrize("knobs", [{}, {"layers": 2, "time_skip": 2}], ids=str)
@pytest.mark.parametrize("cell", CELLS, ids=lambda row: row.kind)
def test_a_written_update_gives_the_networks_number(cell: CellChoice, knobs: dict[str, int]) -> None:
    assert set(WRITERS) == set(defaults_of(Cell))
    found = fresh(cell=cell, **knobs)
    for peephole in found.network.passes[-1].peepholes:
        peephole.data.fill_(0.7)
    x = example(found.data, 3).x
    place = len(found.network.passes) - 1
    seen = found.network.observe(x)
    for step, unit in ((0, 0), (3, 2), (x.shape[1] - 1, 4)):
        for line in update(found.network, x, place, step, unit):
            shown = seen.values[place, seen.signals.index(line.signal), step, unit]
            assert line.value == pytest.approx(float(shown), abs=1e-6)
            assert float(line.latex.split(" = ")[-1]) == pytest.approx(line.value, abs=6e-4)
            assert value_of(line.latex) == pytest.approx(line.value, abs=2e-3)


def test_the_summands_are_those_of_the_matrices() -> None:
    found = fresh(cell=TanhRNN())
    x = example(found.data, 1).x
    (line,) = update(found.network.requires_grad_(False), x, 0, 2, 1)
    layer, states = found.network.passes[0], found.network.observe(x).values[0, 0]
    entered = found.network.embedding[x[0, 2]]  # type: ignore[index]
    by_x, by_h = float(layer.w_xh[1] @ entered), float(layer.w_hh[1] @ torch.from_numpy(states[1]).double())
    numbers = [float(n.replace(" ", "")) for n in re.findall(r"-? ?\d\.\d{3}", line.latex)]
    assert numbers[:2] == [pytest.approx(by_x, abs=6e-4), pytest.approx(by_h, abs=6e-4)]


def test_nothing_is_written_of_a_masked_pad() -> None:
    found = fresh()
    x = example(found.data, 1).x.clone()
    x[0, 3] = PAD
    assert update(found.network, x, 0, 3, 0) == ()
    assert read_at(found.network, x, 0, 4) == 3


def test_backward_passes_read_from_the_end() -> None:
    found = fresh(Adding(length=6, samples=50), LSTM(), bidirectional=True)
    x = example(found.data, 1).x
    assert (read_at(found.network, x, 0, 1), read_at(found.network, x, 1, 1)) == (1, 4)
    lines = update(found.network, x, 1, 1, 2)
    seen = found.network.observe(x)
    assert lines[-1].value == pytest.approx(float(seen.values[1, 0, 1, 2]), abs=1e-6)


@pytest.mark.parametrize("cell", [TanhRNN(), GRU(), LSTM()], ids=lambda row: row.kind)
def test_the_difference_from_torch_is_measured(cell: CellChoice) -> None:
    found = fresh(cell=cell, layers=2)
    x = example(found.data, 1).x
    assert 0 <= torch_difference(found.network, x) < 1e-12
    assert torch_difference(found.network.float(), x) < 1e-6
    layer = fresh(cell=cell).network.passes[0]
    by_hand = layer.step
    broken = fresh(cell=cell)
    broken.network.passes[0].step = lambda x_t, before: by_hand(x_t, State(before.h * 1.01, before.c))  # type: ignore
    assert torch_difference(broken.network, x) > 1e-5


def test_a_cell_that_torch_does_not_have_is_compared_with_nothing() -> None:
    found = fresh(time_skip=3)
    assert math.isnan(torch_difference(found.network, example(found.data, 1).x))


def test_a_text_is_read_in_the_tokens_of_its_task() -> None:
    found = fresh(LANGUAGE)
    x = of_text(LANGUAGE, "the cat sleeps on the Zyxw")
    reading = read(found, x)
    assert reading.tokens == ("the", "cat", "sleeps", "on", "the", "<unk>") and reading.asked == ()
    assert reading.seen.answers.shape == (6, len(found.data.tokens)) and not reading.answers_at_end
    np.testing.assert_allclose(reading.seen.answers.sum(1), 1, rtol=1e-5)
    with pytest.raises(Refusal, match="at least one word"):
        of_text(LANGUAGE, "   ")
    with pytest.raises(Refusal, match="reads no text"):
        of_text(Recall(), "a")


def test_an_example_says_what_was_asked() -> None:
    found = fresh()
    part = example(found.data, 1)
    reading = read(found, part.x, part.y)
    assert reading.asked[:-2] == ("",) * 7 and reading.asked[-2:] == reading.tokens[:2]
    answer, probability = reading.likeliest[-1]
    assert answer in found.data.answers and probability == pytest.approx(float(reading.seen.answers[-1].max()))
    assert torch.equal(example(found.data, len(found.data.validation) + 1).x, part.x)


def test_numbers_are_told_as_numbers() -> None:
    found = fresh(NoisySine(length=6, samples=50))
    part = example(found.data, 1)
    reading = read(found, part.x, part.y)
    assert reading.answers_at_end and reading.classes == ()
    assert reading.likeliest[0][0] == f"{found.network(part.x).item():.3g}"
    assert tokens_of(found.data, part.x)[0] == f"{float(part.x[0, 0, 0]):.2f}"


def test_training_publishes_the_first_weights_and_then_a_network_that_learned() -> None:
    experiment = SequenceExperiment(
        task=Recall(delay=3, samples=200), model=Recurrent(units=12), training=SequenceTraining(updates=120)
    )
    found = [progress.result for progress in trained(experiment, 120)() if progress.result is not None]
    first, last = found
    assert (first.updates, last.updates) == (0, 120)
    assert last.scores["validation.loss"] < 0.5 * first.scores["validation.loss"]
    assert not torch.equal(first.network.output.weight, last.network.output.weight)
    assert [p.result.updates for p in trained(experiment, 0)() if p.result] == [0]


def test_a_review_is_read_without_its_padding() -> None:
    task = Mood(context=8)
    reading = read(fresh(task), of_text(task, "a good film"))
    assert reading.tokens == ("a", "good", "film") and reading.classes == ("negative", "positive")
