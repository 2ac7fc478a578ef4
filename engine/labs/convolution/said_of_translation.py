"""Of networks whose input is moved."""

import numpy as np

from engine.labs.convolution.results.translation import Kind, Seen, Translated
from engine.words import number, percent, tiny


def seen(found: Seen, shift: int) -> str:
    """Of one map of one digit."""
    cells = "1 cell" if found.cells == 1 else f"{found.cells} cells"
    if np.isnan(found.apart):
        return "This channel is 0 all over inside the border: choose another one."
    pixels = "1 pixel is" if shift == 1 else f"{shift} pixels are"
    width = "1 pixel" if found.jump == 1 else f"{found.jump} pixels"
    moved = f"{pixels} {number(shift / found.jump)} cells of {width} each"
    if found.apart < 1e-5:
        gone = f"The map has gone along by {cells}, to within {tiny(found.apart)} of its size"
        return f"{moved}. {gone}: it is *equivariant* here."
    return (
        f"{moved}, and a map can move by whole cells only. Moved along by {cells}, it differs from that of the moved "
        f"digit by {number(found.apart)} of its size."
    )


def _known(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _median(values: np.ndarray) -> float:
    known = _known(values)
    return float(np.median(known)) if len(known) else float("nan")


def apart(found: Translated, layer: int) -> str:
    """Where the maps go along and where not, of every way to halve."""
    jump = found.jumps[layer]
    whole = [at for at in range(1, len(found.shifts)) if at % jump == 0]
    broken = [at for at in range(1, len(found.shifts)) if at % jump]
    kinds = [kind for kind in found.kinds if len(_known(kind.apart[:, layer]))]
    if not kinds:
        return ""
    exact = max(float(_known(kind.apart[:, layer][:, whole]).max(initial=0.0)) for kind in kinds)
    text = (
        f"At shifts by whole cells ({', '.join(map(str, whole))}) all maps go along, to within {tiny(exact)}: "
        "convolution is equivariant inside the border."
    )
    if not broken:
        return text
    parts = ", ".join(f"{kind.label} {number(_median(kind.apart[:, layer][:, broken]))}" for kind in kinds)
    return f"{text} Between them the stride breaks it, by so much of a map's size (medians): {parts}."


def change(found: Translated, shift: int) -> str:
    """How much is left of the shift at the end."""
    parts = []
    for kind in found.kinds:
        at = kind.change[:, :, shift]
        if len(_known(at)):
            parts.append(f"{kind.label}: {number(_median(at[:, 0]))} → {number(_median(at[:, -1]))}")
    return f"From the input to the scores (medians): {'; '.join(parts)}." if parts else ""


def answers(found: Translated) -> str:
    """What is named right unmoved, and at the worst shift."""
    parts = [_answers(found, kind) for kind in found.kinds if len(_known(kind.accuracy))]
    if not parts:
        return ""
    return (
        f"Named right unmoved, and at the worst shift (medians, {found.pictures} digits held back): {'; '.join(parts)}."
    )


def _answers(found: Translated, kind: Kind) -> str:
    along = [_median(kind.accuracy[:, place]) for place in range(len(found.shifts))]
    worst = int(np.nanargmin(along))
    return f"{kind.label} {percent(along[0])}, {percent(along[worst])} moved by {int(found.shifts[worst])}"
