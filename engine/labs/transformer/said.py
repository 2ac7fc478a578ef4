"""What is said of the measurements: sentences made of their numbers."""

import math

import numpy as np

from engine.labs.transformer.formed import Formed
from engine.labs.transformer.results import (
    WAY_EXAMPLES,
    Ablation,
    Alignment,
    Balanced,
    Changed,
    Course,
    FewLabelled,
    Head,
    Leaving,
    Shown,
    Stream,
    head_name,
)
from engine.labs.transformer.roles import ROLES, best_role
from engine.words import count, number, percent

SCORES = {
    "exact": "of the validation examples are answered without a mistake",
    "accuracy": "of the answers are right",
    "r2": "is R² (1 is perfect, 0 is answering the mean)",
}
NOTHING = 0.01
"""A rise of the loss below this share of what chance costs counts as next to nothing."""


def training(course: Course) -> str:
    """Where a run stands."""
    if not len(course.step):
        return ""
    name = next((name for name in ("exact", "accuracy", "r2") if name in course.metrics), "")
    said = (
        f"{percent(course.score(name))} {SCORES[name]}"
        if name != "r2"
        else f"{number(course.score(name))} {SCORES[name]}"
    )
    loss = (
        f"Validation loss after {count(int(course.step[-1]))} updates: {number(float(course.loss[-1]))} {course.unit}"
    )
    guess = "answers the mean each time" if name == "r2" else "knows only how often each answer occurs"
    chance = f"on up to {WAY_EXAMPLES} examples; who {guess} has {number(course.chance)}"
    return f"{loss} ({chance}); {said}.{' ' + course.ending if course.ending else ''}"


def roles_of(course: Course, head: Head) -> tuple[dict[str, float], dict[str, float]]:
    """(share, share of an even look) of every role that a head may have, at the end."""
    name, number = head
    place = course.attentions.index(name)
    found = {role.role: float(role.share[-1, place, number - 1]) for role in course.roles}
    evens = {role.role: float(role.even[place]) for role in course.roles}
    return {role: value for role, value in found.items() if not math.isnan(value)}, evens


def head(course: Course, shown: Shown, picked: Head) -> str:
    """What a head is like: of the example shown, and of validation examples."""
    place = shown.attentions.index(picked[0])
    h, apart = float(shown.entropy[place, picked[1] - 1]), float(shown.distance[place, picked[1] - 1])
    text = (
        f"**{head_name(picked)}** on this example: entropy {h:.2f} nats, as even as over {math.exp(h):.1f} tokens; what it "
        f"looks at stands {apart:.1f} places away on average."
    )
    shares, evens = roles_of(course, picked)
    if not shares:
        return text
    best = best_role(shares, evens)
    strongest = best or max(shares, key=lambda role: shares[role] - evens[role])
    weight = (
        f"{shares[strongest]:.0%} of its weight is on {ROLES[strongest].label} (an even look: {evens[strongest]:.0%})"
    )
    if best:
        return f"{text} Over validation examples it {ROLES[best].said}: {weight}."
    return f"{text} Over validation examples it has no simple role: at most, {weight}."


def formations(course: Course, role_id: str, marks: tuple[Formed, ...]) -> str:
    """When heads took up a role."""
    label = ROLES[role_id].label
    if not marks:
        return f"No head's share of weight on {label} rose by more than a quarter and stayed there."
    each = [f"{head_name(mark.head)} at update {count(mark.step)} ({mark.share:.0%} by now)" for mark in marks]
    return (
        f"Took up the role: {'; '.join(each)}. Marked is the first measured update from which on the share stayed above the "
        "middle between its start and its most."
    )


def alignment(found: Alignment) -> str:
    """How much of the weight is where the answer comes from."""
    if not np.isfinite(found.share).any():
        return ""
    best = np.unravel_index(int(np.nanargmax(found.share)), found.share.shape)
    layer, at = int(best[0]) + 1, int(best[1]) + 1
    rest = float(np.nanmin(found.share))
    return (
        f"Over {found.examples} validation examples cross-attention {layer}, head {at} puts "
        f"{float(found.share[best]):.1%} of its weight on the source token that the answer comes from, the least of all heads "
        f"{rest:.1%}; an even look would put {found.even:.1%} there. Places of the answer that come from no source token are "
        "left out."
    )


