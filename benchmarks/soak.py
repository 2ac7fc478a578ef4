"""Twenty visitors come, play, change and go at random for ten minutes: what grows, what fails, what stays behind."""

import asyncio
import math
import os
import random
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from benchmarks.report import Figure
from benchmarks.visitor import Visitor
from scripts.browser import Server, served

NOTES = (
    "Each visitor opens a page, does something every 1 to 6 seconds, leaves after 20 to 90 and comes back: seeded, but what a",
    "server does of it depends on its speed. Memory is sampled each second; 1 MB is a million bytes. Own memory is resident",
    "memory that is no file's: files that another process reads, too, are shared and say nothing.",
    "Growth: least squares over the means of the minutes after the first fifth (2 of 10), its standard error beside it. In",
    "use the server's own memory moves with what visitors happen to train: so it is told beside it without what is kept of",
    "their runs and data, which has its limits (GP_RUNS_MB, GP_DATA_MB).",
    "Growth at rest compares the server without visitors, after as long a first fifth that came before, with the same server",
    "at the end, after a collection of garbage, less what is kept in either.",
    "Set GP_SOAK_SECONDS for a shorter one.",
)
SEED = 0
VISITORS = 20
SECONDS, QUICK_SECONDS = 600.0, 120.0
WARM_SHARE = 0.2
"""The part of the time that a server may take to grow to its size."""
SAMPLE_SECONDS = 1.0
CLOSED_SECONDS = 10.0
"""After so long a server whose visitors have gone must be at rest."""
SESSION_SECONDS = 45.0
"""After so long Streamlit has let go of their sessions (``disconnectedSessionTTL``), too."""
MEMORY_BAR = 690.0
IDLE_BAR = 0.02
"""Share of one processor that a server without visitors may take."""
QUERIES = (
    "",
    "v=1&model.hidden=16,16,16&training.epochs=100000",
    "v=1&data.kind=circle&training.epochs=60",
    "v=1&data.kind=digits&model.hidden=32&training.epochs=40",
    "v=1&data.kind=sine&model.hidden=16,16&training.epochs=400",
    "v=1&model.hidden=128,128,128,128&training.epochs=1000",
    "v=1&data.kind=five_arms&model.hidden=24,24&training.epochs=400",
    "v=1&data.kind=breast_cancer&model.hidden=16&training.epochs=60",
    "v=1&model.hidden=5&view.step=400",
)
COMMANDS = ("play", "play", "play", "pause", "step", "epoch", "reset", "new_seed")
MOVES = {"Hidden layers": (0, 1, 2, 3, 4, 6), "Dropout": (0.0, 0.2, 0.5)}
FAULT = re.compile(r"Traceback \(most recent call last\)|Uncaught app|^error \w{6}: .*", re.MULTILINE)
THREADS_AT_REST = re.compile(
    r"MainThread|trainer-\d|feed_\d|AnyIO worker thread|asyncio_\d+|ThreadPoolExecutor-\d+_\d+"
)
"""The server's own: those that train, and the pools that answer requests."""
TELL = """
import gc, signal, sys, threading
def held(*_):
    from engine import kept, stage
    held = stage.pool().nbytes + sum(some.nbytes for some in kept.EVERYWHERE)
    print("held:", held, file=sys.stderr, flush=True)
def rest(*_):
    gc.collect()
    print("threads:", *(thread.name.replace(" ", "_") for thread in threading.enumerate()), file=sys.stderr, flush=True)
signal.signal(signal.SIGUSR1, held)
signal.signal(signal.SIGUSR2, rest)
"""
"""The server writes into its log, when it is asked by a signal, how many bytes it keeps of runs and data; or, at rest, which
threads it has, after a collection of garbage: what only waits for the collector is held by nobody."""


