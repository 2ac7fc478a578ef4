"""A run: the same numbers every time, whatever else happens; changed settings; returns; endings."""

import threading

import numpy as np
import pytest
import torch

from engine.activations import ReLU
from engine.data.regression import Polynomial, TwoBumps
from engine.data.toy import Circle, Spiral
from engine.experiment import Experiment, Training
from engine.initializers import HeNormal, Normal
from engine.model import Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam, AdamW, Momentum, RMSProp
from engine.penalties import L2, L1Proximal
from engine.run import Edit
from engine.schedules import OneCycle
from engine.snapshot import Snapshot
from engine.stopping import Patience
from engine.supervised import SupervisedRun

SMALL = Experiment(data=Spiral(samples=120), model=Model(hidden=(6, 5), dropout=0.2), training=Training(epochs=40))
RICH = Experiment(
    data=Circle(samples=150),
    model=Model(hidden=(6, 6), activation=ReLU(), norm=BatchNorm(), dropout=0.1, residual=True),
    training=Training(optimizer=Momentum(lr=0.05), schedule=OneCycle(), penalty=L1Proximal(), epochs=30),
)


def weights(run: SupervisedRun) -> np.ndarray:
    """Every number of the model's state, in one array."""
    return np.concatenate([tensor.numpy().ravel().astype(np.float64) for tensor in run.model.state_dict().values()])


def same(left: Snapshot, right: Snapshot) -> bool:
    """Whether two frames hold the same bits."""
    pairs = [(left.scores, right.scores), (left.boundary, right.boundary), (left.gradient_norm, right.gradient_norm)]
    return left.step == right.step and all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


@pytest.mark.parametrize("experiment", [SMALL, RICH], ids=["dropout", "batch norm, one-cycle"])
def test_the_same_experiment_gives_the_same_numbers_bit_for_bit(experiment: Experiment) -> None:
    first, second = SupervisedRun(experiment), SupervisedRun(experiment)
    first.advance(70)
    for _ in range(7):
        second.advance(10)
    assert np.array_equal(weights(first), weights(second))
    assert same(first.snapshot(), second.snapshot())


def test_watching_and_pausing_change_no_number() -> None:
    unwatched, watched = SupervisedRun(RICH), SupervisedRun(RICH)
    unwatched.advance(60)
    for _ in range(60):
        watched.advance(1)
        watched.snapshot(detail=True)
    assert np.array_equal(weights(unwatched), weights(watched))


def test_another_thread_drawing_from_the_global_generator_changes_no_number() -> None:
    alone = SupervisedRun(SMALL)
    alone.advance(60)
    stop = threading.Event()

    def disturb() -> None:
        while not stop.is_set():
            torch.manual_seed(1)
            torch.rand(100)
            np.random.rand(10)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        beside = SupervisedRun(SMALL)
        beside.advance(60)
    finally:
        stop.set()
        thread.join()
    assert np.array_equal(weights(alone), weights(beside))


def test_a_run_draws_nothing_from_the_global_generators() -> None:
    torch.manual_seed(5)
    before, numpy_before = torch.get_rng_state(), np.random.get_state()[1].copy()
    run = SupervisedRun(RICH)
    run.advance(30)
    run.snapshot()
    assert torch.equal(before, torch.get_rng_state())
    assert np.array_equal(numpy_before, np.random.get_state()[1])


def test_another_seed_gives_other_numbers() -> None:
    first, second = SupervisedRun(SMALL), SupervisedRun(SMALL.patched({"seed": 1}))
    assert not np.array_equal(weights(first), weights(second))


@pytest.mark.parametrize("experiment", [SMALL, RICH], ids=["dropout", "batch norm, one-cycle"])
def test_a_checkpoint_leads_back_to_the_same_numbers(experiment: Experiment) -> None:
    run = SupervisedRun(experiment)
    run.advance(25)
    kept = run.checkpoint()
    run.advance(40)
    expected = weights(run)
    run.restore(kept)
    assert run.steps == 25
    run.advance(40)
    assert np.array_equal(weights(run), expected)


def test_a_checkpoint_is_not_touched_by_further_training() -> None:
    run = SupervisedRun(SMALL)
    run.advance(5)
    kept = run.checkpoint()
    before = {name: tensor.clone() for name, tensor in kept.model.items()}
    run.advance(30)
    assert all(torch.equal(before[name], tensor) for name, tensor in kept.model.items())


