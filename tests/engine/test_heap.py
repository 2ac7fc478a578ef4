"""The allocator gives free memory back."""

import subprocess
import sys

import psutil
import pytest

from engine.heap import Sweeper, settle

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")


@linux
def test_a_large_block_goes_back_at_once_and_small_ones_when_asked() -> None:
    """In a process of its own: small blocks are freed below one that stays, so that nothing goes back by itself."""
    script = """
import psutil
from engine import heap
assert heap.settle()
me = psutil.Process()
def held(): return me.memory_info().rss
start = held()
large = bytearray(b"x" * 50_000_000)
assert held() > start + 40e6
del large
assert held() < start + 10e6, (held() - start)
small = [bytearray(b"x" * 5_000) for _ in range(10_000)]
last = bytearray(b"x" * 5_000)
full = held()
del small
heap.give_back()
assert held() < full - 25e6, (full - held())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_it_sweeps_after_something_has_gone_and_not_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = []
    monkeypatch.setattr("engine.heap.give_back", lambda: swept.append(True) or True)
    sweeper = Sweeper(seconds=10.0)
    assert not sweeper.sweep(0, 100.0), "nothing has gone"
    assert sweeper.sweep(1, 100.0)
    assert not sweeper.sweep(2, 105.0), "too soon"
    assert sweeper.sweep(2, 111.0)
    assert len(swept) == 2


@linux
def test_settling_is_possible_here() -> None:
    assert psutil.LINUX
    assert settle()
