"""What is often written of sound and film as inputs, and the runs that show what is right."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.proof import Proof, Proved
from engine.labs.vision.readers import AllTogether, FrameByFrame, OneByOne, looker
from engine.streams import stream
from engine.vision.clips import MOTIONS, Clips
from engine.vision.sound.spectrogram import Hann
from engine.vision.sound.tones import Sine
from engine.words import count, number, percent, tiny

RATE = 8000
APART_HERTZ, APART_SECONDS = 40.0, 0.02


def twice_the_highest() -> Proved:
    """The largest sample of a sine at exactly twice its frequency, begun at several moments; and a little above."""
    tone, seconds = Sine(frequency=1000.0), 1.0
    rows = []
    for turn in (0.0, 1 / 12, 1 / 4):
        reached = [float(tone.samples(rate, seconds, stream(0, "data"), turn).abs().max()) for rate in (2000, 2100)]
        rows.append(
            [f"{number(turn)} of a period", *map(number, (0.0 if least < 1e-9 else least for least in reached))]
        )
    sentence = (
        "A sine of 1,000 Hz and height 1, for a second. At 2,000 samples a second all of them are as far from 0 as the first "
        f"one: {rows[0][1]}, {rows[1][1]} or {rows[2][1]}, by when one begins. At 2,100 the largest is {rows[0][2]} whenever."
    )
    return Proved(sentence, ("sampling begins", "largest of 2,000 samples", "largest of 2,100"), rows)


def finer_in_all() -> Proved:
    """How deep the gap is between two near tones, and between two near clicks, for a short and a long window."""
    rows = []
    for window in (128, 1024):
        rows.append([count(window), percent(_gap_of_tones(window)), percent(_gap_of_clicks(window))])
    sentence = (
        f"Two tones {number(APART_HERTZ)} Hz apart, two clicks {number(APART_SECONDS * 1000)} ms apart, a Hann window. Between "
        f"the tones the level falls by {rows[0][1]} with 128 samples and {rows[1][1]} with 1,024; between the clicks by "
        f"{rows[0][2]} and {rows[1][2]}: what parts the one runs the other together."
    )
    return Proved(sentence, ("window, samples", "gap between the tones", "gap between the clicks"), rows)


def _gap_of_tones(window: int) -> float:
    """The mean strength midway between both frequencies, from their own to none: 0 to 1."""
    t = torch.arange(RATE, dtype=torch.float64) / RATE
    at = torch.tensor([1000.0, 1000.0 + APART_HERTZ / 2, 1000.0 + APART_HERTZ], dtype=torch.float64)
    both = torch.sin(2 * math.pi * at[0] * t) + torch.sin(2 * math.pi * at[2] * t)
    stretches = both.unfold(0, window, 16) * Hann().weights(window)
    turns = -2j * math.pi * at[:, None] * t[:window]
    power = (stretches.to(torch.complex128) @ torch.exp(turns).T).abs().square().mean(0)
    return _gap(power)


def _gap_of_clicks(window: int) -> float:
    """The strength of the window midway between both clicks, from those on them to none: 0 to 1."""
    apart, middle = round(APART_SECONDS * RATE), RATE // 2
    clicks = torch.zeros(RATE, dtype=torch.float64)
    clicks[middle] = clicks[middle + apart] = 1.0
    weights = Hann().weights(window)
    starts = [middle + shift - window // 2 for shift in (0, apart // 2, apart)]
    power = [torch.fft.rfft(clicks[start : start + window] * weights).abs().square().mean() for start in starts]
    return _gap(torch.stack(power))


def _gap(power: Float[Tensor, "3"]) -> float:
    """How far the middle one is below the lower of its neighbours, as a share of it; 0 where it is not."""
    level = power.sqrt()
    return max(0.0, 1 - float(level[1] / torch.minimum(level[0], level[2])))


def averaged_frames() -> Proved:
    """The answers of two networks to clips, and to the same clips backwards."""
    data = Clips(samples=60)
    part = data.draw(0).train
    classes, width = len(MOTIONS), 16
    eye = (1, data.pixels, data.pixels)
    readers: dict[str, AllTogether | OneByOne] = {
        "mean over frames": AllTogether(width, width, classes, 0),
        "recurrent layer": OneByOne("gru", width, width, classes, 0),
    }
    moved = {}
    with torch.no_grad():
        for name, reader in readers.items():
            network = FrameByFrame(looker(eye, width, (4, 8), keep_place=True, seed=0), reader)
            moved[name] = float((network(part.x) - network(part.x.flip(1))).abs().max())
    rows = [[name, tiny(change) if change < 1e-4 else number(change)] for name, change in moved.items()]
    sentence = (
        f"{len(part)} clips, and each of them backwards, where left has become right: the scores of a CNN whose findings are "
        f"averaged over the frames differ by {rows[0][1]} at the most, those of one whose findings a recurrent layer reads by "
        f"{rows[1][1]}. Both have their first weights: no training can change the former."
    )
    return Proved(sentence, ("after a CNN for each frame", "largest change of a score"), rows)


TONE_PROOFS: tuple[Proof, ...] = (
    Proof(
        "twice_the_highest",
        "Sample at twice the highest frequency, and nothing is lost.",
        "At *more* than twice. At exactly twice the samples say how high *and* when in one number: a sine may even be sampled "
        "at its zeros, and is silence.",
        twice_the_highest,
    ),
    Proof(
        "finer_in_all",
        "A longer window makes the spectrogram finer.",
        "Finer in frequency, by as much as it gets coarser in time: width in time times width in frequency stays.",
        finer_in_all,
    ),
)
CLIP_PROOFS: tuple[Proof, ...] = (
    Proof(
        "averaged_frames",
        "A CNN that looks at every frame, its answers averaged, sees what moves where.",
        "It sees what was where. A mean has no order: a clip played backwards gives the same answer.",
        averaged_frames,
    ),
)
