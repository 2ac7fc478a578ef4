"""What was measured of pads, in sentences made of the numbers."""

from engine.labs.recurrent.results.padding import Padded
from engine.words import count, number, percent

LEARNED = 0.75
"""Share right from which on a network counts as having learned to judge."""


def verdict(found: Padded) -> str:
    """What masks keep, what reading pads costs, and whether training with pads helps."""
    masked, read, trained = found.lines
    most, start = masked.pads[-1], percent(float(read.accuracy[0]))
    worst = int(read.accuracy.argmin())
    text = (
        f"{count(found.examples)} {found.noun}s held back. **With masks** {most} further pads move no answer by more than "
        f"{number(float(masked.moved.max()))}. **Read without masks** the same weights fall from {start} right to "
        f"{percent(float(read.accuracy[worst]))} with {read.pads[worst]} pads, and with {most} the probability has moved by "
        f"{number(float(read.moved[-1]))} on average."
    )
    if worst == 0:
        text = text.replace(
            f"fall from {start} right to {start} with 0 pads", f"judge at least {start} right at any number"
        )
    low, high = percent(float(trained.accuracy.min())), percent(float(trained.accuracy.max()))
    return (
        f"{text} A network **trained without masks**, on {found.noun}s padded to one length, judges {low} to {high} right, by "
        f"the number of pads: {_learned(found)}"
    )


def _learned(found: Padded) -> str:
    """Whether it has learned to read over pads."""
    masked, read, trained = found.lines
    if float(trained.accuracy.max()) < LEARNED:
        nor = "; nor is the one with masks" if float(masked.accuracy.max()) < LEARNED else ""
        return f"at no number of pads is it right in {percent(LEARNED)}, which would count as learned{nor}."
    if float(trained.moved[-1]) < 0.5 * float(read.moved[-1]):
        return "from the pads it saw it has learned to let the state be, or nearly so."
    return "pads move its answers as well."


def example(found: Padded) -> str:
    """The one that is followed."""
    without, masked, read = map(number, found.answers)
    return (
        f"The {found.noun} whose answer moves most: the probability of {found.yes} is {without} without pads, {masked} with "
        f"masked ones, {read} where they are read. A dot is a pad."
    )
