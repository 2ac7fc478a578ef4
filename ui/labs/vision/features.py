"""Feature maps: one picture on its way through the network, its kernels, and what a place sees."""

import streamlit as st
from torch import Tensor

from charts.vision.features import (
    answer_figure,
    block_figure,
    field_figure,
    kernels_figure,
    overview,
    overview_height,
    picture_figure,
    row_at,
)
from engine.labs.vision.course import Course
from engine.labs.vision.features import drawing_of, field, kernels, passed, picture_of
from engine.labs.vision.results.features import Given, Passed
from engine.labs.vision.state import VisionLab
from engine.refusal import Refusal
from engine.words import number, percent
from ui.drawing_pad import drawing_pad
from ui.figure import Spot, figure
from ui.labs.vision.moments import watched
from ui.labs.vision.parts import Values, here, network, put, segments, settings
from ui.plain import escaped

VIEWS = {"maps": "Maps of every block", "kernels": "Kernels", "reach": "What a place sees"}
MAPS = (
    "Each row is what one block gives for this picture, each square one of its maps (units after a dense block are one "
    "strip). "
    "The first block finds edges and blobs where they are; further down maps are coarser and each number answers to more of "
    "the picture. Click a row to see all its maps."
)
KERNELS = (
    "The weights of the convolution at the chosen block, or the last before it: :blue[blue] below 0, :orange[orange] above. "
    "A kernel answers most where the picture looks like it. Slide back to the first moment: they begin as noise."
)
REACH = (
    r"A cell at $x$ of a block with window $k$, stride $s$, dilation $d$ and border $p$ hangs on the cells from $sx - p$ to "
    r"$sx - p + d(k-1)$ before it; block by block that gives the :orange[frame]. The colours are measured: how much this "
    "place's maps change with each pixel (gradient). Nothing outside of the frame counts; inside, the middle usually "
    "counts most."
)


def controls(now: VisionLab) -> Values:
    """The network, and which picture."""
    view = segments("features.view", now.features.view, VIEWS, "View", is_bare=True)
    with st.sidebar:
        chosen = settings(now.features, "features", only=("picture", "draws"))
        if chosen["draws"] and (side := _side(now)):
            chosen["ink"] = here().features.ink
            drawing_pad(chosen["ink"], side, "vision.drawing", "Your drawing", lambda ink: put("features", ink=ink))
        return {"features": {**chosen, "view": view}, **network(now)}


def _side(now: VisionLab) -> int:
    """Pixels along a side of what can be drawn; 0 where the pictures are not here to say."""
    try:
        return min(now.experiment.data.shape[1:])
    except Refusal:
        return 0


def _picture(now: VisionLab, found: Course) -> tuple[Tensor, str]:
    """The picture that is looked at, and what it shows; nothing is known of a drawing."""
    if now.features.draws:
        return drawing_of(found, now.features.ink)
    return picture_of(found, now.features.picture)


def show(now: VisionLab) -> None:
    """The chosen view of the network at a moment of its training."""
    view = now.features.view
    block = min(now.features.block, len(now.experiment.plan()) - 1)

    def drawn(found: Course, place: int) -> None:
        x, label = _picture(now, found)
        if view == "maps":
            _maps(passed(found, place, x, label), block)
        elif view == "kernels":
            _kernels(found, place, block)
        else:
            _reach(now, found, place, block)

    watched(now, f"features.{view}", drawn)


def _maps(found: Passed, block: int) -> None:
    st.caption(MAPS)
    left, right = st.columns([1, 4])
    with left:
        figure(picture_figure(found.picture), "features.picture", f"The picture: {found.label}", 150)
        if len(found.classes):
            figure(answer_figure(found), "features.answer", "Probability of every class", 230)
            st.caption(_answered(found))
    with right:

        def clicked(spot: Spot) -> None:
            put("features", block=row_at(found, spot.y))

        said = f"Maps of {len(found.blocks)} blocks"
        figure(overview(found, block), "features.maps", said, overview_height(found), clicked)
    chosen = found.blocks[block - 1]
    st.markdown(f"**{escaped(chosen.named)}**: {_block_said(chosen)}")
    height = 320 if chosen.has_places else 110
    figure(block_figure(chosen), "features.block", f"All maps of {chosen.named}", height)


def _answered(found: Passed) -> str:
    best = int(found.answer.argmax())
    sure = percent(float(found.answer[best]))
    if not found.label:
        return escaped(f"It says {found.classes[best]} ({sure}).")
    verdict = "right" if found.classes[best] == found.label else f"wrong: it is {found.label}"
    return escaped(f"It says {found.classes[best]} ({sure}): {verdict}.")


def _block_said(block: Given) -> str:
    low, high = float(block.maps.min()), float(block.maps.max())
    zeros = float((block.maps == 0).mean())
    shown = len(block.maps)
    text = (
        f"{shown} of {block.shape[0]} {'maps' if block.has_places else 'units'}, from {number(low)} to {number(high)}"
    )
    return f"{text}; {percent(zeros)} of the numbers are exactly 0." if zeros else f"{text}."


def _kernels(found: Course, place: int, block: int) -> None:
    st.caption(KERNELS)
    _chooser(found, block)
    shown = kernels(found, place, block)
    if shown is None:
        st.info("This network has no convolution: its first weights are units' own, one for every pixel.")
        return
    out, into = shown.of
    st.markdown(f"**{escaped(shown.named)}**: {out} kernels of {into} channel{'s' if into > 1 else ''} each.")
    figure(kernels_figure(shown), "features.kernels", f"Kernels of {shown.named}", 420)


def _reach(now: VisionLab, found: Course, place: int, block: int) -> None:
    st.caption(REACH)
    _chooser(found, block)
    x, label = _picture(now, found)
    seen = field(found, place, x, block, (now.features.row, now.features.column))
    if seen is None:
        st.info("From here on every number hangs on the whole picture: there are no places any more.")
        return
    top, bottom, left, right = seen.box
    rows, columns = (side for side in found.experiment.plan()[block - 1].after[1:])
    st.markdown(
        f"The place ({seen.cell[0]}, {seen.cell[1]}) of {rows} x {columns} after **{escaped(seen.named)}** sees "
        f"{bottom - top + 1} x {right - left + 1} pixels: rows {top} to {bottom}, columns {left} to {right}. Click "
        "the picture for another place."
    )

    def clicked(spot: Spot) -> None:
        _, height, width = found.data.shape
        put("features", row=int(spot.y * rows // height), column=int(spot.x * columns // width))

    one, two = st.columns(2)
    picture = (x[0] * 255).round().byte().numpy()
    with one:
        figure(picture_figure(picture, seen.box), "features.seen", f"The picture: {label}", 340, clicked)
    with two:
        figure(field_figure(seen), "features.field", "How much each pixel counts", 340)


def _chooser(found: Course, block: int) -> None:
    """The block that is looked at."""
    names = [stage.named for stage in found.experiment.plan()[:-1]]
    key = f"vision.features.block.{len(names)}.{block}"

    def moved() -> None:
        put("features", block=int(st.session_state[key]) + 1)

    at = min(block, len(names)) - 1
    st.selectbox("Block", range(len(names)), at, key=key, format_func=names.__getitem__, on_change=moved)
