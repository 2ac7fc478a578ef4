"""Links hold every number set by hand; what does not fit is refused with the field, the value and what is allowed."""

import pytest
from pydantic import ValidationError

from engine.choice import problems
from engine.codec import decode_model, encode_model
from engine.labs.attention.changes import changed, picked, reshaped, taken_back, with_number
from engine.labs.attention.edits import LARGEST, SYMBOLS, Edit, Place, read_edit, read_place
from engine.labs.attention.state import MAX_EDITS, AttentionLab
from engine.labs.attention.views import divisors
from tests.engine.labs.attention.drawn import LABS


@pytest.mark.parametrize("name", LABS)
def test_a_link_brings_back_the_same_lab(name: str) -> None:
    found, wrong = decode_model(AttentionLab, encode_model(LABS[name]))
    assert found == LABS[name] and not wrong


@pytest.mark.parametrize(
    ("query", "field", "allowed"),
    [
        ({"text": "a b c d e f g h i j k l m"}, "text", "at most 12 tokens, and this has 13"),
        ({"text": ""}, "text", "at least one word"),
        ({"text": "x" * 161}, "text", "at most 160 characters"),
        ({"edits": "x9.1=1"}, "edits", "there is no x9.1 in a matrix of 6 rows and 4 columns"),
        ({"edits": "q1.4=1"}, "edits", "there is no q1.4 in a matrix of 4 rows and 3 columns"),
        ({"edits": "q1.1=21"}, "edits", "a number goes from -20 to 20"),
        ({"edits": "q1.1=nan"}, "edits", "a number goes from -20 to 20"),
        ({"edits": "q1.1=a"}, "edits", "'a' is not a number"),
        ({"edits": "{q}"}, "edits", "write <matrix><row>.<column>"),
        ({"picked": "z1.1"}, "picked", "write <matrix><row>.<column>"),
        ({"heads.heads": "3"}, "heads.heads", "choose one of 1, 2, 4"),
        ({"removed": "13"}, "removed", "less than or equal to 12"),
        ({"mask.kind": "causl"}, "mask.kind", "did you mean 'causal'"),
        ({"length.width": "20", "length.heads": "8"}, "length.width", "a multiple of 8"),
        ({"dictionary.keys": "1,2,3"}, "dictionary.values", "as many as there are keys: 3"),
        ({"positions.width": "7"}, "positions.width", "an even number"),
    ],
)
def test_what_a_link_has_wrong_is_named_and_the_rest_still_counts(
    query: dict[str, str], field: str, allowed: str
) -> None:
    found, wrong = decode_model(AttentionLab, {"v": "1", "seed": "5", **query})
    assert found.seed == 5
    assert any(field in problem.field or problem.field in field for problem in wrong)
    assert any(allowed in problem.allowed for problem in wrong), [str(problem) for problem in wrong]


def test_every_letter_has_a_matrix_and_its_places_are_all_its_cells() -> None:
    lab = LABS["causal"]
    for letter in SYMBOLS:
        rows, columns = lab.shape(letter)
        places = list(lab.places(letter))
        assert len(places) == len(set(places)) == rows * columns
        assert not any(lab.missing(place) for place in places)
        assert lab.missing(Place(letter, rows + 1, 1)) and lab.missing(Place(letter, 1, 0))


def test_an_edit_reads_as_it_is_written() -> None:
    for text in ("x2.1=0.5", "mo12.8=-20", "q1.1=1e-06"):
        assert str(read_edit(text)) == text
    assert read_place("mk2.3").label == "W_K row 2, column 3"
    assert Edit(Place("v", 1, 2), 1 / 3).value == pytest.approx(
        read_edit(str(Edit(Place("v", 1, 2), 1 / 3))).value, rel=1e-5
    )


def test_the_newest_number_at_a_place_counts_and_can_be_taken_back() -> None:
    place = Place("q", 1, 1)
    lab = with_number(with_number(AttentionLab(), place, 1.5), place, 2.5)
    assert lab.edits == ("q1.1=2.5",)
    assert taken_back(lab) == AttentionLab() == taken_back(AttentionLab())
    with pytest.raises(ValueError, match="from -20 to 20"):
        with_number(lab, place, LARGEST + 1)
    with pytest.raises(ValueError, match=r"there is no q9\.9"):
        with_number(lab, Place("q", 9, 9), 1.0)


def test_a_link_holds_so_many_numbers_and_no_more() -> None:
    lab = changed(AttentionLab(), d_model=8, head={"d_k": 8})
    places = [place for letter in "qkv" for place in lab.places(letter)][:MAX_EDITS]
    lab = changed(lab, edits=tuple(f"{place}=-0.123456" for place in places))
    with pytest.raises(ValueError, match=f"at most {MAX_EDITS} numbers"):
        with_number(lab, Place("x", 1, 1), 1.0)
    assert decode_model(AttentionLab, encode_model(lab)) == (lab, []), "its address is not too long"


def test_numbers_set_by_hand_stay_where_they_still_have_a_place() -> None:
    lab = picked(changed(AttentionLab(), edits=("x2.1=1", "x4.1=2", "q4.1=3", "q1.3=4")), Place("q", 4, 1))
    assert reshaped(lab, {"text": "the cat ran on"})["edits"] == ("x2.1=1", "x4.1=2", "q4.1=3", "q1.3=4")
    assert reshaped(lab, {"text": "the dog sat on"})["edits"] == ("x4.1=2", "q4.1=3", "q1.3=4"), (
        "another word, its own row"
    )
    narrow = reshaped(lab, {"d_model": 3})
    assert narrow["edits"] == ("x2.1=1", "x4.1=2", "q1.3=4") and narrow["picked"] == ""
    assert reshaped(lab, {"head": {**lab.head.model_dump(), "d_k": 2}})["edits"] == ("x2.1=1", "x4.1=2", "q4.1=3")


@pytest.mark.parametrize("width", range(2, 9))
def test_another_width_takes_as_many_heads_as_it_can_share(width: int) -> None:
    lab = changed(AttentionLab(), d_model=8, heads={"heads": 4})
    fits = reshaped(lab, {"d_model": width})["heads"]["heads"]
    assert fits in divisors(width) and fits <= 4
    assert changed(lab, **reshaped(lab, {"d_model": width})).d_model == width


def test_a_refusal_is_told_in_words() -> None:
    with pytest.raises(ValidationError) as error:
        changed(AttentionLab(), text="a b c d e f g h i j k l m n")
    (problem,) = problems(error.value, AttentionLab)
    assert problem.field == "text" and "shorten it" in problem.allowed
