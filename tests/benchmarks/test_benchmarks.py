"""The parts of the benchmark that need neither time nor a browser: what it compares, counts and prints."""

import json
import math

import pytest

from benchmarks import pairs, race, report, start
from benchmarks.bare_loop import beside
from benchmarks.delivery import Film, unpacked
from benchmarks.report import Figure
from benchmarks.speed import Case, cases, check_same_work
from engine.packing import message, pack
from engine.supervised import SupervisedRun


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_bare_loop_does_the_same_work_as_the_run(case: Case) -> None:
    run = SupervisedRun(case.experiment)
    bare = beside(run, case.recipe)
    run.advance(25)
    bare.advance(25)
    check_same_work(run, bare)


def test_a_bare_loop_that_did_other_work_is_refused() -> None:
    case = cases()[0]
    run = SupervisedRun(case.experiment)
    bare = beside(run, case.recipe)
    run.advance(3)
    bare.advance(2)
    with pytest.raises(RuntimeError, match=r"2 steps to a loss of .*, the run 3"):
        check_same_work(run, bare)


def test_pairs_take_turns_and_the_first_turns_do_not_count() -> None:
    turns = []
    found = pairs.ratio(lambda: turns.append("a"), lambda: turns.append("b"), 3)
    assert "".join(turns) == "ab" + "ab" + "ba" + "ab"
    assert found.low <= found.median <= found.high


def test_quartiles_and_percentiles_interpolate() -> None:
    assert pairs.quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == (2.0, 3.0, 4.0)
    assert pairs.percentile([4.0, 0.0, 2.0], 0.75) == 3.0
    assert math.isnan(pairs.percentile([], 0.5))


def test_a_bar_is_met_missed_or_not_set() -> None:
    assert Figure("time", 1.0, bar=1.0).verdict == "ok"
    assert Figure("time", 1.1, bar=1.0).verdict == "MISSED"
    assert Figure("rate", 19.0, bar=20.0, at_least=True).verdict == "MISSED"
    assert Figure("rate", math.nan, bar=20.0).verdict == "MISSED"
    assert Figure("rate", 3.0).verdict == ""


def test_a_table_shows_each_figure_with_its_bar(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    figures = [Figure("steps", 1234.5, "/s"), Figure("ratio", 1.234, "x", 1.1, low=1.2, high=math.inf)]
    lines = report.table("speed", figures, ["a note"]).splitlines()
    assert lines[3].split() == ["steps", "1,234", "/s"]
    assert lines[4].split() == ["ratio", "1.23", "x", "1.2", "..", "inf", "<=", "1.1", "MISSED"]
    assert lines[5] == "* a note"
    monkeypatch.setattr(report, "FOLDER", tmp_path)
    kept = json.loads(report.keep("speed", figures).read_text())
    assert kept["figures"][1]["verdict"] == "MISSED"
    assert kept["figures"][1]["high"] is None


def test_frames_sent_twice_count_once() -> None:
    run = SupervisedRun(cases()[0].experiment)
    first = pack(run.snapshot(detail=True))
    run.advance(1)
    second = pack(run.snapshot(detail=False))
    film = Film()
    assert film.take(_delivered([first])) == 1
    assert film.take(_delivered([first, second])) == 1
    assert [(frame.step, frame.detailed, frame.record) for frame in film.frames] == [
        (0, True, first),
        (1, False, second),
    ]
    assert all(0 < frame.nbytes < len(frame.record) for frame in film.frames)
    assert film.repeated == 1


def _delivered(records: list[bytes]):  # type: ignore[no-untyped-def]
    return unpacked(message({"run": "r1", "reset": False}, records))


def test_the_largest_imports_are_packages_not_their_parts() -> None:
    said = "\n".join(
        [
            "import time: self [us] | cumulative | imported package",
            "import time:       100 |        100 |     torch._C",
            "import time:       200 |    2000000 |   torch",
            "import time:        50 |     500000 |   numpy",
            "import time:        10 |    2600000 | server",
        ]
    )
    assert start.largest(said, 5) == [("torch", 2.0), ("numpy", 0.5)]


def test_the_bare_race_takes_the_paths_of_the_labs_race() -> None:
    race.check_same_work()
