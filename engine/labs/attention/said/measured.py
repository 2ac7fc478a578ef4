"""Of scaling, masks, cost and the dictionary: Markdown, without words of a person."""

import numpy as np

from engine.labs.attention.cost import exponent, looking, projecting
from engine.labs.attention.results.heads import Changed, Matrix
from engine.labs.attention.results.measured import Cost, Example, Lookup, Scaled, Timed
from engine.words import count, number

LONG = 8_192
"""Tokens of a long text."""
ROUNDING = 1e-12
"""Scores that differ by less are the same."""


def _ends(table: Matrix, place: int) -> str:
    """``0.15 to 0.17`` over the seeds."""
    known = table[np.isfinite(table[:, place]), place]
    low, high = (count(each) if each >= 1000 else number(each) for each in map(float, (known.min(), known.max())))
    return low if low == high else f"{low} to {high}"


def _last(found: Scaled) -> int:
    """The largest width that every seed has by now; -1 for none."""
    done = np.flatnonzero(np.isfinite(found.jacobian).all(axis=0))
    return int(done[-1]) if len(done) else -1


def variance(found: Scaled) -> str:
    """How near the measured variance is to d_k."""
    last = _last(found)
    if last < 0:
        return ""
    ratio = found.variance[:, : last + 1] / found.widths[: last + 1]
    return (
        f"At d_k = {found.widths[last]} the measured variance is {_ends(found.variance, last)} over the seeds. Over all widths "
        f"it is {number(float(ratio.min()))} to {number(float(ratio.max()))} times d_k."
    )


def entropy(found: Scaled) -> str:
    """Where both entropies end."""
    last = _last(found)
    if last < 0:
        return ""
    return (
        f"At d_k = {found.widths[last]}: {_ends(found.entropy_bare, last)} nats without scaling, {_ends(found.entropy, last)} "
        f"with it; dotted, even weights: ln {found.keys} = {np.log(found.keys):.3f}."
    )


def jacobian(found: Scaled) -> str:
    """Where both norms end."""
    last = _last(found)
    if last < 0:
        return ""
    bare, scaled = float(np.median(found.jacobian_bare[:, last])), float(np.median(found.jacobian[:, last]))
    return (
        f"At d_k = {found.widths[last]}: {_ends(found.jacobian_bare, last)} without scaling, {_ends(found.jacobian, last)} "
        f"with it, {number(scaled / bare)} times as much (medians). A gradient is multiplied by this Jacobian on its way to "
        "the scores."
    )


def example(found: Example) -> str:
    """One query's weights."""
    return (
        f"One query at d_k = {found.width}: scores from {number(float(found.scores.min()))} to "
        f"{number(float(found.scores.max()))}. Largest weight {found.bare.max():.3f} without scaling, {found.scaled.max():.3f} "
        f"with it; entropy {found.entropy[0]:.3f} and {found.entropy[1]:.3f} nats; norm of the Jacobian "
        f"{number(found.jacobian[0])} and {number(found.jacobian[1])}."
    )


# --- causal mask ----------------------------------------------------------------------------------------------------


def changed(found: Changed, tries: int) -> str:
    """The largest change of an earlier output by a later token, by trying and by autograd."""
    if len(found.tokens) == 1:
        return f"The only token was given {tries} other vectors: it has no later one to hide, and the mask changes nothing."
    later = f"exactly {found.earlier:g}" if found.earlier == 0 else f"{number(found.earlier)}, so later tokens are seen"
    derivative = (
        f"exactly {found.earlier_derivative:g}" if found.earlier_derivative == 0 else number(found.earlier_derivative)
    )
    return (
        f"Each of {len(found.tokens)} tokens was given {tries} other vectors. Above the diagonal, where a *later* token was "
        f"changed, the largest change of an output is {later}; the largest derivative of an output with respect to a later "
        f"token, by autograd, is {derivative}."
    )


# --- cost -----------------------------------------------------------------------------------------------------------


def operations(found: Cost, width: int) -> str:
    """Where both parts cost the same."""
    return (
        f"Up to n = 2 d_model = {found.even} the four matrices cost more than the looking; at {LONG:,} tokens looking costs "
        f"{number(float(looking(LONG, width) / projecting(LONG, width)))} times as much as they do."
    )


def memory(found: Cost, heads: int) -> str:
    """How large the weights of one layer are for long texts."""
    named = [1_024, LONG, 65_536]
    sizes = ", ".join(f"{count(n)} tokens: {_bytes(4 * heads * n * n)}" for n in named)
    return f"n² weights for each of {heads} heads. {sizes}."


def _bytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def clock(found: Timed) -> str:
    """The measured exponents, and how much the fused function saves."""
    known = np.flatnonzero(np.isfinite(found.projecting))
    if len(known) < 2:
        return ""
    last = int(known[-1])
    ratio = found.written_out[last] / found.fused[last]
    return (
        f"From the last three lengths, time grows as n to the power of {exponent(found.tokens, found.written_out):.2f} as the "
        f"formula stands, {exponent(found.tokens, found.fused):.2f} fused, {exponent(found.tokens, found.projecting):.2f} for "
        f"the four matrices: the formulas say 2, 2 and 1 for large n. At {count(int(found.tokens[last]))} tokens the fused "
        f"function takes 1/{number(float(ratio))} of the time: it does the same sums in blocks and never holds all n² weights. "
        "A clock on a shared server is noisy: another run gives other exponents."
    )


# --- soft dictionary ------------------------------------------------------------------------------------------------


def looked_up(found: Lookup, sharpness: float) -> str:
    """What comes back, and how far from exact."""
    exact = float(found.values[found.best])
    off = abs(found.output - exact)
    weight = f"at b = {sharpness:g} its weight is {found.weights[found.best]:.4f}"
    apart = (
        f"Its score is {number(found.gap)} above the next one's, so {weight}."
        if found.gap > ROUNDING
        else f"Another key has the same score, so even {weight}."
    )
    return (
        f"Nearest is **k{found.best + 1}** with the value {exact:g}; brought back: **{found.output:.4f}**, off by "
        f"{number(off)}. {apart}"
    )


def exact(found: Lookup) -> str:
    """From which sharpness on the look-up is exact to a thousandth."""
    off = np.abs(found.outputs - found.values[found.best])
    far = np.flatnonzero(off > 1e-3)
    if found.gap <= ROUNDING:
        return "Several keys are equally near: their values are averaged however sharp the look-up is."
    if len(far) and far[-1] + 1 == len(off):
        return f"The next key is so near that even at b = {found.sharpness[-1]:g} the value is off by {number(float(off[-1]))}."
    start = found.sharpness[far[-1] + 1] if len(far) else found.sharpness[0]
    return (
        f"From b = {number(float(start))} on it is off by less than 0.001. The grey area is the bound: the error is at most "
        "$\\sum_j |v_j - v| \\, e^{-b (s - s_j)}$, $s$ and $v$ the score and value of the nearest key: it falls exponentially."
    )
