"""At which length each cell stops learning: found by running."""

import streamlit as st

from charts.recurrent.lengths import longest_figure, longest_height, scores_figure
from engine.choice import catalog
from engine.labs.recurrent import said_of_lengths as said
from engine.labs.recurrent.lengths import SCORES, blank, search
from engine.labs.recurrent.results.lengths import Search
from engine.labs.recurrent.state import LENGTHS, RecurrentLab
from engine.sequences.cells import Cell
from ui import knobs, lab
from ui.figure import figure
from ui.labs.recurrent.parts import LAB, Values, seed, settings

OFFERED = (3, 5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 200, 300)


def controls(now: RecurrentLab) -> Values:
    part = now.lengths
    with st.sidebar:
        values = settings(part, "lengths", only=("task",))
        values["kinds"] = _several("Cells", part.kinds, {kind: row.label for kind, row in catalog(Cell).items()}, 1)
        offered = {length: str(length) for length in sorted({*OFFERED, *part.lengths})}
        values["lengths"] = tuple(sorted(_several("Lengths", part.lengths, offered, 2, LENGTHS)))
        plain = settings(part, "lengths", only=("units", "seeds", "updates", "lr", "go_on"))
        values |= {name: plain[name] for name in ("units", "seeds", "updates", "lr", "go_on")}
        more = seed(now)
    return {"lengths": values, **more}


def _several(label: str, chosen: tuple, offered: dict, least: int, most: int | None = None) -> tuple:
    """A choice of several, never fewer than ``least``: then the last choice stays."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "lengths", label.lower())), list(chosen))
    picked = lab.FORM.widget(
        st.multiselect, label, list(offered), key=key, format_func=offered.__getitem__, max_selections=most
    )
    if len(picked) < least:
        word = "one" if least == 1 else "two"
        st.warning(f"{label}: choose at least {word}. The last choice stays.", icon=":material/rule:")
        return chosen
    return tuple(item for item in offered if item in picked)


def show(now: RecurrentLab) -> None:
    part = now.lengths
    what = {
        "recall": "**Delayed recall**: one of eight symbols is read, then so many blanks, then the symbol is asked for.",
        "adding": "**Adding**: of so many numbers two are marked, one in each half; their sum is asked for at the end.",
    }[part.task]
    st.markdown(
        f"{what} The same cells, lengths and seeds for all; longer and longer. {said.criterion(SCORES[part.task])} Other "
        "units, rates and first biases of the gates move these lengths, as another seed does: it is a measurement, not a "
        "property of the cell."
    )
    job = lab.work(LAB, "lengths", (part, now.seed), lambda: search(part, now.seed))
    if job is not None:
        lab.watch(LAB, job, _show, "recurrent.lengths", first=blank(part))


def _show(found: Search) -> None:
    figure(longest_figure(found), "recurrent.longest", "Longest length learned, for every seed", longest_height(found))
    if found.trials:
        st.markdown(said.verdict(found))
    figure(scores_figure(found), "recurrent.scores", "Score of every run over the length", 360)
    if found.trials:
        st.caption(said.sizes(found))
