"""Mistakes: the table of them, the surest, many pictures as a block sees them, and a sheet of mixtures that it bends."""

from collections.abc import Iterator
from functools import partial

import streamlit as st

from charts.vision.mistakes import (
    mixtures_figure,
    pictures_figure,
    pictures_height,
    plane_figure,
    table_figure,
    warped_figure,
)
from engine.jobs import Progress
from engine.labs.vision.course import Course
from engine.labs.vision.mistakes import judged, plane, warped
from engine.labs.vision.results.mistakes import Judged, Plane
from engine.labs.vision.state import VisionLab
from engine.words import percent
from ui import lab
from ui.figure import Spot, figure
from ui.labs.vision.moments import watched
from ui.labs.vision.parts import LAB, Values, network, segments, settings
from ui.plain import escaped

VIEWS = {"table": "Confusion", "worst": "Surest mistakes", "plane": "All pictures on a plane", "warp": "A bent sheet"}
METHODS = {"pca": "Principal components", "tsne": "t-SNE"}
CELL = "vision.mistakes.cell"
TABLE = (
    "Rows are what the pictures show, columns what the network says: the diagonal is right. Counts as they are, "
    "colours as shares "
    "of a row, so that rare classes can be compared. Click a cell to see its pictures."
)
WORST = (
    "Wrong answers, the surest first: the probability below each is that of the wrong class. A probability of 99 % "
    "says how the "
    "scores compare, not how often such an answer is right."
)
PCA = (
    r"Each picture is what the block gives for it, a point with many coordinates; the two axes are the directions along "
    r"which these "
    r"vary most (principal components of the centred features). The axes say how much of the variance the plane shows; "
    r"the rest is "
    "not seen. A ring marks a wrong answer in the colour of what was said."
)
TSNE = (
    "t-SNE (van der Maaten and Hinton 2008) keeps neighbours together and little else: distances between groups, and "
    "their sizes, "
    "mean nothing, and other seeds arrange them otherwise."
)
WARP = (
    r"A mixture $a + u(b - a) + v(c - a)$ of three pictures is a point of a flat sheet, on the left, coloured by the "
    r"answer. On the "
    "right is the same sheet as the chosen block sees it. A linear layer keeps it flat; bends come from activations "
    "and pools. "
    "Where classes are far apart on the right, one straight line can part them."
)


def controls(now: VisionLab) -> Values:
    """The network, and what of its answers is looked at."""
    view = segments("mistakes.view", now.mistakes.view, VIEWS, "View", is_bare=True)
    said: Values = {"view": view}
    if view == "plane":
        said["method"] = segments("mistakes.method", now.mistakes.method, METHODS, "Method", is_bare=True)
    with st.sidebar:
        knobs = {"table": ("part",), "worst": ("part", "most"), "plane": ("part", "block"), "warp": ("part", "block")}
        chosen = settings(now.mistakes, "mistakes", only=knobs[view])
        if view == "warp":
            said["corners"] = _corners(now)
        return {"mistakes": {**chosen, **said}, **network(now)}


def _corners(now: VisionLab) -> tuple[int, ...]:
    """Which three pictures."""
    columns = st.columns(3)
    found = []
    for place, (column, value) in enumerate(zip(columns, now.mistakes.corners, strict=True)):
        with column:
            key = f"vision.mistakes.corner.{place}"
            found.append(int(st.number_input(f"Picture {place + 1}", 1, 5000, value, key=key)))
    return tuple(found)


def show(now: VisionLab) -> None:
    """The chosen view of the network at a moment of its training."""
    if now.experiment.head.gives != "classes":
        st.info(
            "This section is about networks that name what a picture shows: choose the head *Class of the picture*."
        )
        return
    view = {"table": _table, "worst": _worst, "plane": _plane, "warp": _warp}[now.mistakes.view]
    watched(now, f"mistakes.{now.mistakes.view}", partial(view, now))


