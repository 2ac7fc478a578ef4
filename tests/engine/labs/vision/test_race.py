"""Networks of one size trained alike: equal budgets, real scores, order that is there or not."""

import itertools
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from engine.jobs import Progress
from engine.labs.vision import clip_race, said_of_race, sound_race
from engine.labs.vision.race import Arena, Part, Rival, accuracy, blank, looks_of, race, shuffled, size, trained, widest
from engine.labs.vision.readers import AllTogether, FrameByFrame, OneByOne, looker
from engine.labs.vision.results.race import Standing
from engine.labs.vision.sound_settings import CellKind, ClipRace, Race, SoundRace
from engine.vision.clips import MOTIONS, Clips
from engine.vision.sources.sounds import KINDS, RATE, Sounds

SOUNDS = SoundRace(data=Sounds(samples=80), budget=1500, updates=10, seeds=2)
CLIPS = ClipRace(data=Clips(samples=60, frames=4, pixels=8), budget=1500, updates=10, seeds=2)


def last(steps: Iterator[Progress[Standing]]) -> Standing:
    *_, end = steps
    assert end.share == 1.0 and end.result is not None
    return end.result


@cache
def steps_of(name: str) -> list[Progress[Standing]]:
    """All that a small contest tells, from its beginning to its end."""
    return list(sound_race.contest(SOUNDS, 0) if name == "sounds" else clip_race.contest(CLIPS, 0))


# --- the networks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_cnn_per_frame_and_a_recurrent_layer_are_a_loop_over_frames(cell: CellKind) -> None:
    network = FrameByFrame(looker((1, 8, 8), 7, (3, 4), keep_place=True, seed=0), OneByOne(cell, 7, 5, 6, 0)).double()
    x = torch.randn(3, 6, 1, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    module = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}[cell](7, 5, dtype=torch.float64)
    layer = network.reader.layer
    for name, weight in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), layer.torch.parameters(), strict=True):
        getattr(module, name).data.copy_(weight.data)
    state = None
    for frame in x.unbind(1):
        state = module(F.relu(network.eye(frame)), state)
    h = state[0] if cell == "lstm" else state
    assert torch.allclose(network(x), network.reader.output(h), atol=1e-12)


