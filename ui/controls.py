"""The experiment's controls: Data, Network, Training, Regularization, built from the engine's catalogs.

Each group is a part of the page. It reads its own widgets and leaves the rest of the experiment as it is.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from engine.activations import Activation
from engine.choice import Problem, catalog, literals, problems
from engine.clipping import Clip
from engine.data.catalog import Data
from engine.device import available
from engine.dropout import Dropout
from engine.experiment import MAX_SEED, Experiment, Training, losses_for
from engine.initializers import Initializer
from engine.limits import LimitReached
from engine.losses import Loss
from engine.model import EDITOR_DEPTH, MAX_WIDTH, LayerOverride, Model
from engine.norms import Norm
from engine.optimizers import AdamW, Optimizer
from engine.penalties import Penalty, WeightDecay
from engine.sampling import Sampling
from engine.schedules import Schedule
from engine.stopping import Stopping
from ui import knobs, locks, own_data, session
from ui.knobs import choose, fields, key_of
from ui.parts import Form, controls

WIDTHS_IN_A_ROW = 3
SPLIT = ("validation_share", "test_share", "scaling", "test_noise")
"""What stands apart from a data set's own knobs."""
PLACES = {"network": ("model", "depth", "width", "layer"), "regularization": ("model", "training")}
"""Where the controls of a part stand, but for those that stand under its own name."""
CLASS_WEIGHTS = {"none": "all examples alike", "balanced": "balanced"}


def groups() -> DeltaGenerator:
    """Draw all controls, filled from the present experiment; what they say is taken in.

    Returns a place at the end of the data's controls, for what depends on all of them.
    """
    with _group("data", "Data", ":material/scatter_plot:"):
        data()
        below = st.container()
    with _group("network", "Network", ":material/hub:"):
        network()
    with _group("training", "Training", ":material/trending_down:"):
        training()
    with _group("regularization", "Regularization", ":material/tune:", expanded=False):
        regularization()
    seed()
    return below


def _group(part: str, title: str, icon: str, *, expanded: bool = True) -> AbstractContextManager[Any]:
    """The box of a group, unless a class link has put the group away."""
    return nullcontext() if locks.access(part) == "hidden" else st.expander(title, expanded=expanded, icon=icon)


@controls("data")
def data(form: Form) -> None:
    """Which data, how many, how noisy, what the network receives of it, how it is split."""
    current = session.visit().now
    tree = choose(form, Data, "data", current.data, "Data set", apart=(*SPLIT, *own_data.FIELDS))
    if tree["kind"] == "own":
        chosen = own_data.controls(form)
        if chosen is None:
            return  # until a file is chosen the run on screen stays
        tree |= chosen
    _take(form, {"data": tree | _features(form, current) | _split(form, current, tree["kind"])})


@controls("network")
def network(form: Form) -> None:
    """Depth, widths, and what all hidden layers share; one layer at a time may differ."""
    model = session.visit().now.model
    widths = _widths(form, model)
    tree: dict[str, Any] = {"hidden": widths}
    tree["activation"] = choose(form, Activation, "model.activation", model.activation, "Activation")
    tree["initializer"] = choose(form, Initializer, "model.initializer", model.initializer, "Weight initialization")
    tree |= fields(form, Model, "model", model, skip=("hidden", "dropout", "layers"))
    tree["layers"] = _one_layer(form, model, len(widths))
    _take(form, {"model": tree})


@controls("training")
def training(form: Form) -> None:
    """What is minimized, by which steps, for how long."""
    _continues(form)
    now = session.visit().now
    current = now.training
    tree: dict[str, Any] = {
        "loss": choose(form, Loss, "training.loss", current.loss, "Loss", losses_for(now.data.class_count))
    }
    tree["optimizer"] = choose(form, Optimizer, "training.optimizer", current.optimizer, "Optimizer")
    moving = catalog(Optimizer)[tree["optimizer"]["kind"]].model_validate(tree["optimizer"]).has_momentum  # type: ignore[attr-defined]
    fitting = [k for k, row in catalog(Schedule).items() if moving or not getattr(row, "needs_momentum", False)]
    tree["schedule"] = choose(form, Schedule, "training.schedule", current.schedule, "Schedule", fitting)
    tree["batch_size"] = _batch_size(form, current.batch_size)
    tree |= fields(form, type(current), "training", current, skip=("batch_size", "class_weights"))
    _take(form, {"training": tree})


@controls("regularization")
def regularization(form: Form) -> None:
    """Everything that fights over-fitting or runaway gradients, wherever in the experiment it lives."""
    now = session.visit().now
    current = now.training
    fitting = [
        k for k, row in catalog(Penalty).items() if not (row is WeightDecay and isinstance(current.optimizer, AdamW))
    ]
    penalty = choose(form, Penalty, "training.penalty", current.penalty, "Weight penalty", fitting)
    key = knobs.keep(key_of("model.dropout"), now.model.dropout)
    text = f"${Dropout.formula}$  \n{Dropout.lesson} *({Dropout.source})*"
    dropout = form.widget(st.slider, "Dropout", 0.0, 0.9, step=0.05, key=key, help=text)
    norm = choose(form, Norm, "model.norm", now.model.norm, "Normalization")
    clip = choose(form, Clip, "training.clip", current.clip, "Gradient clipping")
    stopping = choose(form, Stopping, "training.stopping", current.stopping, "Stopping")
    tree: dict[str, Any] = {"penalty": penalty, "clip": clip, "stopping": stopping}
    if now.data.class_count:
        tree["class_weights"] = _class_weights(form, current.class_weights)
        tree["sampling"] = choose(form, Sampling, "training.sampling", current.sampling, "Sampling")
    _take(form, {"model": {"dropout": dropout, "norm": norm}, "training": tree})


