"""What can be taken home of a run: one table of files, for every kind of run, and how they are offered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import Any

import streamlit as st

from engine.data.own.store import reading_as


@dataclass(frozen=True)
class Offer:
    """A file that is offered: what it is, and how it is made."""

    name: str
    icon: str
    extension: str
    mime: str
    make: Callable[[Any], str | bytes]
    """Of a ``Takeable``."""
    text: str


OFFERS = (
    Offer(
        "Script",
        "code",
        "py",
        "text/x-python",
        methodcaller("script"),
        "One PyTorch file that imports nothing of this app, trains the same network and ends with the same training loss.",
    ),
    Offer(
        "Notebook",
        "menu_book",
        "ipynb",
        "application/x-ipynb+json",
        methodcaller("notebook"),
        "The same code in cells, with a heading for each part and a curve of the loss.",
    ),
    Offer(
        "Weights",
        "memory",
        "safetensors",
        "application/octet-stream",
        methodcaller("weights"),
        "All weights, biases and running statistics, named as in the script's network. Load them with safetensors.",
    ),
    Offer(
        "History",
        "table",
        "csv",
        "text/csv",
        methodcaller("history"),
        "One row for each frame of the film: losses, metrics, learning rate, and each layer's gradient and update.",
    ),
    Offer(
        "Experiment",
        "data_object",
        "json",
        "application/json",
        methodcaller("experiment"),
        "Every setting, and what was changed while it trained. It can be opened again below.",
    ),
    Offer(
        "Report",
        "article",
        "html",
        "text/html",
        methodcaller("report"),
        "One page with the charts, what they show, all settings and costs. It opens without a network; about 5 MB.",
    ),
)


class Takeable:
    """A run on screen, for files that are made when they are asked for: as it stands by then."""

    owner: str
    """On whose behalf it is made: private data are there for their owner only."""

    def made(self, offer: Offer) -> str | bytes:
        """An offered file, for whoever drew the page."""
        with reading_as(self.owner):
            return offer.make(self)

    def script(self) -> str:
        """The Python script."""
        raise NotImplementedError

    def notebook(self) -> str:
        """The Jupyter notebook."""
        raise NotImplementedError

    def weights(self) -> bytes:
        """The safetensors file."""
        raise NotImplementedError

    def history(self) -> str:
        """The CSV file of the film."""
        raise NotImplementedError

    def experiment(self) -> str:
        """The JSON file."""
        raise NotImplementedError

    def report(self) -> str:
        """The HTML report."""
        raise NotImplementedError


def file_name(kind: str, offer: Offer) -> str:
    """What a file is called: the kind of data or task, and for the history what it is."""
    history = "-history" if offer.name == "History" else ""
    return f"gradient-playground-{kind}{history}.{offer.extension}".replace("_", "-")


def buttons(taken: Takeable, offers: Sequence[Offer], named: Callable[[Offer], str], key: str) -> None:
    """A card for each file, three a row."""
    st.caption("Each file is made when you ask for it, of the run as it stands then.")
    for first in range(0, len(offers), 3):
        for offer, column in zip(offers[first : first + 3], st.columns(3), strict=False):
            with column, st.container(border=True, height="stretch"):
                st.download_button(
                    offer.name,
                    partial(taken.made, offer),
                    named(offer),
                    offer.mime,
                    key=f"{key}.{offer.name.lower()}",
                    icon=f":material/{offer.icon}:",
                    on_click="ignore",
                    width="stretch",
                )
                st.caption(offer.text)
