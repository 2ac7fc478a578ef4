"""Transfer: learned on some classes, then on others from few pictures."""

from functools import partial

import streamlit as st

from charts.vision.transfer import (
    accuracy_lines,
    filters_figure,
    filters_height,
    filters_width,
    moved_lines,
    rate_lines,
)
from engine.labs.vision import said_of_transfer as words
from engine.labs.vision.pictures_of import NETWORK
from engine.labs.vision.results.transfer import Transferred
from engine.labs.vision.state import VisionLab
from engine.labs.vision.transfer_settings import COUNTS, MOST_COUNTS, Transferring
from engine.labs.vision.transferring import FEWEST, blank, transferred
from ui import knobs, lab
from ui.figure import figure
from ui.labs.vision import own_network
from ui.labs.vision.parts import LAB, Values, segments, settings

VIEWS = {"accuracy": "Accuracy", "layers": "Layer by layer", "filters": "First filters"}
INTRO = (
    "A network learns some classes from all their pictures. Then it is asked for **other classes**, of which there are few "
    "pictures. Its first layers may know already what strokes and corners are: they are kept, a new output begins. Kept how?"
)
WAYS = (
    "- **from scratch**: nothing is kept, all layers begin with first weights;\n"
    "- **frozen**: the layers that are kept stand still, only those behind them learn;\n"
    "- **fine-tuned**: they begin as they were learned, and all layers learn on at one rate;\n"
    "- **discriminative rates**: all learn on, each group of layers slower than the one behind it (Howard and Ruder 2018); "
    "of $G$ groups, counted from the picture to the output, group $g$ has the rate"
)
FORMULA = r"\eta_g = \eta \,/\, f^{\,G - g}"
FILTERS = (
    "The kernels of the first convolution, all on one scale (orange above 0, blue below; in their own colours where pictures "
    "have three channels): as they were after the first classes, and as each way left them, of the first seed and from most "
    "pictures. Frozen ones are the same by construction; those from scratch began elsewhere."
)


def controls(now: VisionLab) -> Values:
    """The view above; everything else in the sidebar."""
    part = now.transfer
    values: Values = part.model_dump()
    values["view"] = segments("transfer.view", part.view, VIEWS, "View", is_bare=True)
    with st.sidebar:
        values["pictures"] = own_network.pictures("transfer", part.pictures)
        names = ("first", "kept", "factor", "rate", "before", "updates", "seeds")
        own = settings(part, "transfer", only=names)
        values |= {name: own[name] for name in names}
        values["counts"] = _counts(part)
        more = own_network.seed(now)
    return {"transfer": values, **more}


def _counts(part: Transferring) -> tuple[int, ...]:
    """Numbers of pictures to try, never fewer than two: then the last choice stays."""
    offered = sorted({*COUNTS, *part.counts})
    key = knobs.keep(knobs.key_of(lab.path(LAB, "transfer.counts")), list(part.counts))
    picked = lab.FORM.widget(st.multiselect, "Pictures a class", offered, key=key, max_selections=MOST_COUNTS)
    if len(picked) < 2:
        st.warning("Pictures a class: choose at least two. The last choice stays.", icon=":material/rule:")
        return part.counts
    return tuple(sorted(picked))


def show(now: VisionLab) -> None:
    """One of the views; all of them are of the same runs."""
    part = now.transfer
    st.markdown(INTRO)
    source = own_network.source(now, part.pictures, NETWORK)
    if source is None:
        return
    if len(source.classes) < FEWEST:
        st.info(
            f"That takes {FEWEST} classes, two to learn first and two others; these pictures have {len(source.classes)}."
        )
        return
    st.markdown(WAYS)
    st.latex(FORMULA)
    asked = part.model_copy(update={"view": "accuracy"})
    steps = partial(transferred, asked, source, NETWORK, now.seed)
    job = lab.work(LAB, "transfer", (asked, source, now.seed), steps)
    draw = {"accuracy": _accuracy, "layers": _layers, "filters": _filters}[part.view]
    if job is not None:
        lab.watch(LAB, job, draw, f"vision.transfer.{part.view}", first=blank(asked, source, NETWORK))
    st.caption(own_network.said(NETWORK, source))


def _accuracy(found: Transferred) -> None:
    figure(accuracy_lines(found), "vision.transfer.accuracy", "Accuracy over training pictures a class, each way", 380)
    st.markdown(words.verdict(found) or "The first network learns its classes.")
    st.caption(
        "Lines: median of the seeds; bands: from the lowest to the highest; dotted: guessing. All ways of a seed learn from "
        "the same few pictures, in the same batches, with Adam."
    )


def _layers(found: Transferred) -> None:
    left, right = st.columns(2)
    with left:
        figure(rate_lines(found), "vision.transfer.rates", "Learning rate of each group of layers, each way", 340)
    with right:
        figure(moved_lines(found), "vision.transfer.moved", "How far each group's weights moved, each way", 340)
    st.markdown(words.layers(found) or "The first network learns its classes.")
    st.caption(
        "A group is a layer with weights and what follows it. Moved: the distance between a group's weights before and after, "
        "over their length before. A group without a point on the left stands still."
    )


def _filters(found: Transferred) -> None:
    st.markdown(FILTERS)
    figure(
        filters_figure(found),
        "vision.transfer.filters",
        "Kernels of the first convolution before and after, each way",
        filters_height(found),
        least_width=filters_width(found),
    )
