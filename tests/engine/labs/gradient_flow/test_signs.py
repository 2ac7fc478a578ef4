"""The recorded runs, with and without their fix."""

from dataclasses import replace

import numpy as np
import pytest

from engine.doctor.case import Case
from engine.doctor.catalog import examine
from engine.doctor.examination import trained
from engine.kept import Kept
from engine.labs.gradient_flow import said
from engine.labs.gradient_flow.results import Record, Sign
from engine.labs.gradient_flow.signs import RECORDED, begun, empty, recorded, runs

pytestmark = pytest.mark.long

DEEP = {"tiny", "exploding"}
"""Sixty layers: half a minute on a busy machine."""


def labels(case: Case) -> list[str]:
    return [finding.label for finding in examine(case).findings]


@pytest.mark.parametrize("id", [id for id in RECORDED if id not in DEEP])
def test_the_doctor_finds_what_a_run_is_there_for_and_nothing_with_the_fix(id: str) -> None:
    item, done = RECORDED[id], Kept[Record](lambda: 1e6)
    *_, last = recorded(item, True, done)
    sick, mended = last.result
    assert sick.is_done and sick.signs and all(sign.evidence for sign in sick.signs)
    assert sick.gradient.shape == sick.ratio.shape == (len(item.experiment.model.hidden) + 1, len(sick.step))
    assert mended.is_done and not mended.signs
    assert mended.loss[-1] < 0.1 < sick.loss[-1]
    assert [sign.label for sign in sick.signs] == labels(trained(item.experiment, item.updates))
    assert "finds nothing else" in said.fixed(sick, mended)
    assert begun(item, True, done) == (sick, mended)
    if id == "starved":
        usual = np.nanmedian(sick.ratio, axis=1)
        assert usual[0] < 1e-3 * usual[-1]
    if id == "growing":
        assert (sick.weight_norm[:-1, -1] > 2 * sick.weight_norm[:-1, 0]).all()


def test_gradients_that_are_tiny_everywhere_look_alike_until_they_are_fixed() -> None:
    *_, last = recorded(RECORDED["tiny"], True, Kept(lambda: 1e6))
    sick, mended = last.result
    usual = np.median(sick.gradient, axis=1)
    assert usual.max() < 1e-5 and 0.01 < usual[0] / usual[-2] < 0.1
    assert np.nanmax(sick.ratio) == 0
    assert sick.signs and not mended.signs and mended.loss[-1] < 0.1


@pytest.mark.parametrize("id", RECORDED)
def test_a_fix_is_a_change_of_the_same_data_and_seed(id: str) -> None:
    sick, mended = runs(RECORDED[id], True)
    assert sick != mended and (sick.data, sick.seed) == (mended.data, mended.seed)
    assert runs(RECORDED[id], False) == (sick,)


def test_a_fix_asked_for_later_trains_only_the_second_run() -> None:
    item, done = RECORDED["nan"], Kept[Record](lambda: 1e6)
    *_, last = recorded(item, False, done)
    (alone,) = last.result
    first = next(recorded(item, True, done)).result
    assert first[0] is alone and not first[1].is_done
    assert begun(item, True, Kept(lambda: 1e6))[0].step.size == 0, "nothing is kept elsewhere"


def sign(label: str) -> Sign:
    return Sign(label, "", (), "", "")


def test_what_became_of_the_signs_is_said() -> None:
    over = replace(empty(RECORDED["nan"].experiment), is_done=True)
    cases = [
        (("A", "B"), (), "no longer finds *A* and *B* and finds nothing else."),
        (("A", "B"), ("B", "C"), "no longer finds *A*, still finds *B* and finds *C* instead."),
        (("A",), ("A",), "still finds *A*."),
        ((), ("C",), "finds *C*."),
        ((), (), "finds nothing."),
    ]
    for before, after, words in cases:
        pair = (replace(over, signs=tuple(map(sign, found))) for found in (before, after))
        assert words in said.fixed(*pair)
    assert said.fixed(over, replace(over, is_done=False)) == ""
