"""The kernels and how they slide: what the sections that look at a window share, in the sidebar."""

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from engine.choice import catalog
from engine.labs.convolution.changes import with_outs
from engine.labs.convolution.kernels import Kernel, LearnedKernel
from engine.labs.convolution.learned import known, learning
from engine.labs.convolution.settings.window import Window, sizes_of
from ui import knobs, lab
from ui.labs.convolution.parts import LAB, Values, segments, settings

JOB = "convolution.learned"
OUTS = (1, 2, 3, 4, 6)
"""Output channels that are offered."""
STEPS = ("stride", "padding", "dilation")


def kernels(window: Window, channels: int) -> Values:
    """The window's settings, over a picture of so many channels."""
    offered = sorted({*OUTS, window.outs})
    outs = int(segments("window.outs", str(window.outs), _numbered(offered), "Output channels"))
    chosen = with_outs(window.kernels, outs, window.size)
    shown = min(window.out, outs)
    if outs > 1:
        shown = int(segments("window.out", str(shown), _numbered(range(1, outs + 1)), "The one that is looked at"))
    place = lab.path(LAB, f"window.kernels.{shown - 1}")
    row = knobs.choose(lab.FORM, Kernel, place, chosen[shown - 1], "Kernel")
    others = [kernel for number, kernel in enumerate(chosen, start=1) if number != shown]
    said = {
        **settings(window, "window", only=STEPS),
        "kernels": (*chosen[: shown - 1], row, *chosen[shown:]),
        "out": shown,
        "size": _size(window.size, sizes_of((*others, catalog(Kernel)[row["kind"]]))),  # type: ignore[arg-type]
        "groups": _groups(window.groups, channels, outs),
    }
    return {**said, "flip": settings(window, "window", only=("flip",))["flip"]}


def _size(now: int, offered: Sequence[int]) -> int:
    """Rows and columns: those that all the kernels can have."""
    nearest = min(offered, key=lambda size: abs(size - now))
    if len(offered) == 1:
        st.caption(f"Size k: {nearest}, the only one that all kernels can have.")
        return nearest
    return int(segments("window.size", str(nearest), _numbered(offered), "Size k"))


def _groups(now: int, channels: int, outs: int) -> int:
    """Into how many groups the channels are split, where there is a choice."""
    offered = [groups for groups in range(1, channels + 1) if channels % groups == 0 and outs % groups == 0]
    if len(offered) == 1:
        return 1
    return int(segments("window.groups", str(max(g for g in offered if g <= now)), _numbered(offered), "Groups g"))


def _numbered(numbers: Iterable[int]) -> dict[str, str]:
    return {str(number): str(number) for number in numbers}


def are_learned(window: Window) -> bool:
    """Whether all kernels are there: those of a network that has to learn first are learned beside the page, and told."""
    missing = [
        (window.size, kernel.seed)
        for kernel in window.kernels
        if isinstance(kernel, LearnedKernel) and known(window.size, kernel.seed) is None
    ]
    if not missing:
        return True
    job = lab.work(LAB, "learned", missing[0], partial(learning, *missing[0]))
    if job is None:
        return False
    if job.status == "done":  # those that are no longer kept by then are learned once more, without a word
        return known(*missing[0]) is None or are_learned(window)
    lab.watch(LAB, job, lambda found: None, JOB)
    return False
