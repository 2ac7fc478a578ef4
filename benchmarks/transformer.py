"""Transformers: how long one takes to reverse ten symbols, and to write characters, on one core; a new sentence's maps."""

import statistics
import time
from collections.abc import Callable

import torch

from benchmarks.report import Figure
from engine.labs.transformer.alignment import right_places
from engine.labs.transformer.looking import look, typed
from engine.labs.transformer.measuring import loss_and_score
from engine.probes import at_rest
from engine.sequences.data import IGNORED
from engine.sequences.observed import Seen
from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import TransformerNetwork

NOTES = (
    "Seconds are of the thread's processor time in the presets `reverse` and `characters`; measuring is not counted.",
    "Exact match: the share of all 500 validation examples answered without a mistake, each token given the right ones before.",
    "Weight on the anti-diagonal: cross-attention's on the source token that the answer comes from, best head, all examples.",
    "A new sentence: from its text to the maps of every head, the median of 20, the network being trained.",
)
REVERSE_SECONDS, EXACT = 60.0, 0.99
CHARACTERS_SECONDS, NATS = 120.0, 1.8
MAPS_MS = 300.0
EVERY = 25
"""Updates between two looks."""
SENTENCES = 20


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    reverse, seconds = _until("reverse", lambda run: _exact(run) >= EXACT)
    found = [Figure("reverse: 99 % exact match after", seconds, "s", REVERSE_SECONDS)]
    reverse.advance(reverse.last_step)
    found += [
        Figure("reverse: exact match at the end", _exact(reverse), "", EXACT, at_least=True),
        Figure("reverse: weight on the anti-diagonal, best head", _aligned(reverse), "", 0.5, at_least=True),
        Figure("reverse: maps of a new sentence", _maps_ms(reverse, "abcdefghij"), "ms", MAPS_MS),
    ]
    characters, seconds = _until("characters", lambda run: _loss(run) < NATS)
    found.append(Figure("characters: below 1.8 nats after", seconds, "s", CHARACTERS_SECONDS))
    if not quick:
        characters.advance(characters.last_step)
        found.append(Figure("characters: validation loss at the end", _loss(characters), "nats", NATS))
    found.append(
        Figure(
            "characters: maps of a new sentence",
            _maps_ms(characters, "The statement raises an error if"),
            "ms",
            MAPS_MS,
        )
    )
    return found


def _until(preset: str, is_there: Callable[[SequenceRun], bool]) -> tuple[SequenceRun, float]:
    """(the run, seconds of training until it is there; infinite where it never is)."""
    run, spent = SequenceRun(TRANSFORMER_PRESETS[preset].experiment), 0.0
    while run.ending is None:
        began = time.thread_time()
        run.advance(EVERY)
        spent += time.thread_time() - began
        if is_there(run):
            return run, spent
    return run, float("inf")


def _network(run: SequenceRun) -> TransformerNetwork:
    assert isinstance(run.network, TransformerNetwork)
    return run.network


def _loss(run: SequenceRun) -> float:
    with at_rest(run.network):
        return loss_and_score(_network(run), run.data)[0]


@torch.no_grad()
def _exact(run: SequenceRun) -> float:
    part, source = run.data.validation, run.data.source
    with at_rest(run.network):
        said, asked = run.network(part.x).argmax(-1), part.y[:, source:]
    return float(((said == asked) | (asked == IGNORED)).all(1).double().mean())


@torch.no_grad()
def _aligned(run: SequenceRun) -> float:
    """The best head's mean weight on the right source token."""
    part, seen = run.data.validation, Seen()
    with at_rest(run.network):
        _network(run)(part.x, seen)
    right = right_places(run.experiment.task, run.data, part.x, part.y)
    shares = [
        (maps * right[:, None]).sum((0, 2, 3)) / right.sum() for name, maps in seen.maps.items() if name[:5] == "cross"
    ]
    return float(torch.cat(shares).max())


def _maps_ms(run: SequenceRun, text: str) -> float:
    taken = []
    for _ in range(SENTENCES):
        began = time.perf_counter()
        given, note = typed(_network(run), run.experiment.task, run.data, text)
        look(_network(run), run.data, given, note)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)
