"""A visitor's own file: the upload, what was found in it, the choice of target and columns, and links that ask for it."""

from functools import partial
from typing import Any

import streamlit as st

from engine.data.own.columns import Column
from engine.data.own.encoder import warm_up
from engine.data.own.example import example_csv
from engine.data.own.own_table import OwnTable, table_of
from engine.data.own.proposal import Proposal, Task, classes_of, propose, proposed_inputs, tasks_in_order
from engine.data.own.refusal import Refused
from engine.data.own.sheet import Sheet, read
from engine.data.own.store import store
from engine.names import plain_name
from engine.settings import settings
from ui import knobs, session
from ui.parts import Form, redraw, redraw_all
from ui.plain import escaped

FIELDS = ("file", "header", "target", "inputs", "classes")
"""The knobs of ``OwnTable`` that come from the dialog."""
TYPES = ["csv", "tsv", "txt", "gz"]
TASKS: dict[Task, str] = {"classification": "a class", "regression": "a number"}
KINDS = {"numeric": "number", "date": "date", "categorical": "category", "unusable": "not usable"}
ROW_HEIGHT, TABLE_HEIGHT = 35, 290
"""Pixels of a table's row, and of a table at most."""
TARGET, TASK = "own.target", "own.task"
"""Keys of what is chosen in the dialog."""


# --- in the sidebar -------------------------------------------------------------------------------------------------


def controls(form: Form) -> dict[str, Any] | None:
    """Draw the upload and what came of it; returns which columns of which file are used, None for no file yet."""
    own, now = session.visit().own, session.visit().now.data
    if not form.is_read:
        _draw()
    if own.is_chosen and own.chosen is not None:
        own.is_chosen, chosen = False, own.chosen
    elif isinstance(now, OwnTable):
        chosen = own.chosen = now
    elif own.chosen is not None and session.sheet(own.chosen.file):
        chosen = own.chosen
    else:
        return None
    return {name: getattr(chosen, name) for name in FIELDS}


def _draw() -> None:
    own = session.visit().own
    sheet = session.sheet(own.digest)
    if sheet is None:
        st.caption(
            "A table with a line of names and a line for each example, as a spreadsheet saves it. It stays in this server's "
            "memory as long as your visit lasts, and no link holds it."
        )
    else:
        st.text(sheet.name)
        st.caption(sheet.found)
        st.button(
            "Target and columns",
            key="own.look",
            on_click=partial(_open, sheet),
            icon=":material/table_view:",
            width="stretch",
        )
        if own.is_open:
            _look(sheet.digest)
    if missing() is not None:
        st.caption("The experiment on this page waits for its file: upload it beside, above the network.")
        return
    _uploader("sidebar", "Another file" if sheet else "Your table")
    if sheet is not None:
        st.button(
            "Forget my file", key="own.forget", on_click=redraw_all(_forget), type="tertiary", icon=":material/delete:"
        )
    else:
        st.download_button(
            "An example to try", example_csv, "house-prices.csv", "text/csv", key="own.example", on_click="ignore",
            type="tertiary", icon=":material/download:",
        )  # fmt: skip


def _uploader(place: str, label: str) -> None:
    warm_up()
    own = session.visit().own
    key = f"own.upload.{place}.{own.uploads}"
    most = settings()
    text = (
        f"CSV or TSV: commas, semicolons, tabs or bars; UTF-8, UTF-16 or Latin-1; gzip too. At most {most.own_file_mb} MB, "
        f"{most.own_rows:,} rows, {most.own_columns} columns."
    )
    st.file_uploader(
        label, TYPES, key=key, on_change=redraw_all(partial(_taken, key)), max_upload_size=most.own_file_mb, help=text
    )
    if own.refused:
        st.error(escaped(own.refused), icon=":material/rule:")


# --- what an upload does --------------------------------------------------------------------------------------------


def _taken(key: str) -> None:
    """Read what was uploaded; open the experiment that waits for it, or offer what it can be used for."""
    visit, file = session.visit(), st.session_state[key]
    own = visit.own
    if file is None:
        return
    own.uploads, own.refused, own.told = own.uploads + 1, "", ""
    try:
        sheet = read(file.getvalue(), file.name)
        asked = missing()
        own.draft, own.told = _offered(sheet, asked)
        store().put(visit.token, sheet)
    except Refused as refused:
        own.refused = f"{plain_name(file.name)}: {refused}"
        return
    own.digest, own.name = sheet.digest, sheet.name
    if asked is not None and sheet.digest == asked.file:
        own.chosen, own.is_chosen = asked, False
        session.begin(visit.begun, goal=visit.steps, edits=visit.edits)
        return
    _open(sheet)
    knobs.replace("data.kind", "own")


