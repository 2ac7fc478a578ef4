"""What augmentation did, in sentences made of what was measured."""

import numpy as np
from jaxtyping import Bool, Float

from engine.labs.vision.results.augmentation import Compared
from engine.words import count, percent

AGREED = "in every seed"


def points(change: float) -> str:
    """``+3.2 points``, of a change of a share."""
    return f"{100 * change:+.1f} points"


def verdict(found: Compared) -> str:
    """Held-back pictures as they are, moved and turned: medians, and whether the seeds agree."""
    if not found.known:
        return ""
    far, turn = len(found.shifts) - 1, 2
    shift = 1 if far else 0
    parts = [_went("as they are", found.plain)]
    if far:
        pixels = found.shifts[shift]
        parts.append(_went(f"moved by {pixels} pixel{'s' if pixels > 1 else ''}", found.shifted[:, :, shift]))
    parts.append(_went(f"turned by {found.turns[turn]:g} degrees", found.turned[:, :, turn]))
    so_far = "" if found.is_done else "So far: "
    seeds = f"{found.known} seed{'s' if found.known > 1 else ''}"
    return (
        f"{so_far}{seeds}, {count(found.pictures)} training pictures, tested with {count(found.held)} that none learned from. "
        f"Recognised, in the median of the seeds, without and with augmentation: {'; '.join(parts)}. {_learned(found)}"
    )


def _went(what: str, table: Float[np.ndarray, "arms seeds"]) -> str:
    """``as they are 87.5 % and 90.1 % (+2.6 points, more in every seed)``."""
    without, with_ = (float(np.nanmedian(row)) for row in _both(table))
    return f"{what} **{percent(without)}** and **{percent(with_)}** ({_agreement(table)})"


def _both(table: Float[np.ndarray, "arms seeds"]) -> Float[np.ndarray, "arms known"]:
    """Of the seeds of which both are known."""
    return table[:, np.isfinite(table).all(axis=0)]


def _agreement(table: Float[np.ndarray, "arms seeds"]) -> str:
    """The median change, and in how many seeds it is one for the better."""
    change = np.diff(_both(table), axis=0)[0]
    told = points(float(np.median(change)))
    better, worse = int((change > 0).sum()), int((change < 0).sum())
    if len(change) > 1 and len(change) in (better, worse):
        return f"{told}, {'more' if better else 'fewer'} {AGREED}"
    if len(change) > 1 and better and worse:
        return f"{told}, but more in {better} and fewer in {worse} of {len(change)} seeds"
    return told


def _learned(found: Compared) -> str:
    """What the networks know of the pictures that they learned from."""
    without, with_ = (float(np.median(row)) for row in _both(found.learned))
    text = f"Of the training pictures themselves they know {percent(without)} and {percent(with_)}"
    if with_ < without - 0.02:
        return f"{text}: with augmentation there is more to learn, and these updates are not enough for all of it."
    return f"{text}."


def classes(found: Compared) -> str:
    """Which class gains most, which loses most, and for what that one is taken."""
    if not found.known:
        return ""
    known = np.isfinite(found.plain).all(axis=0)
    change = np.nan_to_num(np.median(found.recall[1, known] - found.recall[0, known], axis=0))
    best, worst = int(np.argmax(change)), int(np.argmin(change))
    parts = []
    if change[best] > 0:
        parts.append(f"most is gained by **{found.classes[best]}** ({points(float(change[best]))})")
    if change[worst] < 0:
        parts.append(
            f"most is lost by **{found.classes[worst]}** ({points(float(change[worst]))}{_taken(found, worst, known)})"
        )
    else:
        parts.append("no class is recognised less often in the median")
    fewer, more = int((change < 0).sum()), int((change > 0).sum())
    told = f"{more} of {len(found.classes)} classes are recognised more often, {fewer} less often"
    return f"{told}; {'; '.join(parts)}."


def _taken(found: Compared, worst: int, known: Bool[np.ndarray, " seeds"]) -> str:
    """``: taken for 9 in 1.4 % of cases without, 15.3 % with``."""
    rows = np.median(found.confusion[:, known, worst], axis=1)
    change = rows[1] - rows[0]
    change[worst] = -1
    other = int(np.argmax(change))
    if change[other] <= 0:
        return ""
    without, with_ = (percent(float(rows[arm, other])) for arm in (0, 1))
    return f": taken for {found.classes[other]} in {without} of cases without, {with_} with"
