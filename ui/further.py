"""Still views below the player: cost, neurons, the hardest examples, the data, the formulas, files to take home."""

from functools import partial

import streamlit as st

from charts import theme
from charts.neurons import neuron_grid
from engine.choice import Choice
from engine.closeup import equation, hardest, neuron_maps
from engine.cost import Cost, cost_of
from engine.data.prepare import Dataset
from engine.data.readable import readable, unused_name
from engine.dropout import Dropout
from engine.supervised import SupervisedRun
from ui import insight, session
from ui.parts import redraw

TABLE_ROWS = 1000


@st.fragment(key="further")
def views() -> None:
    """One still view at a time below the player."""
    run = session.run()
    if run is None:
        return
    drawn = {
        "Layers and cost": lambda: _cost(cost_of(run)),
        "Neurons": lambda: _neurons(run),
        "Units": lambda: insight.units(run),
        "Hidden space": lambda: insight.hidden_space(run),
        "Seeds": lambda: insight.seeds(run),
        "Hardest examples": lambda: _hardest(run),
        "Data table": lambda: _table(run.data),
        "Formulas": lambda: _formulas(run),
        "Take it home": lambda: _take_home(run),
    }
    title = "More about this run"
    chosen = st.segmented_control(
        title, list(drawn), key="further", default="Layers and cost", on_change=partial(redraw, "tour", "further")
    )
    if chosen:
        drawn[chosen]()


@st.fragment
def _neurons(run: SupervisedRun) -> None:
    """Every unit of one layer, also those the diagram has no room for."""
    names = run.scene.layer_names
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        layer = st.segmented_control(
            "Layer", range(len(names)), format_func=names.__getitem__, default=0, key="neurons"
        )
    seen = session.look(lambda shown: neuron_maps(shown, layer or 0))
    right.button("Measure again", icon=":material/refresh:", width="stretch")
    if seen is None:
        st.info("The network is busy: measure again in a moment.")
        return
    back = theme.DARK if st.context.theme.type == "dark" else theme.LIGHT
    st.plotly_chart(neuron_grid(seen.maps, seen.ends, back), width="stretch", config={"displayModeBar": False})
    st.caption(
        f"Step {seen.step:,}: what each of the {len(seen.maps)} units of {seen.layer} gives over the plane of the decision "
        "boundary, from blue (below 0) to orange (above 0), each on its own scale. Point at one for its values."
    )


@st.fragment
def _hardest(run: SupervisedRun) -> None:
    """The examples that cost the network most."""
    parts = {"train": "training", "validation": "validation", "test": "test"}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        part = st.segmented_control("Part", list(parts), format_func=parts.__getitem__, default="test", key="hardest")
    seen = session.look(lambda shown: hardest(shown, part or "test"))
    right.button("Measure again", icon=":material/refresh:", width="stretch")
    if seen is None:
        st.info("The network is busy: measure again in a moment.")
        return
    import pandas as pd  # 70 MB: for the visitors who open a table

    data = run.data
    frame = pd.DataFrame(readable(data, seen.raw_x))
    named = [data.classes[k] for k in seen.truth] if data.classes else seen.truth
    said = [data.classes[k] for k in seen.answer] if data.classes else seen.answer
    for place, (name, values) in enumerate(
        {"loss": seen.loss, f"true {data.target}": named, "predicted": said}.items()
    ):
        frame.insert(place, unused_name(name, list(frame.columns)), values)
    st.dataframe(frame, hide_index=True, width="stretch", height=320)
    st.caption(
        f"Step {seen.step:,}: the examples of the {parts[seen.part]} part with the largest {run.loss.label.lower()}."
    )


def _cost(cost: Cost) -> None:
    """Parameters and multiply-adds, layer by layer."""
    head = "| layer | weights (out × in) | parameters | multiply-adds per example |\n|:--|:--|--:|--:|\n"
    rows = [f"| {row.name} | {row.shape} | {row.parameters:,} | {row.multiply_adds:,} |" for row in cost.layers]
    st.markdown(head + "\n".join(rows))
    st.caption(
        f"{cost.parameters:,} parameters in all, {cost.multiply_adds:,} multiply-adds for one example forward; a training "
        f"step does about three times as many for each of its {cost.batch_size:,} examples: {cost.per_step:,}. "
        "The time of a step stands in the control bar."
    )


def _table(data: Dataset) -> None:
    """The examples themselves, in raw units, with the part each belongs to."""
    import pandas as pd

    frames = []
    for name in ("train", "validation", "test"):
        part = getattr(data, name)
        frame = pd.DataFrame(readable(data, part.raw_x[:TABLE_ROWS]))
        answers = part.raw_y[:TABLE_ROWS]
        frame[unused_name(data.target, data.columns)] = (
            [data.classes[label] for label in answers] if data.classes else answers
        )
        frame.insert(0, unused_name("part", list(frame.columns)), name)
        frames.append(frame)
    st.dataframe(pd.concat(frames, ignore_index=True), hide_index=True, width="stretch", height=320)
    counts = ", ".join(f"{name} {len(getattr(data, name).raw_y):,}" for name in ("train", "validation", "test"))
    st.caption(f"Rows: {counts}. At most {TABLE_ROWS:,} of each part are listed, in raw units, before scaling.")


def _formulas(run: SupervisedRun) -> None:
    """Every choice that is running, with its formula, lesson and source."""
    whole = session.look(equation)
    if whole:
        received = "inputs as they are" if run.experiment.data.scaling == "none" else "scaled inputs"
        st.markdown(f"**Without hidden layers the whole network is** $\\;{whole}$, of the {received}.")
    for choice, layers in running(run):
        where = f" in layer {', '.join(map(str, layers))}" if layers else ""
        st.markdown(f"**{choice.label}**{where} $\\quad {choice.formula}$  \n{choice.lesson} *({choice.source})*")


def _take_home(run: SupervisedRun) -> None:
    """Files of the run, and an experiment from a file."""
    from ui import take_home  # what it makes of a run is needed by those who open it

    take_home.view(run)


def running(run: SupervisedRun) -> list[tuple[Choice | type[Dropout], list[int]]]:
    """What is in force, in the order of the controls; with the hidden layers it holds for, where it is not all."""
    model, training = run.experiment.model, run.experiment.training
    layers = list(range(1, len(model.hidden) + 1))
    by_layer: dict[Choice | type[Dropout], list[int]] = {}
    for layer in layers:
        for choice in (model.activation_of(layer), model.norm_of(layer)):
            by_layer.setdefault(choice, []).append(layer)
        if model.dropout_of(layer):
            by_layer.setdefault(Dropout, []).append(layer)
    names = ("optimizer", "schedule", "penalty", "clip", "stopping", "sampling")
    shared = [run.loss, *(getattr(training, name) for name in names)]
    found: list[tuple[Choice | type[Dropout], list[int]]] = [(run.experiment.data, []), (model.initializer, [])]
    found += [(choice, [] if held == layers else held) for choice, held in by_layer.items()]
    found += [(choice, []) for choice in shared]
    return [(choice, held) for choice, held in found if getattr(choice, "kind", "") != "none"]