def _offered(sheet: Sheet, asked: OwnTable | None) -> tuple[OwnTable, str]:
    """What to use of a sheet, and a word where an experiment asked for another file."""
    if asked is None or asked.file == sheet.digest:
        return table_of(sheet, propose(sheet)), ""
    if asked.header == sheet.header_digest:
        try:
            chosen = Proposal(asked.target, asked.task, asked.inputs)
            shared = {name: getattr(asked, name) for name in ("validation_share", "test_share", "scaling")}
            same = "This is not the very file of the link, but it has the same columns: the link's choice of them is set below."
            return table_of(sheet, chosen, **shared), same
        except Refused:
            pass
    return table_of(sheet, propose(sheet)), "This is not the file that the link asks for. You can use it all the same."


def _forget() -> None:
    """Let go of everything uploaded, and of the run on it."""
    visit = session.visit()
    store().release(visit.token, Sheet)
    visit.own = type(visit.own)(uploads=visit.own.uploads)
    if missing() is not None:
        session.begin(visit.begun, goal=visit.steps, edits=visit.edits)


def missing() -> OwnTable | None:
    """The own data of the experiment on screen where the visitor's file is not, or no longer, there."""
    data = session.visit().now.data
    return data if isinstance(data, OwnTable) and data.file and session.sheet(data.file) is None else None


def ask() -> None:
    """Ask for the file that the experiment on screen needs, where it is not there."""
    asked = missing()
    if asked is None:
        return
    with st.container(border=True):
        st.subheader("This experiment's data stays with its owner", anchor=False)
        inputs = "one input column" if len(asked.inputs) == 1 else f"{len(asked.inputs)} input columns"
        learnt = f"{asked.classes} classes" if asked.classes else "a number"
        st.markdown(
            f"It learns {learnt} from {inputs} of somebody's own file. A link never holds the data itself, and this server "
            "does not keep it after a visit. If you have the file, upload it here: the experiment then opens as it was sent."
        )
        _uploader("ask", "The file of this experiment")


# --- the dialog -----------------------------------------------------------------------------------------------------


def _open(sheet: Sheet) -> None:
    """Open the dialog, filled with what is offered or in use."""
    visit = session.visit()
    own, now = visit.own, visit.now.data
    used = now if isinstance(now, OwnTable) and now.file == sheet.digest else None
    start = (None if own.told else used) or own.draft or table_of(sheet, propose(sheet))
    st.session_state[TARGET], st.session_state[TASK] = start.target, start.task
    own.kept, own.ticked, own.is_open = start.inputs, start.inputs, True


def _close() -> None:
    session.visit().own.is_open = False
    redraw("data")


@st.dialog("What the network learns from your file", width="large", icon=":material/table_view:", on_dismiss=_close)
def _look(digest: str) -> None:
    """What was found, the target and the task, the columns, and the way on."""
    if not session.visit().own.is_open:
        st.rerun()  # only a whole page without it closes a dialog
    sheet = session.sheet(digest)
    if sheet is None:
        st.info("The file is no longer there: upload it again.")
        return
    if told := session.visit().own.told:
        st.info(told, icon=":material/info:")
    st.caption(f"{escaped(sheet.name)}: {sheet.found} The first {len(sheet.preview)} rows:")
    _preview(sheet)
    target, task = _target(sheet)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        inputs = _columns(sheet, target)
    with right:
        _balance(sheet.columns[target], task)
    try:
        table_of(sheet, Proposal(target, task, inputs))
        fits = True
    except Refused as refused:
        st.error(escaped(str(refused)), icon=":material/rule:")
        fits = False
    use = partial(_use, sheet)
    st.button("Use this data", type="primary", key="own.use", disabled=not fits, on_click=use)