@controls("seed")
def seed(form: Form) -> None:
    """The number behind every random draw, typed or drawn by the player's button."""
    field = Experiment.model_fields["seed"]
    key = knobs.keep(key_of("seed"), session.visit().now.seed)
    chosen = knobs.typed(form, "Seed", 0, MAX_SEED, key, session.visit().now.seed, step=1, help=field.description)
    knobs.refusal(form, key)
    _take(form, {"seed": int(chosen)})


# --- the parts of a group -------------------------------------------------------------------------------------------


def _split(form: Form, current: Experiment, kind: str) -> dict[str, Any]:
    """What every data set has, out of the way: how it is split and scaled."""
    row = catalog(Data)[kind]
    values = current.data if current.data.kind == kind else row(kind=kind)
    own = [name for name in row.model_fields if name not in SPLIT]
    keys = [key_of(f"data.{kind}.{name}") for name in SPLIT if name in row.model_fields]
    with form.within(st.popover, "Split and scaling", of=keys, width="stretch"):
        return fields(form, row, f"data.{kind}", values, skip=own)


def _features(form: Form, current: Experiment) -> dict[str, Any]:
    """Which derived inputs the network sees, for data of two columns."""
    kind = st.session_state[key_of("data.kind")]
    row = catalog(Data)[kind]
    if "features" not in row.model_fields:
        return {}
    now = getattr(current.data, "features", None) if current.data.kind == kind else None
    key = key_of(f"data.{kind}.features")
    names = list(literals(row.model_fields["features"].annotation))
    if key not in st.session_state:
        st.session_state[key] = list(now or row.model_fields["features"].default)
    text = "What the network receives, at least one: the coordinates, and functions of them."
    if not st.session_state[key]:  # the last one was switched off: a network needs an input
        st.session_state[key] = list(now or row.model_fields["features"].default)
    chosen = form.widget(st.pills, "Input features", names, key=key, selection_mode="multi", help=text)
    return {"features": tuple(name for name in names if name in chosen)}


def _widths(form: Form, model: Model) -> tuple[int, ...]:
    """Hidden layers and their units. Deeper networks than the editor offers are kept as they are and summarised."""
    if len(model.hidden) > EDITOR_DEPTH:
        form.say(st.info, f"{len(model.hidden)} hidden layers, from a link. The editor offers up to {EDITOR_DEPTH}.")
        if not form.widget(st.button, "Edit from 12 layers on", key="cut_depth"):
            return model.hidden
        st.session_state[key_of("depth")] = EDITOR_DEPTH
    key = knobs.keep(key_of("depth"), min(len(model.hidden), EDITOR_DEPTH))
    text = (
        "How many, and the units (1 to 128) of each. Without any the network is a logistic or linear regression: a straight "
        "boundary in the inputs it receives."
    )
    depth = form.widget(st.slider, "Hidden layers", 0, EDITOR_DEPTH, key=key, help=text)
    widths = []
    columns = form.columns(WIDTHS_IN_A_ROW, of=key) if depth else []
    for layer in range(depth):
        before = model.hidden[layer] if layer < len(model.hidden) else (model.hidden[-1] if model.hidden else 8)
        place = knobs.keep(key_of(f"width.{layer}"), before)
        with columns[layer % WIDTHS_IN_A_ROW]:
            widths.append(int(knobs.typed(form, f"Layer {layer + 1}", 1, MAX_WIDTH, place, before, step=1)))
    for layer in range(depth):
        knobs.refusal(form, key_of(f"width.{layer}"))
    return tuple(widths)


def _one_layer(form: Form, model: Model, depth: int) -> tuple[dict[str, Any], ...]:
    """Settings of single layers: pick a layer, say what it does differently."""
    kept = {item.layer: item for item in model.layers if item.layer <= depth}
    if not depth:
        return ()
    text = "Give one layer its own activation, norm or dropout."
    with form.within(st.popover, "Layer by layer", of=[key_of("layer")], width="stretch", help=text):
        place = knobs.keep(key_of("layer"), 1, range(1, depth + 1))
        layer = int(form.widget(st.selectbox, "Layer", range(1, depth + 1), key=place))
        own = kept.pop(layer, None) or LayerOverride(layer=layer)
        override: dict[str, Any] = {"layer": layer}
        for name, union, title in (("activation", Activation, "Activation"), ("norm", Norm, "Norm")):
            shared = getattr(own, name)
            key = knobs.keep(key_of(f"layer.{layer}.{name}.own"), shared is not None)
            if form.widget(st.toggle, f"Own {title.lower()}", key=key):
                override[name] = choose(form, union, f"layer.{layer}.{name}", shared or getattr(model, name), title)
        key = knobs.keep(key_of(f"layer.{layer}.dropout.own"), own.dropout is not None)
        if form.widget(st.toggle, "Own dropout", key=key):
            place = knobs.keep(key_of(f"layer.{layer}.dropout"), model.dropout if own.dropout is None else own.dropout)
            override["dropout"] = form.widget(st.slider, "Dropout", 0.0, 0.9, step=0.05, key=place)
    others = [item.model_dump() for item in kept.values()]
    return tuple(sorted([*others, *([override] if len(override) > 1 else [])], key=lambda item: item["layer"]))