def ablation(found: Ablation, unit: str, chance: float) -> str:
    """Which heads matter, and which do not."""
    (top, rise), (low, least) = found.ranked[0], found.ranked[-1]
    idle = sum(change < NOTHING * chance for _, change in found.ranked)
    groups = [
        (name, float(all_off - found.loss), float(found.without[place].max() - found.loss))
        for place, (name, all_off) in enumerate(zip(found.attentions, found.without_all, strict=True))
    ]
    name, together, alone = max(groups, key=lambda item: item[1])
    text = (
        f"The loss is {number(found.loss)} {unit} with all heads, over {found.examples} validation examples. It rises most "
        f"without {head_name(top)} ({rise:+.3g}) and least without {head_name(low)} ({least:+.3g}). {idle} of "
        f"{len(found.ranked)} heads cost less than {NOTHING:.0%} of what chance costs when they are taken away alone."
    )
    if found.without.shape[1] > 1:
        text += f" Without all heads of {name} it rises by {together:.3g}; without its most useful one alone by {alone:.3g}."
    return text


def not_an_explanation(course: Course, found: Ablation) -> str:
    """Two heads that show why a map explains nothing by itself: the surest of those that hardly matter, and the top one."""
    idle = [(head, rise) for head, rise in found.ranked if rise < NOTHING * course.chance]
    if not idle:
        return "Here every head costs something when it is taken away; how much is not to be read off its map."
    surest, rise = max(idle, key=lambda item: found.sure(item[0]))
    (top, most) = found.ranked[0]
    beside = (
        f"{head_name(top)}, at {found.sure(top):.0%}, costs {most:+.2g}."
        if top != surest
        else "No other head costs more."
    )
    return (
        f"{head_name(surest)} has a clear map: its strongest look takes {found.sure(surest):.0%} of the weight on average. "
        f"Yet the loss changes by {rise:+.2g} without it: others do the same work, or what it reads is not used. "
        f"{beside}"
    )


def changed(found: Changed, off: int, masked: int) -> str:
    """What became of the loss and of the example."""
    parts = []
    if off:
        scores = " and ".join(
            (f"the loss from {number(found.loss[0])} to {number(found.loss[1])}", _score(found)),
        )
        parts.append(f"With {off} head{'s' if off > 1 else ''} off, over validation examples: {scores}.")
    if masked:
        parts.append(
            f"With {masked} token{'s' if masked > 1 else ''} of this example masked, no other token may look there."
        )
    other = [
        (place, a, b)
        for place, (a, b) in enumerate(zip(found.before.guesses[-1], found.after.guesses[-1], strict=True))
        if a != b and (found.before.asked[place] or not any(found.before.asked))
    ]
    asked = sum(bool(name) for name in found.before.asked) or len(found.before.asked)
    parts.append(f"Of the {asked} answers to this example {len(other)} change." if off or masked else "")
    return " ".join(part for part in parts if part)


def _score(found: Changed) -> str:
    before, after = (percent(value) if found.score_name != "r2" else number(value) for value in found.score)
    what = {"exact": "examples without a mistake", "accuracy": "answers right", "r2": "R²"}[found.score_name]
    return f"{what} from {before} to {after}"


def stream(found: Stream, unit: str) -> str:
    """How far each block brings the answer."""
    falls = -np.diff(found.loss)
    best = int(np.argmax(falls)) + 1
    rises = [place + 1 for place, fall in enumerate(falls) if fall < 0]
    text = (
        f"Read out after each block, over {found.examples} validation examples, the loss goes from {number(found.loss[0])} to "
        f"{number(found.loss[-1])} {unit}; most of it falls in block {best} ({-falls[best - 1]:+.3g})."
    )
    if rises:
        text += f" After block{'s' if len(rises) > 1 else ''} {', '.join(map(str, rises))} it is higher than before: a block "
        text += "need not write in the language of the output layer, only the last one must."
    return text


# --- parts left out ---------------------------------------------------------------------------------------------------


def leaving(found: Leaving) -> str:
    """Which part the loss misses most, and which hardly."""
    middle = np.array([np.nanmedian(row) if np.isfinite(row).any() else np.nan for row in found.loss])
    if not np.isfinite(middle[0]):
        return "The network as it is has not been measured yet."
    others = [
        place for place in range(1, len(middle)) if np.isfinite(middle[place]) and found.variants[place] != "mask"
    ]
    if not others:
        return f"As it is: a loss of {number(middle[0])} {found.unit} (median over seeds)."
    worst = max(others, key=lambda place: middle[place])
    least = min(others, key=lambda place: middle[place])
    text = (
        f"As it is: a loss of {number(middle[0])} {found.unit} (median over the seeds so far). Of the others the highest has "
        f"*{found.labels[worst]}* ({number(middle[worst])}), the lowest *{found.labels[least]}* ({number(middle[least])})."
    )
    stuck = [found.labels[place] for place in others if middle[place] > 0.9 * found.chance]
    if stuck:
        text += f" Hardly better than who knows only how often each answer occurs ({number(found.chance)}): {', '.join(stuck)}."
    return text


