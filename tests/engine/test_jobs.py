"""Longer work: piece by piece, in turns, stopped, refused, forgotten."""

import threading
import time
from collections.abc import Iterator

import pytest

from engine.jobs import Job, Progress, Workshop
from engine.limits import LimitReached
from engine.settings import Settings


@pytest.fixture
def shop() -> Iterator[Workshop]:
    made = Workshop(Settings(max_jobs=2, unwatched_seconds=0.3))
    yield made
    made.close()


def counting(count: int, seconds: float = 0.0) -> Iterator[Progress[int]]:
    for number in range(1, count + 1):
        time.sleep(seconds)
        yield Progress(number / count, number, f"piece {number} of {count}")


def over(shop: Workshop, job: Job[int], seconds: float = 5.0) -> Job[int]:
    end = time.monotonic() + seconds
    while not job.is_over and time.monotonic() < end:
        shop.look(job)
        shop.wait(job, 0.1, job.version)
    assert job.is_over
    return job


def test_it_is_done_to_the_end_with_every_result_on_the_way(shop: Workshop) -> None:
    job = over(shop, shop.ask("me", "lab", 1, lambda: counting(5)))
    assert (job.status, job.result, job.version, job.share) == ("done", 5, 5, 1.0)


def test_the_same_question_is_not_worked_at_twice_and_another_one_takes_its_place(shop: Workshop) -> None:
    first = shop.ask("me", "lab", 1, lambda: counting(1000, 0.01))
    assert shop.ask("me", "lab", 1, lambda: counting(3)) is first
    second = shop.ask("me", "lab", 2, lambda: counting(3))
    assert second is not first
    assert first.status == "stopped"
    assert over(shop, second).result == 3


def test_stopped_work_keeps_what_is_known(shop: Workshop) -> None:
    job = shop.ask("me", "lab", 1, lambda: counting(1000, 0.01))
    assert shop.wait(job, 5.0)
    shop.stop(job)
    known = job.result
    time.sleep(0.1)
    assert job.status == "stopped"
    assert known <= job.result <= known + 1


def test_an_error_is_told_to_the_one_who_asked(shop: Workshop) -> None:
    def broken() -> Iterator[Progress[int]]:
        yield Progress(0.5, 1)
        raise ZeroDivisionError("by nothing")

    job = over(shop, shop.ask("me", "lab", 1, broken))
    assert job.status == "failed"
    assert "ZeroDivisionError: by nothing" in job.failure
    assert job.result == 1
    assert over(shop, shop.ask("you", "lab", 1, lambda: counting(2))).result == 2


def test_visitors_take_turns(shop: Workshop) -> None:
    order: list[str] = []
    both = threading.Event()

    def noting(name: str) -> Iterator[Progress[int]]:
        both.wait(5)
        for number in range(4):
            order.append(name)
            yield Progress(number / 4, number)

    jobs = [shop.ask(name, "lab", 1, lambda name=name: noting(name)) for name in ("a", "b")]
    both.set()
    for job in jobs:
        over(shop, job)
    assert order[1:-1] in (["b", "a"] * 3, ["a", "b"] * 3)


def test_work_that_nobody_watches_rests(shop: Workshop) -> None:
    job = shop.ask("me", "lab", 1, lambda: counting(10_000, 0.01))
    time.sleep(0.6)
    stood = job.version
    time.sleep(0.3)
    assert 0 < job.version <= stood + 1
    assert not job.is_over
    shop.look(job)
    assert shop.wait(job, 5.0, job.version)


def test_a_full_workshop_refuses_unless_somebody_has_gone(shop: Workshop) -> None:
    first = shop.ask("a", "lab", 1, lambda: counting(10_000, 0.01))
    shop.ask("b", "lab", 1, lambda: counting(10_000, 0.01))
    with pytest.raises(LimitReached, match="2 pieces of longer work at once"):
        shop.ask("c", "lab", 1, lambda: counting(1))
    time.sleep(0.5)
    assert over(shop, shop.ask("c", "lab", 1, lambda: counting(1))).result == 1
    assert first.status == "stopped"


def test_work_that_is_done_takes_nobody_s_room_though_it_is_looked_at(shop: Workshop) -> None:
    first = over(shop, shop.ask("a", "lab", 1, lambda: counting(1)))
    shop.ask("b", "lab", 1, lambda: counting(10_000, 0.01))
    assert over(shop, shop.ask("c", "lab", 1, lambda: counting(2))).result == 2
    assert (first.status, first.result) == ("done", 1), "the page that has it keeps it"


def test_who_has_no_picture_yet_comes_before_those_who_have(shop: Workshop) -> None:
    order: list[str] = []

    def noting(name: str, blank: int) -> Iterator[Progress[int]]:
        for number in range(200):
            order.append(name)
            yield Progress(0.0, None if number < blank else number)
            time.sleep(0.005)

    first = shop.ask("a", "lab", 1, lambda: noting("a", 0))
    assert shop.wait(first, 5.0)
    second = shop.ask("b", "lab", 1, lambda: noting("b", 4))
    assert shop.wait(second, 5.0)
    began = order.index("b")
    assert order[began : began + 5] == ["b"] * 5
