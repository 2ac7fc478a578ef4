"""What the search for the longest length says, in sentences made of what it found."""

import numpy as np

from engine.labs.recurrent.lengths import CRITERION
from engine.labs.recurrent.results.lengths import Search
from engine.words import count, number

NAMES = {"accuracy": "accuracy", "r2": "R²"}


def criterion(score: str) -> str:
    """When a run counts as having learned."""
    return CRITERION.format(score=NAMES[score])


def verdict(found: Search) -> str:
    """At which length each cell stops, with the spread, and whether that tells the cells apart."""
    if not found.trials:
        return ""
    done = "" if found.is_done else "So far: "
    reached = {cell: _reached(found, cell) for cell in found.cells}
    each = "; ".join(f"**{cell}** {_span(lengths, found)}" for cell, lengths in reached.items())
    text = f"{done}The longest length up to which every length was learned, seed by seed: {each}."
    return f"{text} {_compared(found, reached)}" if found.is_done else text


def _reached(found: Search, cell: str) -> list[int]:
    return [found.longest(cell, seed) for seed in range(found.seeds)]


def _span(lengths: list[int], found: Search) -> str:
    """``10, 20, 20 (median 20)``; the longest offered is marked."""
    said = ", ".join(str(length) if length else "none" for length in sorted(lengths))
    last = ", the longest tried" if max(lengths) == found.lengths[-1] else ""
    return f"{said}{last} (median {number(float(np.median(lengths)))})"


def _compared(found: Search, reached: dict[str, list[int]]) -> str:
    """Which cell goes furthest, and whether the seeds overlap."""
    if len(reached) < 2:
        return _steady(found)
    order = sorted(reached, key=lambda cell: float(np.median(reached[cell])), reverse=True)
    best, rest = order[0], order[1:]
    tied = [cell for cell in rest if np.median(reached[cell]) == np.median(reached[best])]
    apart = [cell for cell in rest if min(reached[best]) > max(reached[cell])]
    mixed = [cell for cell in rest if cell not in apart and cell not in tied]
    parts = []
    if tied:
        parts.append(f"{_listed([best, *tied])} go equally far in the median")
    else:
        parts.append(f"{best} goes furthest in the median")
    if apart:
        parts.append(f"its worst seed goes further than the best of {_listed(apart)}")
    if mixed:
        parts.append(f"against {_listed(mixed)} the seeds overlap: a single seed could have shown the opposite")
    upset = _upset(found, reached)
    return f"{'; '.join(parts)}.{upset} {_steady(found)}".strip()


def _upset(found: Search, reached: dict[str, list[int]]) -> str:
    """Whether a gated cell stays behind the plain one, which textbooks do not say."""
    plain = "Plain RNN (tanh)"
    if plain not in reached:
        return ""
    middle = float(np.median(reached[plain]))
    behind = [cell for cell in reached if cell != plain and float(np.median(reached[cell])) < middle]
    level = [cell for cell in reached if cell != plain and float(np.median(reached[cell])) == middle]
    if behind:
        stay = "stays" if len(behind) == 1 else "stay"
        return f" Unlike in textbooks, {_listed(behind)} {stay} behind the plain RNN at these settings."
    if level:
        return f" {_listed(level)} get{'s' if len(level) == 1 else ''} no further than the plain RNN at these settings."
    return " As in textbooks, every gated cell tried goes further than the plain RNN."


def _steady(found: Search) -> str:
    """Seeds that failed at a length and learned a longer one; settings that were left out."""
    jumps = 0
    for cell in found.cells:
        for seed in range(found.seeds):
            mine = [trial for trial in found.trials if (trial.cell, trial.seed) == (cell, seed)]
            learned = [trial.outcome == "learned" for trial in sorted(mine, key=lambda trial: trial.length)]
            jumps += any(not early and any(learned[place:]) for place, early in enumerate(learned))
    left_out = sum(trial.outcome == "not tried" for trial in found.trials)
    text = ""
    if jumps:
        text += f"{jumps} of {len(found.cells) * found.seeds} seeds failed at one length and learned a longer one. "
    if left_out:
        text += f"{left_out} runs at longer lengths were left out, after their seed's first failure."
    return text.strip()


def _listed(cells: list[str]) -> str:
    return " and ".join([", ".join(cells[:-1]), cells[-1]]) if len(cells) > 1 else cells[0]


def sizes(found: Search) -> str:
    """Parameters of each network, and the time all of it took."""
    counts = ", ".join(
        f"{cell} {count(size)}" for cell, size in zip(found.cells, found.parameters, strict=True) if size
    )
    tried = [trial for trial in found.trials if trial.outcome != "not tried"]
    seconds = sum(trial.seconds for trial in tried)
    few = (
        " A line is the middle of the seeds tried at a length: of fewer where others had failed before, so that it may rise."
        if len(tried) < len(found.trials)
        else ""
    )
    return (
        f"Parameters: {counts}; the same number of units, so a gated cell has more of them. {len(tried)} runs, {seconds:.0f} s "
        f"of computing. A filled circle is a run that learned, a hollow one a run that did not.{few}"
    )
