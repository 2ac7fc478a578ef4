"""The experiment's controls: Data, Network, Training, Regularization, built from the engine's catalogs."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from engine.activations import Activation
from engine.choice import Problem, catalog, literals, problems
from engine.clipping import Clip
from engine.data.catalog import Data
from engine.device import available
from engine.dropout import Dropout
from engine.experiment import MAX_SEED, Experiment, losses_for
from engine.initializers import Initializer
from engine.losses import Loss
from engine.model import EDITOR_DEPTH, LayerOverride, Model
from engine.norms import Norm
from engine.optimizers import Optimizer
from engine.penalties import Penalty
from engine.schedules import Schedule
from engine.stopping import Stopping
from ui import knobs, session
from ui.knobs import PREFIX, choose, fields

WIDTHS_IN_A_ROW = 3
SPLIT = ("validation_share", "test_share", "scaling", "test_noise")
"""What stands apart from a data set's own knobs."""
CLASS_WEIGHTS = {"none": "all examples alike", "balanced": "balanced"}


def experiment(current: Experiment) -> Experiment:
    """Draw the controls filled from ``current`` and return what they say, made valid.

    Where two settings do not go together, the later one falls back to its default and a warning says so.
    """
    tree: dict[str, Any] = {}
    with st.expander("Data", expanded=True, icon=":material/scatter_plot:"):
        tree["data"] = _data(current)
    with st.expander("Network", expanded=True, icon=":material/hub:"):
        tree["model"] = _network(current.model)
    with st.expander("Training", expanded=True, icon=":material/trending_down:"):
        tree["training"] = _training(current, tree["data"])
    with st.expander("Regularization", expanded=False, icon=":material/tune:"):
        _regularization(current, tree)
    tree["seed"] = _seed(current.seed)
    return _valid(tree, current)


def _data(current: Experiment) -> dict[str, Any]:
    tree = choose(Data, "data", current.data, "Data set", apart=SPLIT)
    return tree | _features(current) | _split(current, tree["kind"])


def _split(current: Experiment, kind: str) -> dict[str, Any]:
    """What every data set has, out of the way: how it is split and scaled."""
    row = catalog(Data)[kind]
    values = current.data if current.data.kind == kind else row(kind=kind)
    own = [name for name in row.model_fields if name not in SPLIT]
    with st.popover("Split and scaling", width="stretch"):
        return fields(row, f"data.{kind}", values, skip=own)


def _features(current: Experiment) -> dict[str, Any]:
    """Which derived inputs the network sees, for data of two columns."""
    kind = st.session_state[f"{PREFIX}data.kind"]
    row = catalog(Data)[kind]
    if "features" not in row.model_fields:
        return {}
    now = getattr(current.data, "features", None) if current.data.kind == kind else None
    key = f"{PREFIX}data.{kind}.features"
    names = list(literals(row.model_fields["features"].annotation))
    if key not in st.session_state:
        st.session_state[key] = list(now or row.model_fields["features"].default)
    text = "What the network receives: the coordinates, and functions of them."
    chosen = st.pills("Input features", names, key=key, selection_mode="multi", help=text)
    if not chosen:
        st.warning("The network needs at least one input: x1 and x2 are used.", icon=":material/input:")
        return {}
    return {"features": tuple(name for name in names if name in chosen)}


def _network(model: Model) -> dict[str, Any]:
    """Depth, widths, and what all hidden layers share; one layer at a time may differ."""
    widths = _widths(model)
    tree: dict[str, Any] = {"hidden": widths}
    tree["activation"] = choose(Activation, "model.activation", model.activation, "Activation")
    tree["initializer"] = choose(Initializer, "model.initializer", model.initializer, "Weight initialization")
    tree |= fields(Model, "model", model, skip=("hidden", "dropout", "layers"))
    tree["layers"] = _one_layer(model, len(widths))
    return tree


