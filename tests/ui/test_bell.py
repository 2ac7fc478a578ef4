"""A bell wakes an event loop from any thread, and no ring is missed."""

import asyncio
import threading
import time

from ui.bell import Bell


async def _seconds(bell: Bell, rung: int, patience: float) -> float:
    began = time.monotonic()
    await bell.wait(rung, patience)
    return time.monotonic() - began


def test_a_ring_from_another_thread_wakes_all_who_wait() -> None:
    bell = Bell()

    async def wait() -> list[float]:
        threading.Timer(0.1, bell.ring).start()
        return await asyncio.gather(*(_seconds(bell, bell.rung, 20.0) for _ in range(3)))

    assert all(0.05 < seconds < 10 for seconds in asyncio.run(wait()))


def test_a_ring_before_the_wait_is_not_missed() -> None:
    bell = Bell()
    rung = bell.rung
    bell.ring()
    assert asyncio.run(_seconds(bell, rung, 20.0)) < 10


def test_without_a_ring_patience_ends() -> None:
    bell = Bell()
    assert 0.01 < asyncio.run(_seconds(bell, bell.rung, 0.02)) < 10


def test_who_waited_on_a_loop_that_ended_does_no_harm() -> None:
    bell = Bell()
    asyncio.run(_seconds(bell, bell.rung, 0.01))

    async def leave() -> None:
        asyncio.get_running_loop().create_task(bell.wait(bell.rung, 60.0))
        await asyncio.sleep(0.01)

    asyncio.run(leave())
    bell.ring()
    assert bell.rung == 1
