"""The network without cures, and the cures."""

from functools import partial
from typing import Any

import streamlit as st

from engine.activations import Activation
from engine.initializers import Initializer
from engine.labs.gradient_flow.cures import CURES, SLOTS
from engine.labs.gradient_flow.state import GradientFlowLab
from engine.optimizers import Optimizer
from ui import knobs, lab
from ui.labs.gradient_flow.parts import LAB, Values, only


def network(now: GradientFlowLab) -> Values:
    """The network without cures, in the sidebar."""
    form, path = lab.FORM, partial(lab.path, LAB)
    st.markdown("**The network, before any cure**")
    values = only(now, "depth", "width")
    values["activation"] = knobs.choose(form, Activation, path("activation"), now.activation, "Activation")
    values["initializer"] = knobs.choose(form, Initializer, path("initializer"), now.initializer, "First weights")
    values["optimizer"] = knobs.choose(form, Optimizer, path("optimizer"), now.optimizer, "Optimizer")
    return values | only(now, "data", "batch_size", "updates", "seed")


def switches(now: GradientFlowLab) -> Values:
    """Every cure as a switch; of each place at most one."""
    form, chosen, limits = lab.FORM, list[str](), dict[str, float]()
    with st.container(border=True):
        st.markdown("**Cures** of the second network. Everything else, seed and batches included, is the same.")
        columns = [*st.columns([3, 2]), *st.columns(3)]
        for column, (slot, title) in zip(columns, SLOTS.items(), strict=True):
            offered = [id for id, cure in CURES.items() if cure.slot == slot]
            on = next((id for id in now.cures if CURES[id].slot == slot), None)
            with column:
                key = knobs.key_of(lab.path(LAB, "cures", slot))
                if key not in st.session_state:
                    st.session_state[f"{key}/first"] = on
                picked = form.widget(
                    st.pills,
                    title,
                    offered,
                    key=key,
                    # Not set through the session: a browser that draws late would answer that nothing is chosen.
                    default=st.session_state.get(f"{key}/first"),
                    format_func=lambda id: CURES[id].label,
                    wrap=True,
                    help=_help(offered),
                )
            chosen += [picked] if picked else []
        for name in ("clip_norm", "clip_value"):
            if name in chosen:
                limits |= only(now, name)
    return {"cures": tuple(chosen), **limits}


def _help(offered: list[Any]) -> str:
    cures = [CURES[id] for id in offered]
    return "\n\n".join(f"**{cure.label}** $\\;{cure.formula}$  \n{cure.lesson} *({cure.source})*" for cure in cures)
