"""Locks of a class link: which controls they cover, what they hold, and how they travel."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import classroom
from engine.classroom import BY_NAME, GROUPS, MAX_TITLE, Classroom, label, single
from engine.experiment import Experiment, differences
from engine.optimizers import SGD, Adam
from engine.permalink import Link, decode, encode
from engine.presets import PRESETS, preset
from tests.strategies import experiments

NAMES = sorted({*BY_NAME, *classroom.settings()})
TITLES = st.text(st.characters(exclude_categories=["C"]), max_size=MAX_TITLE)
names = st.lists(st.sampled_from(NAMES), max_size=6).map(tuple)
rooms = st.builds(Classroom, title=TITLES, lock=names, hide=names)


@settings(max_examples=100, deadline=None)
@given(rooms)
def test_a_class_link_round_trips(room: Classroom) -> None:
    link = Link(Experiment(), classroom=room)
    assert decode(dict(parse_qsl(urlencode(encode(link)), keep_blank_values=True))) == (link, [])


def test_every_setting_of_an_experiment_belongs_to_exactly_one_group() -> None:
    top = {"data", "seed"} | {f"{part}.{name}" for part in ("model", "training") for name in _fields(part)}
    held = [path for group in GROUPS for path in group.settings]
    assert sorted(held) == sorted(top)


def _fields(part: str) -> list[str]:
    return list(type(getattr(Experiment(), part)).model_fields)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(experiments())
def test_every_setting_of_any_experiment_can_be_named(experiment: Experiment) -> None:
    changed = {path for path in differences(Experiment(), experiment) if not path.startswith("model.layers.")}
    assert changed <= set(NAMES)
    assert set(single(experiment)) <= set(NAMES)
    assert all(title and "_" not in title for title in single(experiment).values())


@pytest.mark.parametrize(
    ("name", "group", "setting", "access"),
    [
        ("network", "network", "model.hidden", "locked"),
        ("network", "network", "", "locked"),
        ("network", "regularization", "model.dropout", "open"),
        ("model", "regularization", "model.dropout", "locked"),
        ("training", "regularization", "training.penalty", "open"),
        ("training", "training", "training.optimizer.lr", "locked"),
        ("training.optimizer", "training", "training.optimizer.kind", "locked"),
        ("training.optimizer.lr", "training", "training.optimizer.kind", "open"),
        ("training.optimizer.lr", "training", "training.optimizer.lr", "locked"),
        ("model.hidden", "network", "model.hidden", "locked"),
        ("model.hidden", "network", "model.hid", "open"),
        ("seed", "seed", "seed", "locked"),
        ("presets", "presets", "", "locked"),
    ],
)
def test_a_name_covers_its_group_or_its_setting_and_what_lies_below(
    name: str, group: str, setting: str, access: str
) -> None:
    assert Classroom(lock=(name,)).access(group, setting) == access


def test_what_is_both_locked_and_hidden_is_hidden() -> None:
    assert Classroom(lock=("seed",), hide=("seed",)).access("seed", "seed") == "hidden"


def test_a_fixed_seed_takes_the_players_new_seed_button_along() -> None:
    assert Classroom(lock=("seed",), hide=("share",)).off == {"new_seed": "locked", "share": "hidden"}
    assert Classroom(lock=("training",)).off == {}


def test_what_is_locked_can_not_be_changed_by_hand_either() -> None:
    assert Classroom(lock=("network",)).off == {"touch": "locked"}
    assert Classroom(hide=("data", "branch")).off == {"place": "hidden", "branch": "hidden"}


def test_unknown_names_are_reported_and_the_others_count() -> None:
    link, found = decode({"class.lock": "sed,seed,<b>", "class.hide": "data.nois", "class.colour": "red"})
    assert link.classroom == Classroom(lock=("seed",))
    assert [(item.field, item.value) for item in found] == [
        ("class.lock", "sed"),
        ("class.lock", "<b>"),
        ("class.hide", "data.nois"),
        ("class.colour", "red"),
    ]
    assert "did you mean 'seed'" in found[0].allowed
    assert "did you mean 'data.noise'" in found[2].allowed
    assert "no such setting" in found[3].allowed


@pytest.mark.parametrize("title", ["x" * (MAX_TITLE + 1), "two\nlines", "a\x00b"])
def test_a_title_is_one_short_line(title: str) -> None:
    link, found = decode({"class.title": title, "class.lock": "seed"})
    assert link.classroom == Classroom(lock=("seed",))
    assert "at most 60 characters on one line" in found[0].allowed


def test_an_unknown_name_in_a_room_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="did you mean 'network'"):
        Classroom(lock=("netwrk",))


@pytest.mark.parametrize("item", PRESETS, ids=lambda item: item.id)
def test_what_is_locked_stays_when_a_preset_opens_and_the_rest_is_the_presets(item: object) -> None:
    now = Experiment().patched({"model.hidden": (5,), "seed": 11})
    room = Classroom(lock=("network",), hide=("seed",))
    held = room.held(now, item.experiment)  # type: ignore[attr-defined]
    assert {path: getattr(held.model, path) for path in ("hidden", "activation", "initializer", "bias")} == {
        path: getattr(now.model, path) for path in ("hidden", "activation", "initializer", "bias")
    }
    assert held.seed == 11
    assert held.data == item.experiment.data  # type: ignore[attr-defined]
    assert held.training == item.experiment.training  # type: ignore[attr-defined]
    assert held.model.norm == item.experiment.model.norm  # type: ignore[attr-defined]


def test_a_locked_knob_holds_while_its_row_is_chosen_and_a_locked_kind_with_all_its_knobs() -> None:
    now = Experiment().patched({"training.optimizer.lr": 0.2})
    other = Experiment().patched({"training.optimizer.lr": 0.5, "training.optimizer.beta1": 0.5})
    room = Classroom(lock=("training.optimizer.lr",))
    assert room.held(now, other).training.optimizer == Adam(lr=0.2, beta1=0.5)
    sgd = Experiment().patched({"training.optimizer.kind": "sgd"})
    assert room.held(now, sgd).training.optimizer == SGD()
    assert Classroom(lock=("training.optimizer.kind",)).held(now, sgd).training.optimizer == Adam(lr=0.2)


def test_where_what_is_locked_does_not_go_with_what_is_opened_nothing_changes() -> None:
    regression = preset("sine").experiment
    now = Experiment().patched({"training.loss.kind": "hinge"})
    assert Classroom(lock=("training.loss",)).held(now, regression) == now


def test_labels_are_words_of_the_page() -> None:
    assert label("network") == "Network"
    assert label("training.optimizer.lr") == "Learning rate"
    assert label("training.optimizer.kind") == "Optimizer"