def test_frame_0_is_unchanged_after_100_more_steps() -> None:
    run = SupervisedRun(SMALL)
    frame = run.snapshot()
    copies = [frame.boundary.copy(), frame.scores.copy(), frame.detail.maps.copy(), frame.detail.edges.copy()]
    run.advance(100)
    now = [frame.boundary, frame.scores, frame.detail.maps, frame.detail.edges]
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(copies, now, strict=True))
    with pytest.raises(ValueError, match="read-only"):
        frame.boundary[0] = 1


# --- changed settings ---------------------------------------------------------------------------------------------


def test_a_run_with_planned_edits_repeats_a_run_that_was_edited_by_hand() -> None:
    by_hand = SupervisedRun(SMALL)
    by_hand.advance(17)
    by_hand.apply({"training.optimizer.lr": 0.1})
    by_hand.advance(13)
    by_hand.apply({"training.optimizer.kind": "sgd", "training.optimizer.lr": 0.05})
    by_hand.apply({"model.dropout": 0.0})
    by_hand.advance(20)
    planned = SupervisedRun(SMALL, by_hand.edits)
    planned.advance(50)
    assert [edit.step for edit in by_hand.edits] == [17, 30, 30]
    assert np.array_equal(weights(by_hand), weights(planned))


def test_going_back_before_an_edit_plans_it_again() -> None:
    run = SupervisedRun(SMALL)
    kept = run.checkpoint()
    run.advance(10)
    run.apply({"model.dropout": 0.5})
    run.advance(20)
    expected = weights(run)
    run.restore(kept)
    assert run.edits == ()
    run.advance(30)
    assert np.array_equal(weights(run), expected)
    assert [edit.step for edit in run.edits] == [10]


def test_dropout_switched_on_in_mid_run_repeats_from_a_checkpoint_before_it() -> None:
    run = SupervisedRun(SMALL.patched({"model.dropout": 0.0}))
    run.advance(5)
    kept = run.checkpoint()
    run.apply({"model.dropout": 0.4})
    run.advance(30)
    expected = weights(run)
    run.restore(kept)
    run.advance(30)
    assert np.array_equal(weights(run), expected)


def test_a_new_rate_keeps_the_optimizers_averages_and_another_kind_begins_afresh() -> None:
    run = SupervisedRun(SMALL)
    run.advance(10)
    run.apply({"training.optimizer.lr": 0.2})
    kept = [state["step"] for state in run.optimizer.state_dict()["state"].values()]
    assert all(int(step) == 10 for step in kept)
    assert run.optimizer.param_groups[0]["lr"] == 0.2
    run.apply({"training.optimizer.kind": "adamw"})
    assert run.optimizer.state_dict()["state"] == {}


@pytest.mark.parametrize(
    "patch",
    [
        {"training.optimizer.amsgrad": True},
        {"training.optimizer.kind": "rmsprop", "training.optimizer.momentum": 0.5},
        {"training.batch_size": "all"},
        {"training.penalty.kind": "l2"},
        {"training.clip.kind": "value"},
        {"training.schedule.kind": "cosine"},
        {"training.stopping.kind": "patience"},
        {"training.class_weights": "balanced"},
        {"training.sampling.kind": "undersampling"},
        {"training.loss.kind": "bce"},
    ],
)
def test_every_training_setting_can_change_in_mid_run(patch: dict[str, object]) -> None:
    run = SupervisedRun(SMALL)
    run.advance(10)
    run.apply(patch)
    assert run.advance(10) == 10
    assert run.experiment == SMALL.patched(patch)


def test_a_setting_of_the_model_needs_a_new_run_and_changes_nothing() -> None:
    run = SupervisedRun(SMALL)
    run.advance(3)
    with pytest.raises(ValueError, match=r"need a new run: model\.hidden"):
        run.apply({"model.hidden": (3,)})
    with pytest.raises(ValueError, match=r"^training\.optimizer\.lr: got -1\.0; input should be greater"):
        run.apply({"training.optimizer.lr": -1.0})
    assert run.experiment == SMALL
    assert run.edits == ()


def test_rmsprop_may_gain_momentum_in_mid_run() -> None:
    run = SupervisedRun(SMALL.patched({"training.optimizer": RMSProp().model_dump()}))
    run.advance(5)
    run.apply({"training.optimizer.momentum": 0.9})
    assert run.advance(5) == 5


# --- endings ------------------------------------------------------------------------------------------------------


