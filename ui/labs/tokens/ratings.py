"""Matrix factorization of a table of ratings."""

from functools import partial

import streamlit as st

from charts.tokens.ratings import bias_figure, error_figure, factors_figure, table_figure
from engine.data.own.refusal import Refused
from engine.data.own.store import store
from engine.labs.tokens.factors import factorize
from engine.labs.tokens.own_ratings import EXAMPLE, MOST_ITEMS, MOST_USERS, read_ratings
from engine.labs.tokens.results.ratings import Factorized, RatingTable
from engine.labs.tokens.state import Ratings, TokensLab
from engine.labs.tokens.table import generated
from engine.names import plain_name
from engine.settings import settings
from engine.words import count, percent
from ui import knobs, lab
from ui.figure import figure
from ui.labs.tokens.parts import LAB, Values, fields, seed, segments
from ui.plain import escaped
from ui.visit import visit

__all__ = ["show", "side"]
TABLES = {"generated": "Generated", "own": "Your own"}
MADE_WITH = ("users", "items", "true_factors", "known", "bias", "noise")
"""What decides a generated table."""
REFUSED, KEPT, UPLOADS = (f"tokens.ratings.{name}" for name in ("refused", "kept", "uploads"))


def side(now: TokensLab) -> Values:
    """Whose table, and the knobs."""
    table = segments("ratings.table", now.ratings.table, TABLES, "Table")
    file = now.ratings.file or st.session_state.get(KEPT, "")
    if table == "own":
        _own(file)
    skip = ("table", "file", *(MADE_WITH if table == "own" else ()))
    values = fields("ratings", now.ratings, skip=skip)
    values["ratings"] |= {"table": table, "file": file if table == "own" else ""}
    return values | seed(now)


def _own(file: str) -> None:
    most = settings().own_file_mb
    found = store().find(visit().token, file, RatingTable)
    if found is not None:
        st.caption(
            f"{escaped(found.name)}: {count(len(found.users))} users, {count(len(found.items))} items, "
            f"{count(len(found.rating))} ratings."
        )
    key = f"tokens.ratings.upload.{st.session_state.get(UPLOADS, 0)}"
    st.file_uploader(
        "Your ratings", ["csv", "tsv", "txt", "gz"], key=key, on_change=_uploaded, args=(key,), max_upload_size=most,
        help="A line for each rating (columns user, item, rating), or a line for each user and a column for each item. At most "
        f"{most} MB, {MOST_USERS:,} users, {MOST_ITEMS:,} items.",
    )  # fmt: skip
    if refused := st.session_state.get(REFUSED):
        st.error(escaped(refused), icon=":material/rule:")
    st.download_button(
        "An example to try", EXAMPLE.encode(), "ratings.csv", "text/csv", key="tokens.ratings.example", on_click="ignore",
        type="tertiary", icon=":material/download:",
    )  # fmt: skip


