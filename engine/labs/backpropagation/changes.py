"""What a person does to the numbers: sets one by hand, makes an update, takes back, begins anew."""

from typing import Any

from engine.labs.backpropagation.edits import Edit, Place
from engine.labs.backpropagation.state import MAX_EDITS, BackpropagationLab


def changed(lab: BackpropagationLab, **values: Any) -> BackpropagationLab:
    """``lab`` with other values, checked as a whole."""
    return BackpropagationLab.model_validate({**lab.model_dump(), **values})


def with_number(lab: BackpropagationLab, place: Place, value: float) -> BackpropagationLab:
    """``value`` set at ``place`` in the pass on screen.

    Raises ValueError where it is out of bounds, or where a link could not hold one more.
    """
    edit = Edit(len(lab.updates), place, float(f"{value:.6g}"))
    if wrong := lab.refused(edit):
        raise ValueError(wrong)
    edits = (*lab.edits, str(edit))
    if len(edits) > MAX_EDITS:
        edits = _without_superseded(lab.read_edits, edit)
    if len(edits) > MAX_EDITS:
        raise ValueError(f"at most {MAX_EDITS} numbers are set by hand: take some back")
    return changed(lab, edits=edits)


def _without_superseded(edits: tuple[Edit, ...], newest: Edit) -> tuple[str, ...]:
    last = {(edit.after, edit.place): edit for edit in (*edits, newest)}
    return tuple(str(edit) for edit in sorted(last.values(), key=lambda edit: edit.after))


def after_update(lab: BackpropagationLab) -> BackpropagationLab:
    """The update on screen made, at the first step of the next pass."""
    return changed(lab, updates=(*lab.updates, lab.rate), step=1, entry=1)


def taken_back(lab: BackpropagationLab) -> BackpropagationLab:
    """Without the newest number set by hand, or else without the newest update."""
    if lab.edits and lab.read_edits[-1].after == len(lab.updates):
        return changed(lab, edits=lab.edits[:-1])
    return changed(lab, updates=lab.updates[:-1]) if lab.updates else lab


def reshaped(old: BackpropagationLab, values: dict[str, Any]) -> dict[str, Any]:
    """What the controls say, with the past that still makes sense: another shape or start begins at the first pass.

    Numbers set by hand before the first update stay where they still have a place, and so does the picked one.
    """
    gone = {"updates": (), "edits": (), "selected": ""}
    bare = BackpropagationLab.model_validate({**old.model_dump(), **gone, **values})
    if all(getattr(bare, name) == getattr(old, name) for name in BackpropagationLab.SHAPE):
        return values
    begun = [edit for edit in old.read_edits if edit.after == 0 and not bare.refused(edit)]
    kept = old.selected if old.picked and bare.has(old.picked) else ""
    return {**values, **gone, "edits": tuple(map(str, begun)), "selected": kept, "entry": 1}
