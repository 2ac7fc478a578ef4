"""A download that may hang: waited for a while, and left to go on by itself."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

PATIENCE_SECONDS = 20.0
"""How long the first who asks waits; others, while it is on its way, do not."""


class Download:
    """One file, fetched by one thread at a time, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: Future[Any] | None = None

    def get(self, fetch: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """What ``fetch`` returns or raises. Raises TimeoutError where it takes longer; it goes on nevertheless."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                threading.Thread(target=_fulfil, args=(self._under_way, fetch), name="download", daemon=True).start()
            else:
                seconds = min(seconds, 0.5)
            awaited = self._under_way
        return awaited.result(timeout=seconds)


def _fulfil(promise: "Future[Any]", fetch: Callable[[], Any]) -> None:
    try:
        promise.set_result(fetch())
    except Exception as error:
        promise.set_exception(error)
