"""Of what convolution, pools and transposed convolution do to places: what is often written, and a run that puts it "
"right."""

import numpy as np

from engine.labs.convolution.downsampling import EVERY
from engine.labs.convolution.effective import effective
from engine.labs.convolution.receptive import reaches
from engine.labs.convolution.settings.receptive import Receptive
from engine.labs.convolution.settings.transposed import Transposed
from engine.labs.convolution.shifting import SIDE, drawn, windows
from engine.labs.convolution.stacks import Convolving
from engine.labs.convolution.stamps import Drawn
from engine.labs.convolution.translation import cells_along, held_back, measured
from engine.labs.convolution.transposed import overlap, undone
from engine.labs.proof import Proof, Proved
from engine.words import count, number, tiny

SEEDS = 3
SHIFTS = (1, 4)
"""Pixels: a part of a cell of the last map, and a whole one."""
PICTURES = 12
"""Digits that are moved: a proof takes a second or so."""


def invariant() -> Proved:
    """Networks with random weights whose input is moved by 1 pixel and by 4, the width of a cell of their last map."""
    x, labels = held_back()
    x, labels = x[:PICTURES], labels[:PICTURES]
    rows, odd, whole = [], [], []
    for row in EVERY:
        runs = [measured(drawn(row, "largest", seed), x, labels, SHIFTS) for seed in range(SEEDS)]
        first, last = (np.array([run["apart"][place] for run in runs]) for place in (1, -1))
        change = np.array([run["change"][-2] for run in runs])
        odd.append(float(np.median(last[:, 0])))
        whole.append(float(last[:, 1].max()))
        cells = (first[:, 0].max(), last[:, 0].max(), last[:, 1].max(), change[:, 0].max(), change[:, 1].max())
        rows.append((row.label, *(number(float(cell)) if cell > 1e-5 else tiny(float(cell)) for cell in cells)))
    jump = reaches(windows(EVERY[0])[-1], SIDE)[-1].jump
    sentence = (
        f"{SEEDS} networks of each kind, {PICTURES} digits. The first convolution's map goes along at any shift. The "
        f"last map, whose cells are {jump} pixels wide, goes along with a shift by {jump} to within {tiny(max(whole))} "
        f"of its size, and is off by {number(min(odd))} to {number(max(odd))} (medians) after a shift by 1, which is "
        f"{cells_along(jump, 1)} whole cells. Only the largest number of each map is the same wherever the digit stands, "
        "and that, too, at shifts by whole cells alone. In the table: the largest of the seeds."
    )
    head = ("halved by", "first map off at 1", "last map off at 1", "at 4", "numbers change at 1", "at 4")
    return Proved(sentence, head, rows)


def inverse() -> Proved:
    """Pictures through a convolution and its transpose, for several kernels and strides."""
    rows, wrong, off = [], [], []
    for size, stride in ((2, 1), (3, 1), (3, 2), (4, 2), (2, 2)):
        runs = [undone(Transposed(side=4, size=size, stride=stride, kernel=Drawn()), seed) for seed in range(SEEDS)]
        off.append(max(max(run.off_torch, run.off_gradient) for run in runs))
        wrong += [run.wrong for run in runs]
        outputs, inputs = runs[0].matrix.shape
        least, most = min(run.wrong for run in runs), max(run.wrong for run in runs)
        guess = [run.wrong_nearest for run in runs]
        rows.append(
            (f"{size} × {size}, stride {stride}", f"{inputs} → {outputs}", f"{number(least)} to {number(most)}",
             f"{number(min(guess))} to {number(max(guess))}")
        )  # fmt: skip
    sentence = (
        "Its matrix is the transpose of the convolution's: it differs from `conv_transpose2d`, and from autograd's "
        f"gradient of `conv2d`, by at most {tiny(max(off))}. A drawn picture that went there and back came out wrong by "
        f"{number(min(wrong))} to {number(max(wrong))} of its size, with the best factor before it, over {SEEDS} seeds "
        "each."
    )
    return Proved(sentence, ("kernel", "numbers", "wrong by the transpose", "wrong by the best guess"), rows)


def checkerboard() -> Proved:
    """An even picture through drawn kernels: stamps, their counts, and upsampling first."""
    rows, even, resized = [], [], []
    for size, stride in ((3, 2), (4, 2), (5, 3), (6, 3)):
        found = overlap(Transposed(size=size, stride=stride, kernel=Drawn(), seeds=10), 0)
        first, last = found.inside
        inside = found.counts[first:last, first:last]
        low, high = int(inside.min()), int(inside.max())
        if low == high:
            even.append(float(found.uneven.min()))
        resized.append(float(found.resized_uneven.max()))
        spread = f"{number(float(found.uneven.min()))} to {number(float(found.uneven.max()))}"
        rows.append(
            (f"k = {size}, s = {stride}", f"{low} to {high}" if low < high else str(low), spread, tiny(resized[-1]))
        )
    sentence = (
        "Where the stride divides the kernel every cell is reached by as many stamps, but by other numbers of the "
        f"kernel: ten drawn kernels still made an even picture uneven by at least {number(min(even))} of its mean size. "
        f"Upsampled first and then convolved it stayed even to within {tiny(max(resized))}."
    )
    head = ("", "stamps at a cell", "unevenness, transposed", "upsampled first")
    return Proved(sentence, head, rows)


def field() -> Proved:
    """Theory and gradient for stacks of 3x3 convolutions of growing depth."""
    rows, shares = [], []
    for depth in (2, 4, 8, 12):
        asked = Receptive(layers=(Convolving(),) * depth, seeds=2, channels=4, side=32)
        found = list(effective(asked, 0))[-1].result
        if found is None:
            continue
        theory, side = int(found.theory[-1]), float(found.measured[-1])
        shares.append((side / theory) ** 2)
        rows.append((str(depth), count(theory), number(side), f"{shares[-1]:.0%}", number(side / depth**0.5)))
    sentence = (
        "The field by formula grows by 2 pixels with each layer. Where the gradient is more than 4.5 % of its largest, "
        f"the share of that field falls from {shares[0]:.0%} to {shares[-1]:.0%}: paths through the middle are many, "
        "through the corners few, and the side follows the root of the depth rather than the depth."
    )
    head = ("3×3 layers", "field by formula", "effective side", "share of the area", "side / root of depth")
    return Proved(sentence, head, rows)


PROOFS_OF_PLACES: tuple[Proof, ...] = (
    Proof(
        "invariant",
        "A convolutional network is invariant to shifts of its input.",
        "A convolution with stride 1 is *equivariant*: its map goes along. A stride or a pool breaks that at shifts "
        "that are no whole cells of its map. Invariance comes from a pool over the whole map, and from training.",
        invariant,
    ),
    Proof(
        "deconvolution",
        "A transposed convolution (“deconvolution”) undoes a convolution.",
        "It has the transpose of its matrix, $C^\\top$, not the inverse: the sizes come back, the numbers do not.",
        inverse,
    ),
    Proof(
        "checkerboard",
        "With a kernel size that the stride divides, a transposed convolution leaves no checkerboard.",
        "The counts are even then, the numbers need not be. Upsampling first, then a convolution, keeps an even "
        "picture even.",
        checkerboard,
    ),
    Proof(
        "field",
        "A cell sees all of its receptive field.",
        "It can depend on all of it. How much a pixel moves it falls off like a bell, and the *effective* field is a "
        "small part of it in deep networks (Luo et al. 2016).",
        field,
    ),
)
