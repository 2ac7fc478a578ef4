"""What is heard and seen of a sound, in sentences made of its numbers."""

from engine.labs.vision.results.sound import Heard, Partial, Trade
from engine.vision.sound.recording import Recording
from engine.vision.sound.spectrogram import Spectrogram
from engine.words import count, number


def sampled(recording: Recording, found: Heard) -> str:
    """How many samples, what half the rate is, what the strongest line is."""
    return (
        f"{count(len(found.samples))} samples, {count(recording.rate)} a second for {number(recording.seconds)} s. The "
        f"strongest line of its spectrum, measured: **{hertz(found.strongest)}** (lines are {hertz(found.grain)} apart)."
    )


def folding(recording: Recording, found: Heard) -> str:
    """Which of the tone's frequencies lie above half the rate, and as what they come back."""
    half = hertz(recording.half)
    above = [partial for partial in found.partials if partial.frequency > recording.half]
    if not found.partials:
        return f"Half the rate is {half}: what a sound has above that would come back below it."
    if not above:
        return f"Half the rate is {half}, and the tone lies below it: its samples belong to no slower tone."
    first = above[0]
    text = (
        f"Half the rate is {half}. {hertz(first.frequency)} lies above it and has the samples of "
        f"**{hertz(first.heard)}**: $|f - r \\cdot \\mathrm{{round}}(f / r)| = "
        f"|{_tex(first.frequency)} - {_tex(recording.rate)} \\cdot {round(first.frequency / recording.rate)}|$."
    )
    if len(found.partials) <= 2:
        return text
    return f"{text} So {count(len(above))} of its first {count(len(found.partials))} multiples come back as others."


def listed(found: Heard, most: int = 8) -> list[tuple[str, str, str]]:
    """(which multiple of the first, its frequency, what is heard) of the strongest partials."""
    base = found.partials[0].frequency if found.partials else 1.0
    return [
        (_multiple(partial, base), hertz(partial.frequency), hertz(partial.heard)) for partial in found.partials[:most]
    ]


def _multiple(partial: Partial, base: float) -> str:
    return f"{partial.frequency / base:.3g} f"


def sliced(how: Spectrogram, recording: Recording, found: Heard) -> str:
    """How many columns and rows, with the numbers in the formula; what a column lasts and how far rows are apart."""
    total, rate = len(found.samples), recording.rate
    return (
        rf"$\lfloor (N - n) / \text{{hop}} \rfloor + 1 = "
        rf"\lfloor ({_tex(total)} - {_tex(how.window)}) / {how.hop} \rfloor + 1 = {len(found.times)}$ columns. Each looks at "
        rf"$n / r = {how.window} / {rate}$ s = **{ms(how.lasts(rate))}**, and the frequencies it tells apart are "
        rf"$r / n = {rate} / {how.window}$ Hz = **{hertz(rate / how.window)}** apart: "
        f"their product is 1 whatever n is. {len(found.hertz)} rows."
    )


def price(how: Spectrogram, trades: tuple[Trade, ...]) -> str:
    """What twice the window buys and costs, measured."""
    products = [trade.lasts * trade.wide for trade in trades]
    shape, low, high = how.shape.label.split(":")[0], number(min(products)), number(max(products))
    stays = f"stays at {low}" if low == high else f"stays between {low} and {high}"
    return (
        f"Measured on a click and on a sine, {shape} window: at half its height the click lasts {ms(trades[0].lasts)} "
        f"with n = {trades[0].window} and {ms(trades[-1].lasts)} with n = {count(trades[-1].window)}; the sine "
        f"is {hertz(trades[0].wide)} and {hertz(trades[-1].wide)} wide. Their product {stays}: what is gained "
        "in one is lost in the other."
    )


def hertz(value: float) -> str:
    """``440 Hz``, ``1,760 Hz``, ``31.2 Hz``."""
    return f"{count(value) if value >= 1000 else number(value)} Hz"


def ms(seconds: float) -> str:
    """``32 ms``."""
    return f"{number(seconds * 1000)} ms"


def _tex(value: float | int) -> str:
    return count(value).replace(",", "{,}") if value >= 1000 else number(float(value))
