"""Who learned it, and who could not, in sentences made of the measured numbers."""

import numpy as np

from engine.labs.vision.results.race import Entrant, Standing
from engine.words import count, number, percent

APART = "no seed of the others reaches its worst"


def verdict(found: Standing) -> str:
    """The scores of all, who is best, and whether the seeds tell."""
    scored = {entrant.label: found.scores(entrant.label) for entrant in found.entrants}
    known = {label: scores for label, scores in scored.items() if scores}
    if not known:
        return ""
    each = "; ".join(f"**{label}** {_span(scores)}" for label, scores in known.items())
    text = f"Test accuracy, the median of the seeds (lowest to highest): {each}. Guessing: {percent(1 / len(found.classes))}."
    return f"{text} {_best(known, found.seeds)}" if found.is_done else f"So far. {text}"


def _span(scores: list[float]) -> str:
    middle = percent(float(np.median(scores)))
    return f"{middle} ({percent(min(scores))} to {percent(max(scores))})" if len(scores) > 1 else middle


def _best(known: dict[str, list[float]], seeds: int) -> str:
    order = sorted(known, key=lambda label: float(np.median(known[label])), reverse=True)
    best, rest = order[0], order[1:]
    level = [label for label in rest if np.median(known[label]) == np.median(known[best])]
    if level:
        return f"{_listed([best, *level])} are level in the median."
    if seeds == 1:
        return f"{best} is best with this seed; what another would show is not known."
    overlap = [label for label in rest if max(known[label]) >= min(known[best])]
    if not overlap:
        return f"{best} is best; {APART}."
    apart = "the seeds overlap: one of them could have shown the opposite"
    return f"{best} is best in the median; against {_listed(overlap)} {apart}."


def order(found: Standing) -> str:
    """What is left of each when what it reads comes in a random order."""
    told = []
    for entrant in found.entrants:
        before, after = found.scores(entrant.label), found.upset(entrant.label)
        if entrant.has_order and before:
            told.append(f"**{entrant.label}** {_fell(before, after)}")
    if not told:
        return ""
    return f"The same test examples with their steps in a random order (hollow marks): {'; '.join(told)}."


def _fell(before: list[float], after: list[float]) -> str:
    """``95.0 % → 49.7 %``, the medians; a network that has no order stays where it was, seed by seed."""
    then, now = percent(float(np.median(before))), percent(float(np.median(after)))
    return f"stays at {now}" if before == after else f"{then} → {now}"


def mixed(found: Standing, entrant: Entrant, least: float = 0.15) -> str:
    """The pairs of classes that a network takes for one another, the most often mixed first."""
    table = found.answers(entrant.label).astype(float)
    share = table / np.maximum(table.sum(1, keepdims=True), 1)
    both = share + share.T
    pairs = [(both[a, b] / 2, a, b) for a in range(len(both)) for b in range(a)]
    worst = [(value, a, b) for value, a, b in sorted(pairs, reverse=True)[:2] if value >= least]
    if not worst:
        return f"mixes up no two kinds in {percent(least)} of the cases or more"
    said = (f"{found.classes[b]} with {found.classes[a]} ({percent(value)})" for value, a, b in worst)
    return f"mixes up {' and '.join(said)}"


def rows(found: Standing) -> list[tuple[str, ...]]:
    """(label, width, parameters, accuracy, in a random order, seconds a seed) of each."""
    return [_row(found, entrant) for entrant in found.entrants]


def _row(found: Standing, entrant: Entrant) -> tuple[str, ...]:
    done = [trial for trial in found.of(entrant.label) if trial.is_done]
    if not done:
        return (entrant.label, str(entrant.width), count(entrant.parameters), "", "", "")
    return (
        entrant.label,
        str(entrant.width),
        count(entrant.parameters),
        percent(float(np.median([trial.score for trial in done]))),
        percent(float(np.median([trial.upset for trial in done]))) if entrant.has_order else "has no order",
        number(float(np.median([trial.seconds for trial in done]))),
    )


HEAD = ("network", "width", "parameters", "test accuracy", "in a random order", "seconds of training")


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