def _continues(form: Form) -> None:
    """Whether a change of training goes on with the same weights."""
    mine = session.visit()
    text = (
        "On: a change under Training (but of the loss) or Regularization (but of the normalization) goes on with the same "
        "weights from the next step (another sampling from the next epoch), and the timeline marks it. "
        "Off: it begins a new run."
    )
    key = knobs.keep(key_of("continues"), mine.continues)
    mine.continues = form.widget(st.toggle, "Change without restarting", key=key, help=text)


def _batch_size(form: Form, now: int | str) -> int | str:
    key = knobs.keep(key_of("all"), now == "all")
    text = "One gradient from all training examples (gradient descent) instead of from mini-batches."
    if form.widget(st.toggle, "Full batch", key=key, help=text):
        return "all"
    sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    value = 32 if now == "all" else int(now)
    stops = sorted({*sizes, value, int(st.session_state.get(key_of("batch"), value))})
    place = knobs.keep(key_of("batch"), value, stops)
    return int(form.widget(st.select_slider, "Batch size", stops, key=place, help="Examples per update."))


def _class_weights(form: Form, now: str) -> str:
    key = knobs.keep(key_of("class_weights"), now, list(CLASS_WEIGHTS))
    text = Training.model_fields["class_weights"].description
    return form.widget(
        st.selectbox,
        "Class weights",
        list(CLASS_WEIGHTS),
        key=key,
        format_func=CLASS_WEIGHTS.__getitem__,
        help=text,
    )


@controls("device")
def device(form: Form) -> None:
    """Where the run computes, on a server that has a choice."""
    there = available()
    if len(there) < 2:
        return
    text = (
        "The same seed gives the same numbers bit for bit on the CPU; on another device they differ in the last digits."
    )
    key = knobs.keep(key_of("device"), session.visit().device, there)
    session.compute_on(form.widget(st.selectbox, "Device", there, key=key, format_func=str.upper, help=text))


# --- taking it in ---------------------------------------------------------------------------------------------------


def _take(form: Form, said: Mapping[str, Any]) -> None:
    """Put what a group of controls says in place of what the experiment had there.

    Where two settings do not go together, one falls back to its default and a warning says so.
    """
    mine = session.visit()
    new, misfits = _valid(_merged(mine.now.model_dump(), said), mine.now)
    try:
        session.change(new)
    except LimitReached as reached:
        return _refuse(form, reached)
    warnings = [f"{problem}. The default is used." for problem in misfits]
    if form.is_read:
        mine.warnings = {form.part: warnings}
        for problem in misfits:
            knobs.forget(problem.field)
    _warn(form, [*mine.warnings.get(form.part, ()), *warnings])


def _refuse(form: Form, reached: LimitReached) -> None:
    """The controls of this part go back to what the run is; why stands below them."""
    text = f"{reached} The network stays as it was."
    session.visit().warnings = {form.part: [text]}
    for path in PLACES.get(form.part, (form.part,)):
        knobs.forget(path)
    _warn(form, [text])


def _warn(form: Form, texts: Sequence[str]) -> None:
    for text in dict.fromkeys(texts):
        # No Markdown in it is taken as such.
        form.say(st.warning, text.replace("$", r"\$").replace("[", r"\["), icon=":material/rule:")


def _merged(tree: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """``tree`` with the settings of ``said`` in it; a choice from a catalog is replaced as a whole."""
    for name, value in said.items():
        inner = isinstance(value, Mapping) and "kind" not in value
        tree[name] = _merged(tree[name], value) if inner else value
    return tree


def _valid(tree: dict[str, Any], current: Experiment) -> tuple[Experiment, list[Problem]]:
    """The experiment that ``tree`` describes, each misfit replaced by its default; and the misfits."""
    found: list[Problem] = []
    for _ in range(8):
        try:
            return Experiment.model_validate(tree), found
        except ValidationError as error:
            for problem in problems(error, Experiment):
                found.append(problem)
                _drop(tree, problem.field)
    return current, found


def _drop(tree: dict[str, Any], field: str) -> None:
    """Remove a setting, or the smallest group that holds it, so that its default takes over."""
    *above, name = field.split(".")
    node = tree
    for step in above:
        if not isinstance(node.get(step), dict):
            node.pop(step, None)
            return
        node = node[step]
    node.pop(name, None)