def test_a_run_ends_when_its_epochs_are_done() -> None:
    run = SupervisedRun(SMALL.patched({"training.epochs": 3}))
    assert run.advance(10_000) == run.last_step == 3 * run.steps_per_epoch
    assert run.ending is not None
    assert run.ending.kind == "finished"
    assert run.advance(10) == 0


def test_a_longer_plan_lets_a_finished_run_go_on() -> None:
    run = SupervisedRun(SMALL.patched({"training.epochs": 3}))
    run.advance(10_000)
    run.apply({"training.optimizer.lr": 0.02})
    assert run.ending is not None
    run.apply({"training.epochs": 5})
    assert run.ending is None
    run.advance(10_000)
    assert run.steps == 5 * run.steps_per_epoch


@pytest.mark.parametrize("norm", [True, False])
def test_the_planned_end_is_right_also_after_another_batch_size_in_mid_epoch(norm: bool) -> None:
    experiment = SMALL.patched({"training.epochs": 4} | ({"model.norm.kind": "batch_norm"} if norm else {}))
    run = SupervisedRun(experiment)
    run.advance(run.steps_per_epoch + 1)
    for size in (7, 84, 17, 5):
        run.apply({"training.batch_size": size})
        run.advance(1)
    planned = run.last_step
    run.advance(10_000)
    assert run.steps == planned
    assert run.epochs == 4


def test_a_change_takes_the_place_of_edits_a_link_had_planned() -> None:
    run = SupervisedRun(SMALL, planned=[Edit(20, (("training.optimizer.lr", 0.5),))])
    run.advance(5)
    run.apply({"training.optimizer.kind": "sgd", "training.optimizer.lr": 0.1})
    run.advance(30)
    assert [edit.step for edit in run.edits] == [5]
    assert run.experiment.training.optimizer == SGD(lr=0.1)


def test_another_weighting_begins_the_watch_of_the_validation_loss_anew() -> None:
    run = SupervisedRun(SMALL.patched({"training.stopping.kind": "patience"}))
    run.advance(5 * run.steps_per_epoch)
    kept = run.watch
    run.apply({"training.optimizer.lr": 0.02})
    assert run.watch is kept
    run.apply({"training.class_weights": "balanced"})
    assert run.watch is not kept
    assert run.watch is not None
    assert run.watch.best_loss == np.inf


def test_a_last_frame_shows_the_last_update_or_none() -> None:
    run, twin = (SupervisedRun(SMALL.patched({"training.epochs": 3})) for _ in range(2))
    run.advance(10_000)
    twin.advance(run.steps - 1)
    twin.advance(1)
    np.testing.assert_array_equal(run.snapshot().update_ratio, twin.snapshot().update_ratio)
    stopped = SupervisedRun(SMALL.patched({"training.stopping": {"kind": "patience", "epochs": 1, "least_gain": 1.0}}))
    stopped.advance(10_000)
    assert stopped.ending is not None
    assert stopped.ending.kind == "stopped early"
    assert np.isnan(stopped.snapshot().update_ratio).all()


def test_an_ending_says_whether_its_loss_is_weighted() -> None:
    patch = {"data.balance": 0.7, "training.class_weights": "balanced", "training.target_loss": 0.69}
    run = SupervisedRun(Experiment(data=Circle(samples=150)).patched(patch))
    run.advance(10_000)
    assert run.ending is not None
    assert run.ending.message.startswith("The class-weighted training loss reached")


def test_a_run_ends_at_its_target_loss() -> None:
    run = SupervisedRun(SMALL.patched({"training.target_loss": 0.6, "training.epochs": 500}))
    run.advance(100_000)
    assert run.ending is not None
    assert run.ending.kind == "target reached"
    assert run.snapshot().scores[0] <= 0.6 + 1e-6


