"""A network trained on the spot: the same numbers as without any measuring, kept, and shared by one visitor at a time."""

import threading

import numpy as np
import pytest
import torch

from engine.data.own.refusal import Refused
from engine.jobs import Progress
from engine.kept import Kept
from engine.labs.transformer.measuring import head_ablation, loss_and_score, score_name, spread, stream_of
from engine.labs.transformer.trained import POINTS, Known, Trained, training
from engine.limits import LimitReached
from engine.refusal import Refusal
from engine.sequences.camera import answered, loss_of
from engine.sequences.data import Part
from engine.sequences.run import SequenceRun
from engine.settings import settings
from engine.text.corpora import OwnText
from tests.engine.labs.transformer.tiny import NAMES, SPEAKS, experiment, speaker, translator


def fresh() -> Kept[Trained]:
    return Kept(lambda: 1e9)


@pytest.mark.long
def test_measuring_on_the_way_changes_nothing_of_the_run() -> None:
    trained = translator()
    run = SequenceRun(trained.experiment)
    run.advance(run.last_step)
    x = trained.data.validation.x[:20]
    with trained.network() as network, torch.no_grad():
        torch.testing.assert_close(network(x), run.network.eval()(x), rtol=0, atol=0)


@pytest.mark.long
def test_a_course_begins_before_the_first_update_and_ends_at_the_last() -> None:
    course = translator().course
    assert course.step[0] == 0 and course.step[-1] == course.planned == 150
    assert len(course.step) == POINTS + 1 and course.is_done
    assert course.loss[0] > course.loss[-1] and course.loss[0] > 0.8 * course.chance
    assert {role.role for role in course.roles} == {"aligned", "previous", "itself", "next", "first"}
    aligned = course.roles[0]
    assert np.isnan(aligned.share[:, :4]).all() and np.isfinite(aligned.share[:, 4:]).all()
    assert np.nanmax(aligned.share[-1]) > 0.4 > np.nanmax(aligned.share[0])
    assert {role.role for role in speaker().course.roles} == {"previous", "itself", "next", "first", "induction"}


def test_a_decoder_alone_is_measured_against_the_same_alignment() -> None:
    bare = experiment(model=SPEAKS, updates=2)
    *_, last = training(bare, done=fresh())
    assert last.result is not None
    role = last.result.course.roles[0]
    assert role.role == "aligned" and np.isfinite(role.share).all()
    assert role.even[0] == pytest.approx(np.mean([1 / (5 + place) for place in range(4)]), abs=1e-6)


def test_every_step_shows_the_maps_and_what_is_known_is_not_trained_again() -> None:
    done = fresh()
    steps: list[Progress[Known]] = list(training(experiment(updates=8), done=done))
    known = [step.result for step in steps if step.result is not None]
    assert [len(each.course.step) for each in known[:9]] == list(range(1, 10))
    assert all(each.course.shown.maps for each in known)
    assert all(each.trained is None for each in known[:-1])
    assert known[-1].trained is done.get(experiment(updates=8))
    again = list(training(experiment(updates=8), done=done))
    assert len(again) == 1 and again[0].result is not None and again[0].result.trained is known[-1].trained


@pytest.mark.long
def test_a_diverged_run_is_shown_with_what_happened() -> None:
    wild = experiment(updates=40).patched(
        {
            "training.optimizer.kind": "sgd",
            "training.optimizer.lr": 10.0,
            "training.clip.kind": "none",
            "model.norm": "pre",
            "model.scaled": False,
        }
    )
    *_, last = training(wild, done=fresh())
    assert last.result is not None and last.result.course.is_done
    course = last.result.course
    assert "not finite" in course.ending or "infinite" in course.ending


def test_more_parameters_than_the_server_allows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GP_MAX_PARAMETERS", "1000")
    settings.cache_clear()
    try:
        with pytest.raises(LimitReached, match="1,000 parameters in one network"):
            list(training(experiment(updates=3), done=fresh()))
    finally:
        settings.cache_clear()


def test_a_private_text_is_not_kept_for_others() -> None:
    private = experiment(NAMES.model_copy(update={"corpus": OwnText(file="0" * 16)}), SPEAKS).patched({})
    done = fresh()
    with pytest.raises(Refused, match="This text stays with its owner"):
        list(training(private, done=done))
    assert done.nbytes == 0


