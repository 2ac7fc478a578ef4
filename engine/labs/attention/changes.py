"""What a person does to the numbers: sets one by hand, picks one, takes the newest back."""

from typing import Any

from engine.labs.attention.edits import LARGEST, Edit, Place
from engine.labs.attention.state import MAX_EDITS, AttentionLab
from engine.labs.attention.views import divisors


def changed(lab: AttentionLab, **values: Any) -> AttentionLab:
    """``lab`` with other values, checked as a whole."""
    return AttentionLab.model_validate({**lab.model_dump(), **values})


def with_number(lab: AttentionLab, place: Place, value: float) -> AttentionLab:
    """``value`` set at ``place``.

    Raises ValueError where it is out of bounds, where there is no such place, or where a link could not hold one more.
    """
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"a number goes from {-LARGEST:g} to {LARGEST:g}")
    if wrong := lab.missing(place):
        raise ValueError(wrong)
    others = tuple(str(edit) for edit in lab.read_edits if edit.place != place)
    if len(others) >= MAX_EDITS:
        raise ValueError(f"at most {MAX_EDITS} numbers are set by hand: take some back")
    return changed(lab, edits=(*others, str(Edit(place, float(f"{value:.6g}")))))


def taken_back(lab: AttentionLab) -> AttentionLab:
    """Without the newest number set by hand."""
    return changed(lab, edits=lab.edits[:-1])


def picked(lab: AttentionLab, place: Place | None) -> AttentionLab:
    """``place`` picked; none where there is no such number any more."""
    return changed(lab, picked="" if place is None or lab.missing(place) else str(place))


def reshaped(old: AttentionLab, values: dict[str, Any]) -> dict[str, Any]:
    """What the controls say, with as many heads as the width allows, and the numbers set by hand that still have a place.

    Those of an embedding stay as long as the same token stands there: another word in its place begins with its own.
    """
    width, many = values.get("d_model", old.d_model), {**old.heads.model_dump(), **values.get("heads", {})}
    fits = max(count for count in divisors(width) if count <= many["heads"])
    values = {**values, "heads": {**many, "heads": fits}}
    bare = AttentionLab.model_validate({**old.model_dump(), "edits": (), "picked": "", **values})
    before, now = old.tokens, bare.tokens

    def stays(place: Place) -> bool:
        if bare.missing(place):
            return False
        return place.letter != "x" or before[place.row - 1 : place.row] == now[place.row - 1 : place.row]

    kept = tuple(str(edit) for edit in old.read_edits if stays(edit.place))
    at = old.picked_place
    return {**values, "edits": kept, "picked": old.picked if at is not None and stays(at) else ""}
