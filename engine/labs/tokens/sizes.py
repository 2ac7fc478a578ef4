"""What the cap of a vocabulary costs: the length of texts, and what becomes unknown, on lines it was not learned of."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from engine.jobs import Progress
from engine.labs.tokens.results.cutting import SizeLine, SizePoint, Sizes
from engine.refusal import Refusal
from engine.streams import stream
from engine.text.text import Text
from engine.text.tokenizers import BYTES, BytePair, TokenizerChoice
from engine.text.vocabulary import SPECIAL

CAPS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4000)
HELD_OUT = 5
"""One line of so many is held out."""
FEWEST_LINES = 10


def sizes(rows: Sequence[TokenizerChoice], text: Text, seed: int) -> Iterator[Progress[Sizes]]:
    """Every tokenizer under every cap. Raises Refusal for a text of fewer than ``FEWEST_LINES`` lines."""
    if len(text.lines) < FEWEST_LINES:
        raise Refusal(
            f"The text has {len(text.lines)} pieces; at least {FEWEST_LINES} are needed to hold some out. Choose a longer one."
        )
    training, held = held_out(text, seed)
    found = Sizes(tuple(SizeLine(row.label) for row in rows), sum(map(len, held)))
    yield Progress(0.0, found, f"{rows[0].label}, cap {CAPS[0]}")
    plan = [(place, cap) for cap in CAPS for place, row in enumerate(rows) if _is_allowed(row, cap)]
    for done, (place, cap) in enumerate(plan, start=1):
        point = _measured(rows[place].model_copy(update={"size": cap}), training, held)
        lines = list(found.lines)
        lines[place] = replace(lines[place], points=(*lines[place].points, point))
        found = replace(found, lines=tuple(lines))
        following = plan[done] if done < len(plan) else None
        said = f"{rows[following[0]].label}, cap {following[1]:,}" if following else ""
        yield Progress(done / len(plan), found, said)


def held_out(text: Text, seed: int) -> tuple[list[str], list[str]]:
    """(lines to learn of, lines to measure on), each as it stands in the text."""
    order = torch.randperm(len(text.lines), generator=stream(seed, "split")).tolist()
    held = set(order[: len(order) // HELD_OUT])
    lines = [f"{line}{text.joint}" for line in text.lines]
    return (
        [line for place, line in enumerate(lines) if place not in held],
        [line for place, line in enumerate(lines) if place in held],
    )


def _measured(row: TokenizerChoice, training: Sequence[str], held: Sequence[str]) -> SizePoint:
    vocabulary = row.train(training)
    tokens = sum(map(len, vocabulary.encode_all(held)))
    return SizePoint(row.size, vocabulary.size, sum(map(len, held)) / max(tokens, 1), vocabulary.unknown_share(held))


def _is_allowed(row: TokenizerChoice, cap: int) -> bool:
    return not (isinstance(row, BytePair) and row.byte_level and cap < BYTES + len(SPECIAL))
