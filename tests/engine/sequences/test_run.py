"""A run on sequences: the loop one would write by hand, the same numbers again, measurements by a second source."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error

from charts.board import board
from charts.live import filled
from charts.sentences import sentences
from engine import device
from engine.choice import catalog
from engine.film import Film
from engine.packing import layout_of, pack
from engine.pool import RunPool
from engine.run import Edit, Run
from engine.sequences.camera import in_chunks
from engine.sequences.data import IGNORED
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.catalog import AnyTask
from engine.snapshot import Measured

KINDS = list(catalog(AnyTask))
NETWORKS = {
    "recurrent": {"model.units": 6},
    "transformer": {"model.width": 16, "model.heads": 2, "model.feed_forward": 16},
}
FEW: dict[str, dict[str, Any]] = {
    "language": {"task.corpus": {"kind": "countries"}, "task.context": 12},
    "mood": {"task.context": 12},
}


def small(task: str, network: str, **patch: Any) -> SequenceExperiment:
    first = SequenceExperiment().patched({"model.kind": network, "task.kind": task, **NETWORKS[network]})
    few = {"task.samples": 120} if hasattr(first.task, "samples") else {}
    length = {"task.delay": 4} if task == "recall" else {"task.length": 6} if hasattr(first.task, "length") else {}
    return first.patched({**few, **length, **FEW.get(task, {}), **patch})


def bare_losses(run: SequenceRun, steps: int) -> list[float]:
    """The loop one would write: torch.optim, the run's first weights and batches, and no line of the run itself."""
    losses, network = [], run.network
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        x, y = run.batches.draw()
        outputs = network(x)
        if run.data.answers:
            loss = torch.nn.functional.cross_entropy(outputs.reshape(-1, outputs.shape[-1]), y.reshape(-1))
        else:
            loss = (outputs.squeeze(-1) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("task", ["recall", "adding", "reverse"])
def test_it_trains_as_the_bare_loop_does(task: str, network: str) -> None:
    # No averages of squares: they would blow up what rounding leaves of gradients that are 0, such as the key bias's.
    experiment = small(task, network, **{"training.optimizer.kind": "momentum", "training.optimizer.lr": 0.1})
    run, other = SequenceRun(experiment), SequenceRun(experiment)
    bare_losses(other, 12)
    run.advance(12)
    for mine, theirs in zip(run.parameters, other.parameters, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("task", KINDS)
def test_every_task_trains_in_either_network_and_its_frames_can_be_drawn(task: str, network: str) -> None:
    run = SequenceRun(small(task, network))
    assert isinstance(run, Run)
    film = Film()
    film.append(run.snapshot())
    run.advance(3)
    film.append(run.snapshot())
    first, last = film.frames
    moved = last.update_ratio > 0
    assert moved.all() if run.data.length > 1 else moved[[0, -1]].all(), "with a single step nothing reaches W_hh"
    assert run.steps == 3 and np.isfinite(last.scores[[0, 1]]).all()
    assert layout_of(first, run.score_names) == layout_of(last, run.score_names)
    assert isinstance(last.detail, Measured) and len(pack(last)) > 0
    said = sentences(run.scene, last)
    for live in board(run.scene):
        figure = filled(live, film)
        assert figure.data and live.help
        for binding in live.bindings:
            shown = figure.data[binding.trace][binding.key if binding.mode == "frame" else "y"]
            assert shown is not None and len(shown)
    assert {"loss", "right", "gradient"} <= set(said) and all(said.values())


@pytest.mark.parametrize("network", NETWORKS)
def test_going_back_gives_the_same_numbers_also_where_it_drops(network: str) -> None:
    run = SequenceRun(small("reverse", network, **{"model.dropout": 0.3, "model.layers": 2}))
    run.advance(4)
    kept = run.checkpoint()
    run.advance(6)
    once = run.snapshot()
    run.restore(kept)
    assert run.steps == 4
    run.advance(6)
    again = run.snapshot()
    assert np.array_equal(once.scores, again.scores) and np.array_equal(once.gradient_norm, again.gradient_norm)


def test_watching_changes_nothing_and_frames_stay_as_they_were() -> None:
    experiment = small("recall", "recurrent")
    watched, left_alone = SequenceRun(experiment), SequenceRun(experiment)
    first = watched.snapshot()
    before = {name: array.copy() for name, array in first.detail.arrays.items()}  # type: ignore[union-attr]
    for _ in range(5):
        watched.advance(2)
        watched.snapshot()
    left_alone.advance(10)
    assert np.array_equal(watched.snapshot().scores, left_alone.snapshot().scores)
    for name, array in before.items():
        assert np.array_equal(first.detail.arrays[name], array, equal_nan=True)  # type: ignore[union-attr]


def test_scores_are_those_of_scikit_learn() -> None:
    run = SequenceRun(small("brackets", "recurrent"))
    run.advance(5)
    part = run.data.validation.spread(256)
    with torch.no_grad():
        outputs = run.network.eval()(part.x)
    given = dict(zip(run.score_names, run.snapshot().scores, strict=True))
    assert given["validation.accuracy"] == pytest.approx(accuracy_score(part.y, outputs.argmax(-1)))
    assert given["validation.loss"] == pytest.approx(log_loss(part.y, outputs.double().softmax(-1)), rel=1e-5)
    run = SequenceRun(small("adding", "recurrent"))
    run.advance(5)
    part = run.data.validation.spread(256)
    with torch.no_grad():
        answers = run.network.eval()(part.x).squeeze(-1)
    given = dict(zip(run.score_names, run.snapshot().scores, strict=True))
    assert given["validation.rmse"] == pytest.approx(root_mean_squared_error(part.y, answers), rel=1e-5)
    assert given["validation.r2"] == pytest.approx(r2_score(part.y, answers), abs=1e-5)


def test_an_exact_match_has_no_mistake_in_the_whole_sequence() -> None:
    run = SequenceRun(
        small("reverse", "transformer", **{"task.length": 2, "task.symbols": 2, "training.optimizer.lr": 0.02})
    )
    run.advance(60)
    part = run.data.validation.spread(256)
    with torch.no_grad():
        said = run.network.eval()(part.x).argmax(-1)
    exact = [
        all(s == w for s, w in zip(row, want, strict=True) if w != IGNORED)
        for row, want in zip(said.tolist(), part.y.tolist(), strict=True)
    ]
    given = dict(zip(run.score_names, run.snapshot().scores, strict=True))
    assert given["validation.exact"] == pytest.approx(np.mean(exact))
    assert 0 < given["validation.exact"] <= given["validation.accuracy"] <= 1


def test_gradient_norms_agree_with_finite_differences() -> None:
    run = SequenceRun(small("adding", "recurrent"))
    run.network.double()
    probe = run.data.train.first(32)
    x, y = probe.x.double(), probe.y.double()
    matrix = run.network.matrices["W_hy"]
    slopes = []
    for place in range(matrix.numel()):
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                matrix.view(-1)[place] += sign * 1e-5
                ends.append(float((run.network(x).squeeze(-1) - y).square().mean()))
                matrix.view(-1)[place] -= sign * 1e-5
        slopes.append((ends[0] - ends[1]) / 2e-5)
    run.network.float()
    measured = run.snapshot().gradient_norm[list(run.network.matrices).index("W_hy")]
    assert measured == pytest.approx(math.hypot(*slopes), rel=1e-4)


def test_settings_change_in_mid_run_and_a_link_replays_them() -> None:
    experiment = small("recall", "recurrent")
    run = SequenceRun(experiment)
    run.advance(5)
    run.apply({"training.optimizer.lr": 0.05, "model.dropout": 0.2})
    run.advance(5)
    again = SequenceRun(experiment, run.edits)
    again.advance(10)
    assert again.edits == run.edits == (Edit(5, (("training.optimizer.lr", 0.05), ("model.dropout", 0.2))),)
    assert np.array_equal(run.snapshot().scores, again.snapshot().scores)


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"model.units": 9}, "these settings need a new run: model.units"),
        ({"training.batch_size": 0}, "training.batch_size"),
        ({"training.wings": 2}, "training.wings: .*there is no such setting"),
    ],
)
def test_a_change_that_can_not_be_is_refused_by_name_and_changes_nothing(patch: dict[str, Any], said: str) -> None:
    run = SequenceRun(small("recall", "recurrent"))
    with pytest.raises(ValueError, match=said):
        run.apply(patch)
    assert run.edits == () and run.experiment == small("recall", "recurrent")


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"model.kind": "transformer", "model.encoder": True}, "an encoder needs a task with a source"),
        ({"model.bidirectional": True}, "what comes must not be seen"),
        ({"training.schedule.kind": "one_cycle", "training.optimizer.kind": "sgd"}, "needs an optimizer with momentum"),
    ],
)
def test_parts_that_do_not_fit_are_refused(patch: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SequenceExperiment().patched(patch)


def test_a_divergence_is_an_ending_that_says_where() -> None:
    wild = {"training.optimizer.kind": "sgd", "training.optimizer.lr": 10.0, "training.clip.kind": "none"}
    run = SequenceRun(small("adding", "transformer", **wild))
    run.advance(300)
    assert run.ending is not None and run.ending.kind == "diverged"
    assert f"The weights shown are those of step {run.steps}." in run.ending.message
    assert np.isfinite(run.snapshot().scores[0]) or run.steps == 0


def test_it_ends_after_its_updates_and_goes_on_where_more_are_planned() -> None:
    run = SequenceRun(small("recall", "recurrent", **{"training.updates": 7}))
    assert run.advance(50) == 7
    assert run.ending is not None and run.ending.kind == "finished"
    run.apply({"training.updates": 9})
    assert run.ending is None and run.advance(50) == 2


def test_the_pool_trains_and_films_it() -> None:
    pool = RunPool()
    try:
        entry = pool.open(lambda: SequenceRun(small("recall", "recurrent")), goal=10, every=2)
        version = 0
        while not entry.failure and (entry.run is None or entry.run.steps < 10):
            entry.wait(version, 5.0)
            version = entry.version
            pool.touch(entry)
        assert not entry.failure
        assert entry.film.last.step == 10 and len(entry.film) >= 3
        assert entry.checkpoints.kept and entry.nbytes > 0
    finally:
        pool.close()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("task", KINDS)
def test_it_trains_on_a_gpu_as_on_the_cpu(task: str, network: str) -> None:
    there = SequenceRun(small(task, network), device=device.choose("cuda"))
    here = SequenceRun(small(task, network))
    for run in (there, here):
        run.advance(3)
    np.testing.assert_allclose(there.snapshot().scores[0], here.snapshot().scores[0], rtol=2e-3)
    kept = there.checkpoint()
    there.advance(3)
    there.restore(kept)
    assert there.steps == 3


@pytest.mark.parametrize("task", ["recall", "adding"])
def test_truncated_backpropagation_gives_the_same_scores_and_cuts_the_gradient(task: str) -> None:
    run = SequenceRun(small(task, "recurrent"))
    x = run.data.train.first(8).x
    whole = run.network(x)
    torch.testing.assert_close(in_chunks(run.network, x, 3, carried=True), whole)
    reset = in_chunks(run.network, x, 3, carried=False)
    assert not torch.allclose(reset, whole)
    if task == "adding":
        first = x.clone().requires_grad_()
        in_chunks(run.network, first, 3, carried=True).sum().backward()
        assert first.grad is not None and first.grad[:, :3].abs().sum() == 0 and first.grad[:, 3:].abs().sum() > 0


def test_a_run_trains_in_chunks_and_a_chunk_of_all_steps_is_the_whole() -> None:
    whole, same = (SequenceRun(small("recall", "recurrent", **{"training.chunk": chunk})) for chunk in (0, 400))
    cut = SequenceRun(small("recall", "recurrent", **{"training.chunk": 2}))
    for run in (whole, same, cut):
        run.advance(5)
    np.testing.assert_allclose(whole.snapshot().scores, same.snapshot().scores, rtol=1e-5)
    assert not np.allclose(whole.snapshot().scores, cut.snapshot().scores, rtol=1e-5)


@pytest.mark.parametrize("patch", [{"model.kind": "transformer"}, {"task.kind": "adding", "model.bidirectional": True}])
def test_only_what_reads_forward_can_be_cut_into_chunks(patch: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="only a recurrent network that reads forward"):
        SequenceExperiment().patched({**patch, "training.chunk": 5})


@pytest.mark.parametrize("network", NETWORKS)
def test_adamw_decays_weights_and_no_bias_or_norm(network: str) -> None:
    decaying = {
        "training.optimizer.kind": "adamw",
        "training.optimizer.lr": 0.01,
        "training.optimizer.weight_decay": 0.5,
    }
    plain = {**decaying, "training.optimizer.weight_decay": 0.0}
    with_decay, without = (SequenceRun(small("recall", network, **patch)) for patch in (decaying, plain))
    first = {name: parameter.detach().clone() for name, parameter in with_decay.network.named_parameters()}
    for run in (with_decay, without):
        run.advance(1)
    other = dict(without.network.named_parameters())
    for name, parameter in with_decay.network.named_parameters():
        shrunk = 0.01 * 0.5 * first[name] if parameter.ndim > 1 else torch.zeros_like(first[name])
        torch.testing.assert_close(other[name] - parameter, shrunk, rtol=1e-3, atol=1e-7)
