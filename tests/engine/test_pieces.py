"""A call in pieces: what it gives, when it stops, and that its thread ends however the iterator does."""

import threading
import time
from collections.abc import Iterator

import pytest

from engine.jobs import Progress, Workshop
from engine.pieces import Left, Pause, in_pieces
from engine.settings import Settings

PIECE = 0.02
"""Seconds."""


def counting(pause: Pause, count: int = 100) -> int:
    """Adds up 1 to ``count``, a thousandth of a second each."""
    total = 0
    for number in range(1, count + 1):
        pause(number / count)
        time.sleep(0.001)
        total += number
    return total


def threads() -> int:
    return sum(thread.name == "pieces" for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    assert threads() == 0
    yield
    assert threads() == 0


def test_it_gives_what_the_call_gives_and_says_how_far_it_is_on_the_way() -> None:
    *on_the_way, last = in_pieces(counting, PIECE)
    assert last == Progress(1.0, 5050)
    shares = [progress.share for progress in on_the_way]
    assert len(shares) > 2
    assert shares == sorted(set(shares))
    assert all(progress.result is None for progress in on_the_way)


def test_a_piece_takes_about_as_long_as_asked() -> None:
    began = time.perf_counter()
    *on_the_way, _ = in_pieces(counting, PIECE)
    assert 4 <= len(on_the_way) <= (time.perf_counter() - began) / PIECE


def test_the_call_rests_between_two_pieces() -> None:
    done: list[float] = []

    def noting(pause: Pause) -> None:
        for number in range(1000):
            done.append(number)
            pause(number / 1000)

    pieces = in_pieces(noting, 0.0)
    next(pieces)
    time.sleep(0.05)
    assert len(done) == 1
    pieces.close()
    assert len(done) == 1


def test_its_thread_ends_where_the_iterator_is_closed_or_forgotten() -> None:
    closed, forgotten = in_pieces(counting, PIECE), in_pieces(counting, PIECE)
    next(closed), next(forgotten)
    assert threads() == 2
    closed.close()
    assert threads() == 1
    del forgotten
    assert threads() == 0


def test_one_that_was_never_begun_has_no_thread() -> None:
    pieces = in_pieces(counting, PIECE)
    assert threads() == 0
    pieces.close()


def test_an_error_of_the_call_is_raised_where_it_was_asked_for() -> None:
    def broken(pause: Pause) -> int:
        pause(0.5)
        raise ZeroDivisionError("by nothing")

    with pytest.raises(ZeroDivisionError, match="by nothing"):
        list(in_pieces(broken, 0.0))


def test_a_call_that_catches_every_error_ends_all_the_same() -> None:
    tries: list[str] = []

    def stubborn(pause: Pause) -> None:
        for _ in range(3):
            try:
                pause(0.5)
            except Left:
                tries.append("left")
            except Exception:
                tries.append("caught")

    pieces = in_pieces(stubborn, 0.0)
    next(pieces)
    pieces.close()
    assert tries == ["left"] * 3


@pytest.mark.parametrize("end", ["stopped", "replaced", "forgotten", "closed"])
def test_a_job_that_is_ended_leaves_no_thread(end: str) -> None:
    shop = Workshop(Settings(unwatched_seconds=0.1))
    job = shop.ask("me", "lab", 1, lambda: in_pieces(lambda pause: counting(pause, 100_000), PIECE))
    while job.share == 0.0:
        shop.wait(job, 0.01)
    if end == "stopped":
        shop.stop(job)
    if end == "replaced":
        shop.ask("me", "lab", 2, lambda: iter([Progress(1.0, 1)]))
    if end == "forgotten":
        job.seen -= 1000
    if end == "closed":
        shop.close()
    until = time.monotonic() + 2
    while threads() and time.monotonic() < until:
        time.sleep(0.005)
    assert threads() == 0
    assert job.status == "stopped"
    shop.close()


def test_a_job_that_rests_when_it_is_stopped_leaves_no_thread() -> None:
    shop = Workshop(Settings(unwatched_seconds=0.1))
    job = shop.ask("me", "lab", 1, lambda: in_pieces(lambda pause: counting(pause, 100_000), PIECE))
    time.sleep(0.3)
    assert threads() == 1
    shop.stop(job)
    assert threads() == 0
    shop.close()
