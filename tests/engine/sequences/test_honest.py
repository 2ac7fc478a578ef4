"""Answers without what comes after them, and without padding, beside a loop over single examples."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from engine.sequences.data import IGNORED, PAD, Part
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.honest import without_padding, without_what_comes
from engine.sequences.run import SequenceRun

ATTENDS = {
    "model.kind": "transformer",
    "model.width": 16,
    "model.heads": 2,
    "model.layers": 1,
    "model.feed_forward": 32,
}


def run_of(patch: dict[str, Any], updates: int = 20) -> SequenceRun:
    run = SequenceRun(SequenceExperiment().patched(patch))
    run.advance(updates)
    return run


@pytest.mark.parametrize("encoder", [False, True])
def test_under_a_causal_mask_nothing_hangs_on_what_comes(encoder: bool) -> None:
    run = run_of({"task.kind": "reverse", "task.length": 3, "task.samples": 60, **ATTENDS, "model.encoder": encoder})
    seen = without_what_comes(run.network, run.data.validation.first(6), run.data)
    assert seen.moved < 1e-5
    assert seen.alone == pytest.approx(seen.whole, rel=1e-4) and seen.accuracy_alone == seen.accuracy_whole


def test_without_a_mask_each_answer_is_given_again_from_its_beginning_alone() -> None:
    run = run_of({"task.kind": "copy", "task.length": 3, "task.samples": 60, **ATTENDS, "model.causal": False}, 60)
    part = run.data.validation.first(5)
    seen = without_what_comes(run.network, part, run.data)
    losses, right = [], []
    with torch.no_grad():
        for x, y in zip(part.x, part.y, strict=True):
            for place in (y != IGNORED).nonzero().flatten().tolist():
                scores = run.network.eval()(x[None, : place + 1])[0, -1]
                losses.append(float(F.cross_entropy(scores, y[place])))
                right.append(float(scores.argmax() == y[place]))
    assert seen.alone == pytest.approx(sum(losses) / len(losses), rel=1e-4)
    assert seen.accuracy_alone == pytest.approx(sum(right) / len(right))
    assert seen.moved > 0.01


def test_a_network_that_masks_padding_gives_the_same_answers_without_it() -> None:
    for task in ({"task.kind": "mood"}, {"task.kind": "addition", "task.samples": 60}):
        run = run_of({**task, "model.units": 6})
        found = without_padding(run.network, run.data.validation.first(8), run.data)
        assert found.changed == 0 and found.answers >= 8 and found.share > 0


def test_what_is_changed_by_padding_is_counted_by_a_loop_over_the_examples() -> None:
    run = run_of({"task.kind": "mood", "task.context": 64, "model.units": 6, "model.masking": False}, 60)
    with torch.no_grad():
        run.network.output.bias.zero_()
    part = run.data.validation.first(12)
    found = without_padding(run.network, part, run.data)
    with torch.no_grad():
        padded = run.network.eval()(part.x).argmax(1)
        alone = torch.cat([run.network(x[x != PAD][None]).argmax(1) for x in part.x])
    assert found.changed == pytest.approx(float((padded != alone).float().mean()))
    assert found.share == pytest.approx(float((part.x == PAD).float().mean()))


def test_padding_behind_the_answers_is_not_in_their_way() -> None:
    run = run_of({"task.kind": "names", "model.masking": False, "model.units": 6}, 5)
    found = without_padding(run.network, run.data.validation.first(6), run.data)
    assert found.changed == 0 and found.share == 0


def test_padding_in_front_of_a_source_is() -> None:
    run = run_of({"task.kind": "addition", "task.samples": 60, "model.masking": False, "model.units": 6}, 5)
    part = Part(run.data.validation.x[:6], run.data.validation.y[:6])
    assert without_padding(run.network, part, run.data).share > 0
