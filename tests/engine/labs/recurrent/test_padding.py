"""Pads: masked they change nothing, read they do, and what is said is what was measured."""

import dataclasses

import numpy as np
import pytest
import torch

from engine.labs.recurrent.padding import experiment, padded, probability, trimmed, unmasked, with_pads
from engine.labs.recurrent.results.padding import Padded
from engine.labs.recurrent.said_of_padding import example, verdict
from engine.labs.recurrent.state import Padding, RecurrentLab
from engine.labs.recurrent.training import Trained
from engine.sequences.data import PAD
from engine.sequences.recurrent import RecurrentNetwork

STATE = RecurrentLab(padding=Padding(units=12, updates=60, most=16))


@pytest.fixture(scope="module")
def found() -> Padded:
    last = list(padded(STATE))[-1]
    assert last.share == 1.0 and last.result is not None
    return last.result


def test_masked_pads_change_no_answer_and_read_ones_do(found: Padded) -> None:
    masked, read, trained = found.lines
    assert masked.pads == (0, 1, 2, 4, 8, 16) and not masked.moved.any()
    assert (masked.accuracy == masked.accuracy[0]).all()
    assert read.accuracy[0] == masked.accuracy[0] and read.moved[0] == 0 and read.moved[1:].min() > 0.01
    assert trained.label == "trained and read without masks" and found.examples == 500


def test_the_state_of_the_followed_example_stands_still_or_moves(found: Padded) -> None:
    masked, read = found.states
    places = np.nonzero(found.pads)[0]
    assert len(places) == 16 and (masked[:, places] == masked[:, [places[0] - 1]]).all()
    assert np.abs(np.diff(read[:, places], axis=1)).max() > 0.01
    assert found.answers[0] == pytest.approx(found.answers[1], abs=1e-6) != found.answers[2]


def test_what_is_said_holds_the_numbers(found: Padded) -> None:
    said = verdict(found)
    assert "500 strings held back" in said and f"{100 * found.lines[1].accuracy[0]:.1f} %" in said
    assert "balanced" in example(found)


def test_a_network_is_not_blamed_for_what_the_masked_one_has_not_learned_either(found: Padded) -> None:
    masked, read, trained = found.lines
    weak = dataclasses.replace(trained, accuracy=0 * trained.accuracy + 0.7)
    strong = dataclasses.replace(masked, accuracy=0 * masked.accuracy + 1)
    alone = verdict(dataclasses.replace(found, lines=(strong, read, weak)))
    both = verdict(dataclasses.replace(found, lines=(dataclasses.replace(weak, label="masked"), read, weak)))
    assert alone.endswith("count as learned.") and both.endswith("count as learned; nor is the one with masks.")


def one(masking: bool) -> Trained:
    chosen = experiment(STATE, masking=masking)
    data = chosen.task.build(0)
    network = chosen.model.build(data, 0)
    assert isinstance(network, RecurrentNetwork)
    return Trained(chosen, network.eval(), data, 0, {})


def test_probabilities_are_those_of_each_example_read_alone() -> None:
    made = one(True)
    part = trimmed(made.data.validation.first(20))
    loose = unmasked(made)
    for place in ("behind", "before"):
        shown = probability(loose, part, 3, place)
        for row in range(20):
            alone = part.x[row : row + 1, part.x[row] != PAD]
            with torch.no_grad():
                expected = loose(with_pads(alone, 3, place)).softmax(-1)[0, 1]
            assert shown[row] == pytest.approx(float(expected), abs=1e-6)
    assert with_pads(part.x[:1], 2, "behind")[0, -2:].tolist() == [PAD, PAD]
    assert with_pads(part.x[:1], 2, "before")[0, :2].tolist() == [PAD, PAD]


def test_the_same_weights_are_read_with_and_without_masks() -> None:
    made = one(True)
    loose = unmasked(made)
    assert not loose.row.masking and all(
        torch.equal(mine, theirs) for mine, theirs in zip(loose.parameters(), made.network.parameters(), strict=True)
    )