def _widths(model: Model) -> tuple[int, ...]:
    """Hidden layers and their units. Deeper networks than the editor offers are kept as they are and summarised."""
    if len(model.hidden) > EDITOR_DEPTH:
        st.info(f"{len(model.hidden)} hidden layers, from a link. The editor offers up to {EDITOR_DEPTH}.")
        if not st.button("Edit from 12 layers on", key="cut_depth"):
            return model.hidden
        st.session_state[f"{PREFIX}depth"] = EDITOR_DEPTH
    key = knobs.keep(f"{PREFIX}depth", min(len(model.hidden), EDITOR_DEPTH))
    text = (
        "How many, and the units (1 to 128) of each. Without any the network is a logistic or linear regression: a straight "
        "boundary in the inputs it receives."
    )
    depth = st.slider("Hidden layers", 0, EDITOR_DEPTH, key=key, help=text)
    widths = []
    columns = st.columns(WIDTHS_IN_A_ROW) if depth else []
    for layer in range(depth):
        before = model.hidden[layer] if layer < len(model.hidden) else (model.hidden[-1] if model.hidden else 8)
        place = knobs.keep(f"{PREFIX}width.{layer}", before)
        with columns[layer % WIDTHS_IN_A_ROW]:
            widths.append(int(st.number_input(f"Layer {layer + 1}", 1, 128, key=place)))
    return tuple(widths)


def _one_layer(model: Model, depth: int) -> tuple[dict[str, Any], ...]:
    """Settings of single layers: pick a layer, say what it does differently."""
    kept = {item.layer: item for item in model.layers if item.layer <= depth}
    if not depth:
        return ()
    with st.popover("Layer by layer", width="stretch", help="Give one layer its own activation, norm or dropout."):
        layer = int(st.selectbox("Layer", range(1, depth + 1), key=f"{PREFIX}layer"))
        own = kept.pop(layer, None) or LayerOverride(layer=layer)
        override: dict[str, Any] = {"layer": layer}
        for name, union, title in (("activation", Activation, "Activation"), ("norm", Norm, "Norm")):
            shared = getattr(own, name)
            key = knobs.keep(f"{PREFIX}layer.{layer}.{name}.own", shared is not None)
            if st.toggle(f"Own {title.lower()}", key=key):
                override[name] = choose(union, f"layer.{layer}.{name}", shared or getattr(model, name), title)
        key = knobs.keep(f"{PREFIX}layer.{layer}.dropout.own", own.dropout is not None)
        if st.toggle("Own dropout", key=key):
            place = knobs.keep(f"{PREFIX}layer.{layer}.dropout", model.dropout if own.dropout is None else own.dropout)
            override["dropout"] = st.slider("Dropout", 0.0, 0.9, step=0.05, key=place)
    others = [item.model_dump() for item in kept.values()]
    return tuple(sorted([*others, *([override] if len(override) > 1 else [])], key=lambda item: item["layer"]))


def _training(current: Experiment, data: dict[str, Any]) -> dict[str, Any]:
    training = current.training
    _continues()
    tree: dict[str, Any] = {
        "loss": choose(Loss, "training.loss", training.loss, "Loss", losses_for(_class_count(data)))
    }
    tree["optimizer"] = choose(Optimizer, "training.optimizer", training.optimizer, "Optimizer")
    moving = catalog(Optimizer)[tree["optimizer"]["kind"]].model_validate(tree["optimizer"]).has_momentum  # type: ignore[attr-defined]
    fitting = [k for k, row in catalog(Schedule).items() if moving or not getattr(row, "needs_momentum", False)]
    tree["schedule"] = choose(Schedule, "training.schedule", training.schedule, "Schedule", fitting)
    tree["batch_size"] = _batch_size(training.batch_size)
    return tree | fields(type(training), "training", training, skip=("batch_size", "class_weights"))


def _continues() -> None:
    """Whether a change of training goes on with the same weights."""
    mine = session.visit()
    text = (
        "On: a change under Training (but of the loss) goes on with the same weights from the next step, and the timeline "
        "marks it. "
        "Off: it begins a new run."
    )
    key = knobs.keep(f"{PREFIX}continues", mine.continues)
    mine.continues = st.toggle("Change without restarting", key=key, help=text)


