"""A file's experiment: named by digests and numbers only, drawn for its owner only."""

import gc
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine import stage
from engine.data.own.own_table import OwnTable, table_of
from engine.data.own.proposal import Proposal, propose
from engine.data.own.refusal import Refused
from engine.data.own.store import reading_as, store
from engine.data.prepare import prepare
from engine.data.table import DataUnavailable
from engine.experiment import Experiment
from engine.permalink import Link, decode, encode
from engine.settings import Settings
from engine.supervised import SupervisedRun
from tests.engine.data.own.files import csv, flowers, kept, used

NAMED = csv('"a,b=c|d;e",größe,<b>y</b>', *(f"{i * 0.5},{i % 7},{'uv'[i % 2]}" for i in range(40)))


def test_a_link_names_the_file_and_its_columns_by_digest_and_number_only() -> None:
    experiment = Experiment(data=used(NAMED))
    query = encode(Link(experiment))
    assert query["data.kind"] == "own"
    assert query["data.target"] == "2" and query["data.inputs"] == "0,1"
    text = urlencode(query)
    assert len(text) < 200
    assert not any(word in text for word in ("gr%C3", "a%2Cb", "%3Cb"))
    assert decode(dict(parse_qsl(text, keep_blank_values=True))) == (Link(experiment), [])


places = st.lists(st.integers(0, 10_000), min_size=2, max_size=100, unique=True)


