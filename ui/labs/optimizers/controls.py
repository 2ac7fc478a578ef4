"""The sidebar of the optimizers' lab: the surface, the start, the racers, and what a section needs besides."""

from functools import partial
from typing import Any, get_args

import streamlit as st

from engine.choice import catalog
from engine.choice import knobs as knobs_of
from engine.labs.optimizers.race import labels
from engine.labs.optimizers.state import (
    MAX_RACERS,
    BasinSettings,
    OptimizersLab,
    ParabolaSettings,
    Racer,
    RaceSettings,
    SearchSettings,
    Section,
)
from engine.labs.optimizers.surfaces import Surface, Typed
from engine.labs.optimizers.typed import ALLOWED, LONGEST, NotAFunction, parse
from engine.labs.optimizers.variants import Variation
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from ui import knobs, lab
from ui.labs.optimizers.parts import LAB
from ui.plain import bare, escaped


def sections(now: OptimizersLab) -> Section:
    """Which part of the page is shown."""
    key = knobs.keep(knobs.key_of(lab.path(LAB, "section")), now.section)
    chosen = lab.FORM.widget(
        st.segmented_control, "Part", get_args(Section), key=key, label_visibility="collapsed", required=True
    )
    return chosen or now.section


def controls(now: OptimizersLab, section: Section) -> dict[str, Any]:
    """The controls of ``section``; what they say, by the fields of the state."""
    if section == "Parabola":
        return {"parabola": _fields(ParabolaSettings, "parabola", now.parabola)}
    values: dict[str, Any] = {"surface": _surface(now, section)}
    if section == "Variations":
        values["variation"] = knobs.choose(
            lab.FORM, Variation, lab.path(LAB, "variation"), now.variation, "What is compared"
        )
    if section == "Search":
        values["search"] = _fields(SearchSettings, "search", now.search)
    if section in ("Race", "Every step", "Basins"):
        values |= _racers(now)
    if section == "Basins":
        values["basins"] = _fields(BasinSettings, "basins", now.basins)
    skipped = {"Variations": ("noise", "seed"), "Search": ("steps", "noise"), "Basins": ("steps",)}.get(section, ())
    st.subheader("For all", anchor=False)
    values["race"] = {**now.race.model_dump(), **_fields(RaceSettings, "race", now.race, skipped)}
    if section in ("Race", "Search"):
        values |= _one(now, "tolerance")
    if section == "Race":
        values |= _one(now, "solid")
    return values


def _fields(model: Any, name: str, current: Any, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    return knobs.fields(lab.FORM, model, lab.path(LAB, name), current, skip)


def _one(now: OptimizersLab, name: str) -> dict[str, Any]:
    knob = next(knob for knob in knobs_of(OptimizersLab) if knob.name == name)
    return {name: knobs.widget(lab.FORM, knob, lab.path(LAB, name), getattr(now, name))}


def _surface(now: OptimizersLab, section: Section) -> dict[str, Any]:
    st.subheader("Surface", anchor=False)
    path = lab.path(LAB, "surface")
    apart = ("start_x", "start_y") if section == "Basins" else ()
    values = knobs.choose(lab.FORM, Surface, path, now.surface, "Surface", apart=apart)
    if values["kind"] == now.surface.kind:
        values |= {name: getattr(now.surface, name) for name in apart}
    if values["kind"] == "typed":
        values["text"] = _typed(now)
    return values


def _typed(now: OptimizersLab) -> str:
    """The typed function: one that cannot be read stays in its field, with why; the last good one stays drawn."""
    good = now.surface.text if isinstance(now.surface, Typed) else Typed().text
    key = knobs.keep(knobs.key_of(lab.path(LAB, "surface", "typed", "text")), good)
    given = lab.FORM.widget(st.text_input, "f(x, y) =", key=key, max_chars=LONGEST, help=f"Allowed: {ALLOWED}.")
    try:
        parse(given)
    except NotAFunction as wrong:
        st.error(f"f(x, y): {escaped(bare(str(wrong), 300))}  \nStill drawn: `{good}`", icon=":material/function:")
        return good
    return str(given)


# --- racers ---------------------------------------------------------------------------------------------------------


def _racers(now: OptimizersLab) -> dict[str, Any]:
    """A menu of the racers, buttons to add and remove one, and all settings of the chosen one."""
    st.subheader("Racers", anchor=False)
    names = labels(now.racers)
    places = list(range(len(names)))
    key = knobs.keep(knobs.key_of(lab.path(LAB, "racer")), now.chosen, places)
    chosen = lab.FORM.widget(
        st.selectbox, "Settings of", places, key=key, format_func=lambda place: f"{place + 1}. {names[place]}"
    )
    left, right = st.columns(2)
    left.button(
        "Add", key="optimizers.add", icon=":material/add:", width="stretch", disabled=len(names) >= MAX_RACERS,
        on_click=partial(_add, now, chosen), help=f"A copy of this one, to change; at most {MAX_RACERS}.",
    )  # fmt: skip
    right.button(
        "Remove", key="optimizers.remove", icon=":material/remove:", width="stretch", disabled=len(names) == 1,
        on_click=partial(_remove, now, chosen),
    )  # fmt: skip
    racer, path = now.racers[chosen], lab.path(LAB, "racers", str(chosen))
    own = {
        "optimizer": knobs.choose(lab.FORM, Optimizer, f"{path}.optimizer", racer.optimizer, "Optimizer"),
        "schedule": knobs.choose(lab.FORM, Schedule, f"{path}.schedule", racer.schedule, "Rate over time"),
    }
    has_momentum = catalog(Optimizer)[own["optimizer"]["kind"]].model_validate(own["optimizer"]).has_momentum  # type: ignore[attr-defined]
    if catalog(Schedule)[own["schedule"]["kind"]].needs_momentum and not has_momentum:  # type: ignore[attr-defined]
        st.caption("This optimizer has no momentum: one-cycle moves its rate alone.")
    all_racers = [each.model_dump() for each in now.racers]
    all_racers[chosen] = own
    return {"racers": tuple(all_racers), "racer": chosen}


def _add(now: OptimizersLab, chosen: int) -> None:
    racers = (*now.racers, now.racers[chosen])[:MAX_RACERS]
    lab.put(LAB, now.model_copy(update={"racers": racers, "racer": len(racers) - 1}))


def _remove(now: OptimizersLab, chosen: int) -> None:
    racers: tuple[Racer, ...] = tuple(racer for place, racer in enumerate(now.racers) if place != chosen)
    if racers:
        lab.put(LAB, now.model_copy(update={"racers": racers, "racer": min(chosen, len(racers) - 1)}))
