"""The gradient through time beside finite differences, and flat gates beside torch's own cell."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.sequences.data import IGNORED
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from engine.sequences.through import lost, through

STEP = 1e-5


def run_of(**patch: Any) -> SequenceRun:
    small = {"task.samples": 60, "model.units": 5, "model.embedding": 3, "training.updates": 50}
    named = {name.replace("__", "."): value for name, value in patch.items()}
    kinds = {name: value for name, value in named.items() if name.endswith("kind")}
    return SequenceRun(SequenceExperiment().patched({**kinds, **small, **named}))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "peephole"])
@pytest.mark.parametrize("task", ["recall", "brackets"])
def test_the_gradient_at_a_token_agrees_with_finite_differences_of_the_state_there(cell: str, task: str) -> None:
    size = {"task__delay": 4} if task == "recall" else {"task__length": 6}
    run = run_of(task__kind=task, model__cell__kind=cell, **size)
    run.advance(10)
    network, part = run.network.double(), run.data.train.first(3)
    found = through(network, part, run.data)
    for place in (0, 2, run.data.length - 2):
        seen, rest = part.x[:, : place + 1], part.x[:, place + 1 :]
        with torch.no_grad():
            _, states = network.read(seen)
        state = states[0]
        held = [state.h] if state.c is None else [state.h, state.c]
        slopes = torch.zeros(len(part), sum(each.shape[1] for each in held), dtype=torch.float64)
        for column in range(slopes.shape[1]):
            ends = []
            for sign in (1, -1):
                moved = torch.cat(held, dim=1).clone()
                moved[:, column] += sign * STEP
                parts = moved.split([each.shape[1] for each in held], dim=1)
                begun = type(state)(parts[0], parts[1] if len(parts) > 1 else None, state.past)
                with torch.no_grad():
                    scores, _ = network.read(rest, [begun])
                y = part.y if task == "brackets" else part.y[:, place + 1 :]
                ends.append(lost(scores, y, run.data))
            slopes[:, column] = (ends[0] - ends[1]) / (2 * STEP)
        assert found.gradient[place] == pytest.approx(float(slopes.norm(dim=1).mean()), rel=1e-4)


def test_the_loss_at_the_end_is_that_of_the_last_answer_or_of_all_behind_a_source() -> None:
    run = run_of(task__kind="recall", task__delay=3, task__length=2)
    scores = torch.randn(4, run.data.length, run.data.outputs, generator=torch.Generator().manual_seed(0))
    y = run.data.train.y[:4]
    assert torch.allclose(lost(scores, y, run.data), F.cross_entropy(scores[:, -1], y[:, -1], reduction="none"))
    run = run_of(task__kind="reverse", task__length=3)
    scores = torch.randn(4, run.data.length, run.data.outputs, generator=torch.Generator().manual_seed(0))
    y = run.data.train.y[:4]
    each = [F.cross_entropy(s, w, ignore_index=IGNORED, reduction="sum") for s, w in zip(scores, y, strict=True)]
    assert torch.allclose(lost(scores, y, run.data), torch.stack(each))


def test_flat_values_are_those_whose_slope_is_at_most_a_twentieth_of_its_largest() -> None:
    run = run_of(
        task__kind="recall", task__delay=3, model__cell__kind="rnn", model__initializer={"kind": "normal", "scale": 2.0}
    )
    part = run.data.train.first(8)
    network = run.network
    hidden, _ = network.passes[0].torch(F.embedding(part.x, network.embedding))
    expected = float((1 - hidden**2 <= 0.05).float().mean())
    assert 0 < expected < 1
    assert through(network, part, run.data).flat == {"hidden state": pytest.approx(expected)}


def test_gates_that_are_shut_are_flat_and_padding_that_is_passed_over_counts_for_nothing() -> None:
    shut = {"task.kind": "mood", "model.cell.forget_bias": -5.0, "model.units": 5}
    run = SequenceRun(SequenceExperiment().patched(shut))
    found = through(run.network, run.data.train.first(8), run.data).flat
    assert found["forget gate"] > 0.5 and found["input gate"] < 0.1
    read = SequenceRun(run.experiment.patched({"model.masking": False}))
    assert through(read.network, read.data.train.first(8), read.data).flat != found


def test_no_gradient_passes_the_beginning_of_the_last_chunk() -> None:
    run = run_of(task__kind="recall", task__delay=8)
    part = run.data.train.first(4)
    whole, cut = through(run.network, part, run.data), through(run.network, part, run.data, chunk=4)
    assert (cut.gradient[:8] == 0).all() and np.array_equal(cut.gradient[8:], whole.gradient[8:])
    assert cut.share == 0 < whole.share <= 1


def test_measuring_changes_nothing() -> None:
    watched, alone = run_of(task__delay=3), run_of(task__delay=3)
    through(watched.network, watched.data.train.first(4), watched.data)
    assert all(parameter.grad is None for parameter in watched.network.parameters()) and watched.network.training
    watched.advance(3)
    alone.advance(3)
    assert np.array_equal(watched.snapshot().scores, alone.snapshot().scores)
