"""A call that gives nothing back before its end, such as a solver of SciPy, done a piece at a time."""

import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TypeVar

from engine.jobs import Progress

T = TypeVar("T")
Pause = Callable[[float], None]
"""Called now and then with how far the call has come, from 0 to 1."""


class Left(BaseException):
    """Nobody waits for the rest. No Exception: a solver that catches those goes on."""


def in_pieces(call: Callable[[Pause], T], seconds: float) -> Generator[Progress[T], None, None]:
    """Do ``call(pause)``, and stop inside of its ``pause`` whenever ``seconds`` have passed; at the end, what it gave.

    The call has a thread of its own, and waits there while this one goes on: only one of the two runs at any time. The
    thread ends with the iterator: closed or forgotten before the end, the iterator raises ``Left`` where the call waits.
    What the call raises is raised here.
    """
    go, here = threading.Semaphore(0), threading.Semaphore(0)
    outcome: Future[T] = Future()
    is_left, share, until = False, 0.0, 0.0

    def pause(now_at: float) -> None:
        nonlocal share
        if not is_left and time.perf_counter() < until:
            return
        share = now_at
        if not is_left:
            here.release()
            go.acquire()
        if is_left:
            raise Left

    def run() -> None:
        go.acquire()
        try:
            outcome.set_result(call(pause))
        except BaseException as error:
            outcome.set_exception(error)
        here.release()

    thread = threading.Thread(target=run, name="pieces", daemon=True)
    thread.start()
    try:
        while True:
            until = time.perf_counter() + seconds
            go.release()
            here.acquire()
            if outcome.done():
                yield Progress(1.0, outcome.result())
                return
            yield Progress(share)
    finally:
        is_left = True
        go.release()
        thread.join()
