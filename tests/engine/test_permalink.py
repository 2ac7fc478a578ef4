"""Links: readable, complete, and calm about garbage."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.plane import ColumnsPlane
from engine.data.toy import Spiral
from engine.experiment import Experiment
from engine.permalink import Link, Look, decode, encode
from engine.run import Edit
from engine.tours.catalog import TOURS
from tests.strategies import experiments

slow = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(experiments(), st.integers(0, 10_000_000))
def test_the_query_string_round_trip_gives_the_same_link(experiment: Experiment, step: int) -> None:
    plane = ColumnsPlane(x=experiment.data.columns_count - 1, y=0)
    link = Link(experiment, (), Look(step=step, plane=plane))
    query = dict(parse_qsl(urlencode(encode(link)), keep_blank_values=True))
    again, found = decode(query)
    assert found == []
    assert again == link


def test_the_default_link_is_empty() -> None:
    assert encode(Link()) == {}
    assert decode({}) == (Link(), [])


def test_only_differences_are_written_as_dotted_keys() -> None:
    experiment = Experiment().patched({"model.hidden": (4, 3), "training.optimizer.lr": 0.03, "data.arms": 3})
    expected = {"v": "1", "data.arms": "3", "model.hidden": "4,3", "training.optimizer.lr": "0.03"}
    assert encode(Link(experiment)) == expected


def test_depth_0_survives_the_link() -> None:
    link = Link(Experiment().patched({"model.hidden": ()}))
    assert decode(dict(parse_qsl(urlencode(encode(link)), keep_blank_values=True))) == (link, [])


def test_edits_travel_with_the_link() -> None:
    edits = (
        Edit(12, (("training.optimizer.lr", 0.5),)),
        Edit(30, (("training.optimizer.kind", "sgd"), ("training.batch_size", "all"))),
    )
    link = Link(Experiment(), edits)
    assert (
        encode(link)["edits"] == "12:training.optimizer.lr=0.5|30:training.optimizer.kind=sgd;training.batch_size=all"
    )
    assert decode(encode(link)) == (link, [])


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"data.kind": "spirl"}, "data.kind", "did you mean 'spiral'"),
        ({"data.noise": "-3"}, "data.noise", "greater than or equal to 0"),
        ({"data.noise": "nan"}, "data.noise", "finite"),
        ({"model.hidden": "8,many"}, "model.hidden.1", "integer"),
        ({"model.hidden.x": "8"}, "model.hidden", ""),
        ({"nonsense": "1"}, "nonsense", "no such setting"),
        ({"": "1"}, "", "no such setting"),
        ({"..": "1"}, "", "no such setting"),
        ({"data": "spiral"}, "data", ""),
        ({"training.optimizer.lr": "<script>alert(1)</script>"}, "training.optimizer.lr", "number"),
        ({"training.loss.kind": "mae"}, "training.loss", "two classes"),
        ({"v": "99"}, "v", "version 1"),
        ({"view.step": "-1"}, "view.step", "greater than or equal to 0"),
        ({"view.plane.kind": "cube"}, "view.plane.kind", "choose one of"),
        ({"edits": "5:model.bias=false"}, "edits", "need a new run"),
        ({"edits": "x:training.epochs=3"}, "edits", "the step must be from 0 to 10,000,000"),
        ({"edits": "5:training.epochs=-3"}, "edits", "training.epochs"),
        ({"edits": "no"}, "edits", "step:setting=value"),
        ({"seed": "9" * 3000}, "seed", "2000 characters"),
        ({"." * 3000: "1"}, "..", "no such setting"),
        ({"edits": "5:training.batch_size.kind=x"}, "edits", "training.batch_size.kind: there is no such setting"),
        ({"edits": "5:a.b.c=x"}, "edits", "no such setting"),
        ({"edits": "5:training.loss.kind=mse"}, "edits", "need a new run"),
        ({"edits": "|".join(["1:training.epochs=9"] * 401)}, "edits", "at most 400 changes"),
        ({"edits": "1:" + "x" * 50_000}, "edits", "40,000 characters"),
        ({"view.plane.kind": "columns", "view.plane.x": "7"}, "view.plane", "two different columns from 0 to 1"),
        ({"view.plane.kind": "columns", "view.plane.x": "1"}, "view.plane", "two different columns"),
    ],
)
def test_garbage_is_reported_and_its_default_is_used(query: dict[str, str], field: str, said: str) -> None:
    link, found = decode({**query, "training.epochs": "77"})
    assert link.experiment.training.epochs == 77
    assert any(item.field.startswith(field) and said in item.allowed for item in found), found
    assert link.experiment.patched({"training.epochs": 300}) == Experiment()


def test_a_flood_of_keys_is_refused_at_once() -> None:
    link, found = decode({f"k{i}": "1" for i in range(5000)})
    assert link == Link()
    assert len(found) == 1
    assert "at most 400" in found[0].allowed


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=6))
def test_no_query_string_raises(query: dict[str, str]) -> None:
    link, _ = decode(query)
    assert isinstance(link, Link)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "data.kind",
                "data",
                "model.hidden",
                "model.layers.0.layer",
                "training.optimizer.kind",
                "view.plane",
                "edits",
            ]
        ),
        st.sampled_from(["spiral", "", "none", "1,2", "adam", "3", "0:training.epochs=2", "[]", "{}"]),
    )
)
def test_no_mixture_of_real_keys_and_odd_values_raises(query: dict[str, str]) -> None:
    link, found = decode(query)
    assert decode(encode(link))[0] == link
    assert all(item.field for item in found)


def test_an_edit_at_a_step_of_thousands_of_digits_is_garbage_like_any_other() -> None:
    link, found = decode({"edits": "9" * 5000 + ":training.optimizer.lr=0.1"})
    assert link.edits == ()
    assert "the step must be" in found[0].allowed


def test_edits_are_checked_in_the_order_of_their_steps_however_they_are_written() -> None:
    text = " 500:training.optimizer.kind=momentum|100:training.optimizer.momentum=0.5"
    link, found = decode({"edits": text})
    assert [edit.step for edit in link.edits] == [500]
    assert "there is no such setting" in found[0].allowed


def test_touches_and_points_by_hand_come_back_from_a_link() -> None:
    edits = (
        Edit(3, (("weight.1.2.1", 0.25), ("unit.2.1", False))),
        Edit(9, (("hand", "1.5_-2_1"),)),
        Edit(9, (("hand", "p0~0"),)),
    )
    link = Link(Experiment(data=Spiral(hand=("4~1", "-1_0.5_0"))), edits)
    query = encode(link)
    assert query["data.hand"] == "4~1,-1_0.5_0"
    assert query["edits"] == "3:weight.1.2.1=0.25;unit.2.1=false|9:hand=1.5_-2_1|9:hand=p0~0"
    assert decode(query) == (link, [])


@pytest.mark.parametrize("part", ["3:weight.1.2=1", "3:unit.1.1=perhaps", "3:hand=1_2", "3:hand=p5~", "3:bias.1.1=nan"])
def test_a_touch_that_says_nothing_is_told_and_the_rest_counts(part: str) -> None:
    link, found = decode({"edits": f"{part}|5:training.optimizer.lr=0.5"})
    assert [edit.step for edit in link.edits] == [5]
    assert [problem.field for problem in found] == ["edits"]


@pytest.mark.parametrize("id", TOURS)
def test_a_tour_alone_opens_its_beginning_and_any_experiment_survives_beside_it(id: str) -> None:
    assert encode(decode({"tour": id})[0]) == {"v": "1", "tour": id}
    for experiment in (TOURS[id].opening, Experiment(), Experiment().patched({"seed": 3})):
        link = Link(experiment, tour=id)
        assert decode(encode(link)) == (link, [])


def test_an_unknown_tour_is_reported() -> None:
    link, found = decode({"tour": "dept", "training.epochs": "77"})
    assert link == Link(Experiment().patched({"training.epochs": 77}))
    assert [(item.field, item.value) for item in found] == [("tour", "dept")]
    assert "did you mean 'depth'" in found[0].allowed
