"""The picture, which all sections share: its menu, a grid to draw on, an upload, and whether it comes in colour."""

from typing import Any

from engine.labs.convolution.pictures import Drawing, OwnPicture, Picture
from engine.labs.convolution.state import ConvolutionLab
from ui import knobs, lab
from ui.drawing_pad import drawing_pad
from ui.labs.convolution.parts import LAB, Values, here
from ui.own_picture import own_picture


def picture(now: ConvolutionLab, *, has_colour: bool = True) -> Values:
    """Which picture, in one channel or in three; the seed of what is drawn at random."""
    path = lab.path(LAB, "picture")
    chosen = knobs.choose(lab.FORM, Picture, path, now.picture, "Picture", apart=("ink",))
    if chosen["kind"] == "drawing":
        chosen = _drawing(now, chosen)
    elif chosen["kind"] == "own":
        chosen = {**chosen, "file": own_picture(chosen["file"], _taken)}
    others = [name for name in ConvolutionLab.model_fields if name != "seed" and not (has_colour and name == "colour")]
    return {"picture": chosen, **knobs.fields(lab.FORM, ConvolutionLab, lab.path(LAB), now, skip=others)}


def _drawing(now: ConvolutionLab, chosen: dict[str, Any]) -> dict[str, Any]:
    """The grid: what is on it goes with its side."""
    before = now.picture if isinstance(now.picture, Drawing) else Drawing()
    ink = before.ink if before.side == chosen["side"] else ""
    drawing_pad(ink, int(chosen["side"]), "convolution.drawing", "Your drawing", _drawn)
    return {**chosen, "ink": ink}


def _drawn(ink: str) -> None:
    now = here()
    if isinstance(now.picture, Drawing):
        lab.put(LAB, now.model_copy(update={"picture": now.picture.model_copy(update={"ink": ink})}), refill=False)


def _taken(file: str) -> None:
    now = here()
    if isinstance(now.picture, OwnPicture):
        lab.put(LAB, now.model_copy(update={"picture": now.picture.model_copy(update={"file": file})}), refill=False)
