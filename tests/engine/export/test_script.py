"""The exported script against the run it was made from: it is run, and its loss compared."""

import ast
import math
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.activations import Maxout
from engine.choice import catalog
from engine.data.bundled import CaliforniaHousing
from engine.data.canvas import Canvas
from engine.data.own.proposal import Proposal
from engine.data.prepare import prepare
from engine.data.regression import TwoBumps
from engine.data.toy import Circle, Moons
from engine.experiment import Experiment, Training
from engine.export.given import FILE, given_csv
from engine.export.record import Record, record
from engine.export.script import script
from engine.initializers import Normal
from engine.losses import resolve
from engine.model import LayerOverride, Model
from engine.norms import BatchNorm
from engine.optimizers import SGD, Adam, Momentum
from engine.run import Edit
from engine.schedules import OneCycle
from engine.stopping import Patience
from engine.supervised import SupervisedRun
from tests.engine.data.conftest import stand_in  # noqa: F401
from tests.engine.data.own.files import flowers, used
from tests.engine.export.draws import CATALOGS, Draw, draws
from tests.engine.export.running import ran

CANVAS = Experiment(
    data=Canvas(
        hand=("1_2_0", "-2_-1_1", "0.5_1_0", "3_3_1", "-4_1_0", "2_-2_1", "-1_-5_0", "4_0_1"),
        features=("x1", "x2", "x1*x2"),
        test_share=0.3,
    ),
    model=Model(hidden=(4,)),
    training=Training(epochs=30, batch_size=2),
)
ROOT = Path(__file__).parent.parent.parent.parent
SMALL = Experiment(data=Moons(samples=100), model=Model(hidden=(5, 4)), training=Training(epochs=20))
RARE = SMALL.patched({"data.balance": 0.2, "training.batch_size": 8, "training.epochs": 4})
"""48 training examples of one class and 12 of the other: 8 updates an epoch."""
RARE_STEPS = 32


def left_at(experiment: Experiment, *edits: Edit, steps: int = 100_000) -> Record:
    run = SupervisedRun(experiment, edits)
    run.advance(steps)
    return record(run, experiment)


def loss_of(text: str) -> float:
    """The training loss that a script ends with, as it prints it."""
    names = ran(text)
    assert f"training loss {names['train_loss']:.9f}" in names["printed"].splitlines()
    return float(names["train_loss"])


def same(found: float, expected: float) -> bool:
    return abs(found - expected) <= 1e-6 * max(1.0, abs(expected)) or (math.isnan(found) and math.isnan(expected))


@cache
def drawn(number: int) -> tuple[Record, str]:
    """A draw's record and script."""
    taken = draws()[number].record()
    return taken, script(taken)


@cache
def edited(name: str) -> tuple[Record, str]:
    """A run with a change of ``EDITS``, and its script."""
    experiment, edits, steps = EDITS[name]
    taken = left_at(experiment, *edits, steps=steps)
    return taken, script(taken)


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(draws())))
def test_a_drawn_experiments_script_ends_with_the_runs_training_loss(
    number: int, request: pytest.FixtureRequest
) -> None:
    if draws()[number].experiment.data.kind == "california_housing":
        request.getfixturevalue("stand_in")
    taken, text = drawn(number)
    assert same(loss_of(text), taken.train_loss)
    assert "engine" not in _imported(text)


def test_the_forty_draws_have_every_row_of_every_catalog(stand_in: None) -> None:  # noqa: F811
    for path, union in CATALOGS.items():
        seen = {_at(draw.experiment, path).kind for draw in draws()}
        assert seen == set(catalog(union)), path
    edited = {path.rpartition(".")[0] for draw in draws() for edit in draw.run().edits for path, _ in edit.patch}
    assert {"training.optimizer", "training.schedule", "training.penalty", "training.stopping"} <= edited
    endings = {draw.run().ending.kind if draw.run().ending else "none" for draw in draws()}
    assert {"finished", "stopped early", "target reached", "none"} <= endings
    assert sum(draw.experiment.model.dropout > 0 and bool(draw.experiment.model.hidden) for draw in draws()) >= 5