def test_early_stopping_restores_the_weights_of_the_best_epoch() -> None:
    experiment = Experiment(
        data=Polynomial(noise=0.6),
        model=Model(hidden=(64, 64), activation=ReLU(), initializer=HeNormal()),
        training=Training(optimizer=Adam(lr=0.02), epochs=400, stopping=Patience(epochs=15)),
    )
    run = SupervisedRun(experiment)
    twin = SupervisedRun(experiment.patched({"training.stopping.kind": "none"}))
    losses, states = [], []
    for _ in range(400):
        twin.advance(twin.steps_per_epoch)
        losses.append(float(twin.snapshot(detail=False).scores[3]))
        states.append(weights(twin))
    run.advance(100_000)
    best = int(np.argmin(losses[: run.steps // run.steps_per_epoch]))
    assert run.ending is not None
    assert run.ending.kind == "stopped early"
    assert run.steps // run.steps_per_epoch == best + 1 + 15
    assert np.array_equal(weights(run), states[best])
    assert run.ending.best_step == (best + 1) * run.steps_per_epoch
    assert f"step {run.ending.best_step}" in run.ending.message


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        (
            Experiment(
                data=TwoBumps(),
                model=Model(hidden=(32, 32), activation=ReLU()),
                training=Training(optimizer=SGD(lr=10.0)),
            ),
            r"At step \d+ the (weights|gradient) of|At step \d+ the loss|The update of step \d+",
        ),
        (
            Experiment(
                data=TwoBumps(),
                model=Model(hidden=(64,) * 30, activation=ReLU(), initializer=Normal(scale=10.0)),
                training=Training(optimizer=SGD(lr=0.1)),
            ),
            r"At step 1 the (loss|gradient)",
        ),
    ],
    ids=["rate far too high", "first weights far too large"],
)
def test_divergence_keeps_the_last_good_state_and_says_where(experiment: Experiment, said: str) -> None:
    import re

    run = SupervisedRun(experiment)
    run.advance(5000)
    assert run.ending is not None
    assert run.ending.kind == "diverged"
    assert re.search(said, run.ending.message), run.ending.message
    assert np.isfinite(weights(run)).all()
    assert run.advance(1) == 0
    twin = SupervisedRun(experiment)
    for _ in range(run.steps):
        twin.step()
    assert np.array_equal(weights(run), weights(twin))
    frame = run.snapshot()
    assert frame.step == run.steps


def test_divergence_is_found_at_the_same_step_whatever_the_slices() -> None:
    experiment = Experiment(
        data=TwoBumps(), model=Model(hidden=(32, 32), activation=ReLU()), training=Training(optimizer=SGD(lr=3.0))
    )
    messages = set()
    for size in (1, 7, 1000):
        run = SupervisedRun(experiment)
        while run.ending is None:
            run.advance(size)
        messages.add(run.ending.message)
    assert len(messages) == 1


# --- against PyTorch ------------------------------------------------------------------------------------------------


def test_the_loop_equals_a_bare_pytorch_loop() -> None:
    experiment = Experiment(
        data=Circle(samples=100),
        model=Model(hidden=(7,)),
        training=Training(optimizer=AdamW(lr=0.01), penalty=L2(strength=0.01), batch_size=16),
    )
    run = SupervisedRun(experiment)
    linears = [torch.nn.Linear(l.in_features, l.out_features) for l in run.model.linears]  # noqa: E741
    for own, theirs in zip(run.model.linears, linears, strict=True):
        theirs.load_state_dict(own.state_dict())
    net = torch.nn.Sequential(linears[0], torch.nn.Tanh(), linears[1])
    matrices, offsets = [l.weight for l in linears], [l.bias for l in linears]  # noqa: E741
    adamw = torch.optim.AdamW(
        [{"params": matrices}, {"params": offsets, "weight_decay": 0.0}], lr=0.01, weight_decay=0.01
    )
    batches = SupervisedRun(experiment).batches
    for _ in range(25):
        x, y = batches.draw()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y.float())
        loss = loss + 0.01 / 2 * sum(w.square().sum() for w in matrices)
        adamw.zero_grad()
        loss.backward()
        adamw.step()
    run.advance(25)
    for own, theirs in zip(run.model.linears, linears, strict=True):
        torch.testing.assert_close(own.weight, theirs.weight, rtol=1e-5, atol=1e-6)


def test_the_update_ratio_is_the_norm_of_the_update_over_the_norm_of_the_weights() -> None:
    run = SupervisedRun(SMALL)
    run.advance(9)
    before = [linear.weight.detach().clone() for linear in run.model.linears]
    run.advance(1)
    expected = [
        float((l.weight.detach() - b).norm() / b.norm())
        for l, b in zip(run.model.linears, before, strict=True)  # noqa: E741
    ]
    np.testing.assert_allclose(run.snapshot().update_ratio, expected, rtol=1e-5)


def test_an_epoch_shows_every_example_once() -> None:
    run = SupervisedRun(SMALL)
    seen = torch.cat([run.batches.draw()[0] for _ in range(run.steps_per_epoch)])
    assert len(seen) == len(run.data.train.x)
    assert {tuple(row) for row in seen.tolist()} == {tuple(row) for row in run.data.train.x.tolist()}
