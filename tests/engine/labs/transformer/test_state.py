"""What the page of transformers shows, as its address has it."""

import pytest
from pydantic import ValidationError

from engine.choice import catalog
from engine.codec import decode_model, encode_model
from engine.labs.transformer.state import TransformerLab, attentions, has_head
from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.tasks.catalog import AnyTask
from engine.sequences.transformer import Transformer


@pytest.mark.parametrize("id", TRANSFORMER_PRESETS)
def test_every_preset_survives_the_address(id: str) -> None:
    lab = TransformerLab(experiment=TRANSFORMER_PRESETS[id].experiment)
    assert decode_model(TransformerLab, encode_model(lab)) == (lab, [])


@pytest.mark.parametrize("kind", catalog(AnyTask))
def test_every_task_opens_from_its_address(kind: str) -> None:
    lab, found = decode_model(TransformerLab, {"experiment.task.kind": kind, "experiment.model.encoder": "false"})
    assert not found and lab.experiment.task.kind == kind


def test_a_link_changes_one_setting_and_keeps_the_others_of_the_default() -> None:
    lab, found = decode_model(TransformerLab, {"experiment.training.updates": "50", "looking.head": "2"})
    default = TransformerLab().experiment
    assert not found and lab.experiment == default.patched({"training.updates": 50})


def test_what_does_not_go_with_the_task_is_told_and_the_rest_counts() -> None:
    lab, found = decode_model(TransformerLab, {"experiment.task.kind": "recall", "looking.head": "2"})
    assert [problem.field for problem in found] == ["model.encoder"]
    assert lab.looking.head == 2 and lab.experiment == TransformerLab().experiment


def test_this_page_trains_transformers_only() -> None:
    recurrent = TransformerLab().experiment.model_dump() | {"model": {"kind": "recurrent"}}
    with pytest.raises(ValidationError, match="this page trains transformers only"):
        TransformerLab.model_validate({"experiment": recurrent})


def test_heads_that_the_network_lacks_are_not_switched_off_nor_shown() -> None:
    lab = TransformerLab.model_validate(
        {
            "switching": {"off": ("cross 1.2", "cross 6.1", "decoder 1.8")},
            "looking": {"attention": "cross 5", "head": 3},
        }
    )
    assert lab.off == (("cross 1", 2),)
    assert lab.picked == ("cross 1", 1)
    assert attentions(Transformer(layers=2)) == ("decoder 1", "decoder 2")
    assert has_head(Transformer(heads=4), "decoder 1", 4) and not has_head(Transformer(heads=4), "decoder 1", 5)