# --- parts switched off -----------------------------------------------------------------------------------------------


def test_switches_and_masks_are_gone_after_success_and_after_an_exception() -> None:
    trained = translator()
    x = trained.data.validation.x[:4]
    with trained.network() as network:
        before = network(x)
    with pytest.raises(RuntimeError, match="broken"), trained.network([("cross 1", 1)], [0, 1]) as network:
        assert not torch.equal(network(x), before)
        raise RuntimeError("broken")
    with trained.network() as network:
        assert torch.equal(network(x), before)
    with pytest.raises(Refusal, match="there are heads 1 to 2"), trained.network([("cross 1", 9)]):
        pass
    with trained.network() as network:
        assert network.masked == frozenset() and all(part.kept is None for part in network.attentions.values())


def test_one_visitor_has_the_network_alone() -> None:
    trained, entered = translator(), threading.Event()

    def other() -> None:
        with trained.network():
            entered.set()

    with trained.network([("cross 1", 1)]):
        thread = threading.Thread(target=other)
        thread.start()
        assert not entered.wait(0.1)
    thread.join(timeout=5)
    assert entered.is_set()


@pytest.mark.long
def test_each_head_s_worth_is_the_rise_of_the_loss_when_its_output_is_zeroed() -> None:
    trained = translator()
    found = trained.ablation
    part = spread(trained.data.validation, found.examples)
    run = SequenceRun(trained.experiment)
    run.advance(run.last_step)
    network = run.network.eval()
    with torch.no_grad():
        assert found.loss == pytest.approx(float(loss_of(*answered(network, part), trained.data)), abs=1e-6)
        out = network.attentions["cross 2"].out.weight  # type: ignore[attr-defined]
        kept = out.detach().clone()
        out[:, 16:] = 0.0
        assert found.without[5, 1] == pytest.approx(float(loss_of(*answered(network, part), trained.data)), abs=1e-5)
        out[:] = 0.0
        assert found.without_all[5] == pytest.approx(float(loss_of(*answered(network, part), trained.data)), abs=1e-5)
        out[:] = kept
    (top, rise), *_, (_, least) = found.ranked
    assert rise == max(found.without.ravel()) - found.loss and least == min(found.without.ravel()) - found.loss
    assert found.without[found.attentions.index(top[0]), top[1] - 1] - found.loss == rise


def test_how_sure_a_map_is_is_the_mean_of_its_largest_weights() -> None:
    trained = translator()
    from engine.sequences.observed import Seen

    seen, part = Seen(), spread(trained.data.validation, trained.ablation.examples)
    with trained.network() as network:
        network(part.x, seen)
    assert trained.ablation.sure(("cross 1", 2)) == pytest.approx(
        float(seen.maps["cross 1"][:, 1].amax(2).mean()), abs=1e-6
    )


def test_read_out_after_the_last_block_the_loss_is_the_network_s_own() -> None:
    for trained in (translator(), speaker()):
        with trained.network() as network:
            loss, score = loss_and_score(network, trained.data)
            found = stream_of(network, trained.data)
        assert found.loss[-1] == pytest.approx(loss, abs=1e-6)
        assert found.score[-1] == pytest.approx(score, abs=1e-6)
        assert len(found.loss) == 3 and found.loss[0] > found.loss[-1]


def test_an_ablation_comes_in_pieces() -> None:
    trained = speaker()
    with trained.network() as network:
        pieces = list(head_ablation(network, trained.data))
    assert pieces[:-1] == [None] * 4 and pieces[-1] is not None


def test_examples_are_spread_evenly_over_their_part() -> None:
    part = Part(torch.arange(100)[:, None], torch.arange(100))
    assert spread(part, 5).y.tolist() == [0, 25, 50, 74, 99]
    assert spread(part, 200) is part


def test_the_score_is_of_whole_examples_where_there_is_a_source_and_of_tokens_in_a_text() -> None:
    assert score_name(translator().data) == "exact"
    assert score_name(speaker().data) == "accuracy"
    assert translator().course.metrics == ("accuracy", "exact")
    assert speaker().course.metrics == ("accuracy",)