def test_the_mean_over_frames_is_the_mean_of_a_loop_and_forgets_the_order() -> None:
    network = FrameByFrame(looker((1, 8, 8), 7, (3, 4), keep_place=True, seed=0), AllTogether(7, 5, 6, 0)).double()
    x = torch.randn(3, 6, 1, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean = sum(F.relu(network.eye(frame)) for frame in x.unbind(1)) / 6
    reader = network.reader
    assert torch.allclose(network(x), reader.output(F.relu(reader.hidden(mean))), atol=1e-12)
    assert torch.allclose(network(x), network(x.flip(1)), atol=1e-12)
    ordered = FrameByFrame(looker((1, 8, 8), 7, (3, 4), keep_place=True, seed=0), OneByOne("gru", 7, 5, 6, 0)).double()
    assert not torch.allclose(ordered(x), ordered(x.flip(1)), atol=1e-3)


def test_without_places_a_cnn_answers_the_same_to_a_shape_moved_inside_the_field() -> None:
    x = torch.zeros(2, 1, 16, 16)
    x[0, 0, 4:7, 4:7] = x[1, 0, 8:11, 8:11] = 1.0
    for keep_place in (True, False):
        first, second = looker((1, 16, 16), 5, (3, 4), keep_place=keep_place, seed=0)(x)
        assert torch.allclose(first, second, atol=1e-6) is not keep_place


def test_first_weights_are_the_seeds_own_and_no_global_draw_is_made() -> None:
    before = torch.get_rng_state()
    for rival in (*sound_race.rivals(SOUNDS), *clip_race.rivals(CLIPS)):
        one, same, other = (list(rival.build(4, seed).parameters()) for seed in (1, 1, 2))
        assert all(torch.equal(a, b) for a, b in zip(one, same, strict=True))
        assert not all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert torch.equal(before, torch.get_rng_state())


def test_a_recurrent_layer_takes_clips_of_any_length_and_frames_as_channels_only_one() -> None:
    rivals = {rival.label: rival.build(4, 0) for rival in clip_race.rivals(CLIPS)}
    ordered, stacked = rivals["CNN per frame + GRU"], rivals["Frames as channels"]
    assert ordered(torch.zeros(2, 3, 1, 8, 8)).shape == ordered(torch.zeros(2, 9, 1, 8, 8)).shape == (2, 6)
    assert stacked(torch.zeros(2, 4, 8, 8)).shape == (2, 6)
    with pytest.raises(RuntimeError, match=r"tensor a \(9\) must match the size of tensor b \(4\)"):
        stacked(torch.zeros(2, 9, 8, 8))


# --- the race ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [1000, 4000, 20_000])
@pytest.mark.parametrize("rivals", [sound_race.rivals(SOUNDS), clip_race.rivals(CLIPS)], ids=["sounds", "clips"])
def test_every_network_is_as_wide_as_its_parameters_allow(rivals: tuple[Rival, ...], budget: int) -> None:
    for rival in rivals:
        entrant = rival.entrant(budget)
        assert (
            entrant.parameters
            == size(rival.build(entrant.width, 3))
            <= budget
            < size(rival.build(entrant.width + 1, 0))
        )


def test_the_widest_is_found_among_all_widths() -> None:
    assert [widest(lambda width: width**2, budget) for budget in (0, 1, 3, 4, 99, 100, 4096)] == [1, 1, 1, 2, 9, 10, 64]


def test_looks_begin_with_the_first_weights_and_end_with_the_last_update() -> None:
    assert looks_of(5) == (0, 1, 2, 3, 4, 5)
    assert looks_of(2000)[0] == 0 and looks_of(2000)[-1] == 2000 and len(looks_of(2000)) == 13


@pytest.mark.parametrize("name", ["sounds", "clips"])
def test_a_contest_trains_every_network_from_every_seed(name: str) -> None:
    steps = steps_of(name)
    shares = [step.share for step in steps]
    found = steps[-1].result
    assert found is not None and shares == sorted(shares) and steps[0].result is not None and not steps[0].result.trials
    assert found.is_done and len(found.trials) == 2 * len(found.entrants)
    for entrant in found.entrants:
        assert len(found.scores(entrant.label)) == 2
        for trial in found.of(entrant.label):
            assert trial.tested == int(trial.answers.sum()) and trial.score == np.trace(trial.answers) / trial.tested
            assert np.isfinite(trial.accuracy).all() and np.isfinite(trial.upset) == entrant.has_order
            assert set(trial.answers.sum(1)) == {trial.tested // len(found.classes)}
    by_mean = next(entrant.label for entrant in found.entrants if entrant.label.startswith("Mean"))
    assert found.scores(by_mean) == found.upset(by_mean), "what has no order can lose none"


def test_the_same_seed_gives_the_same_numbers_and_another_others() -> None:
    again, other = (last(clip_race.contest(CLIPS, seed)).trials for seed in (0, 7))
    first = steps_of("clips")[-1].result
    assert first is not None
    for mine, its in zip(first.trials, again, strict=True):
        assert np.array_equal(mine.answers, its.answers) and np.array_equal(mine.accuracy, its.accuracy)
    assert any(not np.array_equal(mine.answers, its.answers) for mine, its in zip(first.trials, other, strict=True))


def toy(seed: int) -> Arena:
    """Five steps of 0, with a 1 at the first or at the last: only the order tells."""
    label = torch.arange(40) % 2
    x = torch.zeros(40, 5, 1)
    x[torch.arange(40), label * 4, 0] = 1.0
    part = Part({"steps": x}, label)
    return Arena(part, part, part)


TOYS = (
    Rival("reads", "in order", "steps", lambda width, seed: OneByOne("gru", 1, width, 2, seed), steps=1),
    Rival("mean", "all together", "steps", lambda width, seed: AllTogether(1, width, 2, seed), steps=1),
)


def test_only_who_keeps_the_order_learns_what_only_the_order_tells() -> None:
    asked = Race(budget=1000, updates=60, lr=0.03, seeds=2)
    found = last(race(blank(TOYS, ("first", "last"), asked), TOYS, asked, 5, toy))
    assert found.scores("reads") == [1.0, 1.0] and found.scores("mean") == [0.5, 0.5]
    assert all(share < 0.8 for share in found.upset("reads")), "in a random order even that is lost"
    assert found.answers("reads").tolist() == [[40, 0], [0, 40]]


def test_curves_are_measured_on_the_validation_part_and_scores_on_the_test_part() -> None:
    arena = toy(0)
    contrary = Arena(arena.train, Part(arena.validation.forms, 1 - arena.validation.label), arena.test)
    asked = Race(budget=1000, updates=60, lr=0.03, seeds=1)
    trial = last(race(blank(TOYS[:1], ("first", "last"), asked), TOYS[:1], asked, 5, lambda seed: contrary)).trials[0]
    assert trial.accuracy[-1] == 0.0 and trial.score == 1.0


def test_training_is_a_bare_loop_of_adam_over_the_seeds_batches() -> None:
    asked = Race(budget=1000, updates=12, lr=0.01, seeds=1)
    arena = toy(0)
    network, bare = (OneByOne("gru", 1, 4, 2, 0) for _ in range(2))
    list(trained(network, TOYS[0], arena, asked, 0, 0, looks_of(12)))
    from engine.batches import Batches

    batches = Batches(arena.train.forms["steps"], arena.train.label, 64, 0)
    optimizer = torch.optim.Adam(bare.parameters(), lr=0.01)
    for _ in range(12):
        x, y = batches.draw()
        optimizer.zero_grad()
        F.cross_entropy(bare(x), y).backward()
        optimizer.step()
    for mine, its in zip(network.parameters(), bare.parameters(), strict=True):
        assert torch.allclose(mine, its, atol=1e-6)
    assert accuracy(network, arena.test.forms["steps"], arena.test.label) == accuracy(
        bare, arena.test.forms["steps"], arena.test.label
    )


@pytest.mark.parametrize("axis", [1, 2])
def test_shuffling_moves_whole_steps_and_loses_none(axis: int) -> None:
    x = torch.arange(2 * 3 * 4.0).reshape(2, 3, 4)
    found = shuffled(x, axis, 0)
    assert torch.equal(found.sort(axis).values, x) and not torch.equal(found, x)
    other = 3 - axis
    gaps = found.diff(dim=other)
    assert (gaps == gaps.flatten()[0]).all(), "all numbers of a step moved together"


# --- the forms --------------------------------------------------------------------------------------------------------


def test_all_forms_of_a_sound_are_the_same_sound() -> None:
    arena = sound_race.arena(SOUNDS.data, 3)
    images = SOUNDS.data.build(3)
    for mine, its in ((arena.train, images.train), (arena.test, images.test)):
        assert torch.equal(mine.label, its.label), "the parts that a CNN in the player has"
        picture = mine.forms[sound_race.PICTURE]
        assert torch.allclose(picture * images.train.x.std() + images.train.x.mean(), its.x, atol=3e-3), "kept in bytes"
        assert torch.equal(mine.forms[sound_race.COLUMNS][4, 7], picture[4, 0, :, 7])
        assert mine.forms[sound_race.STRETCHES].shape == (len(its), 32, RATE // 2 // 32)
    x = arena.train.forms[sound_race.STRETCHES]
    assert float(x.mean()) == pytest.approx(0, abs=1e-5) and float(x.std()) == pytest.approx(1, abs=1e-3)
    samples = torch.arange(10.0)[None]
    assert sound_race.stretches(samples, 3).tolist() == [[[0, 1, 2], [3, 4, 5], [6, 7, 8]]]


def test_all_forms_of_a_clip_are_the_same_clip() -> None:
    part = CLIPS.data.draw(0).test
    found = clip_race.forms(part)
    for place, frame in itertools.product((0, 5), range(4)):
        whole = part.x[place, frame, 0]
        assert torch.equal(found.forms[clip_race.STACK][place, frame], whole)
        assert torch.equal(found.forms[clip_race.FRAMES][place, frame, 0], whole)
    assert torch.equal(found.forms[clip_race.ONE][:, 0], part.x[:, 2, 0])


def test_a_clip_of_each_motion_is_shown_as_drawn() -> None:
    part = CLIPS.data.draw(2).test
    first, round_again = clip_race.shown(CLIPS.data, 2, 1), clip_race.shown(CLIPS.data, 2, 3)
    assert first.motions == MOTIONS and first.frames.shape == (6, 4, 8, 8)
    for label in range(6):
        mine = part.x[part.label == label][0, :, 0].clamp(0, 1) * 255
        assert np.abs(first.frames[label] - mine.numpy()).max() <= 0.5
    assert np.array_equal(first.frames, round_again.frames), "two of each in a test part of twelve"


# --- what is said -----------------------------------------------------------------------------------------------------


def test_what_is_said_has_the_measured_numbers() -> None:
    found = steps_of("sounds")[-1].result
    assert found is not None
    said, rows = said_of_race.verdict(found), said_of_race.rows(found)
    for entrant, row in zip(found.entrants, rows, strict=True):
        middle = f"{np.median(found.scores(entrant.label)) * 100:.1f} %"
        assert f"**{entrant.label}** {middle}" in said and row[0] == entrant.label and row[3] == middle
        assert row[2] == f"{entrant.parameters:,}" and len(row) == len(said_of_race.HEAD)
    assert "Guessing: 12.5 %" in said and not said.startswith("So far")
    assert "stays at" in said_of_race.order(found)
    alone = last(sound_race.contest(SOUNDS.model_copy(update={"seeds": 1}), 0))
    assert "with this seed; what another would show is not known" in said_of_race.verdict(alone)
    begun = sound_race.begun(SOUNDS)
    assert said_of_race.verdict(begun) == said_of_race.order(begun) == "" and said_of_race.rows(begun)[0][3] == ""
    assert begun.classes == KINDS