def cheating(found: Leaving) -> str:
    """What the loss says without the mask, and what the network can do by itself."""
    if "mask" not in found.variants or not found.alone_name:
        return ""
    place = found.variants.index("mask")
    rows = [found.loss[0], found.loss[place], found.alone[0], found.alone[place]]
    if not all(np.isfinite(row).any() for row in rows):
        return ""
    base, open_, base_alone, open_alone = (float(np.nanmedian(row)) for row in rows)
    shown = percent if found.alone_name == "exact" else number
    what = "examples without a mistake" if found.alone_name == "exact" else f"{found.unit} with the text cut off"
    text = (
        f"**No mask.** Loss with the right answers given: {number(open_)}, with the mask {number(base)}. By itself: "
        f"{shown(open_alone)} {what}, with the mask {shown(base_alone)}."
    )
    is_worse = open_alone < base_alone if found.alone_name == "exact" else open_alone > base_alone
    if open_ < base and is_worse:
        text += (
            " The loss is lower and the network worse: at each place it could look at the next token, which is the very "
            "answer it is asked for, and learned to copy it. When it writes, that token is not there yet."
        )
    return text


# --- few labels -------------------------------------------------------------------------------------------------------


def few(found: FewLabelled) -> str:
    """Whether reading first helped, at the fewest and at the most labels; and who needs no transformer."""
    means = np.array(
        [[np.nanmean(cell) if np.isfinite(cell).any() else np.nan for cell in row] for row in found.accuracy]
    )
    scratch, reads = found.methods.index("from scratch"), found.methods.index("language model first")
    known = np.nonzero(np.isfinite(means).all(0))[0]
    if not len(known):
        return ""
    gaps = found.accuracy[reads] - found.accuracy[scratch]
    parts = []
    for column in (known[0], known[-1]) if len(known) > 1 else (known[0],):
        gap = gaps[column][np.isfinite(gaps[column])]
        parts.append(
            f"with {count(found.counts[column])} labels {means[reads, column]:.0%} against {means[scratch, column]:.0%} from "
            f"scratch (by seed: {', '.join(f'{value:+.0%}' for value in gap)})"
        )
    every = gaps[np.isfinite(gaps)]
    verdict = (
        f"Reading first is better in {int((every > 0).sum())} of {len(every)} comparisons, by {every.mean() * 100:+.1f} "
        "points on average"
    )
    best = max(range(len(found.methods)), key=lambda row: means[row, known[0]])
    loss = found.reading_loss[np.isfinite(found.reading_loss)]
    model = (
        f" The language model's own loss on held-out texts: {number(float(loss.mean()))} nats a token."
        if len(loss)
        else ""
    )
    return (
        f"{verdict}: {'; '.join(parts)}. With {count(found.counts[known[0]])} labels the best is *{found.methods[best]}* "
        f"({means[best, known[0]]:.0%}).{model}"
    )


def balance(found: Balanced) -> str:
    """What each remedy does to the rare class and to the common one."""
    means = [[float(np.nanmean(side)) if np.isfinite(side).any() else math.nan for side in row] for row in found.recall]
    known = [row for row in range(len(means)) if not any(map(math.isnan, means[row]))]
    if not known:
        return ""
    both = {row: sum(means[row]) / 2 for row in known}
    best = max(known, key=both.__getitem__)
    each = "; ".join(f"{found.methods[row]}: {means[row][1]:.0%} and {means[row][0]:.0%}" for row in known)
    return (
        f"Recognised of the rare class ({found.classes[1]}) and of the common one: {each}. Highest mean of both so far: "
        f"*{found.methods[best]}* ({both[best]:.0%}; guessing gives 50%)."
    )


# --- networks of others -----------------------------------------------------------------------------------------------


def resting(found: Shown) -> str:
    """The token on which most of all heads' weight rests."""
    weights = np.stack([maps.mean((0, 1)) for maps in found.maps]).mean(0)
    place, tokens = int(weights.argmax()), found.tokens
    return (
        f"Most of the weight of all {len(found.heads)} heads together rests on {tokens[place]} (place {place + 1} of "
        f"{len(tokens)}): {weights[place]:.0%}, where an even share is {1 / len(tokens):.0%}."
    )
