"""What was timed, in sentences made of the numbers."""

import math

from engine.labs.recurrent.results.timing import Timing, Timings
from engine.words import count, number


def verdict(found: Timings) -> str:
    """Who is quicker at the shortest and the longest length, and how each grows."""
    longest, shortest = found.lines[0].lengths[-1], found.lines[0].lengths[0]
    each = "; ".join(f"**{line.label}** {_ms(line, found, -1)} ms{_growth(line)}" for line in found.lines)
    attention, others = found.lines[-1], found.lines[:-1]
    text = f"At {count(longest)} tokens a sequence takes: {each}."
    quicker = [line.label for line in others if line.seconds[-1] < attention.seconds[-1]]
    if len(others[0].lengths) > 1:
        first = [line.label for line in others if line.seconds[0] < attention.seconds[0]]
        text += f" {_who(first, shortest)} {_who(quicker, longest)}"
    return text


def _ms(line: Timing, found: Timings, place: int) -> str:
    return number(float(line.seconds[place]) * 1000 / found.batch)


def _growth(line: Timing) -> str:
    """``, from 256 on as n^1.1``: the exponent between the last two lengths."""
    if len(line.lengths) < 2 or line.seconds[-2] <= 0 or line.seconds[-1] <= 0:
        return ""
    exponent = math.log(line.seconds[-1] / line.seconds[-2]) / math.log(line.lengths[-1] / line.lengths[-2])
    return f" (grows as $n^{{{number(exponent)}}}$ there)"


def _who(quicker: list[str], length: int) -> str:
    named = " and ".join(quicker) if quicker else "No recurrent layer"
    verb = "are" if len(quicker) > 1 else "is"
    return f"{named} {verb} quicker than attention at {count(length)} tokens."


def waits(found: Timings) -> str:
    """Why it is otherwise where much is computed at once."""
    longest = found.lines[0].lengths[-1]
    what = "forward and backward" if found.backward else "forward"
    steps = count(longest)
    return (
        f"One layer, {what}, {found.batch} sequences at once, processor time of one core; an LSTM has a kernel of its own in "
        "torch, which not every cell has. A recurrent layer's work grows with n, attention's with n² once its scores outweigh "
        f"its projections. What one core can't show: of the {steps} steps of a recurrent layer each must wait for the one "
        f"before, {steps} in a row; attention has all its products at once, so a processor that computes thousands of them "
        "together does it in a few."
    )