def _table(now: VisionLab, found: Course, place: int) -> None:
    st.caption(TABLE)
    seen = judged(found, place, now.mistakes.part)
    cell: tuple[int, int] | None = st.session_state.get(CELL)
    if cell is not None and max(cell) >= len(seen.classes):
        cell = None

    def clicked(spot: Spot) -> None:
        place = round(spot.y), round(spot.x)
        if all(0 <= at < len(seen.classes) for at in place):
            st.session_state[CELL] = place

    left, right = st.columns([3, 2])
    with left:
        figure(table_figure(seen, cell), "mistakes.table", "Counts by true class and answer", 420, clicked)
    with right:
        st.markdown(_said(seen))
        chosen = [each for each in seen.mistakes if (each.truth, each.said) == cell][:9] if cell else seen.mistakes[:6]
        if cell and cell[0] == cell[1]:
            st.caption(f"Right answers: {seen.table[cell]:.0f} pictures of {escaped(seen.classes[cell[0]])}.")
        elif chosen:
            figure(
                pictures_figure(chosen, seen.classes, 3),
                "mistakes.cell",
                "Pictures of the cell",
                pictures_height(len(chosen), 3),
            )
        else:
            st.caption("No picture was answered so.")


def _said(seen: Judged) -> str:
    wrong = len(seen.mistakes)
    if not wrong:
        return f"All {seen.total:,} {seen.part} pictures are right."
    off = seen.table.copy()
    for at in range(len(off)):
        off[at, at] = 0
    truth, said = divmod(int(off.argmax()), len(off))
    times = "once" if off.max() == 1 else f"{off.max():.0f} times"
    return escaped(
        f"{wrong:,} of {seen.total:,} {seen.part} pictures are wrong ({percent(wrong / seen.total)}), most often "
        f"{seen.classes[truth]} taken for {seen.classes[said]} ({times})."
    )


def _worst(now: VisionLab, found: Course, place: int) -> None:
    st.caption(WORST)
    seen = judged(found, place, now.mistakes.part)
    shown = seen.mistakes[: now.mistakes.most]
    st.markdown(_said(seen))
    if shown:
        label = f"The {len(shown)} surest mistakes"
        figure(pictures_figure(shown, seen.classes), "mistakes.worst", label, pictures_height(len(shown)))


def _plane(now: VisionLab, found: Course, place: int) -> None:
    asked = now.mistakes
    st.caption(TSNE if asked.method == "tsne" else PCA)
    if asked.method == "pca":
        _drawn(plane(found, place, asked.part, asked.block, "pca"))
        return

    def steps() -> Iterator[Progress[Plane]]:
        yield Progress(0.1, said="Finding neighbours")
        yield Progress(1.0, plane(found, place, asked.part, asked.block, "tsne"), "Arranged")

    key = (now.experiment, found.steps[place], len(found.moments), asked.part, asked.block)
    job = lab.work(LAB, "tsne", key, steps)
    if job is not None:
        lab.watch(LAB, job, _drawn, "vision.tsne")


def _drawn(seen: Plane) -> None:
    figure(plane_figure(seen), "mistakes.plane", f"{len(seen.points)} pictures as {seen.named} sees them", 520)
    wrong = int((seen.said != seen.truth).sum())
    text = f"{len(seen.points):,} pictures after **{escaped(seen.named)}** ({seen.size:,} numbers each); {wrong} wrong."
    if seen.variance is not None:
        text += f" The plane shows {percent(sum(seen.variance))} of their variance."
    st.markdown(text)


def _warp(now: VisionLab, found: Course, place: int) -> None:
    st.caption(WARP)
    asked = now.mistakes
    seen = warped(found, place, asked.part, asked.block, asked.corners)
    figure(
        pictures_figure(seen.pictures, seen.classes, 6), "mistakes.corners", "The three pictures", pictures_height(3)
    )
    left, right = st.columns(2)
    with left:
        figure(mixtures_figure(seen), "mistakes.mixtures", "Mixtures of three pictures, by the answer to each", 420)
    with right:
        figure(warped_figure(seen), "mistakes.warped", f"The same after {seen.named}", 420)
    st.markdown(
        f"After **{escaped(seen.named)}** {percent(seen.bent)} of the sheet's spread is bend: no linear map of $u$ and "
        "$v$ explains "
        f"it. The plane on the right shows {percent(sum(seen.variance))} of the spread; "
        f"{len({*seen.said.flat})} classes "
        "are answered."
    )