def _uploaded(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    try:
        table = read_ratings(file.getvalue(), file.name)
        store().put(visit().token, table)
    except Refused as refused:
        st.session_state[REFUSED] = f"{plain_name(file.name)}: {refused}"
        return
    st.session_state[REFUSED], st.session_state[KEPT] = "", table.digest
    state = visit().labs[LAB.id].state
    assert isinstance(state, TokensLab)
    ratings = state.ratings.model_copy(update={"table": "own", "file": table.digest})
    lab.put(LAB, state.model_copy(update={"ratings": ratings}), refill=False)
    knobs.forget(lab.path(LAB, "ratings", "table"))


def table_of(asked: Ratings, number: int) -> RatingTable | None:
    """The table that is looked at; None where it is a visitor's own and not there."""
    if asked.table == "own":
        return store().find(visit().token, asked.file, RatingTable)
    return generated(asked, number)


def show(now: TokensLab) -> None:
    """The table, its errors and its factors."""
    st.markdown(
        "A few ratings are known, most are not. **Matrix factorization** gives each user $u$ and each item $i$ a few numbers, "
        "their *latent factors* $p_u$ and $q_i$, an embedding like that of a word, and a *bias*, how high they rate or are "
        "rated whatever the other: $\\hat r_{ui} = \\mu + b_u + b_i + p_u \\cdot q_i$, with $\\mu$ the mean. It lowers "
        "$(r_{ui} - \\hat r_{ui})^2 + \\lambda\\,(|p_u|^2 + |q_i|^2 + b_u^2 + b_i^2)$ over the known ratings alone."
    )
    asked = now.ratings
    table = table_of(asked, now.seed)
    if table is None:
        said = (
            "This table stays with its owner: a link holds none of it. Upload it in the sidebar." if asked.file else ""
        )
        st.info(said or "No table has been uploaded yet: choose one in the sidebar.", icon=":material/upload_file:")
        return
    key = (table.digest, asked, now.seed)
    job = lab.work(LAB, "ratings", key, lambda: factorize(table, asked, now.seed))
    if job is not None:
        lab.watch(LAB, job, partial(_show_factors, asked), "tokens.ratings")


def _show_factors(asked: Ratings, found: Factorized) -> None:
    left, middle, right = st.columns(3)
    with left:
        st.markdown("**Known ratings** that are trained on")
        figure(table_figure(found, "known"), "tokens.known", "The known ratings", 340)
        st.caption(_of_table(found))
    with middle:
        st.markdown("**Predicted**, every user and item")
        figure(table_figure(found, "predicted"), "tokens.predicted", "All ratings as predicted", 340)
        st.caption(
            f"{asked.factors} number{'' if asked.factors == 1 else 's'} for each user and item{_biases(asked)}: "
            f"{count(_parameters(found, asked))} numbers stand for a table of "
            f"{count(len(found.table.users) * len(found.table.items))}."
        )
    with right:
        st.markdown("**Error** on ratings seen and unseen")
        figure(error_figure(found), "tokens.rmse", "Root mean squared errors over epochs", 340)
        st.caption(_of_error(found))
    left, right = st.columns([3, 2])
    with left:
        st.markdown("**Latent factors of the items**")
        figure(factors_figure(found), "tokens.factors", "Items by their factors", 420)
        st.caption(_of_factors(found))
    with right:
        st.markdown("**Biases**")
        figure(bias_figure(found), "tokens.biases", "Learned biases of users and items", 420)
        st.caption(_of_biases(asked, found))
    head = ("root mean squared error", "training", "held out")
    rows = [(b.label, f"{b.train:.3f}", f"{b.held_out:.3f}") for b in found.baselines]
    rows.append(("this factorization", f"{found.train[-1]:.3f}", f"{found.test[-1]:.3f}"))
    st.markdown(lab.table(head, rows))
    st.caption(
        "*SVD, holes filled*: unknown ratings are filled with what biases alone predict, then the closest table of as many "
        "factors is taken (singular value decomposition). It spends its factors on the filling, too. *The true table* is what "
        "the ratings were before noise was added: no prediction can be better on average."
        if found.table.true_table is not None
        else "*SVD, holes filled*: unknown ratings are filled with what biases alone predict, then the closest table of as "
        "many factors is taken (singular value decomposition). It spends its factors on the filling, too."
    )


def _biases(asked: Ratings) -> str:
    on = [name for name, is_on in (("user", asked.user_bias), ("item", asked.item_bias)) if is_on]
    return f", and a bias for each {' and '.join(on)}" if on else ", no biases"


def _parameters(found: Factorized, asked: Ratings) -> int:
    users, items = len(found.table.users), len(found.table.items)
    return (users + items) * asked.factors + users * asked.user_bias + items * asked.item_bias


def _of_table(found: Factorized) -> str:
    shown = " The first 60 of each are drawn." if max(len(found.table.users), len(found.table.items)) > 60 else ""
    return (
        f"{count(len(found.table.rating))} of {count(len(found.table.users) * len(found.table.items))} ratings are known "
        f"({percent(found.table.share)}); {count(len(found.held_out))} of these are held out.{shown}"
    )


def _of_error(found: Factorized) -> str:
    best = int(found.test.argmin())
    said = f"Held out {found.test[-1]:.3f}, training {found.train[-1]:.3f}."
    if found.test[-1] <= 1.02 * found.test[best]:
        return said
    epochs = f"{count(found.epochs[best])} epoch{'' if found.epochs[best] == 1 else 's'}"
    said += f" Held out it was lowest, {found.test[best]:.3f}, after {epochs} and has risen since"
    since = found.train[best:]
    if (since[1:] > 1.02 * since[:-1]).any():
        return f"{said}, but training jumps up and down as well: its steps are too large. A lower rate helps."
    return f"{said}: it learns the noise. A larger λ, fewer factors or fewer epochs help."


def _of_factors(found: Factorized) -> str:
    if found.recovered is None:
        return (
            "A point for each item, near those that the same users like. The directions have no names of their own: what they "
            "mean, if anything, you see by who lies where."
        )
    return (
        f"The table was made with known factors (open points). Learned ones are known only up to a linear map, since "
        f"$(pA) \\cdot (qA^{{-\\top}}) = p \\cdot q$: laid on the true ones as well as such a map can, they explain "
        f"**{percent(found.recovered)}** of their variance. A line joins the two of an item."
    )


def _of_biases(asked: Ratings, found: Factorized) -> str:
    if not (asked.user_bias or asked.item_bias):
        return "Both are switched off: factors have to carry what biases would."
    spread = [f"{name} {values.std():.2f}" for name, values, on in (
        ("users", found.user_bias, asked.user_bias), ("items", found.item_bias, asked.item_bias)
    ) if on]  # fmt: skip
    true = f" True ones were drawn with {asked.bias:g}." if asked.table == "generated" else ""
    return f"From low to high. Standard deviation: {', '.join(spread)}.{true}"
