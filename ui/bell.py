"""Wakes whoever waits on an event loop, from any thread."""

import asyncio
import threading


class Bell:
    """Rings for those who wait. ``rung`` counts, so that a ring between looking and waiting is not missed."""

    def __init__(self) -> None:
        self.rung = 0
        self._lock = threading.Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def ring(self) -> None:
        """Wake all who wait."""
        with self._lock:
            self.rung += 1
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def wait(self, rung: int, seconds: float) -> None:
        """Until it has rung more often than ``rung`` times, at most ``seconds``."""
        mine = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self.rung > rung:
                return
            self._waiting.add(mine)
        try:
            await asyncio.wait_for(mine[1].wait(), seconds)
        except TimeoutError:
            return
        finally:
            with self._lock:
                self._waiting.discard(mine)
