"""A run on pictures: the loop one would write by hand, the same numbers again, measurements by a second source."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss

from charts.board import board
from charts.live import filled
from charts.sentences import sentences
from engine import device
from engine.film import Film
from engine.packing import layout_of, pack
from engine.permalink import edits_text, read_edits
from engine.pool import RunPool
from engine.run import Edit, Run
from engine.snapshot import Measured
from engine.vision.blocks import Activate, Convolution, Dense, Drop, GlobalPool, Normalize, Pool
from engine.vision.experiment import VisionExperiment, consequence
from engine.vision.model import Cnn
from engine.vision.residual import Residual
from engine.vision.run import VisionRun

TINY = Cnn(blocks=(Convolution(channels=3), Activate(), Pool(), Dense(units=8), Activate()))
DROPS = Cnn(blocks=(Convolution(channels=3), Normalize(), Activate(), Drop(p=0.3), Pool(), Drop(p=0.2)))
NETWORKS = {
    "convolutions": TINY,
    "dropout and batch norm": DROPS,
    "residual": Cnn(blocks=(Residual(channels=4), GlobalPool())),
    "units alone": Cnn(blocks=(Dense(units=8), Activate())),
    "nothing between": Cnn(blocks=()),
}


def made(model: Cnn = TINY, **patch: Any) -> VisionExperiment:
    return VisionExperiment(model=model).patched(patch)


def bare_losses(run: VisionRun, steps: int) -> list[float]:
    """The loop one would write: torch.optim, the run's first weights and batches, and no line of the run itself."""
    losses, network = [], run.network
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        pixels, y = run.batches.draw()
        x = pixels / 255
        loss = torch.nn.functional.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize("network", NETWORKS)
