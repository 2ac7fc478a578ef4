"""Ready-made experiments on sequences: named, small enough for the server, and what they promise is what they are."""

import pytest

from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import Transformer
from engine.settings import Settings


def test_each_has_a_name_and_a_sentence_of_its_own() -> None:
    rows = TRANSFORMER_PRESETS.values()
    assert len({row.title for row in rows}) == len({row.look_for for row in rows}) == len(TRANSFORMER_PRESETS)
    assert all(id == row.id for id, row in TRANSFORMER_PRESETS.items())


@pytest.mark.parametrize("id", TRANSFORMER_PRESETS)
def test_each_is_small_enough_for_a_server_with_default_limits_and_trains(id: str) -> None:
    run = SequenceRun(TRANSFORMER_PRESETS[id].experiment)
    model = run.experiment.model
    assert isinstance(model, Transformer)
    count = sum(parameter.numel() for parameter in run.parameters)
    assert count == model.parameters(run.data) <= Settings().max_parameters
    assert run.advance(1) == 1 and run.ending is None


def test_the_two_of_which_figures_are_promised_are_what_was_promised() -> None:
    reverse, characters = (TRANSFORMER_PRESETS[id].experiment for id in ("reverse", "characters"))
    assert (reverse.model.encoder, reverse.model.layers, reverse.task.length) == (True, 2, 10)  # type: ignore[union-attr]
    assert characters.model.layers == 4 and characters.task.kind == "language"  # type: ignore[union-attr]
    assert (characters.task.corpus.kind, characters.task.tokenizer.kind) == ("python", "character")  # type: ignore[union-attr]
