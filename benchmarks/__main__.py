"""``python -m benchmarks [part ...] [--quick]``: measure, print a table per part, keep it as JSON."""

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch, as the server sets it

import importlib
import time

PARTS = (
    "speed",
    "flow",
    "race",
    "sequences",
    "recurrent",
    "transformer",
    "labs",
    "convolution",
    "vision",
    "live",
    "start",
    "memory",
    "doctor",
    "soak",
    "quiz",
    "practice",
)


def main() -> None:
    """Measure the parts named on the command line, all of them where none is."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures speed, labs, live pages, memory, the doctor and storage."
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=f"any of: {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, rougher figures")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"unknown part {min(unknown)!r}; choose from: {', '.join(PARTS)}")
    for part in given.parts or PARTS:
        measure_part(part, given.quick)


def measure_part(part: str, quick: bool) -> None:
    """Run one part, print its table and say where it was kept."""
    from benchmarks import report

    module = importlib.import_module(f"benchmarks.{part}")
    began = time.monotonic()
    figures = module.measure(quick)
    title = f"{part}: {(module.__doc__ or '').splitlines()[0]} ({time.monotonic() - began:.0f} s)"
    print(report.table(title, figures, module.NOTES))
    print(f"kept in {report.keep(part, figures, module.NOTES)}\n", flush=True)


main()
