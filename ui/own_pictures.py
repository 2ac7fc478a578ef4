"""The way in for a visitor's own pictures, a zip with a folder for each class: the same wherever pictures are chosen."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from pydantic import ValidationError

from charts.png import data_url, picture_png
from engine.choice import set_at
from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.labs.lab import Lab
from engine.names import plain_name
from engine.pictures.folder import Folder, read
from engine.refusal import Refusal
from engine.settings import settings
from engine.vision.sources.catalog import built
from engine.vision.sources.downloaded import Downloaded
from engine.vision.sources.own import OwnPictures, pictures_of
from engine.vision.sources.source import Source
from ui import knobs, lab
from ui.plain import bare, escaped
from ui.visit import visit

REFUSED, KEPT, UPLOADS = (f"pictures.{name}" for name in ("refused", "kept", "uploads"))
SIDE, ASKED, LOOKED = (f"pictures.{name}" for name in ("side", "asked", "looked"))
APART = ("side",)
"""The knob of ``OwnPictures`` that is set here, before an upload: pictures are kept at that size."""
WHERE = "The place for it is in the sidebar, below the menu *Pictures*."
SIDES = (16, 24, 32, 48, 64)
EXAMPLES, GAP = 5, 2
"""Pictures of a class that are shown, and white pixels between them."""
Take = Callable[[Source], None]


def of_lab(here: Lab, chosen: dict[str, Any], current: Source, place: str, otherwise: Source) -> dict[str, Any]:
    """The chosen pictures of a lab, as a dict to validate; where they are the visitor's own, with the way in below the menu.

    ``place`` is the setting's dotted path in the lab's state, ``current`` what stands there; pictures that were forgotten
    are followed by ``otherwise``.
    """
    if chosen["kind"] != "own":
        return chosen
    kept = st.session_state.get(KEPT)
    if isinstance(current, OwnPictures) and current.file:
        own = current.model_copy(update={"grey": chosen["grey"]})
    else:
        own = kept if isinstance(kept, OwnPictures) else OwnPictures()
    _way_in(own, partial(_take, here, place), otherwise)
    return own.model_dump()


def are_here(source: Source, seed: int) -> bool:
    """Whether pictures can be had that somebody has to upload, or this server to download. Says why not."""
    try:
        source.must_be_mine()
        if isinstance(source, Downloaded):
            built(source, seed)
    except Refusal as refused:
        where = f" {WHERE}" if source.is_private else ""
        st.warning(f"{escaped(bare(str(refused), 600))}{where}", icon=":material/block:")
        return False
    return True


def _way_in(own: OwnPictures, take: Take, otherwise: Source) -> None:
    limits = settings()
    found = store().find(visit().token, own.file, Folder)
    if found is not None:
        st.text(found.name)
        st.caption(
            f"{len(found.labels):,} pictures of {len(found.classes)} classes, {found.side} × {found.side} pixels."
        )
        looks = st.button("Look at them", key="pictures.open", icon=":material/photo_library:", width="stretch")
        if looks or st.session_state.pop(LOOKED, False):
            _look(found)
        forget = partial(_forget, take, otherwise)
        st.button(
            "Forget my pictures", key="pictures.forget", on_click=forget, type="tertiary", icon=":material/delete:"
        )
    else:
        st.caption(
            "A zip with a folder of PNG or JPEG pictures for each class. They stay in this server's memory as long as your "
            "visit lasts, and no link holds them."
        )
    _ask_for_the_size(own, is_missing=bool(own.file) and found is None)
    st.select_slider("Made square, so many pixels wide", sorted({*SIDES, own.side}), key=SIDE)
    key = f"pictures.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Another zip" if found else "Your pictures", ["zip"], key=key, on_change=_uploaded, args=(key, take),
        max_upload_size=limits.own_zip_mb,
        help=f"At most {limits.own_zip_mb} MB and {limits.own_pictures:,} pictures of at most {limits.own_picture_mb} MB each; "
        "2 to 10 folders of at least 5 pictures. Each picture's middle square is taken.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")


def _ask_for_the_size(own: OwnPictures, *, is_missing: bool) -> None:
    """That of the pictures in use, or of those that a link asks for; else as it was left."""
    if is_missing and st.session_state.get(ASKED) != own.file:
        st.session_state[ASKED], st.session_state[SIDE] = own.file, own.side
    knobs.keep(SIDE, own.side, sorted({*SIDES, own.side}))


def _uploaded(key: str, take: Take) -> None:
    """Keep the pictures of a zip and take them; say what is wrong with one that can't be used."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    try:
        folder = read(file.getvalue(), file.name, st.session_state[SIDE])
        store().put(visit().token, folder)
    except Refused as refused:
        st.session_state[REFUSED] = f"{plain_name(file.name)}: {refused}"
        return
    st.session_state[REFUSED], st.session_state[LOOKED] = "", True
    st.session_state[KEPT] = own = pictures_of(folder)
    take(own)


def _forget(take: Take, otherwise: Source) -> None:
    store().release(visit().token, Folder)
    st.session_state.pop(KEPT, None)
    st.session_state[REFUSED] = ""
    take(otherwise)


def _take(here: Lab, place: str, source: Source) -> None:
    """From a callback: the pictures take their place in the lab's state, and their menu is filled from there."""
    state = visit().labs[here.id].state
    tree = state.model_dump()
    try:
        set_at(tree, place, source.model_dump())
        lab.put(here, type(state).model_validate(tree), refill=False)
    except (ValueError, ValidationError):
        return  # something else on screen goes with no pictures of this kind: the next run takes what is kept
    knobs.forget(lab.path(here, place))


@st.dialog("Your pictures", width="large", icon=":material/photo_library:")
def _look(folder: Folder) -> None:
    """Each class with how many pictures it has, and some of them as a network will see them."""
    import pandas as pd

    total = len(folder.labels)
    rows = [
        {"class": name, "some of them": _strip(folder, label), "pictures": count, "share": count / total}
        for label, (name, count) in enumerate(zip(folder.classes, folder.counts, strict=True))
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", row_height=40,
        column_config={
            "share": st.column_config.ProgressColumn("share", format="percent", min_value=0.0, max_value=1.0),
            "some of them": st.column_config.ImageColumn("some of them", width="medium"),
        },
    )  # fmt: skip
    for note in folder.notes:
        st.caption(escaped(note))


def _strip(folder: Folder, label: int) -> str:
    """The first pictures of a class beside each other, as an address of its own."""
    shown = folder.pixels[folder.labels == label][:EXAMPLES]
    white = np.full((len(shown), *shown.shape[1:3], GAP), 255, np.uint8)
    strip = np.concatenate([shown, white], axis=3)
    return data_url(picture_png(np.ascontiguousarray(np.concatenate(list(strip), axis=2)[..., :-GAP])))