def test_it_trains_as_the_bare_loop_does(network: str) -> None:
    experiment = made(NETWORKS[network], **{"training.optimizer.kind": "momentum", "training.optimizer.lr": 0.1})
    run, other = VisionRun(experiment), VisionRun(experiment)
    losses = bare_losses(other, 12)
    run.advance(12)
    assert all(math.isfinite(loss) for loss in losses)
    for mine, theirs in zip(run.network.state_dict().values(), other.network.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_gives_frames_of_one_layout_that_can_be_drawn(network: str) -> None:
    run = VisionRun(made(NETWORKS[network]))
    assert isinstance(run, Run)
    film = Film()
    film.append(run.snapshot())
    run.advance(3)
    film.append(run.snapshot())
    first, last = film.frames
    assert run.steps == 3 and (last.update_ratio > 0).all() and np.isfinite(last.scores).all()
    assert layout_of(first, run.score_names) == layout_of(last, run.score_names)
    assert isinstance(last.detail, Measured) and 0 < len(pack(last)) < 12_000
    said = sentences(run.scene, last)
    for live in board(run.scene):
        figure = filled(live, film)
        assert figure.data and live.help
        for binding in live.bindings:
            shown = figure.data[binding.trace][binding.key if binding.mode == "frame" else "y"]
            assert shown is not None and len(shown)
    assert {"loss", "answers", "confusion", "gradient"} <= set(said) and all(said.values())


def test_going_back_gives_the_same_numbers_also_where_it_drops_and_normalizes() -> None:
    run = VisionRun(made(DROPS))
    run.advance(4)
    kept = run.checkpoint()
    run.advance(40)  # into the next epoch
    once = run.snapshot()
    run.restore(kept)
    assert run.steps == 4
    run.advance(40)
    again = run.snapshot()
    assert np.array_equal(once.scores, again.scores) and np.array_equal(once.gradient_norm, again.gradient_norm)


def test_watching_changes_nothing_and_frames_stay_as_they_were() -> None:
    watched, left_alone = VisionRun(made(DROPS)), VisionRun(made(DROPS))
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
    run = VisionRun(made())
    run.advance(30)
    frame = run.snapshot()
    given = dict(zip(run.score_names, frame.scores, strict=True))
    for name, part in (("train", run.data.train), ("validation", run.data.validation), ("test", run.data.test)):
        part = part.first(run.camera.rows)
        with torch.no_grad():
            outputs = run.network.eval()(part.x)
        wanted = log_loss(part.label, outputs.double().softmax(-1), labels=range(10))
        assert given[f"{name}.accuracy"] == pytest.approx(accuracy_score(part.label, outputs.argmax(1)))
        assert given[f"{name}.loss"] == pytest.approx(wanted, rel=1e-5)
        if name == "validation":
            table = confusion_matrix(part.label, outputs.argmax(1), labels=range(10))
            assert np.array_equal(frame.detail.arrays["confusion"], table)  # type: ignore[union-attr]


def test_gradient_norms_agree_with_finite_differences() -> None:
    run = VisionRun(made())
    run.network.double()
    x, y = run.data.train.first(32).x.double(), run.data.train.first(32).label
    matrix = run.network.matrices["1 conv"]
    slopes = []
    for place in range(matrix.numel()):
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                matrix.view(-1)[place] += sign * 1e-6
                ends.append(float(torch.nn.functional.cross_entropy(run.network(x), y)))
                matrix.view(-1)[place] -= sign * 1e-6
        slopes.append((ends[0] - ends[1]) / 2e-6)
    run.network.float()
    assert run.snapshot().gradient_norm[0] == pytest.approx(math.hypot(*slopes), rel=1e-3)


def test_maps_and_kernels_of_a_frame_are_those_of_the_network_between_their_ends() -> None:
    run = VisionRun(made())
    run.advance(5)
    arrays = run.snapshot().detail.arrays  # type: ignore[union-attr]
    with torch.no_grad():
        wanted = run.network.eval().features(run.data.validation.x[:1])
    for place, (block, values) in enumerate(zip(run.scene.blocks, wanted, strict=True)):
        low, high = arrays["map_range"][place]
        maps = arrays[block.array].astype(np.float64) / 255 * (high - low) + low
        drawn = values[0, : block.drawn].reshape(block.drawn, *block.side).numpy()
        tall, wide = block.side
        for number, wanted in enumerate(drawn):
            row, column = divmod(number, block.across)
            shown = maps[row * tall : (row + 1) * tall, column * wide : (column + 1) * wide]
            np.testing.assert_allclose(shown, wanted, atol=(high - low) / 255 + 1e-7)
    size, weight = float(arrays["filter_size"][0]), run.network.matrices["1 conv"].detach()
    kernels = (arrays["filters"].astype(np.float64) - 127) / 127 * size
    drawn, channels, side, _ = run.scene.filters
    wanted = np.concatenate([kernel.reshape(channels * side, side) for kernel in weight.numpy()], axis=1)
    assert drawn == len(weight)
    np.testing.assert_allclose(kernels, wanted, atol=size / 127)


def test_units_that_never_answer_are_counted_on_the_probe_pictures() -> None:
    run = VisionRun(made())
    with torch.no_grad():
        run.network.blocks[0].bias[1] = -100.0
    assert run.snapshot().detail.arrays["dead"][0] == pytest.approx(1 / 3)  # type: ignore[union-attr]


def test_the_loss_of_a_constant_answer_is_the_entropy_of_the_classes() -> None:
    run = VisionRun(made())
    share = np.bincount(run.data.train.label.numpy()) / len(run.data.train)
    assert run.scene.chance == pytest.approx(-(share * np.log(share)).sum())


def test_settings_and_rates_of_dropout_change_in_mid_run_and_a_link_replays_them() -> None:
    experiment = made(DROPS)
    run = VisionRun(experiment)
    run.advance(5)
    run.apply({"training.optimizer.lr": 0.05, "model.blocks.3.p": 0.0})
    run.advance(5)
    run.apply({"model.blocks.3.p": 0.5, "training.batch_size": 20})
    run.advance(50)
    edits, wrong = read_edits(edits_text(run.edits), experiment, consequence)
    assert edits == run.edits and not wrong
    again = VisionRun(experiment, edits)
    again.advance(60)
    assert again.last_step == run.last_step
    assert np.array_equal(run.snapshot().scores, again.snapshot().scores)
    assert run.edits[0] == Edit(5, (("training.optimizer.lr", 0.05), ("model.blocks.3.p", 0.0)))


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"model.blocks.0.channels": 9}, "these settings need a new run: model.blocks.0.channels"),
        ({"head.smoothing": 0.1}, "these settings need a new run"),
        ({"training.batch_size": 0}, "training.batch_size"),
        ({"training.batch_size": 1}, "batch norm needs batches of at least 2 pictures"),
        ({"model.blocks.3.p": 2.0}, "model.blocks.3.p"),
        ({"model.blocks.9.p": 0.2}, "there is no such setting"),
    ],
)
def test_a_change_that_can_not_be_is_refused_by_name_and_changes_nothing(patch: dict[str, Any], said: str) -> None:
    run = VisionRun(made(DROPS))
    with pytest.raises(ValueError, match=said):
        run.apply(patch)
    assert run.edits == () and run.experiment == made(DROPS)


