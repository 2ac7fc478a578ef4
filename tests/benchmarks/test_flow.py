"""The benchmark of the 60-layer flow compares the same work."""

import pytest

from benchmarks.flow import both, check_same_norms, record


def test_the_bare_loop_measures_the_norms_that_the_lab_measures() -> None:
    recording, bare = both()
    record(recording, 4)
    bare.advance(4)
    check_same_norms(recording, bare)
    assert recording.course.loss[-1] == pytest.approx(bare.loss[-1], rel=1e-3)
    assert recording.course.norm[-1] == pytest.approx(bare.whole[-1], rel=1e-3)


def test_other_work_is_refused() -> None:
    recording, bare = both()
    record(recording, 2)
    bare.advance(3)
    with pytest.raises(RuntimeError, match="3 updates against 2"):
        check_same_norms(recording, bare)
