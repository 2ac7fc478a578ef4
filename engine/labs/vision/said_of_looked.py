"""What the maps say, in sentences made of what was measured."""

import numpy as np
from jaxtyping import Float

from engine.labs.vision.results.looked import Cascade, Integral, One, Wall, Weighed
from engine.words import count, number, percent

HIGH = 0.5
"""A rank correlation above this is called much alike."""


def found(seen: Wall) -> str:
    """How often the network is right, and what is shown."""
    if not seen.seen:
        return "The network draws its first weights."
    if not seen.examined:
        return "This network does not answer with a class, so no picture is right or wrong: the first ones are shown."
    begins = f"{moment(seen.updates)}: of" if not seen.is_done else "Of"
    share = percent(1 - seen.mistakes / seen.examined)
    text = f"{begins} {count(seen.examined)} test pictures the network answers {share} rightly, {count(seen.mistakes)} wrongly."
    return f"{text} There is no mistake to show." if not seen.mistakes else text


def moment(updates: int) -> str:
    """When in its training a network was asked."""
    if not updates:
        return "With its first weights, before anything is learned"
    return f"After {count(updates)} {'update' if updates == 1 else 'updates'}"


def scores(found: One) -> str:
    """What was answered, and both explained scores; names stand in braces, for whoever shows them to fill in."""
    seen, (first, second) = found.seen, found.scores
    text = f"{moment(found.updates)}: picture {count(seen.number)} of the test part"
    if seen.answer:
        is_right = "which is right" if seen.is_right else "and it is *{truth}*"
        text += f", answered *{{answer}}* with {percent(seen.sureness)}, {is_right}"
    return (
        f"{text}. The score of *{{explained}}* is {number(first)}, that of *{{against}}* {number(second)}. Both maps of a "
        "method have one scale of colours: orange speaks for the answer that stands above it, blue against it."
    )


def complete(found: Integral) -> str:
    """Whether integrated gradients add up."""
    last, first = float(found.totals[-1]), float(found.totals[0])
    return (
        f"$f(x) = {number(found.answer)}$, $f(x') = {number(found.nothing)}$: the map should add up to "
        f"$f(x) - f(x') = {number(found.due)}$. With {_steps(found.steps[0])} it adds up to {number(first)}, with "
        f"{_steps(found.steps[-1])} to {number(last)}: {number(abs(last - found.due))} off."
    )


def _steps(count: int) -> str:
    return f"{count} step" if count == 1 else f"{count} steps"


def layer(found: Weighed) -> str:
    """What Grad-CAM adds up."""
    above = sum(1 for weight in found.weights if weight > 0)
    return (
        f"Layer *{{layer}}*: the {len(found.weights)} maps with the largest weights, {above} of them for the answer "
        f"(α > 0) and {len(found.weights) - above} against it."
    )


def verdict(found: Cascade) -> str:
    """Which maps change when the network knows nothing any more, and which hardly do."""
    last = len(found.stages) - 1
    ends = {
        method: middle(row[last])
        for method, row in zip(found.methods, found.rank, strict=True)
        if np.isfinite(row[last]).any()
    }
    if not ends:
        return ""
    begins = f"{'' if found.is_done else 'So far: '}With every layer random the network answers "
    text = f"{begins}{percent(found.accuracy[-1])} rightly, so its maps show nothing that it learned. "
    order = sorted(ends, key=lambda method: ends[method])
    low, high = order[0], order[-1]
    kept = [method for method in order if ends[method] > HIGH]
    text += (
        f"|Map| before and after have a rank correlation (median over the pictures) from {ends[low]:.2f} ({low}) to "
        f"{ends[high]:.2f} ({high}); 0 would be no likeness, 1 the same map. "
    )
    if not kept:
        return f"{text}No method stays above {HIGH:g}: all of them hang on what was learned."
    text = f"{text}Above {HIGH:g}: {listed(kept)}. What such a map shows is largely the picture, whatever the network."
    places = [found.methods.index(method) for method in kept]
    signed = [(found.methods[at], middle(found.signed_rank[at, last])) for at in places if found.signed[at]]
    if signed:
        text += f" With their signs: {listed([f'{method} {value:.2f}' for method, value in signed])}."
    return text


def alike(found: Cascade) -> list[list[str]]:
    """Rows of a table: of each method, with all layers random, the three measures and the likeness to the picture."""
    last = len(found.stages) - 1
    return [
        [
            method,
            span(found.rank[place, last]),
            span(found.signed_rank[place, last]) if found.signed[place] else "no signs",
            span(found.ssim[place, last]),
            span(found.picture[place, 0]),
            span(found.picture[place, last]),
        ]
        for place, method in enumerate(found.methods)
    ]


HEAD = (
    "all layers random",
    "ranks of sizes",
    "ranks with signs",
    "SSIM of sizes",
    "with the picture: trained",
    "with the picture: random",
)


def knows(found: Cascade) -> str:
    """What the network answers rightly at each stage."""
    known = [f"{name} {percent(value)}" for name, value in zip(found.stages, found.accuracy, strict=False)]
    return f"Test pictures right as the layers go: {', '.join(known)}. The maps of one picture by then:"


MEASURED = (
    "Median over the pictures (lowest to highest). *Rank*: Spearman's correlation of the pixels' ranks. *SSIM*: structural "
    "similarity, of maps stretched to 0..1, in windows of up to 7 × 7 (Wang et al. 2004). *With the picture*: ranks of sizes "
    "against those of the brightness. n/a: a map that is the same everywhere, as Grad-CAM's where nothing speaks for the "
    "answer."
)


def middle(values: Float[np.ndarray, " pictures"]) -> float:
    """The median of what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def span(values: Float[np.ndarray, " pictures"]) -> str:
    """``0.31 (0.10 to 0.55)``: median, lowest, highest."""
    known = values[np.isfinite(values)]
    if not len(known):
        return "n/a"
    return f"{np.median(known):.2f} ({known.min():.2f} to {known.max():.2f})"


def listed(names: list[str]) -> str:
    """``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