def _use(sheet: Sheet) -> None:
    """Take in what the dialog says by now: the controls that are drawn next begin the run."""
    own = session.visit().own
    try:
        table = table_of(sheet, Proposal(int(st.session_state[TARGET]), st.session_state[TASK], own.ticked))
    except Refused:
        return  # a box was ticked after the button was drawn: the dialog says what is wrong with it
    own.chosen, own.is_chosen, own.told, own.draft, own.is_open = table, True, "", table, False
    knobs.forget("plane.own")
    knobs.replace("data.kind", "own")


def _preview(sheet: Sheet) -> None:
    import pandas as pd

    frame = pd.DataFrame(sheet.preview, columns=[column.name for column in sheet.columns])
    st.dataframe(frame, hide_index=True, width="stretch", height=180)


def _target(sheet: Sheet) -> tuple[int, Task]:
    """The column to predict, and as what."""
    names = {place: column.name for place, column in enumerate(sheet.columns) if not column.problem}
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="top")
    with left:
        target = st.selectbox(
            "Target: the column to predict", list(names), key=TARGET, format_func=names.__getitem__,
            on_change=partial(_retarget, sheet, st.session_state[TARGET]),
        )  # fmt: skip
    with right:
        task = st.segmented_control(
            "Predict it as", list(TASKS), key=TASK, format_func=TASKS.__getitem__, required=True, width="stretch"
        )
    return int(target), task or tasks_in_order(sheet.columns[int(target)])[0]


def _retarget(sheet: Sheet, before: int) -> None:
    """Another target: the task that suits it, and the former one among the inputs."""
    target = int(st.session_state[TARGET])
    st.session_state[TASK] = tasks_in_order(sheet.columns[target])[0]
    own = session.visit().own
    kept = {*own.ticked, *({before} & {*proposed_inputs(sheet, target)})}
    own.kept = own.ticked = tuple(sorted(kept - {target}))


def _columns(sheet: Sheet, target: int) -> tuple[int, ...]:
    """Which columns the network receives: a table with a box to tick for each."""
    import pandas as pd

    own = session.visit().own
    kept = own.kept
    places = [place for place in range(len(sheet.columns)) if place != target]
    rows = [_row(sheet.columns[place], place in kept) for place in places]
    frame = pd.DataFrame(rows)
    edited = st.data_editor(
        frame,
        hide_index=True,
        width="stretch",
        height=min(ROW_HEIGHT * (len(rows) + 1) + 3, TABLE_HEIGHT),
        disabled=[name for name in frame.columns if name != "use"],
        column_config={"use": st.column_config.CheckboxColumn("use", width="small")},
        key=f"own.columns.{sheet.digest}.{target}.{hash(kept)}",
    )
    chosen = tuple(place for place, use in zip(places, edited["use"], strict=True) if use)
    own.ticked = chosen
    count = sum(sheet.columns[place].inputs for place in chosen)
    st.caption(
        f"{len(chosen)} of {len(places)} columns are used: {count} inputs of the network, one for each category."
    )
    return chosen


def _row(column: Column, use: bool) -> dict[str, Any]:
    return {
        "use": use,
        "column": column.name,
        "read as": KINDS[column.kind],
        "missing": column.missing,
        "different": column.distinct,
        "why, how": column.problem or column.advice or column.note,
    }


def _balance(column: Column, task: Task) -> None:
    """How often each class occurs, or the range of the number; and rows that are left out."""
    import numpy as np
    import pandas as pd

    left_out = f" {column.missing:,} rows without it are left out." if column.missing else ""
    if task == "classification":
        classes = classes_of(column)
        total = max(sum(classes.counts), 1)
        shown = pd.DataFrame(
            {"class": classes.names, "rows": classes.counts, "share": [count / total for count in classes.counts]}
        ).head(settings().own_categories)
        bar = st.column_config.ProgressColumn("share", format="percent", min_value=0.0, max_value=1.0)
        st.dataframe(
            shown,
            hide_index=True,
            width="stretch",
            column_config={"share": bar},
            height=min(ROW_HEIGHT * (len(shown) + 1) + 3, TABLE_HEIGHT),
        )
        st.caption(f"How often each class occurs.{left_out}")
    elif column.kind == "numeric":
        known = column.values[~np.isnan(column.values)]
        low, middle, high = np.quantile(known, [0, 0.5, 1])
        st.caption(f"From {low:,.4g} to {high:,.4g}, half of the rows below {middle:,.4g}.{left_out}")