@dataclass(frozen=True)
class Sample:
    """The server at one moment."""

    seconds: float
    """Since the first visitor came."""
    resident: float
    """MB."""
    own: float
    """MB that are no file's."""
    held: float
    """MB of these that are kept of visitors' runs and data, as their limits count them."""
    threads: int
    processor: float
    """Seconds of processor time so far."""


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    seconds = float(os.environ.get("GP_SOAK_SECONDS", QUICK_SECONDS if quick else SECONDS))
    with served(prelude=TELL) as server:
        process = psutil.Process(server.process.pid)
        asyncio.run(_soak(server, process, seconds * WARM_SHARE))
        time.sleep(SESSION_SECONDS)
        before = _at_rest(server, process)
        samples, counts = asyncio.run(_soak(server, process, seconds))
        time.sleep(CLOSED_SECONDS)
        idle = _processor_share(process, CLOSED_SECONDS)
        time.sleep(SESSION_SECONDS - 2 * CLOSED_SECONDS)
        after = _at_rest(server, process)
        _print_course(samples)
        figures = [*_grown(samples, seconds), _grown_at_rest(before, after, seconds)]
        figures += [_left(server), Figure("processor at rest afterwards", idle, "of one", IDLE_BAR)]
        figures += [*_done(counts, samples), *_faults(server)]
    return figures


# --- visitors -------------------------------------------------------------------------------------------------------


@dataclass
class Counts:
    """What all visitors did."""

    visits: int = 0
    wishes: int = 0
    frames: int = 0
    failed: int = 0
    """Visits that ended with an error of the connection."""


async def _soak(server: Server, process: psutil.Process, seconds: float) -> tuple[list[Sample], Counts]:
    counts, began = Counts(), time.monotonic()
    end = began + seconds
    people = [
        asyncio.create_task(_person(server.address, random.Random(SEED + n), end, counts)) for n in range(VISITORS)
    ]
    samples = []
    while time.monotonic() < end:
        samples.append(_sample(server, process, began))
        await asyncio.sleep(SAMPLE_SECONDS)
    await asyncio.gather(*people)
    return samples, counts


async def _person(address: str, dice: random.Random, end: float, counts: Counts) -> None:
    """Comes and goes until ``end``."""
    await asyncio.sleep(dice.uniform(0, 10))
    while time.monotonic() < end:
        leave = asyncio.Event()
        visitor = Visitor(address, dice.choice(QUERIES))
        staying = asyncio.create_task(visitor.stay(leave))
        until = min(end, time.monotonic() + dice.uniform(20, 90))
        while time.monotonic() < until and not staying.done():
            await asyncio.sleep(dice.uniform(1, 6))
            counts.wishes += await _wish(visitor, dice)
        leave.set()
        try:
            await staying
        except Exception as error:
            counts.failed += 1
            print(f"a visit ended with {error!r}")
        counts.visits += 1
        counts.frames += len(visitor.film.frames)
        await asyncio.sleep(dice.uniform(0, 5))


async def _wish(visitor: Visitor, dice: random.Random) -> int:
    """Do one thing on the page; 0 where it is not open yet."""
    if not visitor.token or visitor.socket is None or visitor.socket.closed:
        return 0
    label = dice.choice([*MOVES, None, None, None])
    if label in visitor.sliders:
        await visitor.move(label, dice.choice(MOVES[label]))
    else:
        await visitor.command(dice.choice(COMMANDS))
    return 1


# --- the server -----------------------------------------------------------------------------------------------------


def _sample(server: Server, process: psutil.Process, began: float) -> Sample:
    """What the server held when it was last asked, and all else now; asks anew."""
    held, times = process.memory_info(), process.cpu_times()
    kept = float((_said(server, "held") or ["0"])[0]) / 1e6
    server.process.send_signal(signal.SIGUSR1)
    own = (held.rss - held.shared) / 1e6
    return Sample(time.monotonic() - began, held.rss / 1e6, own, kept, process.num_threads(), times.user + times.system)


def _processor_share(process: psutil.Process, seconds: float) -> float:
    """Processor time per second over the next ``seconds``."""
    before = process.cpu_times()
    time.sleep(seconds)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds


def slope(times: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Least squares: (slope, its standard error). NaN for fewer than three points."""
    count = len(times)
    if count < 3:
        return math.nan, math.nan
    middle, level = sum(times) / count, sum(values) / count
    spread = sum((t - middle) ** 2 for t in times)
    found = sum((t - middle) * (v - level) for t, v in zip(times, values, strict=True)) / spread
    left = sum((v - level - found * (t - middle)) ** 2 for t, v in zip(times, values, strict=True))
    return found, math.sqrt(left / (count - 2) / spread)


def _grown(samples: Sequence[Sample], seconds: float) -> list[Figure]:
    warm = [sample for sample in samples if sample.seconds <= seconds * WARM_SHARE]
    later = [sample for sample in samples if sample.seconds > seconds * WARM_SHARE]
    most = [max(sample.own for sample in some) for some in (warm, later)]
    return [
        Figure("most memory, resident", max(sample.resident for sample in samples), "MB", MEMORY_BAR),
        _growth(
            "own memory in use",
            later,
            seconds,
            lambda sample: sample.own,
            f"; most before {most[0]:.0f} MB, after {most[1]:.0f} MB",
        ),
        _growth("runs and data kept", later, seconds, lambda sample: sample.held),
        _growth("own memory less what is kept", later, seconds, lambda sample: sample.own - sample.held),
    ]


def _growth(
    name: str, samples: Sequence[Sample], seconds: float, measured: Callable[[Sample], float], note: str = ""
) -> Figure:
    found, error = slope(*_means(samples, seconds / 10, measured))
    return Figure(f"growth of {name}", found, "MB/min", note=f"+- {error:.2f}{note}")


def _at_rest(server: Server, process: psutil.Process) -> tuple[float, float]:
    """(own memory, what of it is kept for who comes or comes back) of a server without visitors, in MB."""
    _told(server, "threads", signal.SIGUSR2)
    held = float(_told(server, "held", signal.SIGUSR1)[0]) / 1e6
    return _sample(server, process, time.monotonic()).own, held


def _grown_at_rest(before: tuple[float, float], after: tuple[float, float], seconds: float) -> Figure:
    grown = (after[0] - after[1] - before[0] + before[1]) / (seconds / 60)
    said = "; then ".join(f"{own:.0f} MB, {held:.1f} of them kept" for own, held in (before, after))
    return Figure("growth at rest, own less what is kept", grown, "MB/min", 1.0, note=said)


def _means(
    samples: Sequence[Sample], span: float, measured: Callable[[Sample], float]
) -> tuple[list[float], list[float]]:
    """(minutes, what is ``measured``): a mean for each ``span`` of seconds. What is in use stays so for a while, so that
    single samples are no independent ones."""
    spans: dict[int, list[Sample]] = {}
    for sample in samples:
        spans.setdefault(int(sample.seconds // span), []).append(sample)
    minutes = [sum(sample.seconds for sample in some) / len(some) / 60 for some in spans.values()]
    return minutes, [sum(measured(sample) for sample in some) / len(some) for some in spans.values()]


def _print_course(samples: Sequence[Sample]) -> None:
    """Means per half minute: they say whether memory rises, or swings with what visitors do."""
    print("own memory by half minutes, MB:", *(round(mean) for mean in _means(samples, 30.0, lambda each: each.own)[1]))
    print(
        "kept of runs and data by half minutes, MB:",
        *(round(mean) for mean in _means(samples, 30.0, lambda each: each.held)[1]),
    )


def _left(server: Server) -> Figure:
    """Threads that are still there and are not the server's own."""
    names = [
        name.replace("_", " ") if name.startswith("AnyIO") else name
        for name in _told(server, "threads", signal.SIGUSR2)
    ]
    orphans = [name for name in names if not THREADS_AT_REST.fullmatch(name)]
    return Figure(
        "orphan threads", len(orphans), "", 0.0, note=f"{', '.join(orphans)} of {len(names)} threads".lstrip()
    )


def _told(server: Server, subject: str, ask: signal.Signals) -> list[str]:
    """What the server says of itself now."""
    server.process.send_signal(ask)
    time.sleep(1.0)
    return _said(server, subject)


def _said(server: Server, subject: str) -> list[str]:
    """The words after ``subject`` where the server last wrote of it; none where it has not."""
    said = [line for line in server.log.read_text().splitlines() if line.startswith(f"{subject}: ")]
    return said[-1].split()[1:] if said else []


def _done(counts: Counts, samples: Sequence[Sample]) -> list[Figure]:
    spent = samples[-1].processor - samples[0].processor
    return [
        Figure("visits", counts.visits),
        Figure("things done", counts.wishes),
        Figure("frames that arrived", counts.frames),
        Figure("visits that ended with an error", counts.failed, "", 0.0),
        Figure("most threads", max(sample.threads for sample in samples)),
        Figure("processors used", spent / (samples[-1].seconds - samples[0].seconds)),
    ]


def _faults(server: Server) -> list[Figure]:
    """Errors in the server's log."""
    log = server.log.read_text()
    found = FAULT.findall(log)
    if found:
        print(log[-6000:])
    return [Figure("errors in the log", len(found), "", 0.0)]
