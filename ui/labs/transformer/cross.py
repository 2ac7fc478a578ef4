"""Cross-attention where the right alignment is known."""

from functools import partial

import streamlit as st

from charts.transformer.alignment import mean_figure, mean_height, share_figure
from charts.transformer.course import role_figure
from engine.labs.transformer import said
from engine.labs.transformer.alignment import is_known, right_places
from engine.labs.transformer.formed import formed
from engine.labs.transformer.roles import ROLES
from engine.labs.transformer.state import TransformerLab
from engine.labs.transformer.trained import Known, Trained
from ui.figure import figure
from ui.labs.transformer.parts import Values, large, pick_example, shown, shown_example, watched

INTRO = (
    "In *cross-attention* the queries come from the answer, keys and values from the source: the decoder asks, the encoder's "
    "tokens are looked at. In these tasks it is known from which source token each answer comes, so it can be measured whether "
    "a head looks there. The row of a token answers with the *next* one: the row `<bos>` answers the first."
)
NEEDS = (
    "This needs an encoder and a decoder, and a task whose answer is a rearrangement of its source: begin with *Reverse*, "
    "*Sort* or *Dates* above (or choose *Copy* in the sidebar)."
)


def controls(now: TransformerLab) -> Values:
    return {"looking": pick_example(now, heads=_fits(now))}


def _fits(now: TransformerLab) -> bool:
    return now.model.encoder and is_known(now.experiment.task)


def show(now: TransformerLab) -> None:
    st.markdown(INTRO)
    if not _fits(now):
        st.info(NEEDS, icon=":material/info:")
        return
    watched(now, partial(_show, now), "transformer.cross")


def _show(now: TransformerLab, known: Known) -> None:
    st.markdown(said.training(known.course))
    if known.trained is not None:
        _measured(known.trained)
    role = next(role for role in known.course.roles if role.role == "aligned")
    left, right = st.columns(2)
    with left:
        _large(now, known)
    with right:
        st.markdown("**How it came about:** weight on the right source token while the network learned")
        marks = formed(known.course, role)
        drawn = role_figure(known.course, role, ROLES["aligned"].label, marks)
        figure(drawn, "transformer.cross.role", "Weight on the right source token over updates", 330)
        st.caption(said.formations(known.course, "aligned", marks))


def _measured(trained: Trained) -> None:
    found = trained.alignment
    if found is None:
        return
    st.markdown(said.alignment(found))
    left, right = st.columns(2)
    with left:
        st.markdown(
            "**Maps averaged over the examples**, by place; above each: layer.head, and its weight on a right token"
        )
        figure(mean_figure(found), "transformer.cross.mean", "Mean cross-attention maps", mean_height(found))
    with right:
        st.markdown("**Weight on a right source token**, place by place of the answer (dotted: an even look)")
        figure(share_figure(found), "transformer.cross.share", "Weight on the right source token by place", 330)


def _large(now: TransformerLab, known: Known) -> None:
    seen, head = shown(now, known), now.picked
    st.markdown(f"**{head[0].capitalize()}, head {head[1]}, on one example**; rings: where the answer comes from")
    rings = None
    if known.trained is not None and head[0].startswith("cross"):
        (x, y), _ = shown_example(now, known.trained)
        rings = right_places(now.experiment.task, known.trained.data, x, y)[0].numpy() if (y >= 0).any() else None
    large(now, seen, head, "transformer.cross.large", rings)
