"""The plane on which the boundary of many columns is drawn."""

import streamlit as st

from engine.choice import catalog
from engine.data.plane import ColumnsPlane, PrincipalPlane, View, default_view
from engine.data.source import Handmade
from ui import session
from ui.knobs import keep, key_of
from ui.parts import Form, controls


@controls("plane")
def plane(form: Form) -> None:
    """Choose the plane a boundary is drawn on, for data of more than two columns."""
    run = None if isinstance(session.visit().now.data, Handmade) else session.run()
    if run is None or len(run.data.columns) <= 2:
        return
    columns = run.data.columns
    now = session.visit().view or default_view(run.data)
    kinds = {kind: row.label for kind, row in reversed(catalog(View).items())}
    path = f"plane.{run.experiment.data.kind}"
    key = key_of(path)
    keep(key, now.kind)
    text = "Which flat cut through the inputs is drawn."
    kind = form.widget(st.selectbox, "Boundary over", kinds, key=key, format_func=kinds.__getitem__, help=text)
    chosen: View = PrincipalPlane()
    if kind == "columns":
        across, up = key_of(f"{path}.x"), key_of(f"{path}.y")
        places = list(range(len(columns)))
        keep(across, getattr(now, "x", 0), places)
        x = form.widget(st.selectbox, "Across", places, key=across, format_func=columns.__getitem__)
        others = [place for place in places if place != x]
        y = getattr(now, "y", x)
        keep(up, y if y in others else others[0], others)
        y = form.widget(st.selectbox, "Up", others, key=up, format_func=columns.__getitem__)
        chosen = ColumnsPlane(x=x, y=y)
    session.look_at(None if chosen == default_view(run.data) else chosen)