def test_penalties_act_on_all_weights_and_no_bias_or_norm() -> None:
    decays = {"training.penalty": {"kind": "weight_decay", "strength": 0.5}}
    still = {"training.optimizer.kind": "sgd", "training.optimizer.lr": 1e-6}
    run, free = VisionRun(made(DROPS, **decays, **still)), VisionRun(made(DROPS, **still))
    for one in (run, free):
        one.advance(1)
    wanted = {name: 1 - 1e-6 * 0.5 for name in run.network.matrices}
    for name, share in wanted.items():
        torch.testing.assert_close(run.network.matrices[name], free.network.matrices[name] * share, atol=1e-9, rtol=0)
    with_loss = VisionRun(made(**{"training.penalty": {"kind": "l2", "strength": 0.1}}))
    plain = VisionRun(made())
    gap = float((with_loss.batch_loss() - plain.batch_loss()).detach())
    squares = sum(float(matrix.detach().square().sum()) for matrix in plain.network.matrices.values())
    assert gap == pytest.approx(0.05 * squares, rel=1e-4)


def test_a_divergence_is_an_ending_that_says_where() -> None:
    grows = {"training.penalty": {"kind": "l2", "strength": 10.0}, "training.optimizer": {"kind": "sgd", "lr": 1.0}}
    run = VisionRun(made(**grows))  # each update multiplies the weights by 1 - 10
    run.advance(300)
    assert run.ending is not None and run.ending.kind == "diverged"
    assert np.isfinite(run.snapshot().scores).all()
    assert f"The weights shown are those of step {run.steps}." in run.ending.message


def test_it_ends_after_its_epochs_and_goes_on_where_more_are_planned() -> None:
    run = VisionRun(made(**{"training.epochs": 1, "training.batch_size": 100}))
    assert run.advance(50) == run.steps_per_epoch == run.last_step == 11
    assert run.ending is not None and run.ending.message == "All 1 planned epochs are done."
    run.apply({"training.epochs": 2})
    assert run.ending is None and run.advance(50) == 11


def test_the_pool_trains_and_films_it() -> None:
    pool = RunPool()
    try:
        entry = pool.open(lambda: VisionRun(made()), goal=10, every=2)
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
def test_it_trains_on_a_gpu_as_on_the_cpu(network: str) -> None:
    there = VisionRun(made(NETWORKS[network]), device=device.choose("cuda"))
    here = VisionRun(made(NETWORKS[network]))
    for run in (there, here):
        run.advance(3)
    if network != "dropout and batch norm":
        np.testing.assert_allclose(there.snapshot().scores[0], here.snapshot().scores[0], rtol=2e-3)
    kept = there.checkpoint()
    there.advance(3)
    there.restore(kept)
    assert there.steps == 3