def _at(experiment: Experiment, path: str) -> Any:
    found: Any = experiment
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _imported(text: str) -> set[str]:
    """Packages that a script imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


EDITS: dict[str, tuple[Experiment, tuple[Edit, ...], int]] = {
    "a rate": (SMALL, (Edit(7, (("training.optimizer.lr", 0.2),)),), 45),
    "a setting of an optimizer that keeps its averages": (
        SMALL, (Edit(9, (("training.optimizer.beta1", 0.5),)),), 45,
    ),
    "an optimizer that has other averages": (SMALL, (Edit(9, (("training.optimizer.amsgrad", True),)),), 45),
    "another optimizer": (SMALL, (Edit(9, (("training.optimizer.kind", "rmsprop"),)),), 45),
    "there and back": (
        SMALL,
        (Edit(9, (("training.optimizer.kind", "sgd"),)), Edit(12, (("training.optimizer.kind", "adam"),))),
        45,
    ),
    "decoupled decay": (SMALL, (Edit(3, (("training.optimizer.kind", "adamw"),)),), 45),
    "a schedule": (SMALL, (Edit(11, (("training.schedule.kind", "one_cycle"),)),), 45),
    "no schedule any more": (
        SMALL.patched({"training.schedule.kind": "one_cycle"}), (Edit(11, (("training.schedule.kind", "constant"),)),), 45,
    ),
    "one-cycle with another optimizer": (
        SMALL.patched({"training.schedule.kind": "one_cycle"}), (Edit(11, (("training.optimizer.kind", "nesterov"),)),), 45,
    ),
    "a longer run, whose schedule stretches": (
        SMALL.patched({"training.schedule.kind": "cosine"}), (Edit(11, (("training.epochs", 30),)),), 100_000,
    ),
    "a penalty, then another": (
        SMALL,
        (
            Edit(4, (("training.penalty.kind", "l2"), ("training.penalty.strength", 0.05))),
            Edit(14, (("training.penalty.kind", "l1_proximal"), ("training.penalty.strength", 0.2))),
            Edit(24, (("training.penalty.kind", "weight_decay"), ("training.penalty.strength", 0.7))),
        ),
        45,
    ),
    "clipping": (SMALL, (Edit(5, (("training.clip.kind", "norm"), ("training.clip.limit", 0.05))),), 45),
    "a batch size within an epoch": (
        SMALL, (Edit(5, (("training.batch_size", 7),)), Edit(30, (("training.batch_size", "all"),))), 45,
    ),
    "a batch size that leaves a single row, with batch norm": (
        SMALL.patched({"model.norm.kind": "batch_norm", "training.batch_size": 59}),
        (Edit(3, (("training.batch_size", 12),)), Edit(5, (("training.batch_size", 23),))),
        31,
    ),
    "dropout that begins": (SMALL, (Edit(6, (("model.dropout", 0.4),)),), 45),
    "dropout that goes and comes": (
        SMALL.patched({"model.dropout": 0.5}),
        (Edit(6, (("model.dropout", 0.2),)), Edit(9, (("model.dropout", 0.0),)), Edit(13, (("model.dropout", 0.5),))),
        45,
    ),
    "class weights": (
        SMALL.patched({"data.balance": 0.2}), (Edit(6, (("training.class_weights", "balanced"),)),), 45,
    ),
    "over-sampling within an epoch": (
        RARE, (Edit(5, (("training.sampling.kind", "oversampling"),)), Edit(21, (("training.epochs", 6),))), 100_000,
    ),
    "under-sampling in the last epoch, then each example once, with early stopping": (
        RARE.patched({"training.stopping.kind": "patience"}),
        (
            Edit(RARE_STEPS - 2, (("training.sampling.kind", "undersampling"),)),
            Edit(RARE_STEPS - 1, (("training.epochs", 9),)),
            Edit(RARE_STEPS + 3, (("training.sampling.kind", "none"),)),
        ),
        100_000,
    ),
    "from under- to over-sampling in full batches": (
        RARE.patched({"training.sampling.kind": "undersampling", "training.batch_size": "all", "training.epochs": 20}),
        (Edit(5, (("training.sampling.kind", "oversampling"),)), Edit(9, (("training.batch_size", 8),))),
        45,
    ),
    "over-sampling, then class weights instead": (
        RARE.patched({"training.sampling.kind": "oversampling"}),
        (Edit(6, (("training.sampling.kind", "none"), ("training.class_weights", "balanced"))),),
        45,
    ),
    "under-sampling that leaves a single row, with batch norm": (
        RARE.patched({"model.norm.kind": "batch_norm", "training.batch_size": 7}),
        (Edit(3, (("training.sampling.kind", "undersampling"),)),),
        31,
    ),
    "points by hand while the sampling changes": (
        RARE.patched({"training.batch_size": 9, "training.sampling.kind": "oversampling"}),
        (
            Edit(5, (("hand", "1.25_-3.4_1"),)),
            Edit(8, (("training.sampling.kind", "undersampling"),)),
            Edit(9, (("hand", "2_2_0"),)),
            Edit(13, (("hand", "p0~"), ("training.sampling.kind", "none"))),
        ),
        60,
    ),
    "early stopping that begins": (
        SMALL.patched({"training.optimizer.lr": 0.3}),
        (Edit(6, (("training.stopping.kind", "patience"), ("training.stopping.epochs", 3))),),
        100_000,
    ),
    "before the first update": (SMALL, (Edit(0, (("training.optimizer.kind", "momentum"),)),), 45),
    "two at one step": (
        SMALL, (Edit(8, (("training.optimizer.kind", "sgd"),)), Edit(8, (("training.optimizer.lr", 0.5),))), 45,
    ),
    "a finished run that goes on": (SMALL, (Edit(40, (("training.epochs", 25),)),), 100_000),
    "typed weights and biases": (
        SMALL, (Edit(6, (("weight.2.3.1", 0.7), ("bias.1.2", -1.5))), Edit(9, (("weight.3.1.4", -2.0),))), 45,
    ),
    "typed weights of maxout": (
        SMALL.patched({"model.activation.kind": "maxout"}),
        (Edit(6, (("weight.2.3.1", 0.7), ("bias.1.2", -1.5), ("edge.1.4.2", False))),),
        45,
    ),
    "a unit off": (SMALL, (Edit(6, (("unit.1.2", False),)), Edit(20, (("unit.1.2", True), ("unit.2.4", False)))), 45),
    "edges off and on": (
        SMALL,
        (
            Edit(6, (("edge.1.2.1", False), ("edge.3.1.2", False))),
            Edit(9, (("edge.1.3.2", False),)),
            Edit(30, (("edge.1.2.1", True), ("edge.1.3.2", True))),
        ),
        45,
    ),
    "typed at the very end": (SMALL, (Edit(40, (("weight.1.1.1", 3.0), ("unit.2.1", False))),), 100_000),
    "points by hand": (
        SMALL.patched({"training.class_weights": "balanced", "training.batch_size": "all", "training.epochs": 30}),
        (
            Edit(6, (("hand", "1.25_-3.4_1"),)),
            Edit(9, (("hand", "17~1"), ("training.optimizer.lr", 0.1))),
            Edit(12, (("hand", "20~"),)),
        ),
        45,
    ),
    "points by hand within an epoch": (
        SMALL.patched({"training.batch_size": 9, "training.stopping.kind": "patience"}),
        (Edit(5, (("hand", "1.25_-3.4_1"),)), Edit(12, (("hand", "2_2_0"),)), Edit(13, (("hand", "p0~"),))),
        60,
    ),
    "points by hand before it began": (
        SMALL.patched({"data.hand": ("0.5_0.5_1", "3~0", "8~"), "data.kind": "moons"}),
        (Edit(5, (("training.optimizer.lr", 0.1),)),),
        45,
    ),
    "a canvas": (CANVAS, (Edit(5, (("hand", "-1_2_1"),)),), 45),
    "a canvas that was empty": (
        CANVAS.patched({"data.hand": (), "data.test_share": 0.0}),
        (Edit(0, (("hand", "-1_2_1"),)), Edit(0, (("hand", "1_2_0"),))),
        12,
    ),
    "at the very end": (SMALL, (Edit(40, (("training.optimizer.lr", 0.5),)),), 100_000),
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", EDITS)
def test_a_change_in_mid_run_is_in_the_script_at_its_step(name: str) -> None:
    experiment, edits, steps = EDITS[name]
    taken, text = edited(name)
    without = left_at(experiment, steps=steps)
    assert taken.edits == edits
    assert same(loss_of(text), taken.train_loss)
    assert taken.train_loss != without.train_loss or edits[0].step == taken.steps


def test_a_run_that_stopped_early_and_was_told_to_go_on_goes_on_in_the_script() -> None:
    start = SMALL.patched({"training.optimizer.lr": 0.3, "training.epochs": 60, "training.stopping.kind": "patience"})
    start = start.patched({"training.stopping.epochs": 2})
    run = SupervisedRun(start)
    run.advance(10_000)
    assert run.ending is not None and run.ending.kind == "stopped early"
    run.apply({"training.optimizer.lr": 0.001})
    run.advance(10_000)
    taken = record(run, start)
    assert taken.steps > taken.edits[0].step
    assert same(loss_of(script(taken)), taken.train_loss)


def test_a_run_that_reached_its_target_and_was_told_to_go_on_goes_on_in_the_script() -> None:
    start = SMALL.patched({"training.target_loss": 0.5, "training.optimizer.lr": 0.05})
    run = SupervisedRun(start)
    run.advance(10_000)
    assert run.ending is not None and run.ending.kind == "target reached"
    run.apply({"training.target_loss": 0.3})
    run.advance(10_000)
    taken = record(run, start)
    assert taken.steps > taken.edits[0].step
    assert same(loss_of(script(taken)), taken.train_loss)


def test_a_broken_runs_script_stops_before_the_update_that_breaks_and_says_so() -> None:
    start = Experiment(
        data=TwoBumps(samples=100),
        model=Model(hidden=(8, 8, 8), initializer=Normal(scale=3.0)).model_copy(),
        training=Training(optimizer=SGD(lr=5.0), epochs=50),
    ).patched({"model.activation.kind": "relu"})
    taken = left_at(start)
    assert taken.ending is not None and taken.ending.kind == "diverged"
    text = script(taken)
    assert same(loss_of(text), taken.train_loss)
    assert "stops just before" in text and f"STEPS = {taken.steps}" in text


@pytest.mark.parametrize(
    "experiment",
    [
        SMALL.patched({"model.residual": True, "model.hidden": (5, 5, 5, 3)}),
        SMALL.patched({"model.bias": False, "training.optimizer.kind": "adamw"}),
        Experiment(
            data=Circle(samples=90),
            model=Model(
                hidden=(6, 6, 4),
                norm=BatchNorm(momentum=0.3),
                dropout=0.2,
                layers=(
                    LayerOverride(layer=2, activation=Maxout(affine_pieces=3), dropout=0.0),
                    LayerOverride(layer=3, dropout=0.5),
                ),
            ),
            training=Training(optimizer=Momentum(), schedule=OneCycle(), epochs=5, stopping=Patience(epochs=1)),
        ),
        Experiment(
            data=Moons(samples=100, scaling="none", validation_share=0.0, test_noise=0.6, features=("x2", "sin x1")),
            training=Training(epochs=3, optimizer=Adam(lr=0.02)),
        ),
    ],
    ids=["residual", "decay without biases", "layer by layer", "raw features"],
)
def test_the_parts_of_a_network_and_its_data_are_in_the_script(experiment: Experiment, tmp_path: Path) -> None:
    taken = left_at(experiment)
    text = script(taken)
    assert nothing_to_lint(tmp_path, [text])
    assert same(loss_of(text), taken.train_loss)


def test_what_a_run_does_not_have_is_not_in_its_script() -> None:
    text = script(left_at(SMALL.patched({"training.epochs": 1})))
    for absent in (
        "Dropout",
        "Watch",
        "penalty.",
        "schedule",
        "class_weights",
        "clip",
        "Residual",
        "norm=",
        "FEATURES",
        "sampling =",
    ):
        assert absent not in text, absent


def test_california_housing_is_downloaded_by_the_script_as_by_the_run(stand_in: None) -> None:  # noqa: F811
    taken = left_at(Experiment(data=CaliforniaHousing(samples=100), training=Training(epochs=2)))
    text = script(taken)
    assert "fetch_california_housing" in text and "DataUnavailable" not in text
    assert same(loss_of(text), taken.train_loss)


@pytest.mark.long
@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("scaling", ["standard", "minmax", "none"])
def test_an_own_table_is_in_its_script(task: str, scaling: str, tmp_path: Path) -> None:
    chosen = (
        Proposal(4, "classification", (0, 1, 2, 3))
        if task == "classification"
        else Proposal(1, "regression", (0, 2, 3))
    )
    row = used(flowers(gaps=task == "classification"), chosen).model_copy(update={"scaling": scaling})
    taken = left_at(Experiment(data=row, model=Model(hidden=(4,)), training=Training(epochs=4)))
    text = script(taken)
    assert nothing_to_lint(tmp_path, [text])
    assert "loadtxt(ROWS" in text and "ColumnTransformer" in text
    assert same(loss_of(text), taken.train_loss)


def test_a_large_own_table_is_read_from_the_file_beside_the_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = used(flowers(360), Proposal(4, "classification", (0, 1)))
    taken = left_at(Experiment(data=row, training=Training(epochs=2)))
    text = script(taken)
    assert f'np.loadtxt("{FILE}"' in text and "ROWS" not in text
    (tmp_path / FILE).write_text(given_csv(row.draw(0)), newline="")
    monkeypatch.chdir(tmp_path)
    assert same(loss_of(text), taken.train_loss)


def test_names_from_a_file_are_nothing_but_text_in_the_script() -> None:
    bad = '"""x""", \\ = 1\nimport os #'
    head = ",".join(f'"{name}"' for name in ("length", bad.replace('"', '""'), "=SUM(A1)", "day", "kind"))
    content = flowers().replace(b"length,width,colour,picked,species", head.encode())
    row = used(content, Proposal(4, "classification", (0, 1, 2)))
    taken = left_at(Experiment(data=row, training=Training(epochs=1)))
    text = script(taken)
    assert same(loss_of(text), taken.train_loss)
    assert "import os\n" not in text and "os" not in _imported(text)
    assert not given_csv(row.draw(0)).splitlines()[0].count("=")


def test_the_script_repeats_data_first_weights_and_test_loss_to_the_bit() -> None:
    taken = left_at(SMALL, steps=0)
    names = ran(script(taken))
    run = SupervisedRun(SMALL)
    assert (names["train_x"] == prepare(SMALL.data, 0).train.x).all()
    assert (names["test_x"] == prepare(SMALL.data, 0).test.x).all()
    state = names["network"].state_dict()
    assert state.keys() == run.model.state_dict().keys()
    assert all((state[name] == tensor).all() for name, tensor in run.model.state_dict().items())
    test, loss = taken.data.test, resolve(SMALL.training.loss, 2)
    with torch.no_grad():
        assert names["test_loss"] == pytest.approx(float(loss.mean(run.model(test.x), test.y)), abs=1e-7)


def nothing_to_lint(folder: Path, texts: list[str]) -> bool:
    """Whether the formatter would leave the scripts as they are, and the linter finds nothing."""
    for number, text in enumerate(texts):
        (folder / f"script_{number}.py").write_text(text)
    shown = ["--config", str(ROOT / "pyproject.toml"), str(folder)]
    for command in (["format", "--diff"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *shown], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return True


def test_the_scripts_are_formatted_and_have_nothing_to_lint(tmp_path: Path, stand_in: None) -> None:  # noqa: F811
    texts = [drawn(number)[1] for number in range(len(draws()))] + [edited(name)[1] for name in EDITS]
    assert nothing_to_lint(tmp_path, texts)


@pytest.mark.long
@pytest.mark.parametrize("place", [3, 25])
def test_the_script_runs_alone_in_an_empty_folder(place: int, tmp_path: Path) -> None:
    taken = draws()[place].record()
    (tmp_path / "script.py").write_text(script(taken))
    done = subprocess.run(
        [sys.executable, "-I", "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert f"training loss {taken.train_loss:.9f}" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(": the same")


def test_the_scripts_head_has_the_link_that_shows_the_run() -> None:
    taken = left_at(SMALL, Edit(7, (("training.optimizer.lr", 0.2),)), steps=20)
    text = script(taken, "https://playground.example/playground")
    (line,) = [line for line in text.splitlines() if line.startswith("https://")]
    assert "edits=7:training.optimizer.lr=0.2" in line and "view.step=20" in line and "data.kind=moons" in line


def test_the_loss_that_is_compared_is_the_one_of_the_whole_training_part() -> None:
    draw = Draw(SMALL.patched({"data.samples": 5000, "training.epochs": 1}), (), 5)
    run = draw.run()
    train = run.data.train
    assert len(train.x) > 2000
    with torch.no_grad():
        whole = float(run.loss.mean(run.model(train.x), train.y))
    assert draw.record().train_loss == pytest.approx(whole, abs=1e-7)
