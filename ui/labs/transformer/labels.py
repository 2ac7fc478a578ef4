"""Text classification with few labels."""

import streamlit as st

from charts.transformer.labels import balance_figure, few_figure
from engine.labs.transformer import said
from engine.labs.transformer.classifying import blank_few, blank_rare, few_labels, rare_class
from engine.labs.transformer.results import Balanced, FewLabelled
from engine.labs.transformer.state import TransformerLab
from engine.labs.transformer.stocks import STOCKS
from ui import lab
from ui.figure import figure
from ui.labs.transformer.parts import LAB, Values, only, segments

VIEWS = {"few": "Few labels", "rare": "A rare class"}
FEW = (
    "Labels are dear, texts are not. A classifier can be trained **from scratch** on the few labelled texts; or a **language "
    "model** reads all texts first, without their labels, learning only to say the next word, and the classifier begins with "
    "its weights (all but the output layer's). **Reversed copies** are *augmentation*: every text is trained on backwards, "
    "too. Beside them stands a method without any order or attention: which words occur, and logistic regression."
)
RARE = (
    "One class has {common} labelled texts, the other only {rare}. *Over-sampling* draws texts of the rare class again until "
    "both are as many; *under-sampling* uses only as many of the common one; *reversed copies* double both. What counts is "
    "how much of **each** class is recognised among held-out texts, where both are equally common: who always says the "
    "common class has 100% of it and 0% of the other."
)
OWN = "The network here is one of its own: 4 heads, causal, the answer is read at `<eos>`."


def controls(now: TransformerLab) -> Values:
    left, right = st.columns(2)
    with left:
        view = segments("labels.view", now.labels.view, VIEWS, "What is looked at", is_bare=True)
    with right:
        offered: dict[str, str] = {id: stock.label for id, stock in STOCKS.items()}
        texts = segments("labels.texts", now.labels.texts, offered, "Texts", is_bare=True)
    names = ["updates", "seeds", "rare"] if view == "rare" else ["reading", "updates", "seeds"]
    values: Values = {**now.labels.model_dump(), "view": view, "texts": texts}
    with st.expander("Settings"):
        for column, name in zip(st.columns(3), names, strict=True):
            with column:
                values[name] = only(now.labels, "labels", (name,))[name]
        for column, name in zip(st.columns(3), ("layers", "width", "dropout"), strict=True):
            with column:
                values[name] = only(now.labels, "labels", (name,))[name]
    return {"labels": values}


def show(now: TransformerLab) -> None:
    part, stock = now.labels, STOCKS[now.labels.texts]
    if part.view == "few":
        st.markdown(FEW)
        st.caption(f"{stock.said} {OWN}")
        asked = (part.model_copy(update={"rare": 10}), now.experiment.seed)
        few = lab.work(LAB, "few", asked, lambda: few_labels(part, now.experiment.seed))
        if few is not None:
            lab.watch(LAB, few, _show_few, "transformer.few", first=blank_few(part))
    else:
        st.markdown(RARE.format(common=100, rare=part.rare))
        st.caption(f"{stock.said} {OWN}")
        asked = (part.model_copy(update={"reading": 500}), now.experiment.seed)
        rare = lab.work(LAB, "rare", asked, lambda: rare_class(part, now.experiment.seed))
        if rare is not None:
            lab.watch(LAB, rare, _show_rare, "transformer.rare", first=blank_rare(part, stock.given(0).classes))


def _show_few(found: FewLabelled) -> None:
    figure(few_figure(found), "transformer.few.lines", "Accuracy over the number of labelled texts", 420)
    st.markdown(said.few(found) or "The language model reads first; the classifiers come after it.")
    st.caption(
        "Lines: mean over the seeds so far; dots: each seed. Accuracy is the mean of both classes; dotted: guessing."
    )


def _show_rare(found: Balanced) -> None:
    figure(balance_figure(found), "transformer.rare.bars", "Share of each class recognised, method by method", 380)
    st.markdown(said.balance(found) or "The first classifier is being trained.")