def _batch_size(now: int | str) -> int | str:
    key = knobs.keep(f"{PREFIX}all", now == "all")
    text = "One gradient from all training examples (gradient descent) instead of from mini-batches."
    if st.toggle("Full batch", key=key, help=text):
        return "all"
    sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    value = 32 if now == "all" else int(now)
    stops = sorted({*sizes, value, int(st.session_state.get(f"{PREFIX}batch", value))})
    place = knobs.keep(f"{PREFIX}batch", value, stops)
    return int(st.select_slider("Batch size", stops, key=place, help="Examples per update."))


def _regularization(current: Experiment, tree: dict[str, Any]) -> None:
    """Everything that fights over-fitting or runaway gradients, wherever in the experiment it lives."""
    training, model = current.training, current.model
    tree["training"]["penalty"] = choose(Penalty, "training.penalty", training.penalty, "Weight penalty")
    key = knobs.keep(f"{PREFIX}model.dropout", model.dropout)
    text = f"${Dropout.formula}$  \n{Dropout.lesson} *({Dropout.source})*"
    tree["model"]["dropout"] = st.slider("Dropout", 0.0, 0.9, step=0.05, key=key, help=text)
    tree["model"]["norm"] = choose(Norm, "model.norm", model.norm, "Normalization")
    tree["training"]["clip"] = choose(Clip, "training.clip", training.clip, "Gradient clipping")
    tree["training"]["stopping"] = choose(Stopping, "training.stopping", training.stopping, "Stopping")
    if _class_count(tree["data"]):
        place = knobs.keep(f"{PREFIX}class_weights", training.class_weights, list(CLASS_WEIGHTS))
        help_text = type(training).model_fields["class_weights"].description
        tree["training"]["class_weights"] = st.selectbox(
            "Class weights", list(CLASS_WEIGHTS), key=place, format_func=CLASS_WEIGHTS.__getitem__, help=help_text
        )


def _seed(now: int) -> int:
    """The number behind every random draw, typed or drawn by the player's button."""
    field = Experiment.model_fields["seed"]
    key = knobs.keep(f"{PREFIX}seed", now)
    return int(st.number_input("Seed", 0, MAX_SEED, key=key, help=field.description))


def device() -> None:
    """Where the run computes, on a server that has a choice."""
    there = available()
    if len(there) < 2:
        return
    text = (
        "The same seed gives the same numbers bit for bit on the CPU; on another device they differ in the last digits."
    )
    key = knobs.keep(f"{PREFIX}device", session.visit().device, there)
    session.compute_on(st.selectbox("Device", there, key=key, format_func=str.upper, help=text))


def _class_count(data: dict[str, Any]) -> int:
    try:
        return int(catalog(Data)[data["kind"]].model_validate(data).class_count)  # type: ignore[attr-defined]
    except ValidationError:
        return 0


def _valid(tree: dict[str, Any], current: Experiment) -> Experiment:
    """Validate the form; each misfit falls back to its default, with a warning that names it."""
    for _ in range(8):
        try:
            return Experiment.model_validate(tree)
        except ValidationError as error:
            for problem in problems(error, Experiment):
                st.warning(_said(problem), icon=":material/rule:")
                _drop(tree, problem.field)
    return current


def _said(problem: Problem) -> str:
    """A problem as text for a page: no Markdown in it is taken as such."""
    return f"{problem}. The default is used.".replace("$", r"\$").replace("[", r"\[")


def _drop(tree: dict[str, Any], field: str) -> None:
    """Remove a setting, or the smallest group that holds it, so that its default takes over."""
    *above, name = field.split(".")
    node = tree
    for part in above:
        if not isinstance(node.get(part), dict):
            node.pop(part, None)
            return
        node = node[part]
    node.pop(name, None)
