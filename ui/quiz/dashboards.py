"""Everything that is seen of a run: no picture alone tells each fault from all others."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from jaxtyping import Float

from charts.dashboard import bars_figure, batches_figure, histogram_figure, lines_figure, plane_figure
from quiz.broken.dashboard import Curves, Dashboard, Examined
from ui.figure import figure

HEIGHT = 230
SHARE = (-0.03, 1.03)
LARGE = 100.0
"""Losses above are drawn by powers of ten."""
Lines = Mapping[str, Float[np.ndarray, " moments"]]


def dashboard(key: str, seen: Dashboard) -> None:
    """The pictures of a run as far as it is, and at its end what is no picture."""
    drawn = {name: lines(seen.curves) for name, lines in OVER_TIME.items()}
    drawn["Classes in the last batches"] = batches_figure(seen.batches.classes)
    if seen.examined is not None:
        drawn |= _at_the_end(seen.examined)
    names = list(drawn)
    for row in range(0, len(names), 3):
        for column, name in zip(st.columns(3), names[row : row + 3], strict=False):
            with column:
                figure(drawn[name], f"{key}.{name}", name, HEIGHT)
    if seen.broke_at is not None:
        st.caption(f":material/warning: The loss was no number at update {seen.broke_at}: there the run ended.")
    if seen.kept_from is not None:
        st.caption(f"At the end the weights of update {seen.kept_from} were put back, the best on validation.")
    if seen.examined is not None:
        st.markdown(_numbers(seen.examined))


def _by_layer(values: Float[np.ndarray, "moments layers"]) -> Lines:
    return {f"layer {number}": column for number, column in enumerate(values.T, start=1)}


def _parts(train: Float[np.ndarray, " moments"], validation: Float[np.ndarray, " moments"]) -> Lines:
    return {"training": train, "validation": validation}


def _over_time(
    title: str,
    lines: Callable[[Curves], Lines],
    *,
    is_log: bool = False,
    span: tuple[float, float] | None = None,
) -> Callable[[Curves], go.Figure]:
    return lambda curves: lines_figure(curves.updates, lines(curves), title, is_log=is_log, span=span)


_log = partial(_over_time, is_log=True)
OVER_TIME: dict[str, Callable[[Curves], go.Figure]] = {
    "Loss": lambda curves: lines_figure(
        curves.updates,
        _parts(curves.train_loss, curves.validation_loss),
        "loss (nats)",
        is_log=bool(np.nanmax([curves.train_loss, curves.validation_loss], initial=0) > LARGE),
    ),
    "Accuracy": _over_time(
        "accuracy", lambda curves: _parts(curves.train_accuracy, curves.validation_accuracy), span=SHARE
    ),
    "Gradient of each layer": _log("norm of the gradient used", lambda curves: _by_layer(curves.gradient_norm)),
    "Gradient used over the batch's own": _log(
        "gradient used / batch's own", lambda curves: {"all layers": curves.gradient_excess}
    ),
    "Update over weights of each layer": _log(
        "norm of update / weights", lambda curves: _by_layer(curves.update_ratio)
    ),
    "Weights of each layer": _log("norm of the weights", lambda curves: _by_layer(curves.weight_norm)),
    "Dead units": _over_time("share of dead units", lambda curves: _by_layer(curves.dead), span=SHARE),
}
"""Pictures over the updates, by what they show."""


def _at_the_end(found: Examined) -> dict[str, go.Figure]:
    inputs, outputs = found.inputs, found.outputs
    edges = np.linspace(0, 1, len(outputs.confidence) + 1)
    return {
        "Ranges of the inputs": bars_figure(inputs.names, inputs.high - inputs.low, "highest less lowest value"),
        "What each input is worth": bars_figure(inputs.names, inputs.importance, "accuracy lost when shuffled"),
        "Raw outputs": histogram_figure(outputs.edges, outputs.counts, "raw output, validation part"),
        "Confidence of the answers": histogram_figure(edges, outputs.confidence, "largest probability"),
        "Probability of class 1": plane_figure(outputs.plane, inputs.low.tolist(), inputs.high.tolist()),
    }


def _numbers(found: Examined) -> str:
    """What is no picture, as a table."""
    checks, fresh, outputs = found.checks, found.fresh, found.outputs
    rows = {
        "Accuracy on the training part, as reported": f"{checks.train_accuracy:.3f}",
        "The same in training mode, 32 at a time": f"{checks.train_accuracy_in_training:.3f}",
        "Accuracy on fresh data, 16 at a time, class after class": f"{fresh.accuracy:.3f}",
        "Loss on fresh data (nats)": _number(fresh.loss),
        "Answers that change when asked twice": f"{checks.asked_twice:.1%}",
        "Answers that change when asked 16 at a time": f"{checks.in_batches:.1%}",
        "Labels like most of their neighbours' (training, validation)": ", ".join(
            f"{share:.0%}" for share in found.inputs.label_agreement
        ),
        "Variance of the outputs that a straight line explains (R²)": _number(outputs.linear_share),
        "Raw outputs, lowest and highest": f"{_number(outputs.lowest)}, {_number(outputs.highest)}",
    }
    return "\n".join(["| At the end | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows.items())])


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "no number" if np.isnan(value) else "infinite"
