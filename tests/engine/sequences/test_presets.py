"""Ready-made experiments on sequences: named, small enough for the server, and what they promise is what they are."""

import pytest

from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import RECURRENT_PRESETS, TRANSFORMER_PRESETS
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import Transformer
from engine.settings import Settings

pytestmark = pytest.mark.long

ALL = {**RECURRENT_PRESETS, **TRANSFORMER_PRESETS}


def weights(run: SequenceRun) -> int:
    """Parameters of its network."""
    return sum(parameter.numel() for parameter in run.parameters)


def test_each_has_a_name_and_a_sentence_of_its_own() -> None:
    rows = ALL.values()
    assert len(ALL) == len(RECURRENT_PRESETS) + len(TRANSFORMER_PRESETS)
    assert len({row.title for row in rows}) == len({row.look_for for row in rows}) == len(ALL)
    assert all(id == row.id for id, row in ALL.items())
    assert {row.experiment.model.kind for row in RECURRENT_PRESETS.values()} == {"recurrent"}
    assert {row.experiment.model.kind for row in TRANSFORMER_PRESETS.values()} == {"transformer"}


@pytest.mark.parametrize("id", ALL)
def test_each_is_small_enough_for_a_server_with_default_limits_and_trains(id: str) -> None:
    run = SequenceRun(ALL[id].experiment)
    assert weights(run) <= Settings().max_parameters
    if isinstance(model := run.experiment.model, Transformer):
        assert weights(run) == model.parameters(run.data)
    assert run.advance(1) == 1 and run.ending is None


def test_the_two_of_which_figures_are_promised_are_what_was_promised() -> None:
    reverse, characters = (TRANSFORMER_PRESETS[id].experiment for id in ("reverse", "characters"))
    assert (reverse.model.encoder, reverse.model.layers, reverse.task.length) == (True, 2, 10)  # type: ignore[union-attr]
    assert characters.model.layers == 4 and characters.task.kind == "language"  # type: ignore[union-attr]
    assert (characters.task.corpus.kind, characters.task.tokenizer.kind) == ("python", "character")  # type: ignore[union-attr]


def test_the_gated_and_the_plain_cell_have_the_same_task_training_and_number_of_weights() -> None:
    gated, plain = (RECURRENT_PRESETS[id].experiment for id in ("adding_gru", "adding_rnn"))
    assert gated.model_copy(update={"model": plain.model}) == plain and plain.model.cell.kind == "rnn"  # type: ignore[union-attr]
    counts = [weights(SequenceRun(each)) for each in (gated, plain)]
    assert abs(counts[1] / counts[0] - 1) < 0.02
    assert gated.task.length == 100 and "R² 0.95" in RECURRENT_PRESETS["adding_rnn"].look_for  # type: ignore[union-attr]


def scored(experiment: SequenceExperiment, name: str) -> list[float]:
    """The score ten times on the way."""
    run = SequenceRun(experiment)
    found = []
    while run.ending is None:
        run.advance(run.last_step // 10)
        found.append(float(run.snapshot(detail=False).scores[run.score_names.index(name)]))
    return found


def test_brackets_are_told_apart() -> None:
    assert scored(RECURRENT_PRESETS["brackets"].experiment, "validation.accuracy")[-1] > 0.97


def test_reviews_are_learned_by_heart() -> None:
    losses = scored(RECURRENT_PRESETS["mood"].experiment, "validation.loss")
    assert losses[-1] > 1.3 * min(losses) and losses.index(min(losses)) < 5


def test_the_gap_between_words_read_and_words_held_back_opens() -> None:
    experiment = RECURRENT_PRESETS["words"].experiment
    train, held = (scored(experiment, f"{part}.loss") for part in ("train", "validation"))
    assert held[-1] < 0.85 * held[0] and held[-1] - train[-1] > 2 * (held[0] - train[0])
