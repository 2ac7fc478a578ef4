"""The doctor on runs on pictures: what is ill shows its sign, what is well shows none, and a usual cure helps."""

from typing import Any

import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from charts.board import board
from engine.doctor.catalog import examine
from engine.doctor.cures import plan
from engine.doctor.kinds import record_of
from engine.doctor.record import Record
from engine.doctor.verdict import judge
from engine.doctor.vision.case import neighbour_accuracy, spreads_of
from engine.film import Film
from engine.vision.blocks import Activate, Convolution, Dense, Normalize, Pool
from engine.vision.experiment import VisionExperiment
from engine.vision.model import Cnn
from engine.vision.presets import VISION_PRESETS
from engine.vision.run import VisionRun
from engine.vision.sources.digits import Digits
from engine.wording import changes

PLAIN = Cnn(blocks=(Convolution(channels=6), Activate(), Pool(), Dense(units=24), Activate()))
SIGMOID = Activate.model_validate({"activation": {"kind": "sigmoid"}})
TANH = Activate.model_validate({"activation": {"kind": "tanh"}})
LEAKY = Activate.model_validate({"activation": {"kind": "leaky_relu"}})
STACK = tuple(block for _ in range(7) for block in (Dense(units=12), SIGMOID))


def examined(experiment: VisionExperiment) -> Record:
    """What there is to examine at the end of a run, filmed some 60 times on its way."""
    run, film = VisionRun(experiment), Film()
    film.append(run.snapshot())
    every = max(1, run.last_step // 60)
    while run.ending is None:
        run.advance(every)
        film.cut(run.steps)
        film.append(run.snapshot())
    return record_of(run, film)


def of(model: Cnn = PLAIN, epochs: int = 12, **patch: Any) -> VisionExperiment:
    return VisionExperiment(model=model).patched({"training.epochs": epochs, **patch})


SGD = {"training.optimizer.kind": "sgd"}
ILL: dict[str, VisionExperiment] = {
    "diverged": of(Cnn(blocks=(Dense(units=24),) * 3), **SGD, **{"training.optimizer.lr": 2.0}),
    "symmetry": of(**{"model.initializer": {"kind": "constant", "value": 0.1}}),
    "vanishing": of(Cnn(blocks=STACK), **SGD, **{"training.optimizer.lr": 0.05}),
    "dead": of(**SGD, **{"training.optimizer.lr": 3.0}),
    "rate_low": of(**SGD, **{"training.optimizer.lr": 1e-4}),
    "rate_high": of(Cnn(blocks=(Dense(units=24), LEAKY)), **{"training.optimizer.lr": 0.5}),
    "underfit": of(Cnn(blocks=(Dense(units=1), TANH)), epochs=14, **{"training.optimizer.lr": 0.01}),
}


@pytest.mark.parametrize("code", ILL)
def test_what_is_ill_shows_its_sign_with_numbers_a_place_and_changes_worth_a_try(code: str) -> None:
    case = examined(ILL[code])
    found = {finding.code: finding for finding in examine(case).findings}
    assert code in found, (list(found), case.score("train.loss"), case.held_score)
    finding = found[code]
    assert finding.evidence and all(item.said for item in finding.evidence)
    assert finding.place.chart in {chart.id for chart in board(case.scene)}
    made = plan(case, finding)
    assert len(made) >= 2
    assert all(changes(case.experiment, experiment) for _, experiment in made)


@pytest.mark.long
@pytest.mark.parametrize("preset", ["small", "lenet", "mlp"])
def test_what_is_well_shows_none(preset: str) -> None:
    case = examined(VISION_PRESETS[preset].experiment.patched({"training.epochs": 10}))
    assert not examine(case).findings


@pytest.mark.long
@pytest.mark.parametrize("code", ["diverged", "symmetry", "rate_low"])
def test_one_of_the_first_changes_cures_it(code: str) -> None:
    before = examined(ILL[code])
    finding = next(item for item in examine(before).findings if item.code == code)
    tried = [judge(finding, before, examined(experiment), patch) for patch, experiment in plan(before, finding)[:4]]
    assert any(item.cures for item in tried), [item.said for item in tried]


def test_neighbours_answer_as_scikit_learns_do() -> None:
    data = Digits().build(0)
    known, asked = data.train.first(1000), data.validation.first(300)
    reference = KNeighborsClassifier(5).fit(known.x.flatten(1), known.label)
    wanted = reference.score(asked.x.flatten(1), asked.label)
    assert neighbour_accuracy(data) == pytest.approx(wanted, abs=0.01), "ties may be broken otherwise"


def test_kernels_that_are_equal_have_no_spread() -> None:
    network = VisionRun(of()).network
    assert min(spreads_of(network)) > 0.1
    with torch.no_grad():
        network.matrices["1 conv"].fill_(0.3)
    assert spreads_of(network)[0] == 0.0


def test_changes_of_blocks_are_told_by_what_went_and_what_came() -> None:
    old = of(Cnn(blocks=(Convolution(channels=4), Activate(), Dense(units=8), Activate())))
    normed = of(Cnn(blocks=(Convolution(channels=4), Normalize(), Activate(), Dense(units=8), Normalize(), Activate())))
    assert [str(change) for change in changes(old, normed)] == ["Blocks: none → 2 × norm"]
    wider = of(Cnn(blocks=(Convolution(channels=9), Activate(), Dense(units=8), Activate())))
    assert [str(change) for change in changes(old, wider)] == ["Channels: 4 → 9"]
    turned = of(Cnn(blocks=(Activate(), Convolution(channels=4), Dense(units=8), Activate())))
    assert [str(change) for change in changes(old, turned)] == ["Blocks: as they stood → in another order"]