@settings(max_examples=60, deadline=None)
@given(places, st.sampled_from([0, 2, 3, 10]), st.from_regex(r"\A[0-9a-f]{16}\Z"), st.floats(0.05, 0.4))
def test_every_choice_of_columns_survives_a_link(chosen: list[int], classes: int, file: str, share: float) -> None:
    data = OwnTable(
        file=file, header="0" * 8, target=chosen[0], inputs=tuple(chosen[1:]), classes=classes, test_share=share
    )
    link = Link(Experiment(data=data))
    assert decode(dict(parse_qsl(urlencode(encode(link)), keep_blank_values=True))) == (link, [])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"file": "xyz"}, "file"),
        ({"file": "0" * 17}, "file"),
        ({"header": "<b>"}, "header"),
        ({"target": 3, "inputs": (1, 3)}, "inputs"),
        ({"inputs": (1, 1)}, "inputs"),
        ({"inputs": ()}, "inputs"),
        ({"inputs": (-1,)}, "inputs"),
        ({"classes": 1}, "classes"),
        ({"classes": 11}, "classes"),
    ],
)
def test_a_choice_that_means_nothing_is_refused_and_its_field_named(given: dict, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        OwnTable(**given)
    assert field in str(caught.value)


def test_without_the_file_it_is_said_that_the_data_stays_with_its_owner() -> None:
    data = OwnTable(file="0123456789abcdef")
    with pytest.raises(DataUnavailable, match=r"stays with its owner: a link holds none of it"):
        data.draw(0)
    with pytest.raises(DataUnavailable, match=r"No file has been uploaded yet"):
        OwnTable().draw(0)


def test_a_link_opens_nothing_for_another_visitor_even_while_its_owner_trains_on_it() -> None:
    sheet = kept(flowers(33), "ann")
    data = table_of(sheet, propose(sheet))
    with reading_as("ann"):
        run = SupervisedRun(Experiment(data=data))
    assert run.data.columns[0] == "length"
    for other in ("", "bob"):
        with reading_as(other), pytest.raises(DataUnavailable):
            prepare(data, 0)
    store().release("ann")
    with reading_as("ann"), pytest.raises(DataUnavailable):
        prepare(data, 0)
    assert run.advance(3) == 3


def test_a_worker_makes_a_run_with_the_data_of_whoever_asked_for_it() -> None:
    sheet = kept(flowers(36), "ann")
    experiment = Experiment(data=table_of(sheet, propose(sheet)))
    with reading_as("ann"):
        mine = stage.recipe(experiment)
    with reading_as("bob"):
        others = stage.recipe(experiment)
    assert mine().data.class_count == 3
    with pytest.raises(DataUnavailable):
        others()
    store().release("ann")


def test_prepared_data_goes_with_the_last_run_that_has_it() -> None:
    data = used(flowers(39))
    prepare.cache_clear()
    first = prepare(data, 0)
    assert prepare(data, 0) is first
    assert prepare.private_bytes() == first.nbytes > 0
    del first
    gc.collect()
    assert prepare.private_bytes() == 0


def test_runs_on_own_data_keep_within_the_servers_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = used(csv("a,y", *(f"{i * 0.5},{'uv'[i % 2]}" for i in range(20_000))))
    prepare.cache_clear()
    monkeypatch.setattr("engine.data.sharing.settings", lambda: Settings(own_total_mb=1))
    held = [prepare(data, 0)]
    with pytest.raises(DataUnavailable, match=r"fill the 1 MB that this server has for them. Try again"):
        held.append(prepare(data, 1))
    held.clear()
    assert prepare(data, 1).nbytes < 1_000_000


def test_rows_without_a_target_are_left_out() -> None:
    content = csv("a,b,y", *(f"{i * 0.5},{'pq'[i % 2]},{['u', 'v', ''][i % 3]}" for i in range(60)))
    table = used(content, Proposal(2, "classification", (0, 1))).draw(0)
    assert len(table.x) == len(table.y) == 40
    assert table.x[:, 0].tolist() == [i * 0.5 for i in range(60) if i % 3 < 2]
    assert table.y.tolist() == [i % 3 for i in range(60) if i % 3 < 2]


def test_a_table_holds_numbers_days_and_codes_with_missing_as_the_last_category() -> None:
    rows = [
        f"{'' if i == 3 else i * 0.5},2024-01-{i % 28 + 1:02d},{['p', '', 'q'][i % 3]},{i * 1.5}" for i in range(30)
    ]
    table = used(csv("a,d,k,y", *rows)).draw(0)
    assert [kind.kind for kind in table.kinds] == ["numeric", "date", "categorical"]
    assert table.kinds[2].categories == ("p", "q", "(missing)")
    assert np.isnan(table.x[3, 0]) and np.isnan(table.x).sum() == 1
    assert table.x[0, 1] == (np.datetime64("2024-01-01") - np.datetime64("1970-01-01")).astype(int)
    assert table.x[:3, 2].tolist() == [0, 2, 1]
    assert table.units == ("", "days since 1970-01-01", "")
    assert table.y.tolist() == [i * 1.5 for i in range(30)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"inputs": (0, 9)}, "the file has columns 0 to 4"),
        ({"target": 77}, "the file has columns 0 to 4"),
        ({"classes": 2}, "data.classes: got 2; the target 'species' has 3"),
        ({"classes": 0}, "The target 'species' is no number"),
    ],
)
def test_a_link_that_does_not_fit_the_file_is_told_so(changes: dict, said: str) -> None:
    data = OwnTable.model_validate(used(flowers()).model_dump() | changes)
    with pytest.raises(DataUnavailable) as caught:
        data.draw(0)
    assert said in str(caught.value)


def test_a_choice_that_can_not_be_learnt_makes_no_data() -> None:
    sheet = kept(flowers())
    with pytest.raises(Refused, match=r"is no number"):
        table_of(sheet, Proposal(4, "regression", (0,)))
    with pytest.raises(Refused, match=r"No column is left"):
        table_of(sheet, Proposal(4, "classification", ()))


def test_a_class_too_small_for_the_chosen_shares_is_named() -> None:
    data = used(csv("a,y", *(f"{i * 0.5},{'w' if i < 3 else 'uv'[i % 2]}" for i in range(60))), test_share=0.5)
    with pytest.raises(ValueError, match=r"data.test_share: w has 3 rows, too few to split"):
        prepare(data, 0)


def test_own_data_is_private_and_no_other_is() -> None:
    from engine.choice import catalog
    from engine.data.catalog import Data

    assert [kind for kind, row in catalog(Data).items() if row.is_private] == ["own"]  # type: ignore[attr-defined]
